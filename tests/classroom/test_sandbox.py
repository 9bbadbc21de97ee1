"""Each rung is tried by refusing the higher ones; what is forbidden is tried, and found out from outside."""

import shutil

import pytest

from course_lib.classroom.course_copy import LEFT_OUT
from course_lib.classroom.inside.cage import BUBBLEWRAP, LANDLOCK, LIMITS_ALONE, NAMESPACES, RUNGS
from course_lib.classroom.sandbox import ACTS, NoCage, find_cage
from tests.classroom.handing_in import RIGHT_SOFTMAX, SOFTMAX


@pytest.fixture(scope="module")
def cages(course_copy):
    """The cage that is found where all rungs above one are refused."""
    return {rung: find_cage(course_copy, refuse=RUNGS[:at]) for at, rung in enumerate(RUNGS)}


@pytest.mark.parametrize("rung", [BUBBLEWRAP, NAMESPACES, LANDLOCK])
def test_on_a_rung_that_holds_every_forbidden_act_fails(cages, rung):
    cage = cages[rung]
    if cage.rung != rung:
        pytest.skip(f"{rung} does not hold on this machine: {cage.refused.get(rung)}")
    assert cage.succeeded == ()
    assert cage.in_words() == f"sandbox: {rung}; all {len(ACTS)} forbidden acts failed"


def test_limits_alone_hold_little_and_say_so(cages, course_copy):
    cage = cages[LIMITS_ALONE]
    assert cage.rung == LIMITS_ALONE
    assert {"write outside", "read the judge's files", "open a connection"} <= set(cage.succeeded)
    assert "NOT prevented: write outside" in cage.in_words()
    assert set(cage.refused) == set(RUNGS) - {LIMITS_ALONE}
    with pytest.raises(
        NoCage, match="--require-sandbox: on the best rung of this machine, limits, these were not prevented"
    ):
        find_cage(course_copy, refuse=RUNGS[:-1], require=True)


def test_the_highest_rung_that_holds_is_taken_and_why_no_higher_one(cages):
    first = cages[BUBBLEWRAP]
    higher = RUNGS[: RUNGS.index(first.rung)]
    assert set(first.refused) >= set(higher)
    if shutil.which("bwrap") is None:
        assert first.refused[BUBBLEWRAP] == "died: bubblewrap is not installed"


@pytest.mark.parametrize("rung", RUNGS)
def test_answers_are_judged_on_every_rung(cages, marks_of, rung):
    if cages[rung].rung != rung:
        pytest.skip(f"{rung} does not hold on this machine")
    assert marks_of(RIGHT_SOFTMAX, cage=cages[rung])[SOFTMAX].state == "passed"


def test_nothing_to_run_in_is_an_error(course_copy):
    with pytest.raises(NoCage, match="no process for learners' code can be started here"):
        find_cage(course_copy, refuse=RUNGS)


def test_the_workers_copy_of_the_course_holds_no_exercise(course_copy):
    names = {path.name for path in course_copy.rglob("*")}
    assert names.isdisjoint(LEFT_OUT)
    assert "judging.py" in {path.name for path in (course_copy / "course_lib" / "practice").iterdir()}
    assert {path.name for path in (course_copy / "course_lib" / "classroom").iterdir()} <= {
        "__init__.py",
        "inside",
        "__pycache__",
    }
    texts = [path.read_text() for path in (course_copy / "course_lib").rglob("*.py")]
    assert not any("\nASKED = Asked(" in text for text in texts)
