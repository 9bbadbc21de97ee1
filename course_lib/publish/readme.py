"""README's list of lessons, written from the syllabus, so that a new lesson stands there without anybody's help."""

import re
from pathlib import Path

from course_lib.syllabus import LESSONS

__all__ = ["lesson_list", "with_lesson_list"]

BEGIN = "<!-- The lessons, from course_lib/syllabus.py: `make notebooks` writes this list. -->"
END = "<!-- The end of the list. -->"


def lesson_list(lessons: Path) -> str:
    """The table of the lessons whose text is there, and a sentence that names the others.

    Args:
        lessons: the folder of their texts.
    """
    written = [lesson for lesson in LESSONS if (lessons / f"{lesson.name}.py").exists()]
    rows = [
        f"| {lesson.number:02d} | {lesson.title} | {lesson.summary} | `notebooks/{lesson.name}.ipynb` |"
        for lesson in written
    ]
    table = "\n".join(["| | lesson | what it is about | notebook |", "| --- | --- | --- | --- |", *rows])
    others = ", ".join(f"{lesson.number:02d} {lesson.title}" for lesson in LESSONS if lesson not in written)
    return f"{table}\n\nIn preparation: {others}." if others else table


def with_lesson_list(text: str, lessons: Path) -> str:
    """A README's text with the list put between its two marks; as it was where it has none."""
    return re.sub(
        f"{re.escape(BEGIN)}.*?{re.escape(END)}",
        lambda marked: f"{BEGIN}\n\n{lesson_list(lessons)}\n\n{END}",
        text,
        flags=re.DOTALL,
    )
