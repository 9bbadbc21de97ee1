"""What a learner calls: `check` and `hint`."""

import inspect
import linecache
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course_lib.practice.catalogue import exercise_ids, find_exercise
from course_lib.practice.exercise import Exercise
from course_lib.practice.judging import judge
from course_lib.practice.kept import setup_of
from course_lib.practice.mine import mine
from course_lib.practice.progress import KeptAnswer, open_progress, progress_path
from course_lib.practice.report import Hint, Report
from course_lib.practice.verdict import Reason, Verdict
from course_lib.syllabus import LESSONS

__all__ = ["CheckNotPassed", "check", "hint"]

_hints_without_a_file: dict[str, int] = {}


class CheckNotPassed(AssertionError):
    """Raised with COURSE_STRICT=1 by a check that does not pass, so that a test run cannot miss it."""


def check(exercise_id: str, answer: Callable, seed: int | None = None) -> Report:
    """Try an answer on fresh inputs and say what is right, or which mistake it makes. Never raises on a mistake.

    Args:
        exercise_id: "concept.name", as it stands in the comment above the answer.
        answer: the learner's function itself.
        seed: makes the inputs the same again; by default they are new every time.
    Returns:
        A report: displayed as a card in a notebook, with `state`, `score`, `points`, `misconception`, `message`.
    Raises:
        CheckNotPassed: only where the environment variable COURSE_STRICT is 1.

    >>> check("start_here.mean_of_rows", lambda x: x.mean(axis=1)).misconception
    'mean over the other axis'
    """
    try:
        exercise = find_exercise(exercise_id)
    except LookupError as unknown:
        return _strict(Report(str(exercise_id), Verdict(Reason.UNKNOWN_EXERCISE, str(unknown))))
    verdict = judge(exercise, answer, np.random.default_rng(seed))
    if verdict.reason is Reason.NOT_WRITTEN:
        asks = f"Write {exercise.name} in the cell above, run it, then run this check again."
        return _strict(Report(exercise.id, replace(verdict, message=asks), float(exercise.points)))
    if verdict.reason is Reason.PASSED:
        mine.keep(exercise.id, answer)
    report = Report(exercise.id, verdict, float(exercise.points))
    return _strict(replace(report, note=_record(exercise, report, answer)))


def hint(exercise_id: str) -> Hint:
    """Show the next hint for an exercise; it is counted, and shown again together with those before it.

    >>> hint("start_here.mean_of_rows").shown
    1
    """
    try:
        exercise = find_exercise(exercise_id)
    except LookupError as unknown:
        return Hint(str(exercise_id), (), 0, str(unknown))
    available = len(exercise.hints)
    note, shown = "", None
    try:
        progress = open_progress()
        if progress is not None:
            shown = progress.next_hint(exercise.id, available)
    except (sqlite3.Error, OSError) as problem:
        note = _not_saved(problem)
    if shown is None:
        shown = _hints_without_a_file[exercise.id] = min(_hints_without_a_file.get(exercise.id, 0) + 1, available)
    return Hint(exercise.id, exercise.hints[:shown], available, note)


def _record(exercise: Exercise, report: Report, answer: Any) -> str:
    """Keep the attempt; what goes wrong on the way is told, and does not stand between learner and verdict."""
    try:
        progress = open_progress()
        if progress is not None:
            kept = _kept(exercise, answer) if report.state == "passed" else None
            progress.record(report.exercise, report.state, report.score, report.points, report.misconception, kept)
    except (sqlite3.Error, OSError) as problem:
        return _not_saved(problem)
    return ""


def _not_saved(problem: Exception) -> str:
    path = progress_path()
    return (
        f"Your progress could not be saved in {path} ({problem}). The verdict stands. If that folder is read-only, name "
        "a file of yours in the environment variable COURSE_PROGRESS and start again; if the file is damaged, move it to "
        "another name and a new one is begun."
    )


def _kept(exercise: Exercise, answer: Callable) -> KeptAnswer | None:
    """The answer as text, with what its cell needs; None where its source is not to be had."""
    source = _source(answer)
    if source is None:
        return None
    # Functions of other exercises are not written down: `mine` provides them, the learner's own where they passed.
    known = {known.partition(".")[2] for lesson in LESSONS for known in exercise_ids(lesson)} - {exercise.name}
    return KeptAnswer(source, setup_of(source, getattr(answer, "__globals__", {}), frozenset(known)))


def _source(answer: Callable) -> str | None:
    """The whole cell an answer was written in (with the helpers beside it), or the function alone elsewhere."""
    filename = getattr(getattr(answer, "__code__", None), "co_filename", "")
    if "ipykernel" in filename:
        return "".join(linecache.getlines(filename)) or None
    try:
        return inspect.getsource(answer)
    except (OSError, TypeError):
        return None


def _strict(report: Report) -> Report:
    if os.environ.get("COURSE_STRICT") == "1" and report.state != "passed":
        raise CheckNotPassed(repr(report))
    return report
