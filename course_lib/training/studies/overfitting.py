"""A text that is too short: what dropout does against learning it by heart."""

from dataclasses import dataclass

import numpy as np

from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.engine.history import Step
from course_lib.training.engine.loop import Trainer
from course_lib.training.studies.ablation import small_model
from course_lib.training.studies.story_model import stream

__all__ = ["Overfit", "overfit"]


@dataclass(frozen=True)
class Overfit:
    """A run on a text that is too short for the model.

    Attributes:
        steps: where the losses were measured.
        train, held_out: the loss without dropout, on the training text itself and on text never seen.
    """

    steps: np.ndarray
    train: np.ndarray
    held_out: np.ndarray


def overfit(dropout: float, tokens: int = 1000, steps: int = 240, every: int = 24) -> Overfit:
    """Train on the first `tokens` words of the corpus alone, and measure on them and on others.

    Args:
        dropout: the share that is dropped in training.
        tokens: how much text there is to learn from.
        steps, every: how long to train, and how often to measure.
    """
    ids, other = stream("train")[:tokens], stream("held_out")[:2000]
    config = TrainConfig(steps=steps, batch_size=8, peak=1e-2, floor=1e-3, warmup=10)
    trainer = Trainer(small_model(dropout=dropout), ids, config=config)
    measured = []

    def measure(trainer: Trainer, step: Step) -> None:
        if step.number % every == 0:
            losses = (mean_loss(trainer.model, text) for text in (ids[:2000], other))
            measured.append((step.number, *losses))

    trainer.run(watchers=[measure])
    return Overfit(*np.array(measured).T)
