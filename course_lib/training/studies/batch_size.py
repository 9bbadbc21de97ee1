"""What a step costs, in time and in memory, at several batch sizes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.loss.in_torch import fused_cross_entropy
from course_lib.training.engine.saved import saved_bytes
from course_lib.training.in_torch import batch
from course_lib.training.studies.ablation import small_model
from course_lib.training.studies.story_model import stream

__all__ = ["BatchCost", "batch_costs"]


@dataclass(frozen=True)
class BatchCost:
    """What a step costs at one batch size.

    Attributes:
        batch_size: windows in the batch.
        seconds: of one forward and backward pass, the quickest of several.
        tokens_per_second: how many tokens are learned from in a second.
        saved: bytes kept for the backward pass.
    """

    batch_size: int
    seconds: float
    tokens_per_second: float
    saved: int


def batch_costs(sizes: Sequence[int] = (1, 2, 4, 8, 16, 32), context: int = 64, rounds: int = 9) -> list[BatchCost]:
    """Time and memory of a step for several batch sizes, measured here and now.

    The sizes take turns, and the quickest of several rounds counts: whatever else the machine does only adds.
    """
    model, rng = small_model(context, d_model=64), np.random.default_rng(0)
    batches = {size: batch(stream("train"), size, context, rng) for size in sizes}
    seconds = dict.fromkeys(sizes, float("inf"))
    for _ in range(rounds):
        for size, (inputs, targets) in batches.items():
            started = time.perf_counter()
            fused_cross_entropy(model(inputs), targets).backward()
            seconds[size] = min(seconds[size], time.perf_counter() - started)
    saved = {
        size: saved_bytes(lambda ids=inputs: fused_cross_entropy(model(ids), ids), model.parameters())
        for size, (inputs, _) in batches.items()
    }
    return [BatchCost(size, seconds[size], size * context / seconds[size], saved[size]) for size in sizes]
