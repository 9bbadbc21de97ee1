"""The loss in PyTorch: the names and the argument order of ``by_hand``, with gradients.

`cross_entropy` is written out so that it can be read; `fused_cross_entropy` is PyTorch's own, in the same layout. Tests
hold the two together in every option, forward and gradients.
"""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from course_lib.loss.by_hand import IGNORED, Reduction, checked_options

__all__ = [
    "bits_per_byte",
    "cross_entropy",
    "fused_cross_entropy",
    "label_smoothed",
    "log_softmax",
    "log_sum_exp",
    "logits",
    "perplexity",
    "shift",
]


def logits(
    x: Float[Tensor, "... d_model"], table: Float[Tensor, "vocab d_model"], bias: Float[Tensor, " vocab"] | None = None
) -> Float[Tensor, "... vocab"]:
    """x tableᵀ, plus a bias where there is one; the table may be the embedding's own.

    >>> logits(torch.tensor([1.0, 2.0]), torch.eye(2)).tolist()
    [1.0, 2.0]
    """
    return functional.linear(x, table, bias)


def shift(ids: Int[Tensor, "... token"]) -> tuple[Int[Tensor, "... before"], Int[Tensor, "... before"]]:
    """All tokens but the last, and all but the first: inputs and targets.

    >>> [part.tolist() for part in shift(torch.tensor([5, 3, 8, 2]))]
    [[5, 3, 8], [3, 8, 2]]
    """
    return ids[..., :-1], ids[..., 1:]


def log_sum_exp(logits: Float[Tensor, "... n"]) -> Float[Tensor, "..."]:
    """m + log(sum exp(z - m)), with m the largest z of the row; for rows with at least one finite entry.

    >>> round(log_sum_exp(torch.tensor([1000.0, 1000.0])).item(), 3)
    1000.693
    """
    largest = logits.detach().amax(dim=-1, keepdim=True)  # it cancels, so it needs no gradient of its own
    return largest[..., 0] + torch.exp(logits - largest).sum(dim=-1).log()


def log_softmax(logits: Float[Tensor, "... vocab"]) -> Float[Tensor, "... vocab"]:
    """z - log_sum_exp(z).

    >>> log_softmax(torch.tensor([0.0, 1000.0])).tolist()
    [-1000.0, 0.0]
    """
    return logits - log_sum_exp(logits)[..., None]


def cross_entropy(
    logits: Float[Tensor, "... vocab"],
    targets: Int[Tensor, "..."],
    ignore_index: int = IGNORED,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> Float[Tensor, "..."]:
    """-log of the probability of each true word, averaged over the positions that count (see ``by_hand``).

    Half precision is computed and returned in float32. Where every position is ignored the mean is 0, with gradients of 0
    (torch.nn.functional.cross_entropy gives NaN there, with gradients of 0).

    >>> round(cross_entropy(torch.zeros(2, 4), torch.tensor([3, -100])).item(), 4)
    1.3863
    """
    checked_options(label_smoothing, reduction)
    if logits.dtype in (torch.float16, torch.bfloat16):
        logits = logits.float()
    counts = targets != ignore_index
    kept, true = logits[counts], targets[counts]
    surprise = -log_softmax(kept)
    per_position = surprise.gather(-1, true[:, None])[:, 0]
    if label_smoothing:
        per_position = (1 - label_smoothing) * per_position + label_smoothing * surprise.mean(dim=-1)
    if reduction == "none":
        return torch.zeros(targets.shape, dtype=logits.dtype, device=logits.device).masked_scatter(counts, per_position)
    return per_position.sum() / (max(len(true), 1) if reduction == "mean" else 1)


def fused_cross_entropy(
    logits: Float[Tensor, "... vocab"],
    targets: Int[Tensor, "..."],
    ignore_index: int = IGNORED,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> Float[Tensor, "..."]:
    """torch.nn.functional.cross_entropy, for any number of axes in front of the vocabulary.

    >>> round(fused_cross_entropy(torch.zeros(2, 3, 4), torch.zeros(2, 3, dtype=torch.long)).item(), 4)
    1.3863
    """
    loss = functional.cross_entropy(
        logits.reshape(-1, logits.shape[-1]),
        targets.reshape(-1),
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
        reduction=reduction,
    )
    return loss.reshape(targets.shape) if reduction == "none" else loss


def label_smoothed(
    logits: Float[Tensor, "token vocab"], targets: Int[Tensor, " token"], epsilon: float
) -> Float[Tensor, ""]:
    """The mean cross-entropy against (1 - epsilon) one-hot + epsilon / vocab.

    >>> round(label_smoothed(torch.zeros(1, 2), torch.tensor([1]), 0.1).item(), 4)
    0.6931
    """
    if logits.dtype in (torch.float16, torch.bfloat16):
        logits = logits.float()
    logs, vocab = log_softmax(logits), logits.shape[-1]
    # Without .to, whole numbers times a Python number would be float32, and a float64 loss wrong from the 8th digit on.
    ought = functional.one_hot(targets, vocab).to(logs.dtype) * (1 - epsilon) + epsilon / vocab
    return -(ought * logs.masked_fill(ought == 0, 0.0)).sum(dim=-1).mean()  # 0 times -inf is 0 here


def perplexity(mean_loss: Float[Tensor, ""]) -> Float[Tensor, ""]:
    """e to the mean loss.

    >>> perplexity(torch.tensor(0.0)).item()
    1.0
    """
    return mean_loss.exp()


def bits_per_byte(mean_loss: Float[Tensor, ""], n_tokens: int, n_bytes: int) -> Float[Tensor, ""]:
    """mean_loss * n_tokens / (n_bytes * log 2).

    >>> bits_per_byte(torch.tensor(math.log(256)), 100, 100).item()
    8.0
    """
    return mean_loss * n_tokens / (n_bytes * math.log(2))
