"""What several deeds of a classroom need: results that are there, lessons by any of their names, a screen."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.classroom.progress import Progress
from course_lib.syllabus import LESSONS

if TYPE_CHECKING:
    from course_lib.classroom.results import Results

__all__ = ["Screen", "in_words", "lessons_of", "results_in"]


def results_in(folder: Path) -> "Results":
    """The results of a class that was graded.

    Raises:
        FileNotFoundError: nothing was graded there.
    """
    from course_lib.classroom.results import Results

    if not (folder / "results.sqlite").is_file():
        raise FileNotFoundError(f"no results.sqlite in {folder}; `classroom grade` makes it")
    return Results(folder)


def lessons_of(words: Sequence[str]) -> list[str]:
    """The names of the lessons that are meant: "04", "attention" or "04_attention".

    Raises:
        LookupError: there is no such lesson.

    >>> lessons_of(["04", "loss"])
    ['04_attention', '08_loss']
    """
    found = []
    for word in words:
        named = [lesson.name for lesson in LESSONS if word in (lesson.name, lesson.concept, lesson.name[:2])]
        if not named:
            raise LookupError(f"no lesson {word!r}; there are {', '.join(lesson.name for lesson in LESSONS)}")
        found += named
    return found


def in_words(seconds: float) -> str:
    """A time in seconds or minutes.

    >>> in_words(42.3), in_words(200)
    ('42 s', '3 min')
    """
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


class Screen(Progress):
    """Shows how a grading gets on: a bar on a terminal, a line a student elsewhere."""

    def __init__(self) -> None:
        self._bar = None
        self._done, self._count = 0, 0

    def say(self, line: str) -> None:
        """A line of its own."""
        if self._bar is None:
            print(line, flush=True)
        else:
            self._bar.write(line)

    def begin(self, count: int) -> None:
        """Make the bar, where there is a terminal."""
        self._count = count
        if sys.stdout.isatty():
            from tqdm import tqdm

            shape = "{n_fmt} of {total_fmt} |{bar}| {elapsed}{postfix}"
            self._bar = tqdm(total=count, bar_format=shape, file=sys.stdout, leave=True)

    def one(self, student: str, score: float, points: float, seconds: float, left: tuple[float, float] | None) -> None:
        """Move the bar on, or print the student's line."""
        self._done += 1
        least, most = left or (0.0, 0.0)
        rest = ""
        if left and most >= 1:
            span = in_words(most) if in_words(least) == in_words(most) else f"{in_words(least)} to {in_words(most)}"
            span = f"up to {in_words(most)}" if least < 1 else span
            rest = f", {span} left"
        if self._bar is None:
            told = f"{student}: {score:g} of {points:g} points, {seconds:.1f} s{rest}"
            print(f"{self._done} of {self._count}  {told}", flush=True)
            return
        self._bar.set_postfix_str(rest.removeprefix(", "), refresh=False)
        self._bar.update()
        if self._done == self._count:
            self._bar.close()
            self._bar = None
