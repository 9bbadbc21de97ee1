"""The seeds of a grading, so that every mark can be made again."""

import secrets

import numpy as np

from course_lib.practice.diagnosing import Trial
from course_lib.practice.exercise import Exercise
from course_lib.practice.judging import trial

__all__ = ["Seeds"]


class Seeds:
    """The seed of each exercise's cases in one grading, and the cases: made when they are first asked for.

    Args:
        known: seeds to be used again; for all other exercises there are new ones.

    >>> Seeds({"attention.softmax": 7}).seed("attention.softmax")
    7
    """

    def __init__(self, known: dict[str, int] | None = None) -> None:
        self.of = dict(known or {})
        self._trials: dict[str, Trial] = {}

    def trial(self, exercise: Exercise) -> Trial:
        """The cases of an exercise, the same for everybody who is graded with these seeds."""
        if exercise.id not in self._trials:
            self._trials[exercise.id] = trial(exercise, np.random.default_rng(self.seed(exercise.id)))
        return self._trials[exercise.id]

    def seed(self, exercise_id: str) -> int:
        """The seed of an exercise."""
        return self.of.setdefault(exercise_id, secrets.randbits(62))
