"""Reads a lesson in py:percent form: its cells, with the tags and the exercises that they carry.

An answer cell begins with ``# exercise: concept.name``, defines a function of that name, and has its answer between the
lines ``# >>> answer`` and ``# <<< answer`` (`practice.markers` holds these words). Whatever breaks a rule is refused with
file and line; what must hold between cells is looked at by `order`.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from course_lib.practice.catalogue import exercise_ids, find_exercise
from course_lib.practice.exercise import Exercise
from course_lib.practice.markers import BEGIN, END, answer_line, answers_in, headers_in
from course_lib.publish.cell import TAGS, Cell, LessonError
from course_lib.publish.order import check_order
from course_lib.syllabus import lesson_of

__all__ = ["read_lesson"]

#: What jupytext notes beside what stands in a cell's header.
OF_JUPYTEXT = {"lines_to_next_cell"}
RUNGS = 3  # of every ladder of hints


def read_lesson(path: Path) -> list[Cell]:
    """The cells of a lesson, with every rule checked.

    Raises:
        LessonError: a marker without its partner, an exercise that does not exist or stands twice, a header, an answer
            cell or a check without the others, an answer cell that does not define its function, an exercise left out,
            a tag that is none.
    """
    import jupytext

    text = path.read_text(encoding="utf-8-sig")  # an editor of Windows may have put a byte-order mark there
    parsed = jupytext.reads(text, fmt="py:percent").cells
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")]
    if len(starts) != len(parsed):
        raise LessonError(f"{path}:1: text before the first cell; a lesson begins with a line # %% [markdown]")
    cells = []
    for start, cell in zip(starts, parsed, strict=True):
        if cell.cell_type not in ("markdown", "code"):
            raise LessonError(f"{path}:{start}: a {cell.cell_type} cell; use # %% or # %% [markdown]")
        cells.append(_cell(path, cell.cell_type, cell.source, start + 1, _tags(path, start, cell.metadata)))
    check_order(path, cells)
    return cells


def _tags(path: Path, line: int, metadata: dict) -> tuple[str, ...]:
    tags = metadata.get("tags", [])
    unknown = sorted(set(tags) - set(TAGS)) or sorted(set(metadata) - {"tags"} - OF_JUPYTEXT)
    if unknown:
        known = "; ".join(f'tags=["{tag}"] (the cell {what})' for tag, what in TAGS.items())
        raise LessonError(
            f"{path}:{line}: {unknown[0]!r} in a cell's header means nothing here; there may stand {known}"
        )
    return tuple(tags)


def _cell(path: Path, kind: str, source: str, line: int, tags: tuple[str, ...]) -> Cell:
    if kind == "markdown":
        for number, exercise_id in headers_in(source):
            if exercise_id is None:
                raise LessonError(
                    f"{path}:{line + number}: {source.splitlines()[number].strip()!r} is nearly the line of an exercise; "
                    "write {exercise concept.name}, alone on its line"
                )
            _find(path, line + number, exercise_id)
        return Cell(kind, source, line, tags=tags)
    lines = source.splitlines()
    named = answers_in(lines[0]) if lines else []
    _check_markers(path, lines, line, bool(named))
    if not named:
        return Cell(kind, source, line, tags=tags)
    exercise = _find(path, line, named[0])
    if lines[0] != answer_line(exercise.id):
        raise LessonError(f"{path}:{line}: write {answer_line(exercise.id)}, with these spaces and no others")
    if not re.search(rf"^def {exercise.name}\(", source, re.MULTILINE):
        raise LessonError(
            f"{path}:{line}: the answer cell of {exercise.id} does not define a function {exercise.name}; write "
            f"def {exercise.name}(...) in it, or name the exercise that it answers"
        )
    return Cell(kind, source, line, exercise, tags)


def _find(path: Path, line: int, exercise_id: str) -> Exercise:
    """The exercise of this id, or an error that tells a lesson that is not written from a name that is misspelt."""
    concept = exercise_id.partition(".")[0]
    try:
        lesson = lesson_of(concept)
    except LookupError as unknown:
        raise LessonError(f"{path}:{line}: there is no exercise {exercise_id!r}, as {unknown.args[0]}") from None
    if not exercise_ids(lesson):
        raise LessonError(
            f"{path}:{line}: there is no exercise {exercise_id!r}: course_lib/{concept}/ has none yet; write it there first"
        )
    try:
        exercise = find_exercise(exercise_id)
    except LookupError as unknown:
        raise LessonError(f"{path}:{line}: {unknown.args[0]}") from None
    if len(exercise.hints) != RUNGS:
        raise LessonError(
            f"{path}:{line}: {exercise_id} has {len(exercise.hints)} of {RUNGS} hints (a nudge, the idea, nearly the line of "
            f"code); write HINTS in course_lib/{exercise_id.replace('.', '/exercises/')}.py"
        )
    return exercise


def _check_markers(path: Path, lines: Sequence[str], line: int, is_exercise: bool) -> None:
    opened, pairs = None, 0
    for number, text in enumerate(lines, line):
        if text.strip() == BEGIN:
            if opened is not None:
                raise LessonError(f"{path}:{number}: a second {BEGIN!r}; the one on line {opened} is still open")
            opened = number
        elif text.strip() == END:
            if opened is None:
                raise LessonError(f"{path}:{number}: {END!r} without {BEGIN!r} before it")
            opened, pairs = None, pairs + 1
    if opened is not None:
        raise LessonError(f"{path}:{opened}: {BEGIN!r} without {END!r} after it in the same cell")
    if is_exercise and not pairs:
        raise LessonError(
            f"{path}:{line}: an answer cell without {BEGIN!r}: its answer would be published; put the answer between "
            f"{BEGIN!r} and {END!r}"
        )
    if pairs and not is_exercise:
        raise LessonError(
            f"{path}:{line}: an answer in a cell that does not begin with {answer_line('concept.name')}; write that "
            "comment as the cell's first line"
        )
