"""The text of a student's answers, for whatever looks at how something is written. Nothing here runs it."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.classroom.hand_ins import HandIn, Notebook
from course_lib.classroom.stand_in import definition_in
from course_lib.classroom.submission import plain_cell
from course_lib.practice.exercise import Exercise
from course_lib.practice.markers import answers_in

__all__ = ["Answer", "answers_of"]


@dataclass(frozen=True)
class Answer:
    """An answer as it stands in a notebook.

    Attributes:
        exercise: its id.
        notebook: where it stands.
        place: the number of its cell there, from 0.
        cell: the cell's text, without what only a notebook understands.
        node: the definition in its syntax tree.
    """

    exercise: str
    notebook: Notebook
    place: int
    cell: str
    node: ast.FunctionDef

    @property
    def lines(self) -> list[str]:
        """The lines of the definition."""
        return self.cell.splitlines()[self.node.lineno - 1 : self.node.end_lineno]


def answers_of(hand_in: HandIn, exercises: Sequence[Exercise]) -> dict[str, Answer]:
    """The answers of a student by exercise: of several in a hand-in the last that is marked, else the last definition."""
    found: dict[str, Answer] = {}
    for notebook in hand_in.notebooks:
        cells = [plain_cell(cell) for cell in notebook.cells]
        for exercise in exercises:
            defining = [place for place, cell in enumerate(cells) if definition_in(cell, exercise.name)]
            marked = [place for place in defining if exercise.id in answers_in(notebook.cells[place])]
            ours = exercise.lesson.name == notebook.lesson
            for place in (marked or (defining if ours else []))[-1:]:
                node = definition_in(cells[place], exercise.name)
                found[exercise.id] = Answer(exercise.id, notebook, place, cells[place], node)
    return found
