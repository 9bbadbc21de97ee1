"""An exercise is data: what to write, cases to try it on, a reference, and the mistakes people make."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np

from course_lib.syllabus import LESSONS, Lesson, lesson_of

__all__ = ["Case", "Exercise", "WrongAnswer", "all_exercises", "find_exercise"]


@dataclass(frozen=True)
class Case:
    """One call that an answer is tried with.

    Attributes:
        args: the positional arguments; every attempt gets a fresh copy.
        note: what is special about this case, for the report ("scores near 1000"); empty for an ordinary one.
        kwargs: keyword arguments.
    """

    args: tuple
    note: str = ""
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class WrongAnswer:
    """A mistake that people make, as code that makes it, with the sentence that explains it.

    Attributes:
        name: a few words, shown as the title of the report and returned as `report.misconception`.
        explanation: what was done, why it is wrong, what to look at. It does not give the answer away.
        function: the mistake itself; its outputs are compared with the learner's.
    """

    name: str
    explanation: str
    function: Callable


@dataclass(frozen=True)
class Exercise:
    """Something the learner writes, and everything needed to judge it.

    Attributes:
        id: "concept.name"; the notebook's answer cell begins with ``# exercise: concept.name`` and defines ``name``.
        specification: one or two sentences in Markdown, with shapes.
        reference: the right answer. Its signature is the one the learner must keep.
        cases: makes the cases from a random generator: small prime sizes, extremes, new numbers at every check.
        wrong: known wrong answers, each of which must be rejected and named.
        hints: a ladder of three, from a nudge to nearly the line of code.
        also_right: right answers written differently from the reference, which must pass.
        library: functions of a library that do the whole job, not accepted as an answer ("torch.softmax");
            "@" stands for a matrix product by operator without any loop.
        points, minutes, difficulty: what it is worth, how long it takes, 1 (warm-up) to 3 (hard).
        rtol, atol: how close floating-point results must come.
    """

    id: str
    specification: str
    reference: Callable
    cases: Callable[[np.random.Generator], Sequence[Case]]
    wrong: tuple[WrongAnswer, ...]
    hints: tuple[str, ...]
    also_right: tuple[Callable, ...] = ()
    library: tuple[str, ...] = ()
    points: int = 1
    minutes: int = 5
    difficulty: int = 1
    rtol: float = 1e-7
    atol: float = 1e-9

    @property
    def name(self) -> str:
        """The name of the function the learner writes."""
        return self.id.partition(".")[2]

    @property
    def lesson(self) -> Lesson:
        """The lesson the exercise belongs to."""
        return lesson_of(self.id.partition(".")[0])

    def header(self) -> str:
        """The Markdown that stands above the exercise in the notebook.

        >>> find_exercise("start_here.mean_of_rows").header().splitlines()[0]
        '**Exercise** `start_here.mean_of_rows` · 1 point · about 3 minutes · ●○○'
        """
        points = f"{self.points} point{'s' if self.points != 1 else ''}"
        dots = "●" * self.difficulty + "○" * (3 - self.difficulty)
        return (
            f"**Exercise** `{self.id}` · {points} · about {self.minutes} minutes · {dots}\n\n{self.specification}\n\n"
            f'Run the cell, then the check below it. If you are stuck, `hint("{self.id}")` in a cell of your own '
            f"shows the first of {len(self.hints)} hints."
        )


def all_exercises() -> tuple[Exercise, ...]:
    """Every exercise of every lesson that has been written, in the order of the lessons."""
    return tuple(exercise for lesson in LESSONS for exercise in lesson.exercises())


def find_exercise(exercise_id: str) -> Exercise:
    """The exercise with this id.

    Raises:
        LookupError: there is none; the message names the closest ones.

    >>> find_exercise("attention.sofmax")
    Traceback (most recent call last):
    ...
    LookupError: there is no exercise 'attention.sofmax'. Did you mean 'attention.softmax'?
    """
    concept = str(exercise_id).partition(".")[0]
    try:  # the id names its lesson, so that one check need not import them all
        candidates = lesson_of(concept).exercises()
    except LookupError:
        candidates = all_exercises()
    for exercise in candidates:
        if exercise.id == exercise_id:
            return exercise
    ids = [exercise.id for exercise in candidates or all_exercises()]
    close = get_close_matches(str(exercise_id), ids, n=1, cutoff=0.75)
    advice = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(ids)}."
    raise LookupError(f"there is no exercise {exercise_id!r}. {advice}")
