"""An exercise is data: what to write, cases to try it on, a reference, and the mistakes people make.

Each exercise is a file, ``course_lib/CONCEPT/exercises/NAME.py``, and its id ``CONCEPT.NAME`` is its address. The file
reads from top to bottom as one would tell it::

    ASKED = Asked("Given `scores` ...", reference=by_hand.softmax, points=2, minutes=8)

    def cases(rng):
        return [Case((rng.normal(size=(3, 5)),)), Case((np.array([[1e3, 0.0]]),), "scores near 1000")]

    @right
    def softmax_by_logs(scores): ...

    @wrong(1, "softmax over the first axis", "Your columns sum to one instead of your rows. ...")
    def softmax_over_the_first_axis(scores): ...

    HINTS = ("...", "...", "...")

``read_exercise`` makes an :class:`Exercise` of it; ``course_lib.practice.catalogue`` finds it by its id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from course_lib.practice.borrowing import in_words
from course_lib.syllabus import Lesson, lesson_of

__all__ = ["Asked", "Case", "Exercise", "RightAnswer", "WrongAnswer", "read_exercise", "right", "wrong"]


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
class Asked:
    """What an exercise asks for, and what it is worth.

    Attributes:
        specification: one or two sentences in Markdown, with shapes.
        reference: the right answer. Its signature is the one the learner must keep.
        points, minutes, difficulty: what it is worth, how long it takes, 1 (warm-up) to 3 (hard).
        library: functions of a library that do the whole job, not accepted as an answer ("torch.softmax");
            "@" stands for every matrix product, however it is written, also as a step inside a loop.
        rtol, atol: how close floating-point results must come.
    """

    specification: str
    reference: Callable
    points: int = 1
    minutes: int = 5
    difficulty: int = 1
    library: tuple[str, ...] = ()
    rtol: float = 1e-7
    atol: float = 1e-9


@dataclass(frozen=True)
class RightAnswer:
    """A right answer that is written differently from the reference, and must pass."""

    function: Callable

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the answer itself, so that other answers of the file can be made from it."""
        return self.function(*args, **kwargs)


@dataclass(frozen=True)
class WrongAnswer:
    """A mistake that people make, as code that makes it, with the sentence that explains it.

    Attributes:
        number: tells the mistake from the others of its exercise ("attention.softmax/3") and never changes: a new
            mistake takes a new number, and the number of one that is dropped is not given again.
        name: a few words, shown as the title of the report and returned as `report.misconception`.
        explanation: what was done, why it is wrong, what to look at. It does not give the answer away.
        function: the mistake itself; its outputs are compared with the learner's.
    """

    number: int
    name: str
    explanation: str
    function: Callable

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the mistake itself, so that other mistakes of the file can be made from it."""
        return self.function(*args, **kwargs)


def right(function: Callable) -> RightAnswer:
    """Mark a function of an exercise's file as a right answer.

    >>> right(lambda x: x + 1)(2)
    3
    """
    return RightAnswer(function)


def wrong(number: int, name: str, explanation: str, function: Callable | None = None) -> Any:
    """Mark a function of an exercise's file as a known mistake: above a ``def``, or with the function as last argument.

    >>> wrong(1, "adds two", "You add 2; one more is 1.", lambda x: x + 2).name
    'adds two'
    """
    if function is None:
        return lambda decorated: WrongAnswer(number, name, explanation, decorated)
    return WrongAnswer(number, name, explanation, function)


@dataclass(frozen=True)
class Exercise:
    """Something the learner writes, and everything needed to judge it.

    Attributes:
        id: "concept.name"; the notebook's answer cell begins with ``# exercise: concept.name`` and defines ``name``.
        asked: what is asked for, and what it is worth.
        cases: makes the cases from a random generator: small prime sizes, extremes, new numbers at every check.
        also_right: right answers written differently from the reference, which must pass.
        wrong: known wrong answers, each of which must be rejected and named.
        hints: a ladder of three, from a nudge to nearly the line of code.
    """

    id: str
    asked: Asked
    cases: Callable[[np.random.Generator], Sequence[Case]]
    also_right: tuple[Callable, ...]
    wrong: tuple[WrongAnswer, ...]
    hints: tuple[str, ...]

    @property
    def specification(self) -> str:
        """What is asked for, in Markdown."""
        return self.asked.specification

    @property
    def reference(self) -> Callable:
        """The right answer."""
        return self.asked.reference

    @property
    def points(self) -> int:
        """What it is worth."""
        return self.asked.points

    @property
    def minutes(self) -> int:
        """About how long it takes."""
        return self.asked.minutes

    @property
    def difficulty(self) -> int:
        """1 (warm-up) to 3 (hard)."""
        return self.asked.difficulty

    @property
    def library(self) -> tuple[str, ...]:
        """Functions that do the whole job and are not accepted."""
        return self.asked.library

    @property
    def rtol(self) -> float:
        """How close results must come, relative to their size."""
        return self.asked.rtol

    @property
    def atol(self) -> float:
        """How close results must come, at least."""
        return self.asked.atol

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

        >>> from course_lib.practice.catalogue import find_exercise
        >>> find_exercise("start_here.mean_of_rows").header().splitlines()[0]
        '### Exercise `start_here.mean_of_rows`'
        """
        points = f"{self.points} point{'s' if self.points != 1 else ''}"
        dots = "●" * self.difficulty + "○" * (3 - self.difficulty)
        forbidden = f"Not to be used: {in_words(self.library)}.\n\n" if self.library else ""
        return (
            f"### Exercise `{self.id}`\n\n{points} · about {self.minutes} minutes · {dots}\n\n{self.specification}\n\n"
            f"{forbidden}"
            f'Run the cell, then the check below it. If you are stuck, `hint("{self.id}")` in a cell of your own '
            f"shows the first of {len(self.hints)} hints."
        )


def read_exercise(module: ModuleType) -> Exercise:
    """The exercise that a file declares: ``ASKED``, ``cases``, what is marked `right` and `wrong`, ``HINTS``.

    Raises:
        TypeError: the file lacks one of them, or two of its mistakes have one number; the message names file and part.

    >>> from course_lib.start_here.exercises import mean_of_rows
    >>> read_exercise(mean_of_rows).id
    'start_here.mean_of_rows'
    """
    declared = vars(module)
    missing = [part for part in ("ASKED", "cases", "HINTS") if part not in declared]
    if missing:
        raise TypeError(f"{module.__file__} declares no {' and no '.join(missing)}: an exercise needs all three")
    wrong_answers = tuple(value for value in declared.values() if isinstance(value, WrongAnswer))
    numbers = [answer.number for answer in wrong_answers]
    if len(set(numbers)) < len(numbers):
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        raise TypeError(f"{module.__file__} gives a number to two mistakes: {twice}. A new mistake takes a new number")
    _, concept, _, name = module.__name__.split(".")
    return Exercise(
        id=f"{concept}.{name}",
        asked=declared["ASKED"],
        cases=declared["cases"],
        also_right=tuple(value.function for value in declared.values() if isinstance(value, RightAnswer)),
        wrong=wrong_answers,
        hints=declared["HINTS"],
    )
