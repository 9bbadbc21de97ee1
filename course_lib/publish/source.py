"""Reads a lesson in py:percent form and checks what a lesson promises about its exercises.

An answer cell begins with ``# exercise: concept.name``, defines a function of that name, and has its answer between the
lines ``# >>> answer`` and ``# <<< answer``. The next cell calls ``check("concept.name", name)``. A Markdown line
``{exercise concept.name}`` is replaced by the exercise's own header.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_lib.practice.catalogue import exercises_of, find_exercise
from course_lib.practice.exercise import Exercise
from course_lib.syllabus import LESSONS

__all__ = ["BEGIN", "END", "Cell", "LessonError", "read_lesson"]

BEGIN, END = "# >>> answer", "# <<< answer"
EXERCISE_LINE = re.compile(r"^# exercise:\s*(\S+)\s*$")
HEADER_LINE = re.compile(r"^\{exercise (\S+)\}$", re.MULTILINE)
CHECK_CALL = re.compile(r"""\bcheck\(\s*["']([^"']+)["']""")


class LessonError(ValueError):
    """A lesson's source breaks a rule; the message begins with file and line."""


@dataclass(frozen=True)
class Cell:
    """One cell of a lesson.

    Attributes:
        kind: "markdown" or "code".
        source: its text, answers and markers included.
        line: the line of the file on which its text begins, from 1.
        exercise: for an answer cell its exercise, else None.
    """

    kind: str
    source: str
    line: int
    exercise: Exercise | None = None


def read_lesson(path: Path) -> list[Cell]:
    """The cells of a lesson, with every rule checked.

    Raises:
        LessonError: a marker without its partner, an exercise that does not exist or stands twice, a check without its
            answer cell or the reverse, an answer cell that does not define its function, an exercise left out.
    """
    import jupytext

    text = path.read_text(encoding="utf-8")
    parsed = jupytext.reads(text, fmt="py:percent").cells
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")]
    if len(starts) != len(parsed):
        raise LessonError(f"{path}:1: text before the first cell; a lesson begins with a line # %% [markdown]")
    cells = []
    for start, cell in zip(starts, parsed, strict=True):
        if cell.cell_type not in ("markdown", "code"):
            raise LessonError(f"{path}:{start}: a {cell.cell_type} cell; use # %% or # %% [markdown]")
        cells.append(_cell(path, cell.cell_type, cell.source, start + 1))
    _check_order(path, cells)
    return cells


def _cell(path: Path, kind: str, source: str, line: int) -> Cell:
    if kind == "markdown":
        for match in HEADER_LINE.finditer(source):
            _find(path, line + source[: match.start()].count("\n"), match[1])
        return Cell(kind, source, line)
    lines = source.splitlines()
    named = EXERCISE_LINE.match(lines[0]) if lines else None
    _check_markers(path, lines, line, bool(named))
    if not named:
        return Cell(kind, source, line)
    exercise = _find(path, line, named[1])
    if not re.search(rf"^def {exercise.name}\(", source, re.MULTILINE):
        raise LessonError(f"{path}:{line}: the answer cell of {exercise.id} does not define a function {exercise.name}")
    return Cell(kind, source, line, exercise)


def _find(path: Path, line: int, exercise_id: str) -> Exercise:
    try:
        return find_exercise(exercise_id)
    except LookupError as unknown:
        raise LessonError(f"{path}:{line}: {unknown.args[0]}") from None


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
        raise LessonError(f"{path}:{line}: an answer cell without {BEGIN!r}: its answer would be published")
    if pairs and not is_exercise:
        raise LessonError(f"{path}:{line}: an answer in a cell that does not begin with # exercise: concept.name")


def _check_order(path: Path, cells: Sequence[Cell]) -> None:
    seen: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if cell.exercise is not None:
            name = cell.exercise.id
            if name in seen:
                raise LessonError(f"{path}:{cell.line}: exercise {name} stands twice, first on line {seen[name]}")
            seen[name] = cell.line
            following = cells[index + 1] if index + 1 < len(cells) else None
            if following is None or following.kind != "code" or _checked(following) != [name]:
                raise LessonError(f'{path}:{cell.line}: the cell after the answer must call check("{name}", ...)')
        elif cell.kind == "code":
            for name in _checked(cell):
                if name not in seen:
                    raise LessonError(f'{path}:{cell.line}: check("{name}", ...) without its answer cell before it')
    for exercise in _left_out(path, seen):
        raise LessonError(f"{path}:1: the lesson leaves out its exercise {exercise.id}")


def _checked(cell: Cell) -> list[str]:
    return CHECK_CALL.findall(cell.source)


def _left_out(path: Path, seen: dict[str, int]) -> Iterator[Exercise]:
    for lesson in LESSONS:
        if lesson.name == path.stem:
            yield from (exercise for exercise in exercises_of(lesson) if exercise.id not in seen)
