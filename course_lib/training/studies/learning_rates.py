"""Short runs that differ in nothing but their learning rate."""

import contextlib
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.loop import Trainer
from course_lib.training.engine.not_a_number import NotANumber
from course_lib.training.studies.ablation import small_model
from course_lib.training.studies.story_model import stream

__all__ = ["sweep"]


def sweep(rates: Sequence[float], steps: int = 60, clip: float | None = None) -> dict[float, Float[np.ndarray, "step"]]:
    """The losses of short runs that differ in nothing but their learning rate, which is constant after five steps.

    A run whose loss is no number any more keeps infinity from there on.
    """
    found = {}
    for rate in rates:
        config = TrainConfig(steps=steps, batch_size=16, peak=rate, floor=rate, warmup=5, clip=clip)
        trainer = Trainer(small_model(), stream("train"), config=config)
        with contextlib.suppress(NotANumber):
            trainer.run()
        found[rate] = np.full(steps, np.inf)
        found[rate][: trainer.done] = np.where(np.isfinite(trainer.losses), trainer.losses, np.inf)
    return found
