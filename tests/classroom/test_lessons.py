"""Every lesson as somebody hands it in who has solved all of it: full marks, in the sandbox, from the cells that are needed."""

import importlib

import pytest

from course_lib.classroom.course_copy import LIBRARY, _references
from course_lib.classroom.hand_ins import read_hand_in
from course_lib.classroom.judges import grade_one
from course_lib.classroom.submission import Limits
from course_lib.practice.catalogue import exercises_of
from course_lib.publish import notebook_text, read_lesson
from course_lib.syllabus import LESSONS

TRIED = [lesson for lesson in LESSONS if (LIBRARY / lesson.concept / "exercises").is_dir()]
QUICK = ("start_here", "tokenization", "attention", "loss")


@pytest.mark.parametrize(
    "lesson",
    [pytest.param(each, marks=() if each.concept in QUICK else pytest.mark.slow) for each in TRIED],
    ids=lambda lesson: lesson.name,
)
def test_a_solved_lesson_gets_full_marks_and_an_untouched_one_none(tmp_path, cage, seeds, lesson):
    source = read_lesson(LIBRARY.parent / "lessons" / f"{lesson.name}.py")
    exercises = exercises_of(lesson)
    for solved, state in ((True, "passed"), (False, "not attempted")):
        (tmp_path / f"{lesson.name}.ipynb").write_text(notebook_text(lesson.name, source, solved), encoding="utf-8")
        marks = grade_one(read_hand_in(tmp_path), exercises, {}, cage, seeds, Limits(submission=240.0))
        assert {(mark.state, mark.human) for mark in marks} == {(state, "")}, [
            mark for mark in marks if mark.state != state
        ]


def test_every_function_of_the_course_can_be_had_where_no_exercises_are():
    """A lesson may use what an earlier one asked for, and its notebook may be handed in alone."""
    for exercise_id, (module, name) in _references().items():
        assert ".exercises." not in module, exercise_id
        assert callable(getattr(importlib.import_module(module), name)), exercise_id
