"""A language model of attention and nothing else, small enough to train again and again: what does another head buy?

Words become vectors, positions are added, one or two layers of multi-head attention add to each vector what they find, and the
product with the table of words scores every word as the next one. No feed-forward, no norm: those are lesson 06.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from course_lib.attention.by_hand import attention_weights, causal_mask
from course_lib.corpus import stream, vocabulary
from course_lib.multi_head.by_hand import split_heads
from course_lib.multi_head.grouped import GroupedQueryAttention
from course_lib.multi_head.in_torch import MultiHeadAttention

__all__ = [
    "SETTING",
    "AttentionOnly",
    "Run",
    "Setting",
    "attention_maps",
    "held_out_loss",
    "ids_of",
    "train_attention_only",
]


@dataclass(frozen=True)
class Setting:
    """What all runs of the comparison share.

    Attributes:
        d_model: the width of the tokens.
        n_layers: how many layers of attention.
        context: how many words the model sees at once.
        batch: how many windows of text a step trains on.
        steps: how many steps.
        peak: the largest learning rate; it warms up for a tenth of the steps and then falls in a straight line.
        n_groups: how many sets of keys and values the heads share; None gives each head its own.
    """

    d_model: int = 64
    n_layers: int = 1
    context: int = 32
    batch: int = 16
    steps: int = 500
    peak: float = 1e-2
    n_groups: int | None = None


SETTING = Setting()


@cache  # the same ids at every call, and a second of work
def ids_of(part: str) -> Tensor:
    """All words of a part of the corpus in a row, as ids."""
    return torch.tensor(vocabulary().encode(stream(part)))


class AttentionOnly(nn.Module):
    """Embedding, positions, layers of multi-head attention with what they found added, and the table once more.

    >>> model = AttentionOnly(11, n_heads=2, setting=Setting(d_model=6, context=5))
    >>> model(torch.zeros(1, 5, dtype=torch.long)).shape
    torch.Size([1, 5, 11])
    """

    def __init__(self, n_words: int, n_heads: int, setting: Setting = SETTING) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(n_words, setting.d_model) / math.sqrt(setting.d_model))
        self.positions = nn.Parameter(torch.randn(setting.context, setting.d_model))
        self.layers = nn.ModuleList(
            MultiHeadAttention(setting.d_model, n_heads, bias=False)
            if setting.n_groups is None
            else GroupedQueryAttention(setting.d_model, n_heads, setting.n_groups)
            for _ in range(setting.n_layers)
        )

    def embed(self, ids: Int[Tensor, "batch token"]) -> Float[Tensor, "batch token d_model"]:
        """The words' vectors, scaled to entries of about 1 (Vaswani et al. 2017, section 3.4), and the positions."""
        return self.table[ids] * math.sqrt(self.table.shape[1]) + self.positions[: ids.shape[1]]

    def forward(self, ids: Int[Tensor, "batch token"]) -> Float[Tensor, "batch token word"]:
        """A score for every word as the next one, after each word."""
        x = self.embed(ids)
        for layer in self.layers:
            x = x + layer(x, causal=True)
        return x @ self.table.T


@dataclass(frozen=True)
class Run:
    """One training run: the model, and its loss on the held-out text every so many steps."""

    model: AttentionOnly
    steps: tuple[int, ...]
    losses: tuple[float, ...]

    @property
    def parameters(self) -> int:
        """How many numbers were trained."""
        return sum(parameter.numel() for parameter in self.model.parameters())


def train_attention_only(n_heads: int, seed: int, setting: Setting = SETTING, every: int = 100) -> Run:
    """Train on next-word prediction; measure the held-out loss every `every` steps.

    The seed decides the first weights and the order of the windows; the order is the same for every number of heads.

    >>> train_attention_only(2, 0, Setting(d_model=4, steps=2), every=1).steps
    (1, 2)
    """
    torch.manual_seed(seed)
    model = AttentionOnly(len(vocabulary()), n_heads, setting)
    ids, rng = ids_of("train"), np.random.default_rng(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=setting.peak)
    warm = max(1, setting.steps // 10)
    measured, losses = [], []
    for step in range(1, setting.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = setting.peak * min(step / warm, (setting.steps - step + 1) / (setting.steps - warm + 1))
        starts = torch.from_numpy(rng.integers(0, len(ids) - setting.context, setting.batch))
        windows = ids[starts[:, None] + torch.arange(setting.context + 1)]
        loss = _next_word_loss(model, windows)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % every == 0:
            measured.append(step)
            losses.append(held_out_loss(model, setting))
    return Run(model, tuple(measured), tuple(losses))


def _next_word_loss(model: AttentionOnly, windows: Int[Tensor, "batch token"]) -> Tensor:
    """The mean of -ln p(next word), in nats."""
    return functional.cross_entropy(model(windows[:, :-1]).flatten(0, 1), windows[:, 1:].flatten())


@torch.no_grad()
def held_out_loss(model: AttentionOnly, setting: Setting = SETTING) -> float:
    """The mean of -ln p(next word) over the held-out text, cut into windows side by side."""
    ids = ids_of("held_out")
    starts = torch.arange(0, len(ids) - setting.context, setting.context)
    return _next_word_loss(model, ids[starts[:, None] + torch.arange(setting.context + 1)]).item()


@torch.no_grad()
def attention_maps(model: AttentionOnly, words: list[str]) -> Float[np.ndarray, "layer head token token"]:
    """The weights of every head of every layer on a list of words of the corpus."""
    ids, maps = torch.tensor([vocabulary().encode(words)]), []
    x = model.embed(ids)
    for layer in model.layers:
        Q, K = (split_heads((x @ W)[0].double().numpy(), layer.n_heads) for W in (layer.W_Q, layer.W_K))
        maps.append(attention_weights(Q, K, causal_mask(len(words))))
        x = x + layer(x, causal=True)
    return np.stack(maps)
