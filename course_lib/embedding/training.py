"""Train a table on the course's corpus: hide a word, guess it from the words around it, thousands of times.

How a model follows the slope of its error is lesson 10; here it is enough that nobody tells the table what a word means.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from course_lib.embedding.groups import map_words
from course_lib.embedding.in_torch import look_up

__all__ = ["Settings", "Trained", "logits", "train_table"]

#: After how many steps the rows of the map's words are kept; close together at first, where most happens.
KEPT = (0, 10, 25, 50, 75, 100, 150, 200, 300, 500, 800, 1500)


@dataclass(frozen=True)
class Settings:
    """What the shipped table was trained with.

    Attributes:
        width: numbers a row, d_model.
        reach: how many words on each side of the gap are seen.
        steps: how often the table is moved.
        batch: gaps that one step averages over.
        learning_rate: of Adam at the first step; it falls in a straight line to zero.
        seed: of the random start and of the gaps.
    """

    width: int = 48
    reach: int = 4
    steps: int = 1500
    batch: int = 2048
    learning_rate: float = 0.01
    seed: int = 2


@dataclass(frozen=True)
class Trained:
    """Everything that training leaves behind, as NumPy arrays in single precision.

    Attributes:
        before, after: the table, (vocab, width).
        places: the weights of the places around the gap, (2 * reach, width).
        bias: a score that each word has anyway, (vocab,).
        losses: cross-entropy at every step, in nats, (step,).
        kept_steps: the steps after which rows were kept, (snapshot,).
        kept_rows: the rows of the map's words at those steps, (snapshot, word, width).
    """

    before: np.ndarray
    after: np.ndarray
    places: np.ndarray
    bias: np.ndarray
    losses: np.ndarray
    kept_steps: np.ndarray
    kept_rows: np.ndarray


def logits(table: Tensor, places: Tensor, bias: Tensor, neighbours: Tensor) -> Tensor:
    """`missing_word.scores_for_gap` for many gaps at once: neighbours (gap, place) -> scores (gap, vocab).

    >>> logits(torch.eye(2), torch.ones(1, 2), torch.zeros(2), torch.tensor([[1]])).round(decimals=3).tolist()
    [[0.0, 1.4140000343322754]]
    """
    mix = (places * look_up(table, neighbours)).mean(dim=1) * table.shape[1] ** 0.5
    return mix @ table.T + bias


def train_table(
    ids: np.ndarray,
    words: tuple[str, ...],
    settings: Settings | None = None,
    tell: Callable[[int, float], None] | None = None,
) -> Trained:
    """Train the table, its random start kept.

    Args:
        ids: the text, as ids of `words`.
        words: the vocabulary; words of the map that are not in it are left out of the snapshots.
        settings: Settings() if left out.
        tell: called with the step and its loss every hundred steps.
    """
    settings = settings or Settings()
    generator = torch.Generator().manual_seed(settings.seed)
    before = torch.randn(len(words), settings.width, generator=generator) * settings.width**-0.5
    table = before.clone().requires_grad_()
    places = torch.ones(2 * settings.reach, settings.width, requires_grad=True)
    bias = torch.zeros(len(words), requires_grad=True)
    offsets = torch.tensor([offset for offset in range(-settings.reach, settings.reach + 1) if offset])
    text = torch.as_tensor(np.asarray(ids))
    followed = torch.tensor([words.index(word) for word in map_words() if word in words], dtype=torch.long)
    optimizer = torch.optim.Adam([table, places, bias], lr=settings.learning_rate)
    losses, kept = [], {0: before[followed]}
    for step in range(settings.steps):
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * (1 - step / settings.steps)
        gaps = torch.randint(settings.reach, len(text) - settings.reach, (settings.batch,), generator=generator)
        scores = logits(table, places, bias, text[gaps[:, None] + offsets])
        loss = functional.cross_entropy(scores, text[gaps])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step + 1 in KEPT or step + 1 == settings.steps:
            kept[step + 1] = table.detach()[followed]
        if tell is not None and (step + 1) % 100 == 0:
            tell(step + 1, losses[-1])
    return Trained(
        before=before.numpy(),
        after=table.detach().numpy(),
        places=places.detach().numpy(),
        bias=bias.detach().numpy(),
        losses=np.array(losses, dtype=np.float32),
        kept_steps=np.array(list(kept), dtype=np.int64),
        kept_rows=torch.stack(list(kept.values())).numpy(),
    )
