"""What must hold between the cells of a lesson: each exercise has its header, its answer cell and its check, in this order."""

from collections.abc import Sequence
from pathlib import Path

from course_lib.practice.catalogue import exercise_ids
from course_lib.practice.markers import answer_line, checks_in, header_line, headers_in
from course_lib.publish.cell import Cell, LessonError
from course_lib.syllabus import LESSONS

__all__ = ["check_order"]


def check_order(path: Path, cells: Sequence[Cell]) -> None:
    """Look at the exercises of a lesson from its first cell to its last.

    Raises:
        LessonError: a header, an answer cell or a check that lacks one of the others, an exercise that stands twice or
            that the lesson leaves out; with file and line, and with what to do.
    """
    headers, answers = {}, {}
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        if cell.kind == "markdown":
            _read_headers(path, cell, headers)
        elif cell.exercise is not None:
            _read_answer(path, cell, following, headers, answers)
        else:
            for exercise_id in checks_in(cell.source):
                if exercise_id not in answers:
                    raise LessonError(
                        f'{path}:{cell.line}: check("{exercise_id}", ...) without its answer cell before it; write a cell '
                        f"that begins with {answer_line(exercise_id)}"
                    )
    for exercise_id, line in headers.items():
        if exercise_id not in answers:
            raise LessonError(
                f"{path}:{line}: {header_line(exercise_id)} without its answer cell after it; write a cell that begins "
                f"with {answer_line(exercise_id)}"
            )
    _look_for_all(path, answers)


def _read_headers(path: Path, cell: Cell, headers: dict[str, int]) -> None:
    for number, exercise_id in headers_in(cell.source):
        line = cell.line + number
        if exercise_id in headers:
            raise LessonError(
                f"{path}:{line}: {header_line(exercise_id)} stands twice, first on line {headers[exercise_id]}; keep one"
            )
        headers[exercise_id] = line


def _read_answer(
    path: Path, cell: Cell, following: Cell | None, headers: dict[str, int], answers: dict[str, int]
) -> None:
    exercise_id, at = cell.exercise.id, f"{path}:{cell.line}"
    if exercise_id in answers:
        raise LessonError(f"{at}: exercise {exercise_id} stands twice, first on line {answers[exercise_id]}; keep one")
    if exercise_id not in headers:
        raise LessonError(
            f"{at}: the answer cell of {exercise_id} without its header; write the line {header_line(exercise_id)} in the "
            "Markdown cell before it"
        )
    if following is None or following.kind != "code" or checks_in(following.source) != [exercise_id]:
        raise LessonError(
            f'{at}: the cell after the answer must call check("{exercise_id}", {cell.exercise.name}), and no other check'
        )
    answers[exercise_id] = cell.line


def _look_for_all(path: Path, answers: dict[str, int]) -> None:
    asked = [found for lesson in LESSONS if lesson.name == path.stem for found in exercise_ids(lesson)]
    missing = [exercise_id for exercise_id in asked if exercise_id not in answers]
    if missing:
        raise LessonError(
            f"{path}:1: the lesson leaves out its exercise {missing[0]}; ask for it by {header_line(missing[0])}, an answer "
            "cell and a check, or take it out of the package's exercises"
        )
