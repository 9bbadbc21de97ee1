"""The course's own answers, graded first and in the same cage: where one does not pass, no answer of a student is judged."""

import inspect
import sys
import textwrap
from collections.abc import Callable, Sequence

from course_lib.classroom.judging import judge_remote
from course_lib.classroom.sandbox import Cage
from course_lib.classroom.stand_in import file_of, show_to_linecache, stand_in
from course_lib.classroom.worker import Lost, Worker
from course_lib.practice.diagnosing import Trial
from course_lib.practice.exercise import Exercise
from course_lib.practice.kept import setup_of

__all__ = ["own_answer", "what_does_not_pass"]


def own_answer(exercise: Exercise, function: Callable | None = None, imported: bool = True) -> str:
    """A cell that defines the course's own answer, or another function of its exercise, under the exercise's name.

    Args:
        exercise: whose answer.
        function: which; the reference where left out.
        imported: whether a function that a worker can import is imported, or stands in the cell as text too.
    Raises:
        OSError: the function's text is not to be had.
    """
    function = function or exercise.reference
    if imported and ".exercises." not in function.__module__:  # a worker can import it
        return f"from {function.__module__} import {function.__qualname__} as {exercise.name}\n"
    rename = "" if function.__name__ == exercise.name else f"\n{exercise.name} = {function.__name__}\n"
    return f"{_with_helpers(function)}{rename}"


def _with_helpers(function: Callable) -> str:
    """A function's text below what it needs; helpers of the exercises, which cannot be imported there, as text too."""
    source = textwrap.dedent(inspect.getsource(function))
    source = source[source.index("def ") :]  # without what marks it in its file
    lines = []
    for line in setup_of(source, function.__globals__).splitlines():
        words = line.split()
        if line.startswith("from ") and ".exercises." in words[1]:
            lines.append(_with_helpers(getattr(sys.modules[words[1]], words[3])))
        else:
            lines.append(line)
    return "\n".join([*lines, source])


def what_does_not_pass(
    exercises: Sequence[Exercise], cage: Cage, trial_of: Callable[[Exercise], Trial]
) -> dict[str, str]:
    """The exercises whose own answer does not pass in a worker of this cage, each with what was said of it."""
    found: dict[str, str] = {}
    worker = cage.worker()
    try:
        for exercise in exercises:
            try:
                said = _try(exercise, worker, trial_of(exercise))
            except Exception as problem:  # a worker that does not start, a case that cannot be sent or made
                said = f"{type(problem).__name__}: {problem}"
            if said:
                found[exercise.id] = said
    finally:
        worker.kill()
    return found


def _try(exercise: Exercise, worker: Worker, tried: Trial) -> str:
    if not worker.alive:
        worker.start()
    cell = own_answer(exercise)
    show_to_linecache([cell])
    try:
        said = worker.ask("cell", 30.0, source=cell, file=file_of(0), seconds=30.0)
    except Lost as lost:
        return str(lost)
    if said.get("error"):
        return f"its cell raised {said['error'].get('type')}: {said['error'].get('text')}"
    judged = judge_remote(tried, worker, stand_in(cell, exercise.name, 0), watched=False)
    if judged.verdict.state == "passed":
        worker.ask("keep", 5.0, exercise=exercise.id, name=exercise.name)
        return ""
    return f"{judged.verdict.reason}: {judged.verdict.message}"
