"""A cage for all tests of the classroom, and notebooks to put into it."""

import shutil

import pytest

from course_lib.classroom.course_copy import copy_course
from course_lib.classroom.hand_ins import read_hand_in
from course_lib.classroom.judges import grade_one
from course_lib.classroom.sandbox import NoCage, find_cage
from course_lib.classroom.seeds import Seeds
from course_lib.classroom.submission import Limits
from course_lib.practice.catalogue import find_exercise
from tests.classroom.handing_in import LESSON, MASK, NUMPY, SCALED, SOFTMAX, write

SHORT = Limits(cell=3.0, submission=30.0)


@pytest.fixture(scope="session")
def course_copy(tmp_path_factory):
    return copy_course(tmp_path_factory.mktemp("copy"))


@pytest.fixture(scope="session")
def cage(course_copy):
    try:
        return find_cage(course_copy)
    except NoCage as none:
        pytest.skip(str(none))


@pytest.fixture(scope="session")
def safe_cage(cage):
    if cage.succeeded:
        pytest.skip(f"no rung of the sandbox holds on this machine: {cage.in_words()}")
    return cage


@pytest.fixture(scope="session")
def seeds():
    return Seeds()


@pytest.fixture
def marks_of(tmp_path, cage, seeds):
    """Grades the notebook of these cells, and returns its marks by exercise."""

    def grade(*cells, limits=SHORT, exercises=(SOFTMAX, SCALED, MASK), cage=cage):
        folder = tmp_path / "Ada"
        shutil.rmtree(folder, ignore_errors=True)
        write(folder / LESSON, [NUMPY, *cells])
        wanted = [find_exercise(known) for known in exercises]
        return {mark.exercise: mark for mark in grade_one(read_hand_in(folder), wanted, {}, cage, seeds, limits)}

    return grade
