"""The functions of ``by_hand`` in PyTorch, under the same names; the form in which a model is trained and writes.

What has no tensors in it (`learning_rate`, `noam_rate`) is the same function.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_lib.training import by_hand
from course_lib.training.by_hand import learning_rate, noam_rate

__all__ = [
    "accumulate",
    "adamw_step",
    "batch",
    "chooser",
    "clip",
    "draw",
    "keep_top_k",
    "keep_top_p",
    "learning_rate",
    "noam_rate",
    "probabilities",
    "sample",
]


def adamw_step(
    w: Float[Tensor, "..."],
    grad: Float[Tensor, "..."],
    m: Float[Tensor, "..."],
    v: Float[Tensor, "..."],
    step: int,
    lr: float,
    beta_1: float,
    beta_2: float,
    eps: float,
    weight_decay: float,
) -> tuple[Float[Tensor, "..."], Float[Tensor, "..."], Float[Tensor, "..."]]:
    """One update by AdamW, readable; torch.optim.AdamW computes the same.

    >>> zero = torch.zeros(1)
    >>> [array.item() for array in adamw_step(zero, torch.ones(1), zero, zero, 1, 0.5, 0.5, 0.5, 0.0, 0.0)]
    [-0.5, 0.5, 0.5]
    """
    m = beta_1 * m + (1 - beta_1) * grad
    v = beta_2 * v + (1 - beta_2) * grad**2
    m_corrected = m / (1 - beta_1**step)
    v_corrected = v / (1 - beta_2**step)
    return w - lr * weight_decay * w - lr * m_corrected / (torch.sqrt(v_corrected) + eps), m, v


def batch(
    ids: Int[Tensor, "token"], batch_size: int, context: int, rng: np.random.Generator
) -> tuple[Int[Tensor, "batch context"], Int[Tensor, "batch context"]]:
    """Windows and the same windows one token later; the same ones as ``by_hand.batch`` with the same generator.

    >>> [array.tolist() for array in batch(torch.arange(5), 1, 4, np.random.default_rng(0))]
    [[[0, 1, 2, 3]], [[1, 2, 3, 4]]]
    """
    if len(ids) <= context:
        raise ValueError(
            f"a window of {context} tokens and the one after it need at least {context + 1} tokens; the text has "
            f"{len(ids)}: take more text or a smaller context"
        )
    starts = torch.from_numpy(rng.integers(0, len(ids) - context, size=batch_size)).to(ids.device)
    places = starts[:, None] + torch.arange(context, device=ids.device)
    return ids[places], ids[places + 1]


def clip(gradients: Sequence[Float[Tensor, "..."]], most: float) -> tuple[list[Tensor], float]:
    """All gradients times one factor, so that they are together at most so long; and how long they were.

    >>> clip([torch.tensor([3.0]), torch.tensor([4.0])], 10.0)[1]
    5.0
    """
    length = float(torch.sqrt(sum((gradient**2).sum() for gradient in gradients)))
    factor = min(1.0, most / length) if length > 0 else 1.0
    return [gradient * factor for gradient in gradients], length


def accumulate(gradients: Sequence[Float[Tensor, "..."]], sizes: Sequence[int]) -> Float[Tensor, "..."]:
    """The mean of the gradients, each counted as often as its micro-batch has tokens.

    >>> accumulate([torch.tensor([1.0]), torch.tensor([4.0])], [2, 1]).tolist()
    [2.0]
    """
    if len(gradients) != len(sizes) or sum(sizes) < 1:
        raise ValueError(f"one size for each gradient, and a token at least; got {len(gradients)} and {list(sizes)}")
    return sum(size * array for size, array in zip(sizes, gradients, strict=True)) / sum(sizes)


def keep_top_k(logits: Float[Tensor, "... vocab"], k: int | None) -> Float[Tensor, "... vocab"]:
    """All but the k largest logits set to minus infinity; among equals the smaller id stays.

    >>> keep_top_k(torch.tensor([1.0, 3.0, 2.0, 2.0]), 2).tolist()
    [-inf, 3.0, 2.0, -inf]
    """
    if k is None or k >= logits.shape[-1]:
        return logits
    if k < 1:
        raise ValueError(f"at least one token must stay; got k = {k}")
    best = logits.sort(dim=-1, descending=True, stable=True).indices[..., :k]
    return torch.full_like(logits, -torch.inf).scatter(-1, best, logits.gather(-1, best))


def keep_top_p(logits: Float[Tensor, "... vocab"], p: float | None) -> Float[Tensor, "... vocab"]:
    """The likeliest tokens until their probabilities reach p; the rest minus infinity.

    >>> keep_top_p(torch.tensor([0.2, 0.5, 0.3]).log(), 0.6).isinf().tolist()
    [True, False, False]
    """
    if p is None or p >= 1.0:
        return logits
    if not p > 0:
        raise ValueError(f"p is a probability above 0; got {p}")
    sorted_weights, order = logits.softmax(dim=-1).sort(dim=-1, descending=True, stable=True)
    before = sorted_weights.cumsum(dim=-1) - sorted_weights
    stays = torch.empty_like(logits, dtype=torch.bool).scatter(-1, order, before < p)
    return logits.masked_fill(~stays, -torch.inf)


def probabilities(
    logits: Float[Tensor, "... vocab"], temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> Float[Tensor, "... vocab"]:
    """What the next token is drawn from: temperature, top-k, top-p, softmax; at temperature 0 the largest logit alone.

    >>> probabilities(torch.tensor([0.0, 1.0]), temperature=0).tolist()
    [0.0, 1.0]
    """
    if not 0 <= temperature < math.inf:
        raise ValueError(f"a temperature is a number of 0 or more; got {temperature}")
    largest = logits.amax(dim=-1, keepdim=True)
    if not largest.isfinite().all():
        by_hand.probabilities(largest.double().cpu().numpy())  # says what is wrong with them
    if temperature == 0:
        return keep_top_k(logits, 1).softmax(dim=-1)
    # In float64, where no temperature of this format is rounded to 0, and shifted, so that nothing overflows upwards.
    heated = ((logits - largest).double() / temperature).to(logits.dtype)
    return keep_top_p(keep_top_k(heated, top_k), top_p).softmax(dim=-1)


def draw(weights: Float[Tensor, "... vocab"], uniform: float | Float[Tensor, "..."]) -> Int[Tensor, "..."]:
    """The smallest id whose cumulated probability is above a number drawn from [0, 1), for each row.

    >>> draw(torch.tensor([[0.25, 0.0, 0.75]]), torch.tensor([0.25])).tolist()
    [2]
    """
    cumulated = weights.double().cumsum(dim=-1)
    wanted = torch.as_tensor(uniform, dtype=cumulated.dtype, device=weights.device)[..., None] * cumulated[..., -1:]
    last = weights.shape[-1] - 1 - (weights.flip(-1) > 0).int().argmax(dim=-1)
    return torch.minimum(torch.searchsorted(cumulated, wanted, right=True)[..., 0], last)


def sample(
    logits: Float[Tensor, "... vocab"], temperature: float, top_k: int | None, rng: np.random.Generator
) -> Int[Tensor, "..."]:
    """Draw the next token of every row; the tokens that ``by_hand.sample`` draws with the same generator.

    >>> sample(torch.tensor([[0.0, 5.0, 5.0]]), 0.0, None, np.random.default_rng(0)).tolist()
    [1]
    """
    return _drawn(probabilities(logits, temperature, top_k), temperature, rng)


def chooser(
    temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None, seed: int = 0
) -> Callable[[Tensor], Tensor]:
    """What ``transformer.generation.generate`` takes for `choose`: a draw with these settings and a generator of its own.

    >>> chooser(temperature=0)(torch.tensor([[0.0, 2.0, 1.0]])).tolist()
    [1]
    """
    rng = np.random.default_rng(seed)
    return lambda logits: _drawn(probabilities(logits, temperature, top_k, top_p), temperature, rng)


def _drawn(weights: Tensor, temperature: float, rng: np.random.Generator) -> Tensor:
    return weights.argmax(dim=-1) if temperature == 0 else draw(weights, rng.random(weights.shape[:-1]))
