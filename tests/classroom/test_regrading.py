"""An exercise was wrong: what would change is shown, signed, and then written; what is not touched is not run."""

import dataclasses
import sqlite3

import pytest

from course_lib.classroom import grading, regrading
from course_lib.classroom.results import Results
from course_lib.cli import main
from course_lib.practice import catalogue
from tests.classroom.handing_in import LESSON, NUMPY, RIGHT_MASK, RIGHT_SCALED, SCALED, answer, write

WITHOUT_A_SCALE = answer(SCALED, "return Q @ K.T", "Q, K")


@pytest.fixture
def graded(tmp_path, monkeypatch, course_copy, cage, capsys):
    """A class of two that was graded."""
    for module in (grading, regrading):
        monkeypatch.setattr(module, "copy_course", lambda folder: course_copy)
    write(tmp_path / "in" / "Ada" / LESSON, [NUMPY, RIGHT_SCALED, "1 / 0", RIGHT_MASK])
    write(tmp_path / "in" / "Bob" / LESSON, [NUMPY, WITHOUT_A_SCALE, RIGHT_MASK])
    assert main(["classroom", "grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    return tmp_path


def mended(monkeypatch):
    """The exercise as if it had asked for scores without a scale."""
    exercise = catalogue.find_exercise(SCALED)

    def unscaled(Q, K):
        return Q @ K.T

    asked = dataclasses.replace(exercise.asked, reference=unscaled, library=())
    changed = dataclasses.replace(exercise, asked=asked, wrong=())
    monkeypatch.setattr(regrading, "find_exercise", lambda known: changed)
    monkeypatch.setattr(regrading, "what_does_not_pass", lambda *given: {})


def marks(folder):
    return {(row.student, row.graded.exercise): (row.graded.score, row.seed) for row in Results(folder / "out").rows()}


def regrade(folder, *more):
    return main(["classroom", "regrade", *more, "--results", str(folder / "out")])


def test_an_exercise_as_it_was_changes_no_mark(graded, capsys):
    assert regrade(graded, "--exercise", SCALED) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "no mark would change"


def test_what_would_change_is_shown_signed_and_written(graded, monkeypatch, capsys):
    before = marks(graded)
    mended(monkeypatch)
    real, run = regrading.grade_one, []
    monkeypatch.setattr(
        regrading,
        "grade_one",
        lambda hand_in, exercises, *more: run.append(exercises) or real(hand_in, exercises, *more),
    )
    assert regrade(graded, "--exercise", SCALED) == 0
    shown = capsys.readouterr().out.splitlines()
    assert f"Ada  {SCALED}: passed, 1 -> failed, 0" in shown
    assert f"Bob  {SCALED}: failed, 0 -> passed, 1" in shown
    assert shown[-1] == "2 marks would change; nothing is written yet. Sign with --sign NAME"
    assert {exercise.id for exercises in run for exercise in exercises} == {SCALED}
    assert marks(graded) == before
    assert regrade(graded, "--sign", "Dr. Noether") == 0
    after = marks(graded)
    assert (after["Ada", SCALED][0], after["Bob", SCALED][0]) == (0.0, 1.0)
    assert {key for key in after if after[key] != before[key]} == {("Ada", SCALED), ("Bob", SCALED)}
    assert {key: seed for key, (_, seed) in after.items()} == {key: seed for key, (_, seed) in before.items()}
    with sqlite3.connect(graded / "out" / "results.sqlite") as book:
        assert book.execute("SELECT state, score, signed FROM regraded ORDER BY state").fetchall() == [
            ("failed", 0.0, "Dr. Noether"),
            ("passed", 1.0, "Dr. Noether"),
        ]
    book.close()
    assert "1 of 5 exercises passed" in (graded / "out" / "feedback" / "Ada.html").read_text()
    assert regrade(graded, "--sign", "Dr. Noether") == 2
    assert "nothing waits to be signed" in capsys.readouterr().err


def test_marks_that_have_changed_since_are_not_signed(graded, monkeypatch, capsys):
    mended(monkeypatch)
    assert regrade(graded, "--exercise", SCALED) == 0
    write(graded / "in" / "Bob" / LESSON, [NUMPY, RIGHT_SCALED, RIGHT_MASK])
    assert main(["classroom", "grade", str(graded / "in"), "--out", str(graded / "out")]) == 0
    assert regrade(graded, "--sign", "Dr. Noether") == 2
    assert "the mark of Bob is not what it was" in capsys.readouterr().err
    assert marks(graded)["Bob", SCALED][0] == 1.0


def test_what_was_graded_is_run_again_and_not_what_lies_there_since(graded, monkeypatch, capsys):
    mended(monkeypatch)
    write(graded / "in" / "Bob" / LESSON, [NUMPY, RIGHT_SCALED])
    assert regrade(graded, "--exercise", SCALED) == 0
    assert f"Bob  {SCALED}: failed, 0 -> passed, 1" in capsys.readouterr().out


def test_results_that_kept_no_cells_are_left_out_and_named(graded, monkeypatch, capsys):
    with sqlite3.connect(graded / "out" / "results.sqlite") as book:
        book.execute("UPDATE hand_ins SET work = NULL WHERE student = 'Bob'")
    book.close()
    mended(monkeypatch)
    assert regrade(graded, "--exercise", SCALED) == 0
    said = capsys.readouterr().out
    assert "Bob was graded before cells were kept" in said
    assert "1 marks would change" in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "regrade needs --exercise ID"),
        (["--exercise", "attention.sofmax"], "Did you mean 'attention.softmax'?"),
        (["--exercise", "loss.shift"], "nobody has a mark for loss.shift"),
    ],
)
def test_what_cannot_be_regraded_is_said(graded, capsys, monkeypatch, more, said):
    monkeypatch.chdir(graded)
    assert regrade(graded, *more) == 2
    assert said in capsys.readouterr().err
