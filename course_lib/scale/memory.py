"""Bytes: what training keeps for each parameter, what a block keeps for its backward pass, what writing keeps.

A GB has 10^9 bytes and a GiB 2^30, 7 percent more; `units.bytes_text` gives both.
"""

from course_lib.scale.families import Shape
from course_lib.scale.limits import whole

__all__ = ["activation_bytes", "cache_bytes", "training_bytes"]


def training_bytes(n_params: int, precision: str = "mixed") -> dict[str, int]:
    """What Adam's training keeps for the parameters, by kind.

    - "float32": weight, gradient, and Adam's two running means, 4 bytes each: 16 a parameter.
    - "mixed": weight and gradient in 16 bits, and in float32 a master copy and the two means: 2 + 2 + 12 = 16
      (Rajbhandari et al. 2019, arXiv:1910.02054, section 3.1).
    - "mixed, float32 gradients": 2 + 4 + 12 = 18.

    Raises:
        ValueError: another precision.

    >>> sum(training_bytes(1000).values()), sum(training_bytes(1000, "mixed, float32 gradients").values())
    (16000, 18000)
    """
    kinds = {"float32": (4, 4, 0, 8), "mixed": (2, 2, 4, 8), "mixed, float32 gradients": (2, 4, 4, 8)}
    if precision not in kinds:
        raise ValueError(f"precision must be one of {', '.join(map(repr, kinds))}; got {precision!r}")
    names = ("weights", "gradients", "master copy", "Adam's means")
    n_params = whole("n_params", n_params)
    return {name: n_params * size for name, size in zip(names, kinds[precision], strict=True)}


def activation_bytes(tokens: int, d_model: int, heads: int, batch: int = 1, recompute: str = "nothing") -> int:
    """What one block keeps for its backward pass in 16-bit training: s b h (34 + 5 a s / h) bytes.

    With "selective" recomputation the a s² terms (scores, softmax, their dropout) are computed again: 34 s b h. With
    "full" only the block's input is kept: 2 s b h (Korthikanti et al. 2022, arXiv:2205.05198, sections 4 and 5).

    Args:
        tokens, batch, d_model, heads: s, b, h and a of the paper.
        recompute: "nothing", "selective" or "full".
    Raises:
        ValueError: another `recompute`, or a size that is no whole number of at least 1.

    >>> activation_bytes(2048, 12288, 96), 96 * activation_bytes(2048, 12288, 96, recompute="full")
    (2868903936, 4831838208)
    """
    s, h, b, a = whole("tokens", tokens), whole("d_model", d_model), whole("batch", batch), whole("heads", heads)
    kept = {"nothing": 34 * s * b * h + 5 * a * s * s * b, "selective": 34 * s * b * h, "full": 2 * s * b * h}
    if recompute not in kept:
        raise ValueError(f"recompute must be one of {', '.join(map(repr, kept))}; got {recompute!r}")
    return kept[recompute]


def cache_bytes(shape: Shape, tokens: int, batch: int = 1, bytes_per_element: int = 2) -> int:
    """Keys and values of all tokens read so far, where queries may share heads of keys.

    As ``by_hand.kv_cache_bytes``, with key_heads x d_head in the place of d_model.

    >>> llama = Shape("llama", layers=32, d_model=4096, heads=32, vocab=32000, context=2048, d_ff=11008)
    >>> cache_bytes(llama, 2048) == 2**30
    True
    """
    tokens, batch = whole("tokens", tokens), whole("batch", batch)
    if tokens > shape.context:
        raise ValueError(f"{tokens} tokens do not fit into a context of {shape.context}")
    both = shape.key_width + shape.value_width
    return both * shape.shared_heads * shape.layers * tokens * batch * whole("bytes_per_element", bytes_per_element)
