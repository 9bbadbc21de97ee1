"""All of training but the gradient, in NumPy: how fast, which way, on what, the loop, and how text is drawn afterwards.

Adds to ``backprop`` what is done with a gradient once it is there. Sources: Loshchilov and Hutter 2017, arXiv:1711.05101
(AdamW) and arXiv:1608.03983 (cosine); Vaswani et al. 2017, arXiv:1706.03762, section 5.3; Pascanu et al. 2012,
arXiv:1211.5063 (clipping); Fan et al. 2018, arXiv:1805.04833 (top-k); Holtzman et al. 2019, arXiv:1904.09751 (top-p).
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from course_lib.attention.by_hand import softmax

__all__ = [
    "Settings",
    "accumulate",
    "adamw_step",
    "batch",
    "clip",
    "draw",
    "keep_top_k",
    "keep_top_p",
    "learning_rate",
    "noam_rate",
    "probabilities",
    "sample",
    "train",
    "updates",
]


def learning_rate(step: int, warmup: int, total: int, peak: float, floor: float) -> float:
    """Up in a straight line from zero, then down along half a cosine, then level.

    peak * step / warmup until `warmup`; floor + (peak - floor) (1 + cos(pi * progress)) / 2 until `total`, where progress
    runs from 0 to 1 between the two; floor from there on. The first update of a run is step 1.

    Raises:
        ValueError: not 0 <= warmup < total, or a negative step.

    >>> [round(learning_rate(step, 2, 6, 1.0, 0.2), 3) for step in range(8)]
    [0.0, 0.5, 1.0, 0.883, 0.6, 0.317, 0.2, 0.2]
    """
    if not 0 <= warmup < total or step < 0:
        raise ValueError(
            f"the warm-up must end before the run does, and steps count from 0: got step {step}, warmup {warmup}, "
            f"total {total}"
        )
    if step < warmup:
        return peak * step / warmup
    if step >= total:
        return floor
    progress = (step - warmup) / (total - warmup)
    return floor + (peak - floor) * (1 + math.cos(math.pi * progress)) / 2


def noam_rate(step: int, warmup: int, d_model: int) -> float:
    """The schedule of the Transformer of 2017: d_model^-0.5 min(step^-0.5, step warmup^-1.5), equation 3 of the paper.

    Raises:
        ValueError: a step below 1; the formula has no value at 0.

    >>> round(noam_rate(4000, 4000, 512), 6)
    0.000699
    """
    if step < 1 or warmup < 1:
        raise ValueError(f"step and warmup count from 1; got step {step}, warmup {warmup}")
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)


def adamw_step(
    w: Float[np.ndarray, "..."],
    grad: Float[np.ndarray, "..."],
    m: Float[np.ndarray, "..."],
    v: Float[np.ndarray, "..."],
    step: int,
    lr: float,
    beta_1: float,
    beta_2: float,
    eps: float,
    weight_decay: float,
) -> tuple[Float[np.ndarray, "..."], Float[np.ndarray, "..."], Float[np.ndarray, "..."]]:
    """One update by AdamW: every weight moves by about the learning rate, whatever the size of its gradient.

    m = beta_1 m + (1 - beta_1) grad, v = beta_2 v + (1 - beta_2) grad²; both start at zero and are corrected for it,
    m / (1 - beta_1^step) and v / (1 - beta_2^step); then
    w = w - lr * weight_decay * w - lr * m_corrected / (sqrt(v_corrected) + eps).

    Args:
        w, grad, m, v: weights, their gradient, and the two running means, of one shape.
        step: the number of this update, from 1.
        lr, beta_1, beta_2, eps, weight_decay: as in torch.optim.AdamW.
    Returns:
        New arrays w, m, v (m and v as they are kept, not corrected).
    Raises:
        ValueError: step below 1.

    >>> w, m, v = adamw_step(np.ones(1), np.array([5.0]), np.zeros(1), np.zeros(1), 1, 0.1, 0.9, 0.999, 0.0, 0.0)
    >>> w.round(6).tolist(), m.round(6).tolist(), v.round(6).tolist()
    ([0.9], [0.5], [0.025])
    """
    if step < 1:
        raise ValueError(f"updates are counted from 1, because the correction divides by 1 - beta^step; got {step}")
    m = beta_1 * m + (1 - beta_1) * grad
    v = beta_2 * v + (1 - beta_2) * grad**2
    m_corrected = m / (1 - beta_1**step)
    v_corrected = v / (1 - beta_2**step)
    w = w - lr * weight_decay * w - lr * m_corrected / (np.sqrt(v_corrected) + eps)
    return w, m, v


def batch(
    ids: Int[np.ndarray, "token"], batch_size: int, context: int, rng: np.random.Generator
) -> tuple[Int[np.ndarray, "batch context"], Int[np.ndarray, "batch context"]]:
    """Windows of a long text, begun at random places, and the same windows one token later.

    Starts are rng.integers(0, len(ids) - context, size=batch_size): the last window that has a target for every token
    begins at len(ids) - context - 1.

    Raises:
        ValueError: the text has no context + 1 tokens.

    >>> inputs, targets = batch(np.arange(5), 1, 4, np.random.default_rng(0))
    >>> inputs.tolist(), targets.tolist()
    ([[0, 1, 2, 3]], [[1, 2, 3, 4]])
    """
    if len(ids) <= context:
        raise ValueError(
            f"a window of {context} tokens and the one after it need at least {context + 1} tokens; the text has "
            f"{len(ids)}: take more text or a smaller context"
        )
    starts = rng.integers(0, len(ids) - context, size=batch_size)
    places = starts[:, None] + np.arange(context)
    return ids[places], ids[places + 1]


def clip(gradients: Sequence[Float[np.ndarray, "..."]], most: float) -> tuple[list[np.ndarray], float]:
    """Shorten a gradient that is too long: all its parts by one factor, so that its direction stays.

    The length is that of all arrays together, the square root of the sum of all squares.

    Returns:
        The gradients, times min(1, most / length), and the length before.

    >>> clipped, length = clip([np.array([3.0]), np.array([[4.0]])], most=1.0)
    >>> length, [gradient.round(3).tolist() for gradient in clipped]
    (5.0, [[0.6], [[0.8]]])
    """
    length = math.sqrt(sum(float((gradient**2).sum()) for gradient in gradients))
    factor = min(1.0, most / length) if length > 0 else 1.0
    return [gradient * factor for gradient in gradients], length


def accumulate(gradients: Sequence[Float[np.ndarray, "..."]], sizes: Sequence[int]) -> Float[np.ndarray, "..."]:
    """The gradient of a batch from those of its micro-batches: their mean, each counted as often as it has tokens.

    Args:
        gradients: of each micro-batch, the gradient of its own mean loss; all of one shape.
        sizes: how many tokens each micro-batch has.
    Raises:
        ValueError: as many sizes as gradients are needed, and a token at least.

    >>> accumulate([np.array([1.0]), np.array([4.0])], [2, 1]).tolist()
    [2.0]
    """
    if len(gradients) != len(sizes) or sum(sizes) < 1:
        raise ValueError(f"one size for each gradient, and a token at least; got {len(gradients)} and {list(sizes)}")
    return sum(size * gradient for size, gradient in zip(sizes, gradients, strict=True)) / sum(sizes)


@dataclass(frozen=True)
class Settings:
    """What `train` is told. The engine's TrainConfig has these, and more.

    Attributes:
        steps: how many updates, for the schedule.
        warmup, peak, floor: of the learning rate.
        clip: the longest that the gradient may be.
        beta_1, beta_2, eps: of AdamW.
        weight_decay: of AdamW, on matrices alone: arrays of one axis (gains and biases) do not decay.
    """

    steps: int
    warmup: int = 0
    peak: float = 1e-2
    floor: float = 1e-3
    clip: float = 1.0
    beta_1: float = 0.9
    beta_2: float = 0.99
    eps: float = 1e-8
    weight_decay: float = 0.1


def train(
    loss_and_gradients: Callable[[list[np.ndarray], Any, Any], tuple[float, list[np.ndarray]]],
    weights: Sequence[np.ndarray],
    batches: Iterable[tuple[Any, Any]],
    config: Settings,
) -> tuple[list[np.ndarray], list[float]]:
    """The loop: for every batch the loss and its gradient, clipped; then one update of every array by AdamW.

    Args:
        loss_and_gradients: from (weights, inputs, targets) to the loss and a list of gradients, one for each array.
        weights: the arrays to begin with; they are not changed.
        batches: pairs of inputs and targets, one pair for each step; the first is step 1.
        config: rates, limits and decay.
    Returns:
        The weights after the last update, and the loss of every step, measured before its update.

    >>> def square(weights, inputs, targets):
    ...     return float((weights[0] ** 2).sum()), [2 * weights[0]]
    >>> start = [np.array([1.0])]
    >>> weights, losses = train(square, start, [(None, None)] * 3, Settings(steps=3, peak=0.5, floor=0.5))
    >>> weights[0].round(2).tolist(), np.round(losses, 2).tolist()
    ([-0.39], [1.0, 0.25, 0.0])
    """
    weights = list(weights)
    losses = list(updates(loss_and_gradients, weights, batches, config))
    return weights, losses


def updates(
    loss_and_gradients: Callable[[list[np.ndarray], Any, Any], tuple[float, list[np.ndarray]]],
    weights: list[np.ndarray],
    batches: Iterable[tuple[Any, Any]],
    config: Settings,
    rate_of: Callable = learning_rate,
    shorten: Callable = clip,
    update: Callable = adamw_step,
) -> Iterator[float]:
    """The loop of `train`, one update at a time: the loss before each.

    Args:
        loss_and_gradients, batches, config: as for `train`.
        weights: a list whose entries are exchanged at every update; the arrays themselves are not changed.
        rate_of, shorten, update: the parts of the loop, for whoever wants to exchange one.

    >>> def square(weights, inputs, targets):
    ...     return float((weights[0] ** 2).sum()), [2 * weights[0]]
    >>> config = Settings(steps=3, peak=0.5, floor=0.5)
    >>> [round(loss, 2) for loss in updates(square, [np.array([1.0])], [(None, None)] * 3, config)]
    [1.0, 0.25, 0.0]
    """
    m, v = ([np.zeros_like(w) for w in weights] for _ in range(2))
    for step, (inputs, targets) in enumerate(batches, start=1):
        loss, gradients = loss_and_gradients(weights, inputs, targets)
        gradients, _ = shorten(gradients, config.clip)
        rate = rate_of(step, config.warmup, config.steps, config.peak, config.floor)
        for k, gradient in enumerate(gradients):
            decay = config.weight_decay if weights[k].ndim > 1 else 0.0
            weights[k], m[k], v[k] = update(
                weights[k], gradient, m[k], v[k], step, rate, config.beta_1, config.beta_2, config.eps, decay
            )
        yield float(loss)


def keep_top_k(logits: Float[np.ndarray, "... vocab"], k: int | None) -> Float[np.ndarray, "... vocab"]:
    """Set all but the k largest logits to minus infinity; among equals the smaller id stays.

    k None, or not below the size of the vocabulary, keeps all.

    >>> keep_top_k(np.array([1.0, 3.0, 2.0, 2.0]), 2).tolist()
    [-inf, 3.0, 2.0, -inf]
    """
    if k is None or k >= logits.shape[-1]:
        return logits
    if k < 1:
        raise ValueError(f"at least one token must stay; got k = {k}")
    order = np.argsort(-logits, axis=-1, kind="stable")
    kept = np.full(logits.shape, -np.inf)
    best = order[..., :k]
    np.put_along_axis(kept, best, np.take_along_axis(logits, best, axis=-1), axis=-1)
    return kept


def keep_top_p(logits: Float[np.ndarray, "... vocab"], p: float | None) -> Float[np.ndarray, "... vocab"]:
    """Keep the likeliest tokens until their probabilities reach p; the rest become minus infinity.

    The smallest set whose sum is at least p, so the likeliest token always stays; among equals the smaller id comes first.

    >>> keep_top_p(np.log(np.array([0.2, 0.5, 0.3])), 0.6).round(3).tolist()
    [-inf, -0.693, -1.204]
    """
    if p is None or p >= 1.0:
        return logits
    if not p > 0:
        raise ValueError(f"p is a probability above 0; got {p}")
    order = np.argsort(-logits, axis=-1, kind="stable")
    sorted_weights = np.take_along_axis(softmax(logits), order, axis=-1)
    before = np.cumsum(sorted_weights, axis=-1) - sorted_weights
    stays = np.empty(logits.shape, dtype=bool)
    np.put_along_axis(stays, order, before < p, axis=-1)
    return np.where(stays, logits, -np.inf)


def probabilities(
    logits: Float[np.ndarray, "... vocab"],
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> Float[np.ndarray, "... vocab"]:
    """What the next token is drawn from: divide by the temperature, cut off the tail, softmax.

    Temperature 0 gives everything to the largest logit (the smallest id among equals). The order is that of Hugging
    Face's `generate`: temperature, then top-k, then top-p on what is left.

    Raises:
        ValueError: a negative temperature; logits that hold NaN or plus infinity, or allow no token at all.

    >>> probabilities(np.log(np.array([0.1, 0.6, 0.3])), top_k=2).round(3).tolist()
    [0.0, 0.667, 0.333]
    """
    if not 0 <= temperature < np.inf:
        raise ValueError(f"a temperature is a number of 0 or more; got {temperature}")
    largest = logits.max(axis=-1, keepdims=True)
    if not np.isfinite(largest).all():
        raise ValueError("logits are finite, or minus infinity for tokens that cannot come; " + _what_is_wrong(largest))
    if temperature == 0:
        return softmax(keep_top_k(logits, 1))
    # Softmax is the same for logits that are shifted, and those of 0 and less cannot overflow upwards.
    with np.errstate(over="ignore"):
        heated = (logits - largest) / temperature
    return softmax(keep_top_p(keep_top_k(heated, top_k), top_p))


def _what_is_wrong(largest: np.ndarray) -> str:
    if np.isnan(largest).any():
        return "these hold NaN (not a number): look where it comes from, often a loss that grew without bound"
    return "these allow no token at all" if (largest < 0).any() else "these hold plus infinity"


def draw(weights: Float[np.ndarray, "vocab"], uniform: float) -> int:
    """The smallest id whose cumulated probability is above a number drawn from [0, 1).

    >>> draw(np.array([0.25, 0.0, 0.75]), 0.1), draw(np.array([0.25, 0.0, 0.75]), 0.25)
    (0, 2)
    """
    cumulated = np.cumsum(weights, dtype=np.float64)
    found = np.searchsorted(cumulated, uniform * cumulated[-1], side="right")
    return int(min(found, np.flatnonzero(weights)[-1]))  # rounding may carry the product up to the whole sum


def sample(logits: Float[np.ndarray, "vocab"], temperature: float, top_k: int | None, rng: np.random.Generator) -> int:
    """Draw the next token: one number from rng.random(), laid along the cumulated probabilities in the order of ids.

    Temperature 0 draws nothing: the largest logit, the smallest id among equals.

    >>> sample(np.array([0.0, 5.0, 5.0]), 0.0, None, np.random.default_rng(0))
    1
    """
    weights = probabilities(logits, temperature, top_k)
    return int(weights.argmax()) if temperature == 0 else draw(weights, rng.random())
