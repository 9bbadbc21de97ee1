"""One cell of a lesson, what its header may say of it, and the error that names file and line."""

from dataclasses import dataclass

from course_lib.practice.exercise import Exercise

__all__ = ["TAGS", "Cell", "LessonError"]

#: What a cell's header may say of it, as in ``# %% tags=["times"]``.
TAGS = {
    "times": "prints times, or what depends on them: it differs from run to run, and no two runs are compared in it"
}


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
        tags: words of `TAGS`, from the cell's header.
    """

    kind: str
    source: str
    line: int
    exercise: Exercise | None = None
    tags: tuple[str, ...] = ()
