"""``make test-lesson LESSON=04``: the tests that a change to one lesson can break, and that end within a minute or so."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from course_lib.syllabus import Lesson, lesson_of

__all__ = ["main", "targets"]

ROOT = Path(__file__).resolve().parents[1]


def targets(lesson: Lesson, root: Path = ROOT) -> list[str]:
    """What pytest is to run for a lesson: its package's tests and doctests, its notebook in its states, the house's rules.

    Of a lesson that is not written yet only what there is.

    >>> targets(lesson_of("04"))[:2]
    ['tests/attention', 'course_lib/attention']
    """
    found = [name for name in (f"tests/{lesson.concept}", f"course_lib/{lesson.concept}") if (root / name).is_dir()]
    if (root / "lessons" / f"{lesson.name}.py").is_file():
        found.append(f"tests/notebooks/test_three_states.py::Test_{lesson.name}")
    return [*found, "tests/test_house.py"]


def main(arguments: Sequence[str]) -> int:
    """Run the tests of the lesson that is named first; the rest goes to pytest. Returns its exit status."""
    try:
        lesson = lesson_of(arguments[0] if arguments else "")
    except LookupError as problem:
        print(f"{problem}\nName one by number or name: make test-lesson LESSON=04", file=sys.stderr)
        return 2
    return pytest.main(["-m", "not slow", *arguments[1:], *targets(lesson)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
