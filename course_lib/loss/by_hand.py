"""From a token's vector to one number that says how wrong the prediction was, in NumPy.

The vocabulary is always the last axis: logits are (..., vocab), targets are ids of shape (...). Everything is computed in
float64, whatever comes in. Natural logarithms throughout, so a loss is in nats.
"""

import math
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

__all__ = [
    "IGNORED",
    "bits_per_byte",
    "cross_entropy",
    "cross_entropy_by_loops",
    "cross_entropy_gradient",
    "label_smoothed",
    "log_softmax",
    "log_sum_exp",
    "logits",
    "perplexity",
    "shift",
    "target_distribution",
]

IGNORED = -100  # the target of a position that does not count, as in PyTorch: no id of a word is negative
Reduction = Literal["mean", "sum", "none"]


def logits(
    x: Float[np.ndarray, "... d_model"],
    table: Float[np.ndarray, "vocab d_model"],
    bias: Float[np.ndarray, " vocab"] | None = None,
) -> Float[np.ndarray, "... vocab"]:
    """One score for every word of the vocabulary: x tableᵀ, plus a bias where there is one.

    The table has one row a word, as the embedding has, so that one array can be both ("tied": Press and Wolf 2016,
    arXiv:1608.05859; GPT-2 ties them and has no bias).

    Raises:
        ValueError: the vectors and the rows of the table differ in width.

    >>> logits(np.array([1.0, 2.0]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])).tolist()
    [1.0, 2.0, 3.0]
    """
    if x.shape[-1] != table.shape[-1]:
        raise ValueError(
            f"vectors of width {x.shape[-1]} cannot meet rows of width {table.shape[-1]}; got x {x.shape} and table "
            f"{table.shape}. The table is (vocab, d_model): one row for each word."
        )
    scores = x @ table.T
    return scores if bias is None else scores + bias


def shift(ids: Int[np.ndarray, "... token"]) -> tuple[Int[np.ndarray, "... before"], Int[np.ndarray, "... before"]]:
    """What a language model reads and what it has to say: each position's target is the token that comes next.

    Returns:
        All tokens but the last, and all tokens but the first. A single token has no successor: both are empty.

    >>> [part.tolist() for part in shift(np.array([5, 3, 8, 2]))]
    [[5, 3, 8], [3, 8, 2]]
    """
    ids = np.asarray(ids)
    return ids[..., :-1], ids[..., 1:]


def log_sum_exp(logits: Float[np.ndarray, "... n"]) -> Float[np.ndarray, "..."]:
    """log(sum_j exp(z_j)) over the last axis, as m + log(sum_j exp(z_j - m)) with m the largest z.

    No exponent is above 0, so nothing overflows, and one of them is 0, so the sum is at least 1 and its logarithm exists.
    Minus infinity throughout, or no entry at all, gives minus infinity: the logarithm of an empty sum.

    >>> log_sum_exp(np.array([1000.0, 1000.0])).round(4).tolist()
    1000.6931
    """
    logits = np.asarray(logits, dtype=np.float64)
    largest = logits.max(axis=-1, keepdims=True, initial=-np.inf)
    largest = np.where(np.isneginf(largest), 0.0, largest)
    total = np.exp(logits - largest).sum(axis=-1)
    return largest[..., 0] + np.log(total, out=np.full(total.shape, -np.inf), where=total != 0)


def log_softmax(logits: Float[np.ndarray, "... vocab"]) -> Float[np.ndarray, "... vocab"]:
    """The logarithms of the probabilities, without the probabilities: z - log_sum_exp(z).

    Where softmax underflows to 0 and its logarithm to minus infinity, this is still right.

    >>> log_softmax(np.array([0.0, 1000.0])).tolist()
    [-1000.0, 0.0]
    """
    logits = np.asarray(logits, dtype=np.float64)
    return logits - log_sum_exp(logits)[..., None]


