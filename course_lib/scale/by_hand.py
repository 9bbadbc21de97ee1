"""Five formulas that answer most questions about a large model: how big, how much work, how much memory, how long.

Whole numbers stay whole: Python's integers have no largest one, and 174,604,259,328 is not to be rounded.
"""

from course_lib.scale.limits import positive, share, whole

__all__ = ["kv_cache_bytes", "parameter_count", "sequences_per_batch", "training_days", "training_flops"]


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
