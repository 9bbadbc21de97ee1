"""Finding exercises: by their lesson, by their id, or all of them. One check imports the file of one exercise."""

import contextlib
import importlib
import importlib.util
from difflib import get_close_matches
from functools import cache

from course_lib.practice.exercise import Exercise, read_exercise
from course_lib.syllabus import LESSONS, Lesson, lesson_of

__all__ = ["all_exercises", "exercise_ids", "exercises_of", "find_exercise"]


@cache
def exercise_ids(lesson: Lesson) -> tuple[str, ...]:
    """The ids of a lesson's exercises in its order, or none where the lesson has not been written yet.

    >>> exercise_ids(lesson_of("start_here"))
    ('start_here.mean_of_rows',)
    """
    package = f"course_lib.{lesson.concept}"
    if importlib.util.find_spec(package) is None or importlib.util.find_spec(f"{package}.exercises") is None:
        return ()
    order = importlib.import_module(f"{package}.exercises").ORDER
    return tuple(f"{lesson.concept}.{name}" for name in order)


@cache
def _read(exercise_id: str) -> Exercise:
    concept, _, name = exercise_id.partition(".")
    return read_exercise(importlib.import_module(f"course_lib.{concept}.exercises.{name}"))


def exercises_of(lesson: Lesson) -> tuple[Exercise, ...]:
    """A lesson's exercises in its order.

    >>> [exercise.name for exercise in exercises_of(lesson_of("loss"))]
    ['shift', 'cross_entropy', 'perplexity', 'label_smoothed']
    """
    return tuple(_read(exercise_id) for exercise_id in exercise_ids(lesson))


def all_exercises() -> tuple[Exercise, ...]:
    """Every exercise of every lesson that has been written, in the order of the lessons."""
    return tuple(exercise for lesson in LESSONS for exercise in exercises_of(lesson))


def find_exercise(exercise_id: str) -> Exercise:
    """The exercise with this id.

    Raises:
        LookupError: there is none; the message names the closest ones.

    >>> find_exercise("attention.sofmax")
    Traceback (most recent call last):
    ...
    LookupError: there is no exercise 'attention.sofmax'. Did you mean 'attention.softmax'?
    """
    concept = str(exercise_id).partition(".")[0]
    ids: tuple[str, ...] = ()
    with contextlib.suppress(LookupError):  # the id names its lesson: its neighbours are the likeliest to be meant
        ids = exercise_ids(lesson_of(concept))
    ids = ids or tuple(known for lesson in LESSONS for known in exercise_ids(lesson))
    if exercise_id in ids:
        return _read(exercise_id)
    close = get_close_matches(str(exercise_id), ids, n=1, cutoff=0.75)
    advice = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(ids)}."
    raise LookupError(f"there is no exercise {exercise_id!r}. {advice}")
