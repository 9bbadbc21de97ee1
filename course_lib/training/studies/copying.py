"""A copy task: one block learns to answer from wherever the marked symbol stands."""

import numpy as np
import torch
from jaxtyping import Float, Int

from course_lib.loss.in_torch import fused_cross_entropy
from course_lib.training.engine.config import TrainConfig
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["copy_accuracy", "copy_task", "train_to_copy"]

SYMBOLS = 8


def copy_task(
    rng: np.random.Generator, n: int, length: int = 32
) -> tuple[Int[np.ndarray, "n length"], Int[np.ndarray, "n"], Int[np.ndarray, "n"]]:
    """Rows of symbols of which one is marked, and a question at the end: which one was it?

    Symbols are 0 to 7, the same symbol marked is 8 more, the question is 16.

    Returns:
        The rows (n, length), the answers (n,) and how far back each stands (n,), from 1 to length - 1.

    >>> rows, answers, distances = copy_task(np.random.default_rng(0), 3, 5)
    >>> rows.shape, (rows[:, -1] == 16).all().item()
    ((3, 5), True)
    >>> (rows[np.arange(3), 4 - distances] == answers + 8).all().item()
    True
    """
    rows = rng.integers(0, SYMBOLS, (n, length))
    places, answers = rng.integers(0, length - 1, n), rng.integers(0, SYMBOLS, n)
    rows[np.arange(n), places] = answers + SYMBOLS
    rows[:, -1] = 2 * SYMBOLS
    return rows, answers, length - 1 - places


def train_to_copy(length: int = 32, steps: int = 200, layers: int = 1, seed: int = 0) -> GPT:
    """One block learns to answer, wherever the marked symbol stands."""
    shape = ModelConfig(vocab=2 * SYMBOLS + 1, context=length, layers=layers, d_model=32, n_heads=2)
    model = GPT(shape, torch.Generator().manual_seed(seed))
    config = TrainConfig(steps=steps, peak=1e-2, floor=1e-4, warmup=min(20, steps // 2))
    optimizer, rng = torch.optim.AdamW(model.parameters(), fused=True), np.random.default_rng(seed)
    for step in range(1, steps + 1):
        rows, answers, _ = map(torch.from_numpy, copy_task(rng, 64, length))
        loss = fused_cross_entropy(model(rows)[:, -1], answers)
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = config.rate(step)
        optimizer.step()
        optimizer.zero_grad()
    return model.eval()


@torch.no_grad()
def copy_accuracy(model: GPT, n: int = 4000, seed: int = 1) -> Float[np.ndarray, "distance"]:
    """The share of right answers at each distance, from 1 to the context less 1, on rows not trained on."""
    length = model.config.context
    rows, answers, distances = copy_task(np.random.default_rng(seed), n, length)
    right = model(torch.from_numpy(rows))[:, -1].argmax(dim=-1).numpy() == answers
    return np.array([right[distances == distance].mean() for distance in range(1, length)])
