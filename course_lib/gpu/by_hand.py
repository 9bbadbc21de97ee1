"""The arithmetic of a device: how much it can compute, how fast it can fetch, and which of the two a piece of work waits for.

What runs rather than counts lies beside it and is listed here too: ``timing`` (a clock that waits), ``tiles`` (attention that
never holds its table), ``ring`` (sums that travel).

Sources: Williams, Waterman and Patterson 2009 (the roofline model), doi:10.1145/1498765.1498785; Chowdhery et al. 2022,
arXiv:2204.02311, appendix B (MFU); Rajbhandari et al. 2019, arXiv:1910.02054, sections 3 and 5 (bytes of mixed-precision Adam,
and how to share them out).
"""

from course_lib.gpu.ring import ring_all_reduce, ring_bytes
from course_lib.gpu.tiles import tiled_attention
from course_lib.gpu.timing import time_it

__all__ = [
    "activation_bytes",
    "matmul_bytes",
    "matmul_flops",
    "matmul_intensity",
    "mfu",
    "ridge",
    "ring_all_reduce",
    "ring_bytes",
    "roofline",
    "sharded_bytes",
    "tiled_attention",
    "time_it",
    "training_bytes",
    "training_bytes_by_part",
]


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"{name} must be above zero, got {value}")


def matmul_flops(m: int, k: int, n: int) -> int:
    """Operations of an (m, k) by (k, n) product: for each of m n entries, k multiplications and k additions.

    >>> matmul_flops(2, 3, 5)
    60
    """
    _positive(m=m, k=k, n=n)
    return 2 * m * k * n


def matmul_bytes(m: int, k: int, n: int, bytes_per_element: int) -> int:
    """What has to cross the memory bus at least: both factors in, the product out, each once.

    >>> matmul_bytes(2, 3, 5, 4)
    124
    """
    _positive(m=m, k=k, n=n, bytes_per_element=bytes_per_element)
    return bytes_per_element * (m * k + k * n + m * n)


def matmul_intensity(m: int, k: int, n: int, bytes_per_element: int) -> float:
    """Arithmetic intensity of a matrix product in FLOP per byte: 2 m k n / (bytes (m k + k n + m n)).

    Args:
        m, k, n: an (m, k) matrix times a (k, n) matrix.
        bytes_per_element: 4 for float32, 2 for bfloat16 and float16.
    Raises:
        ValueError: one of them is not above zero.

    >>> round(matmul_intensity(1024, 1024, 1024, 4), 1)
    170.7
    >>> round(matmul_intensity(1, 1024, 1024, 4), 2)
    0.5
    """
    return matmul_flops(m, k, n) / matmul_bytes(m, k, n, bytes_per_element)


def ridge(peak_flops: float, bandwidth: float) -> float:
    """The intensity at which a device changes from waiting for memory to computing without pause: peak / bandwidth.

    Args:
        peak_flops: FLOP per second.
        bandwidth: bytes per second.

    >>> round(ridge(312e12, 2.039e12))
    153
    """
    _positive(peak_flops=peak_flops, bandwidth=bandwidth)
    return peak_flops / bandwidth


def roofline(intensity: float, peak_flops: float, bandwidth: float) -> float:
    """The most FLOP per second that work of this intensity can reach: min(peak, intensity x bandwidth).

    Args:
        intensity: FLOP per byte.
        peak_flops: FLOP per second.
        bandwidth: bytes per second.
    Raises:
        ValueError: one of them is not above zero.

    >>> roofline(0.5, 100.0, 10.0), roofline(50.0, 100.0, 10.0)
    (5.0, 100.0)
    """
    _positive(intensity=intensity, peak_flops=peak_flops, bandwidth=bandwidth)
    return min(peak_flops, intensity * bandwidth)


def mfu(
    tokens_per_second: float,
    n_params: int,
    layers: int,
    heads: int,
    d_head: int,
    context: int,
    peak_flops: float,
) -> float:
    """Model FLOPs utilisation: the share of the device's peak that went into the model's own arithmetic.

    tokens/s x (6 N + 12 L H Q T) / peak: 6 N for the matrices, forward (2) and backward (4), and 12 L H Q T for attention's
    two products with the (token, token) matrix. Recomputation is not counted, so it lowers MFU.

    Args:
        tokens_per_second: observed in training.
        n_params, layers, heads, d_head, context: the model's N, L, H, Q and T.
        peak_flops: of all devices together, at the precision used.
    Returns:
        A fraction, 0 to 1.
    Raises:
        ValueError: one of them is not above zero.

    >>> round(mfu(1000.0, 10**6, 2, 4, 16, 64, 1e12), 6)
    0.006098
    """
    _positive(tokens_per_second=tokens_per_second, n_params=n_params, layers=layers, heads=heads)
    _positive(d_head=d_head, context=context, peak_flops=peak_flops)
    return tokens_per_second * (6 * n_params + 12 * layers * heads * d_head * context) / peak_flops


