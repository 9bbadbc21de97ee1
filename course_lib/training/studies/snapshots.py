"""The lesson's run, seen from outside while it lasts: its loss, a sample, and what it expects next."""

from dataclasses import dataclass, field

import numpy as np

from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.engine.history import Step
from course_lib.training.engine.loop import Trainer
from course_lib.training.studies.story_model import PROMPT, next_probabilities, write

__all__ = ["Snapshot", "Snapshots"]


@dataclass(frozen=True)
class Snapshot:
    """A model in the middle of its training, seen from outside.

    Attributes:
        step: after so many updates; 0 before the first.
        held_out: the loss on the held-out text.
        sample: what it writes after PROMPT.
        weights: its probabilities for the word after PROMPT, (vocab,).
    """

    step: int
    held_out: float
    sample: str
    weights: np.ndarray


@dataclass
class Snapshots:
    """A watcher that takes a `Snapshot` wherever the held-out loss was measured.

    Attributes:
        taken: the snapshots so far.
    """

    taken: list[Snapshot] = field(default_factory=list)

    def begin(self, trainer: Trainer) -> "Snapshots":
        """Take one before the first step."""
        self._take(trainer, 0, mean_loss(trainer.model, trainer.held_out))
        return self

    def __call__(self, trainer: Trainer, step: Step) -> None:
        if step.held_out is not None:
            self._take(trainer, step.number, step.held_out)

    def _take(self, trainer: Trainer, number: int, held_out: float) -> None:
        model = trainer.model
        self.taken.append(Snapshot(number, held_out, write(model), next_probabilities(model, PROMPT)))
