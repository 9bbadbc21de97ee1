"""Every exercise can be asked across the pipe: its own answer passes in a worker, and mistakes are named there as they are here."""

import inspect

import numpy as np
import pytest

from course_lib.classroom.course_copy import LIBRARY
from course_lib.classroom.judging import judge_remote
from course_lib.classroom.proving import own_answer, what_does_not_pass
from course_lib.classroom.stand_in import file_of, show_to_linecache, stand_in
from course_lib.practice.catalogue import exercises_of
from course_lib.practice.judging import judge_on, trial
from course_lib.syllabus import LESSONS

EXERCISES = [each for lesson in LESSONS if (LIBRARY / lesson.concept).is_dir() for each in exercises_of(lesson)]


@pytest.fixture(scope="module")
def tried():
    return {each.id: trial(each, np.random.default_rng(7)) for each in EXERCISES}


def test_every_exercise_passes_with_its_own_answer(cage, tried):
    assert len(EXERCISES) > 60
    assert what_does_not_pass(EXERCISES, cage, lambda each: tried[each.id]) == {}


def test_an_answer_that_does_not_pass_here_is_told(cage, tried):
    one, other = EXERCISES[0], EXERCISES[1]
    found = what_does_not_pass([one], cage, lambda each: tried[other.id])
    assert list(found) == [one.id]


@pytest.fixture(scope="module")
def worker(cage):
    with cage.worker() as worker:
        yield worker


def run_here(cell, name):
    """The function that a cell defines, in this process."""
    names = {"__name__": "__main__"}
    exec(compile(cell, file_of(0), "exec"), names)
    return names[name]


def first(verdict):
    """What is said of the mistake, without what it may have called: a cell alone knows nothing of other answers."""
    return verdict.message.partition(" It calls your ")[0]


LESSONS_TRIED = sorted({each.lesson.concept for each in EXERCISES})


@pytest.mark.parametrize("concept", LESSONS_TRIED)
def test_a_mistake_gets_the_same_verdict_there_as_here(worker, tried, concept):
    told, count = {}, 0
    for exercise in [each for each in EXERCISES if each.lesson.concept == concept]:
        for wrong in [wrong for wrong in exercise.wrong if inspect.isfunction(wrong.function)][:4]:
            try:
                cell = own_answer(exercise, wrong.function)
            except (OSError, TypeError, ValueError):
                continue
            show_to_linecache([cell])
            said = worker.ask("cell", 10.0, source=cell, file=file_of(0), seconds=10.0)
            if said["error"]:
                continue  # it is made from other mistakes, which no worker has
            there = judge_remote(tried[exercise.id], worker, stand_in(cell, exercise.name, 0)).verdict
            here = judge_on(tried[exercise.id], run_here(cell, exercise.name))
            count += 1
            if (there.reason, there.misconception, first(there)) != (here.reason, here.misconception, first(here)):
                told[exercise.id, wrong.number] = (str(here), str(there))
    assert told == {}
    assert count > 0
