"""One stem everywhere: a lesson's text, notebook, package, tests and exercise ids carry the word that the syllabus gives it."""

import re
from pathlib import Path

import pytest

from course_lib.practice.catalogue import exercise_ids, exercises_of
from course_lib.syllabus import LESSONS, lesson_of

ROOT = Path(__file__).resolve().parents[1]
STEMS = [path.stem for path in sorted((ROOT / "lessons").glob("*.py"))]


def test_lessons_are_numbered_in_order_and_no_word_is_given_twice():
    assert [lesson.number for lesson in LESSONS] == list(range(len(LESSONS)))
    assert len({lesson.concept for lesson in LESSONS}) == len(LESSONS)


@pytest.mark.parametrize("stem", STEMS)
def test_a_text_has_its_place_in_the_syllabus_and_its_rooms_under_one_word(stem):
    lesson = next((lesson for lesson in LESSONS if lesson.name == stem), None)
    assert lesson, f"lessons/{stem}.py is in no syllabus: add a Lesson to course_lib/syllabus.py, or rename the file"
    rooms = (f"notebooks/{stem}.ipynb", f"course_lib/{lesson.concept}/__init__.py", f"tests/{lesson.concept}")
    missing = [room for room in rooms if not (ROOT / room).exists()]
    assert missing == [], f"lesson {lesson.number:02d} lacks these (make notebooks builds a notebook)"
    assert exercise_ids(lesson), f"course_lib/{lesson.concept}/ has no exercises for its lesson"
    assert {exercise.lesson for exercise in exercises_of(lesson)} == {lesson}


@pytest.mark.parametrize("asked", ["attention", "04_attention", "04"])
def test_a_lesson_is_found_by_its_word_its_name_and_its_number(asked):
    assert lesson_of(asked).name == "04_attention"


@pytest.mark.parametrize("asked", ["", "4", "atention", "04_attention.py"])
def test_what_is_no_lesson_is_answered_with_those_there_are(asked):
    with pytest.raises(LookupError, match=rf"no lesson '{asked}'; the lessons are start_here, .*, your_gpt"):
        lesson_of(asked)


@pytest.mark.parametrize("stem", STEMS)
def test_every_exercise_that_has_a_file_has_its_place_in_the_lesson(stem):
    lesson = lesson_of(stem)
    folder = ROOT / "course_lib" / lesson.concept / "exercises"
    declares = re.compile(r"^ASKED = ", re.MULTILINE)  # the other files hold what several exercises share
    asking = [path.stem for path in folder.glob("*.py") if declares.search(path.read_text(encoding="utf-8"))]
    files = {f"{lesson.concept}.{name}" for name in asking}
    left_out = sorted(files - set(exercise_ids(lesson)))
    assert left_out == [], f"no lesson asks for these: add them to ORDER in {folder.name}/__init__.py, or remove them"
    assert files == set(exercise_ids(lesson))
