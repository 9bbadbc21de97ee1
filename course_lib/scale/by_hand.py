"""Eight formulas that answer most questions about a large model: how big, how much work, how much memory, how long.

Whole numbers stay whole: Python's integers have no largest one, and 174,604,259,328 is not to be rounded.
"""

from course_lib.scale.limits import positive, share, whole

__all__ = [
    "decode_seconds",
    "expert_parameters",
    "grouped_cache_bytes",
    "kv_cache_bytes",
    "parameter_count",
    "sequences_per_batch",
    "training_days",
    "training_flops",
]


def parameter_count(layers: int, d_model: int, vocab: int, context: int) -> int:
    """The parameters of a model of the GPT-2 family: V d + T d + L (12 d² + 13 d) + 2 d.

    One table for input and output, a learned vector for each position, biases everywhere, four times the width inside
    the feed-forward network, and a norm after the last block. GPT-3 has this shape (Brown et al. 2020, section 2.1).

    Args:
        layers: L, how many blocks.
        d_model: d, the width of the tokens.
        vocab: V, how many tokens there are.
        context: T, the longest sequence.
    Raises:
        ValueError: a size is not a whole number of at least 1.

    >>> parameter_count(12, 768, 50257, 1024)
    124439808
    """
    layers, d_model = whole("layers", layers), whole("d_model", d_model)
    vocab, context = whole("vocab", vocab), whole("context", context)
    attention = 4 * d_model**2 + 4 * d_model
    feed_forward = 2 * d_model * 4 * d_model + 4 * d_model + d_model
    norms = 2 * 2 * d_model
    return vocab * d_model + context * d_model + layers * (attention + feed_forward + norms) + 2 * d_model


def training_flops(n_params: float, tokens: float) -> float:
    """The floating-point operations of a training run, about 6 N D.

    Each parameter meets each token in one multiplication and one addition, 2 N D forward; backward costs twice that
    (Kaplan et al. 2020, arXiv:2001.08361, section 2.1). Attention's scores, which no parameter makes, are left out.

    Args:
        n_params: N.
        tokens: D, how many tokens are trained on.
    Raises:
        ValueError: a size is not above 0.

    >>> f"{training_flops(174_600_000_000, 300e9):.2e}"
    '3.14e+23'
    """
    return 6.0 * positive("n_params", n_params) * positive("tokens", tokens)


def kv_cache_bytes(layers: int, d_model: int, tokens: int, batch: int, bytes_per_element: int) -> int:
    """The memory of the keys and values of all tokens read so far: 2 L d T B bytes_per_element.

    Args:
        layers: how many blocks, each with keys and values of its own.
        d_model: the width of all heads' keys together.
        tokens: how many have been read.
        batch: how many texts are written at once.
        bytes_per_element: 2 for float16 and bfloat16, 4 for float32.
    Raises:
        ValueError: a size is not a whole number of at least 1.

    >>> kv_cache_bytes(96, 12288, 2048, 1, 2) / 2**30
    9.0
    """
    layers, d_model, tokens = whole("layers", layers), whole("d_model", d_model), whole("tokens", tokens)
    return 2 * layers * d_model * tokens * whole("batch", batch) * whole("bytes_per_element", bytes_per_element)


def grouped_cache_bytes(
    layers: int, kv_heads: int, d_head: int, tokens: int, batch: int, bytes_per_element: int
) -> int:
    """The cache where several heads of queries share one head of keys and values: 2 L G d_head T B bytes_per_element.

    Grouped-query attention (Ainslie et al. 2023, arXiv:2305.13245). With as many heads of keys as of queries it is
    `kv_cache_bytes`; with a single one it is multi-query attention (Shazeer 2019, arXiv:1911.02150).

    Args:
        layers: how many blocks, each with keys and values of its own.
        kv_heads: G, heads of keys and values in a block; how many heads of queries there are does not matter.
        d_head: the width of one head.
        tokens, batch, bytes_per_element: as in `kv_cache_bytes`.
    Raises:
        ValueError: a size is not a whole number of at least 1.

    >>> grouped_cache_bytes(32, 8, 128, 8192, 1, 2) / 2**30  # LLaMA-3 8B
    1.0
    """
    heads, d_head = whole("kv_heads", kv_heads), whole("d_head", d_head)
    return kv_cache_bytes(layers, heads * d_head, tokens, batch, bytes_per_element)


def decode_seconds(weight_bytes: float, cache_bytes: float, bandwidth: float) -> float:
    """The seconds that writing one more token takes at least: (weights + cache) / bandwidth.

    Each weight meets one row for each text, so memory and not arithmetic sets the pace (lesson 11), as long as the texts
    are few. All texts of a batch get their token in these seconds: the weights are read once for all of them.

    Args:
        weight_bytes: of all weights that are used.
        cache_bytes: keys and values of all texts of the batch; 0 before anything has been read.
        bandwidth: bytes per second from memory.
    Raises:
        ValueError: weights or bandwidth not above 0, or a cache below 0.

    >>> decode_seconds(16e9, 4e9, 2e12)
    0.01
    """
    cache = positive("cache_bytes", cache_bytes) if cache_bytes else 0
    return (positive("weight_bytes", weight_bytes) + cache) / positive("bandwidth", bandwidth)


def expert_parameters(layers: int, d_model: int, d_ff: int, experts: int, chosen: int) -> tuple[int, int]:
    """The parameters of a mixture of experts: all of them, and those that work for one token.

    In each block stand `experts` feed-forward networks of three matrices (SwiGLU), d_model x d_ff each, and a router, a
    matrix that gives each token a score for each expert. The `chosen` best work for the token; the router always does.

    Args:
        layers, d_model, d_ff: as in other models; d_ff is the width inside one expert.
        experts: how many stand in a block.
        chosen: how many of them each token goes to.
    Returns:
        total, active. Attention, norms and tables are not among them.
    Raises:
        ValueError: a size is not a whole number of at least 1, or more are chosen than there are.

    >>> expert_parameters(32, 4096, 14336, 8, 2)  # Mixtral 8x7B
    (45098205184, 11275337728)
    """
    layers, d_model, d_ff = whole("layers", layers), whole("d_model", d_model), whole("d_ff", d_ff)
    experts, chosen = whole("experts", experts), whole("chosen", chosen)
    if chosen > experts:
        raise ValueError(f"a token cannot go to {chosen} of {experts} experts")
    expert, router = 3 * d_model * d_ff, d_model * experts
    return layers * (experts * expert + router), layers * (chosen * expert + router)


def training_days(flops: float, n_devices: int, peak_flops: float, utilisation: float) -> float:
    """How many days a run takes: FLOPs / (devices x peak x utilisation) / 86 400.

    Args:
        flops: operations of the whole run.
        n_devices: how many work at once.
        peak_flops: what one of them could do in a second, at best.
        utilisation: which share of that it does, above 0 and at most 1.
    Raises:
        ValueError: a size is not above 0, or the utilisation no share.

    >>> round(training_days(3.14e23, 10_000, 125e12, 24.6 / 125), 1)
    14.8
    """
    speed = whole("n_devices", n_devices) * positive("peak_flops", peak_flops) * share("utilisation", utilisation)
    return positive("flops", flops) / speed / 86_400


def sequences_per_batch(batch_tokens: int, context: int) -> float:
    """How many sequences a batch holds that is given in tokens, as GPT-3's is.

    Raises:
        ValueError: a size is not a whole number of at least 1.

    >>> sequences_per_batch(3_200_000, 2048)
    1562.5
    """
    return whole("batch_tokens", batch_tokens) / whole("context", context)