def training_bytes_by_part(n_params: int, mixed_precision: bool) -> dict[str, int]:
    """What Adam keeps for every parameter between two steps, in bytes, activations not counted.

    >>> training_bytes_by_part(1, mixed_precision=True)
    {'weights': 2, 'gradients': 2, 'master weights': 4, 'first moment': 4, 'second moment': 4}
    """
    if n_params < 0:
        raise ValueError(f"there cannot be fewer than 0 parameters; got {n_params}")
    working = 2 if mixed_precision else 4
    parts = {"weights": working, "gradients": working}
    if mixed_precision:
        parts["master weights"] = 4  # a 16-bit weight is too coarse to take up a small step
    parts |= {"first moment": 4, "second moment": 4}
    return {name: size * n_params for name, size in parts.items()}


def training_bytes(n_params: int, mixed_precision: bool) -> int:
    """The sum of `training_bytes_by_part`: 16 bytes a parameter either way.

    Mixed precision (2 weight + 2 gradient + 4 master + 4 + 4) saves nothing here; what it saves are activations and time.
    Frameworks that keep gradients in float32 need 18.

    >>> training_bytes(10, True), training_bytes(10, False)
    (160, 160)
    """
    return sum(training_bytes_by_part(n_params, mixed_precision).values())


def sharded_bytes(n_params: int, devices: int, stage: int) -> float:
    """What each of several devices keeps of mixed-precision training with Adam, where ZeRO shares it out.

    Stage 0 shares nothing: every device keeps all five numbers of each parameter. From stage 1 on a device keeps its share
    of the optimizer's float32 state (master copy and moments), from stage 2 on also of the gradients, in stage 3 of the weights, too.

    Args:
        n_params: how many parameters the model has.
        devices: how many share the work.
        stage: 0, 1, 2 or 3.
    Returns:
        Bytes per device, activations not counted. Shares that do not come out even stay fractions.
    Raises:
        ValueError: no device, fewer than 0 parameters, or no such stage.

    >>> [sharded_bytes(1000, 4, stage) for stage in range(4)]
    [16000.0, 7000.0, 5500.0, 4000.0]
    """
    _positive(devices=devices)
    if stage not in (0, 1, 2, 3):
        raise ValueError(f"ZeRO has stages 0 (nothing is shared out) to 3 (everything is); got {stage}")
    bytes_of = training_bytes_by_part(n_params, mixed_precision=True)
    shared_from = {"weights": 3, "gradients": 2}  # all others are the optimizer's: shared out from stage 1 on
    return sum(n_bytes / (devices if stage >= shared_from.get(name, 1) else 1) for name, n_bytes in bytes_of.items())


def activation_bytes(
    batch: int,
    context: int,
    layers: int,
    d_model: int,
    heads: int,
    vocab: int,
    bytes_per_element: int = 4,
    fused: bool = True,
) -> int:
    """What the course's GPT keeps of a forward pass for its backward pass, dropout and rounding to blocks aside.

    For each token and layer 16 d_model numbers: two norms keep their input and their output (4), attention its Q, K, V and
    output (4), the feed-forward layer both sides of its activation (8); with them 4 statistics of the norms and 1 number a head. Readable
    attention keeps 2 numbers more for each head and token looked at. At the end 2 d_model + 2 for the last norm, and a number
    for each word of the vocabulary. Differs from Korthikanti et al. 2022, arXiv:2205.05198, equation 2, which counts dropout's masks too.

    Raises:
        ValueError: one of them is not above zero, or the heads do not divide d_model.

    >>> activation_bytes(1, 1, 1, 4, 2, 5)
    340
    """
    _positive(batch=batch, context=context, layers=layers, d_model=d_model, heads=heads, vocab=vocab)
    _positive(bytes_per_element=bytes_per_element)
    if d_model % heads:
        raise ValueError(f"{heads} heads cannot share a width of {d_model} evenly: take a divisor of {d_model}")
    in_a_layer = 16 * d_model + 4 + heads + (0 if fused else 2 * heads * context)
    return bytes_per_element * batch * context * (layers * in_a_layer + 2 * d_model + 2 + vocab)
