"""What two have in common beyond chance: found under other names, and never where the course itself has written it."""

import pytest

from course_lib.classroom import grading
from course_lib.classroom.grading import Means, grade_class
from course_lib.classroom.similarity import alike
from course_lib.cli import main
from course_lib.practice.catalogue import find_exercise
from tests.classroom.handing_in import (
    LESSON,
    MASK,
    NUMPY,
    RIGHT_MASK,
    RIGHT_SCALED,
    SCALED,
    SOFTMAX,
    STABLE,
    answer,
    write,
)

ODD = """
    top = np.amax(scores, axis=len(np.shape(scores)) - 1, keepdims=True)
    raised = np.power(np.e, np.subtract(scores, top))
    down = np.reciprocal(np.add.reduce(raised, axis=-1, keepdims=True))
    return np.multiply(raised, down)"""
RENAMED = ODD.replace("top", "m").replace("raised", "ee").replace("down", "rest").replace("scores", "s")
OWN = """
    shifted = scores - np.max(scores, axis=-1)[..., None]
    weights = np.exp(shifted)
    return weights / np.sum(weights, axis=-1)[..., None]"""
CLASS = {
    "Ada": [answer(SOFTMAX, ODD, "scores"), RIGHT_MASK],
    "Blaise": [answer(SOFTMAX, RENAMED, "s"), RIGHT_SCALED],
    "Carl": [answer(SOFTMAX, OWN, "scores"), RIGHT_MASK],
    "Dorothy": [answer(SOFTMAX, STABLE, "scores"), RIGHT_SCALED],
    "Emmy": [answer(SOFTMAX, STABLE, "scores"), answer(SCALED, "return Q @ K.T", "Q, K")],
}
EXERCISES = [find_exercise(known) for known in (SOFTMAX, SCALED, MASK)]


@pytest.fixture(scope="module")
def results(tmp_path_factory, course_copy, cage):
    folder = tmp_path_factory.mktemp("class")
    for student, cells in CLASS.items():
        write(folder / "in" / student / LESSON, [NUMPY, *cells])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "copy_course", lambda folder: course_copy)
        return grade_class(folder / "in", folder / "out", means=Means(jobs=1))


def test_a_copy_under_other_names_is_found_and_its_place(results):
    (pair,) = alike(results, EXERCISES, 40)
    assert pair.students == ("Ada", "Blaise")
    (place,) = pair.places
    assert place.exercise == SOFTMAX
    assert place.lines == ((3, 4, 5, 6), (3, 4, 5, 6))


def test_the_known_way_is_nobodys_own(results):
    pairs = {pair.students: pair.weight for pair in alike(results, EXERCISES, 0.1)}
    assert ("Carl", "Dorothy") not in pairs
    assert max(pairs, key=pairs.get) == ("Ada", "Blaise")


def test_the_page_says_who_and_where_and_that_it_is_no_verdict(results, capsys):
    assert main(["classroom", "similar", "--results", str(results.folder), "--least", "40"]) == 0
    assert "Ada and Blaise: attention.softmax" in capsys.readouterr().out
    page = (results.folder / "similar.html").read_text(encoding="utf-8")
    assert "no verdict" in page
    assert "<mark>    raised = np.power(np.e, np.subtract(scores, top))</mark>" in page
    assert "Carl" not in page
    assert "similar" not in (results.folder / "feedback" / "Ada.html").read_text()


def test_a_folder_without_results_is_said(tmp_path, capsys):
    assert main(["classroom", "similar", "--results", str(tmp_path)]) == 2
    assert "no results.sqlite" in capsys.readouterr().err