def target_distribution(
    targets: Int[np.ndarray, "..."], vocab: int, label_smoothing: float = 0.0
) -> Float[np.ndarray, "... vocab"]:
    """What the probabilities ought to be: all on the true word, or with a share spread over all words alike.

    (1 - epsilon) one-hot + epsilon / vocab, the convention of PyTorch (Szegedy et al. 2015, arXiv:1512.00567, section 7):
    the true word gets its part of the spread share too.

    Raises:
        ValueError: an id below 0, or not below vocab.

    >>> target_distribution(np.array([2]), 4, 0.2).round(2).tolist()
    [[0.05, 0.05, 0.85, 0.05]]
    """
    targets = np.asarray(targets)
    outside = (targets < 0) | (targets >= vocab)
    if outside.any():
        raise ValueError(f"no word has the id {targets[outside].flat[0]}: ids go from 0 to {vocab - 1}")
    ought = np.full((*targets.shape, vocab), label_smoothing / vocab)
    np.put_along_axis(ought, targets[..., None], 1 - label_smoothing + label_smoothing / vocab, axis=-1)
    return ought


def cross_entropy(
    logits: Float[np.ndarray, "... vocab"],
    targets: Int[np.ndarray, "..."],
    ignore_index: int = IGNORED,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> float | Float[np.ndarray, "..."]:
    """How surprised the model was by what really came: -log of the probability of each true word, averaged.

    Per position, sum_w t_w (log_sum_exp(z) - z_w), where t is the `target_distribution`: with label_smoothing = 0 one
    term is left, that of the true word. The mean runs over the positions that count, never over the vocabulary.

    Args:
        logits: scores before softmax.
        targets: ids of the true words.
        ignore_index: positions with this target add nothing, also not to the number that the mean divides by.
        label_smoothing: epsilon, from 0 to 1.
        reduction: "mean", "sum", or "none" for one loss a position (0 where ignored).
    Returns:
        A number; with "none" an array of the shape of the targets.
    Raises:
        ValueError: shapes, an id, epsilon or the reduction do not fit.

    Differs from torch.nn.functional.cross_entropy: the vocabulary is the last axis also where there are several axes in
    front; and where every position is ignored the mean is 0, not NaN.

    >>> round(cross_entropy(np.zeros((2, 4)), np.array([3, 1])), 4)  # four equal words: log 4
    1.3863
    """
    logits, targets = np.asarray(logits, dtype=np.float64), np.asarray(targets)
    counts = _counting(logits, targets, ignore_index, label_smoothing, reduction)
    kept, true = logits[counts], targets[counts]
    surprise = log_sum_exp(kept)[:, None] - kept
    per_position = np.take_along_axis(surprise, true[:, None], axis=-1)[:, 0]
    if label_smoothing:
        per_position = (1 - label_smoothing) * per_position + label_smoothing * surprise.mean(axis=-1)
    if reduction == "none":
        losses = np.zeros(targets.shape)
        losses[counts] = per_position
        return losses
    return float(per_position.sum() / (max(len(true), 1) if reduction == "mean" else 1))


def checked_options(label_smoothing: float, reduction: str) -> None:
    """Raise ValueError where the options of a loss make no sense.

    >>> checked_options(0.1, "mean")
    """
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing is a share from 0 to 1; got {label_smoothing}")
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction is 'mean', 'sum' or 'none'; got {reduction!r}")


def _counting(logits: np.ndarray, targets: np.ndarray, ignore_index: int, epsilon: float, reduction: str) -> np.ndarray:
    """Which positions count; raises ValueError where the arguments do not fit together."""
    if logits.ndim == 0 or logits.shape[:-1] != targets.shape:
        raise ValueError(
            f"every position needs its logits and one target: got logits {logits.shape} and targets {targets.shape}, "
            f"expected logits (..., vocab) and targets (...). The vocabulary is the last axis."
        )
    if targets.dtype.kind not in "iu" and targets.size:
        raise ValueError(f"targets are ids, whole numbers; got an array of {targets.dtype}")
    checked_options(epsilon, reduction)
    counts = targets != ignore_index
    outside = counts & ((targets < 0) | (targets >= logits.shape[-1]))
    if outside.any():
        raise ValueError(
            f"no word has the id {targets[outside].flat[0]}: ids go from 0 to {logits.shape[-1] - 1}. Give positions that "
            f"do not count the target {ignore_index}."
        )
    return counts


def cross_entropy_by_loops(logits: Float[np.ndarray, "token vocab"], targets: Int[np.ndarray, " token"]) -> float:
    """The same as `cross_entropy` without options, one number at a time.

    >>> round(cross_entropy_by_loops(np.zeros((2, 4)), np.array([3, 1])), 4)
    1.3863
    """
    total = 0.0
    for row, target in zip(logits, targets, strict=True):
        if not 0 <= target < len(row):
            raise ValueError(f"no word has the id {target}: ids go from 0 to {len(row) - 1}")
        largest = max(row)
        total += largest + math.log(sum(math.exp(score - largest) for score in row)) - row[target]
    return float(total / len(targets))


def cross_entropy_gradient(
    logits: Float[np.ndarray, "... vocab"],
    targets: Int[np.ndarray, "..."],
    ignore_index: int = IGNORED,
    label_smoothing: float = 0.0,
) -> Float[np.ndarray, "... vocab"]:
    """How the mean loss changes with each logit: (probabilities - target distribution) / number of positions that count.

    Lesson 09 derives it. Every row sums to zero: what one word is to gain, the others are to lose.

    >>> cross_entropy_gradient(np.zeros((1, 4)), np.array([3])).tolist()
    [[0.25, 0.25, 0.25, -0.75]]
    """
    logits, targets = np.asarray(logits, dtype=np.float64), np.asarray(targets)
    counts = _counting(logits, targets, ignore_index, label_smoothing, "mean")
    gradient = np.zeros(logits.shape)
    ought = target_distribution(targets[counts], logits.shape[-1], label_smoothing)
    gradient[counts] = (np.exp(log_softmax(logits[counts])) - ought) / max(int(counts.sum()), 1)
    return gradient


def label_smoothed(
    logits: Float[np.ndarray, "token vocab"], targets: Int[np.ndarray, " token"], epsilon: float
) -> float:
    """The mean cross-entropy against the `target_distribution`: mean over tokens of -sum_w t_w log p_w.

    The same number as ``cross_entropy(logits, targets, label_smoothing=epsilon)``, written as it is defined.

    >>> round(label_smoothed(np.array([[0.0, 0.0]]), np.array([1]), 0.1), 4)  # log 2, whatever the targets
    0.6931
    """
    ought = target_distribution(np.asarray(targets), np.shape(logits)[-1], epsilon)
    # Where nothing is wanted nothing is lost, also of a word that the model holds impossible: 0 times -inf is 0 here.
    terms = np.multiply(ought, log_softmax(logits), where=ought > 0, out=np.zeros_like(ought))
    return float(-terms.sum(axis=-1).mean())


def perplexity(mean_loss: float) -> float:
    """Among how many equally likely words the model might as well have been choosing: e to the mean loss (in nats).

    >>> round(perplexity(math.log(633)), 6)
    633.0
    """
    return float(np.exp(mean_loss))


def bits_per_byte(mean_loss: float, n_tokens: int, n_bytes: int) -> float:
    """The loss per byte of text, in bits: mean_loss * n_tokens / (n_bytes * log 2).

    Comparable between models that cut the same text into different tokens; and the size, in bits for each byte of the
    text, of a file that was compressed with the model.

    Raises:
        ValueError: there are no bytes.

    >>> bits_per_byte(math.log(256), 100, 100)  # a byte at a time, all alike: 8 bits
    8.0
    """
    if n_bytes <= 0:
        raise ValueError(f"bits per byte need a text of at least one byte; got n_bytes={n_bytes}")
    return float(mean_loss * n_tokens / (n_bytes * math.log(2)))
