"""Every known mistake has a number and a page: ``M-attention-softmax-3``. The pages are made from the exercises' files."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from course_lib.practice.catalogue import all_exercises
from course_lib.practice.diagnosing import Trial, show_case
from course_lib.practice.exercise import Exercise, WrongAnswer
from course_lib.practice.judging import trial
from course_lib.practice.mistake_code import code_of
from course_lib.practice.naming import ordinary

__all__ = ["Mistake", "all_mistakes", "find_mistake", "mistake_id", "write_pages"]


def mistake_id(exercise_id: str, number: int) -> str:
    """The number by which a mistake is known; it never changes.

    >>> mistake_id("attention.softmax", 3)
    'M-attention-softmax-3'
    """
    concept, _, name = exercise_id.partition(".")
    return f"M-{concept}-{name}-{number}"


@dataclass(frozen=True)
class Mistake:
    """A known mistake, ready to be shown.

    Attributes:
        exercise: what was to be written.
        wrong: the mistake.
    """

    exercise: Exercise
    wrong: WrongAnswer

    @property
    def id(self) -> str:
        """Its number: ``M-concept-exercise-3``."""
        return mistake_id(self.exercise.id, self.wrong.number)

    def page(self, tried: Trial | None = None) -> str:
        """The page in Markdown: what was asked, the code, the symptom, why it is wrong and what to look at.

        Args:
            tried: cases of the exercise; of seed 0 where left out.
        """
        tried = tried or trial(self.exercise, np.random.default_rng(0))
        lesson = self.exercise.lesson
        shows, hides, example = _symptom(tried, self.wrong)
        parts = [
            f"# {self.id} · {self.wrong.name}",
            f"A known mistake in the exercise `{self.exercise.id}` of lesson {lesson.number} ({lesson.title}), which asks:",
            "\n".join(f"> {line}" for line in self.exercise.specification.splitlines()),
            f"## The code\n\nOne way to make it; other code that does the same has the same name.\n\n```python\n{code_of(self.exercise, self.wrong)}\n```",
            f"## The symptom\n\nIt shows for: {shows}." + (f" It does not show for: {hides}." if hides else ""),
            f"```text\n{example}\n```",
            f"## Why, and what to look at\n\n{self.wrong.explanation}",
        ]
        return "\n\n".join(parts) + "\n"


def all_mistakes() -> Iterator[Mistake]:
    """Every known mistake of the course, in its order."""
    for exercise in all_exercises():
        yield from (Mistake(exercise, wrong) for wrong in sorted(exercise.wrong, key=lambda wrong: wrong.number))


def find_mistake(name: str) -> Mistake:
    """The mistake of this number.

    Raises:
        LookupError: there is none; the message names the nearest.

    >>> find_mistake("M-start_here-mean_of_rows-1").wrong.name
    'mean over the other axis'
    """
    found = {mistake.id: mistake for mistake in all_mistakes()}
    if name not in found:
        near = get_close_matches(name, found, n=1)
        raise LookupError(f"no known mistake is called {name}." + (f" Did you mean {near[0]}?" if near else ""))
    return found[name]


def write_pages(folder: Path) -> int:
    """Write a page for each known mistake, and ``index.md``, which lists them by exercise. Return how many pages.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index, count = ["# Known mistakes", "Every check rejects these and names them."], 0
    for exercise in all_exercises():
        tried = trial(exercise, np.random.default_rng(0))
        index.append(f"## {exercise.id}")
        lines = []
        for wrong in sorted(exercise.wrong, key=lambda wrong: wrong.number):
            mistake = Mistake(exercise, wrong)
            (folder / f"{mistake.id}.md").write_text(mistake.page(tried), encoding="utf-8")
            lines.append(f"- [{mistake.id}]({mistake.id}.md): {wrong.name}")
            count += 1
        index.append("\n".join(lines))
    (folder / "index.md").write_text("\n\n".join(index) + "\n", encoding="utf-8")
    return count


def _symptom(tried: Trial, wrong: WrongAnswer) -> tuple[str, str, str]:
    """The kinds of cases where a mistake shows, those where it does not, and a case that shows it."""
    at = tried.exercise.wrong.index(wrong)
    notes = [case.note or "an ordinary case" for case in tried.cases]
    errs = tried.errs[at]
    shows = list(dict.fromkeys(note for note, bad in zip(notes, errs, strict=True) if bad))
    hides = [note for note in dict.fromkeys(notes) if note not in shows]
    plain = ordinary([case.note for case in tried.cases])
    first = min(np.flatnonzero(errs), key=lambda i: (not plain[i], i))
    outcome = tried.theirs[at][first]
    example = show_case(tried.exercise, tried.cases[first], outcome, tried.expected[first])
    if outcome.error is not None:
        example += f"\nraises {type(outcome.error).__name__}: {outcome.error}"
    if outcome.changed:
        example += f"\nand {' and '.join(outcome.changed)} is changed"
    return "; ".join(shows), "; ".join(hides), example.replace("yours    =", "returned =")
