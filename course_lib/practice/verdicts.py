"""Proof that every check can fail: each exercise tried with right answers and with every known wrong one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from course_lib.practice.catalogue import all_exercises
from course_lib.practice.exercise import Exercise
from course_lib.practice.judging import judge_on, trial

__all__ = ["Row", "table", "trials"]


@dataclass(frozen=True)
class Row:
    """One trial: what was handed in, what should come of it and what did."""

    exercise: str
    answer: str
    expected: str
    verdict: str

    @property
    def as_expected(self) -> bool:
        """Whether the check did what it must."""
        return self.verdict == self.expected


def trials(exercise: Exercise, seed: int = 0) -> Iterator[Row]:
    """Try an exercise with its right answers, which must pass, and with its wrong ones, which must be named."""

    tried = trial(exercise, np.random.default_rng(seed))

    def verdict(answer: object) -> str:
        # A wrapper, because the course's own functions are not accepted as anybody's answer.
        found = judge_on(tried, _as_if_typed(answer))
        return f"{found.state}: {found.misconception}" if found.misconception else found.state

    for i, right in enumerate(exercise.also_right, 1):
        yield Row(exercise.id, f"right answer {i}", "passed", verdict(right))
    for wrong in exercise.wrong:
        yield Row(exercise.id, wrong.name, f"failed: {wrong.name}", verdict(wrong.function))


def _as_if_typed(function: object) -> object:
    """The same code as a function of the learner's own module."""
    typed = type(function)(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    typed.__module__ = "__main__"
    return typed


def table(seed: int = 0) -> tuple[str, bool]:
    """The whole table as text, and whether every row is as it must be."""
    rows = [row for exercise in all_exercises() for row in trials(exercise, seed)]
    widths = [max(len(getattr(row, name)) for row in rows) for name in ("exercise", "answer", "verdict")]
    lines = [
        f"{'ok ' if row.as_expected else 'BAD'} {row.exercise:<{widths[0]}}  {row.answer:<{widths[1]}}  {row.verdict}"
        for row in rows
    ]
    bad = sum(not row.as_expected for row in rows)
    wrong = sum(row.expected != "passed" for row in rows)
    lines.append(f"{wrong} wrong and {len(rows) - wrong} right answers tried; {bad or 'none'} not as expected")
    return "\n".join(lines), bad == 0
