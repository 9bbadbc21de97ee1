"""Marks as text: a line for each notebook and each of its exercises, and the sum."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.practice.report import SIGNS

__all__ = ["Mark", "marks_table", "notebook_lines", "sum_line"]

REMARK_WIDTH = 60  # a longer remark gets lines of its own


@dataclass(frozen=True)
class Mark:
    """What one exercise of one notebook earned, and what was wrong with it."""

    notebook: str
    exercise: str
    state: str
    score: float
    points: float
    remark: str


def marks_table(marks: Sequence[Mark]) -> str:
    """The marks as text: a line an exercise, and the sum."""
    return "\n".join([*notebook_lines(marks), sum_line(marks)])


def notebook_lines(marks: Sequence[Mark]) -> list[str]:
    """A line for each notebook and each of its exercises; long remarks get lines of their own."""
    width = max([len(mark.exercise) for mark in marks], default=0)
    lines, notebook = [], None
    for mark in marks:
        if mark.notebook != notebook:
            notebook = mark.notebook
            lines.append(notebook)
        points = f"{mark.score:g} of {mark.points:g}"
        remark = " ".join(mark.remark.split())
        short = len(remark) <= REMARK_WIDTH
        beside = f"  {remark}" if remark and short else ""
        lines.append(f"  {SIGNS[mark.state][0]} {mark.exercise:<{width}}  {points:>7}  {mark.state}{beside}")
        if not short:
            lines += textwrap.wrap(remark, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return lines


def sum_line(marks: Sequence[Mark]) -> str:
    """How many exercises passed, and the points together."""
    score, points = sum(mark.score for mark in marks), sum(mark.points for mark in marks)
    passed = sum(mark.state == "passed" for mark in marks)
    return f"{passed} of {len(marks)} exercises passed, {score:g} of {points:g} points"
