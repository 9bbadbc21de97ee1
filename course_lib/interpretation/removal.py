"""What a model loses with a head, or with two: three ways to take one out, and what later layers make up for."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_lib.interpretation import by_hand
from course_lib.interpretation.opened import look, loss_by_token, removing
from course_lib.multi_head.in_torch import contributions
from course_lib.training.studies.story_model import stream
from course_lib.transformer.models import GPT

__all__ = ["WAYS", "Head", "all_heads", "direct_losses", "loss_without", "losses_without", "pairs", "ways", "windows"]

Head = tuple[int, int]  #: (layer, head), counted from 0
WAYS = ("zero", "mean", "another sentence's")


def all_heads(model: GPT) -> list[Head]:
    """The heads of a model, layer after layer.

    >>> from course_lib.transformer.models import ModelConfig
    >>> all_heads(GPT(ModelConfig(vocab=5, context=4, layers=2, d_model=6, n_heads=2)))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    return [(layer, head) for layer in range(model.config.layers) for head in range(model.config.n_heads)]


def windows(n: int = 40, length: int = 64) -> Int[Tensor, "n length"]:
    """Windows of the held-out text, spread over it evenly.

    >>> windows(3, 5).shape
    torch.Size([3, 5])
    """
    ids = stream("held_out")
    starts = torch.linspace(0, len(ids) - length - 1, n).long()
    return ids[starts[:, None] + torch.arange(length)]


def ways(
    ablate_head: Callable = by_hand.ablate_head, mean_ablate: Callable = by_hand.mean_ablate, seed: int = 0
) -> dict[str, Callable]:
    """The three ways of WAYS, as functions (heads, head) -> heads, for heads (sentence, head, token, d_head).

    ablate_head takes one sentence at a time, (head, token, d_head), as the exercise asks for.
    """

    def zero(heads: np.ndarray, head: int) -> np.ndarray:
        return np.stack([ablate_head(sentence, head) for sentence in heads])

    def resampled(heads: np.ndarray, head: int) -> np.ndarray:
        turned = np.random.default_rng(seed).permutation(len(heads))
        return by_hand.resample_ablate(heads, head, turned)

    return dict(zip(WAYS, (zero, mean_ablate, resampled), strict=True))


def loss_without(
    model: GPT, ids: Int[Tensor, "sentence token"], heads: Sequence[Head], ablate: Callable, first: int = 0
) -> float:
    """The mean loss with some heads taken out; of the words from number `first` + 1 on."""
    return float(loss_by_token(look(model, ids, heads=removing(list(heads), ablate)).logits, ids)[:, first:].mean())


def losses_without(
    model: GPT, ids: Int[Tensor, "sentence token"], ablate: Callable, first: int = 0
) -> Float[np.ndarray, "layer head"]:
    """How much the loss rises with each head taken out alone."""
    whole = loss_without(model, ids, [], ablate, first)
    lost = [loss_without(model, ids, [head], ablate, first) - whole for head in all_heads(model)]
    return np.reshape(lost, (model.config.layers, -1))


def pairs(
    model: GPT, ids: Int[Tensor, "sentence token"], ablate: Callable, first: int = 0
) -> Float[np.ndarray, "head head"]:
    """How much the loss rises with two heads taken out together; on the diagonal, with one."""
    heads, whole = all_heads(model), loss_without(model, ids, [], ablate, first)
    lost = np.zeros((len(heads), len(heads)))
    for a, one in enumerate(heads):
        for b, other in enumerate(heads[: a + 1]):
            lost[a, b] = lost[b, a] = loss_without(model, ids, {one, other}, ablate, first) - whole
    return lost


@torch.no_grad()
def direct_losses(model: GPT, ids: Int[Tensor, "sentence token"], first: int = 0) -> Float[np.ndarray, "layer head"]:
    """How much the loss rises if a head's mean is put in for what it writes *into the output alone*.

    Later layers still read what the head wrote, so they cannot make up for it, and lose nothing by it. Beside the loss with the
    head's mean put in for all to see (`losses_without` with `mean_ablate`), that tells who was hurt: where the whole loss is
    smaller than this one, later layers have made up for a part.
    """
    seen = look(model, ids)
    whole = loss_by_token(seen.logits, ids)[:, first:].mean()
    norm = model.stack.norm or (lambda x: x)
    lost = []
    for layer, block in enumerate(model.stack.blocks):
        written = contributions(seen.heads[layer], block.attention.W_O)
        for head in range(model.config.n_heads):
            own = written[:, head]
            without = norm(seen.hidden[-1] - own + own.mean(dim=(0, 1))) @ model.table.T
            lost.append(loss_by_token(without, ids)[:, first:].mean() - whole)
    return np.reshape(lost, (model.config.layers, -1))
