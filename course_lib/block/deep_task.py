"""Twelve blocks and the easiest task there is: say each word again. With and without residual paths and norms.

Every token goes in and has to come out. A stack of blocks that leaves its tokens alone would do; the question is whether
training finds that, what has to be left out of a block for training to fail, and how large its steps may be.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from course_lib.block.depth import stack

__all__ = ["CHANCE", "N_WORDS", "Run", "train_stack"]

N_WORDS = 13
#: The loss of whoever guesses: the logarithm of the number of words, in nats.
CHANCE = float(np.log(N_WORDS))


@dataclass(frozen=True)
class Run:
    """What training one kind of stack gave.

    Attributes:
        norm, residual: what the blocks were made of.
        losses: cross-entropy at every step, in nats.
    """

    norm: str
    residual: bool
    losses: np.ndarray

    @property
    def learned_at(self) -> int | None:
        """The first step with a loss below a tenth of guessing, or None where there is none."""
        below = np.flatnonzero(self.losses < CHANCE / 10)
        return int(below[0]) if len(below) else None


def train_stack(
    norm: str,
    residual: bool,
    steps: int = 40,
    depth: int = 12,
    seed: int = 6,
    learning_rate: float = 2e-3,
    warm_up: int = 0,
) -> Run:
    """Train word vectors, `depth` blocks of width 32 and an output matrix with Adam, on random words.

    Args:
        norm, residual, depth: of the stack, as in `stack`.
        steps: how many, with 16 rows of 8 words each.
        seed: of the weights and the words.
        learning_rate: Adam's.
        warm_up: over so many steps the learning rate rises evenly from nothing.

    Raises:
        ValueError: there is no such norm.

    >>> train_stack("pre", True, steps=2, depth=1).losses.shape
    (2,)
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        blocks = stack(depth, 32, 2, norm, residual)
        words, output = nn.Embedding(N_WORDS, 32), nn.Linear(32, N_WORDS)
        parameters = [*blocks.parameters(), *words.parameters(), *output.parameters()]
        optimizer = torch.optim.Adam(parameters, lr=learning_rate, fused=True)
        losses = []
        for step in range(steps):
            if step < warm_up:
                optimizer.param_groups[0]["lr"] = learning_rate * (step + 1) / warm_up
            ids = torch.randint(0, N_WORDS, (16, 8))
            x = words(ids)
            for block in blocks:
                x = block(x)
            loss = functional.cross_entropy(output(x).flatten(0, 1), ids.flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return Run(norm, residual, np.array(losses))
