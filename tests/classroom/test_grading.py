"""A class from the command line: gradebook, pages, summary; twice, interrupted, and handed in again."""

import csv
import json
import sqlite3

import pytest

from course_lib.classroom import grading, judges
from course_lib.classroom.results import Results, write_whole
from course_lib.cli import main
from course_lib.practice.catalogue import find_exercise
from tests.classroom.handing_in import (
    LESSON,
    MASK,
    NUMPY,
    RIGHT_MASK,
    RIGHT_SCALED,
    RIGHT_SOFTMAX,
    SCALED,
    SOFTMAX,
    answer,
    write,
)

UNSTABLE = answer(SOFTMAX, "e = np.exp(scores); return e / e.sum(-1, keepdims=True)", "scores")
BOTH = [NUMPY, RIGHT_SOFTMAX, RIGHT_SCALED]
CLASS = {
    "Ada Lovelace": BOTH,
    "Blaise": [NUMPY, UNSTABLE, answer(SCALED, "return Q @ K.T", "Q, K")],
    "=Cantor()": [NUMPY, answer(SOFTMAX, "import os; os._exit(1)", "scores"), RIGHT_MASK],
    "Dürer": None,
    "Eve": "<<<<<<< HEAD\n>>>>>>> x",
}


def hand_in(folder, cells=CLASS):
    for student, work in cells.items():
        (folder / student).mkdir(parents=True, exist_ok=True)
        if isinstance(work, str):
            (folder / student / LESSON).write_text(work)
        elif work is not None:
            write(folder / student / LESSON, work)
    return folder


def grade(folder, out, *more):
    return main(["classroom", "grade", str(folder), "--out", str(out), "--cell-timeout", "5", *more])


def read(out):
    lines = list(csv.DictReader((out / "gradebook.csv").read_text(encoding="utf-8").splitlines()))
    return {line["student"]: line for line in lines}


def contents(out):
    return {path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module", autouse=True)
def one_copy_for_all(course_copy):
    """The copy of the course is made once, and not for each class."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "copy_course", lambda folder: course_copy)
        yield


@pytest.fixture(scope="module")
def graded(tmp_path_factory, request, cage):
    folder = tmp_path_factory.mktemp("class")
    submissions, out = hand_in(folder / "submissions"), folder / "results"
    before = contents(submissions)
    assert grade(submissions, out) == 1  # somebody has to look at some
    return submissions, out, before


def test_the_gradebook(graded):
    lines = read(graded[1])
    assert list(lines) == ["Points Possible", "'=Cantor()", "Ada Lovelace", "Blaise", "Dürer", "Eve"]
    assert [lines["Points Possible"][known] for known in (SOFTMAX, SCALED, MASK)] == ["2", "1", "1"]
    assert [lines["Ada Lovelace"][known] for known in (SOFTMAX, SCALED, MASK, "total")] == ["2", "1", "0", "3"]
    assert [lines["Blaise"][known] for known in (SOFTMAX, SCALED, MASK, "total")] == ["0", "0", "0", "0"]
    assert [lines["'=Cantor()"][known] for known in (SOFTMAX, SCALED, MASK, "total")] == ["0", "0", "1", "1"]
    for student in ("Dürer", "Eve"):  # what was not graded is blank, never 0
        assert [lines[student][known] for known in (SOFTMAX, SCALED, MASK, "total")] == ["", "", "", ""]
        assert lines[student]["needs a human"] == "yes"
    assert {line["sandbox"][:9] for line in lines.values() if line["student"] != "Points Possible"} == {"sandbox: "}


def test_grading_leaves_what_was_handed_in_as_it_was(graded):
    assert contents(graded[0]) == graded[2]


def test_what_needs_a_human(graded):
    lines = list(csv.reader((graded[1] / "needs_a_human.csv").read_text(encoding="utf-8").splitlines()))[1:]
    assert [line[:3] for line in lines] == [
        ["Dürer", "", ""],
        ["Eve", "", LESSON],
        ["'=Cantor()", SOFTMAX, LESSON],
    ]
    assert "merge conflict" in lines[1][3]


def test_a_page_tells_a_student_what_passed_and_what_to_look_at_and_nothing_else(graded):
    _, out, _ = graded
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (out / "feedback").iterdir()}
    assert set(pages) == set(CLASS)
    named = [wrong for wrong in find_exercise(SCALED).wrong if wrong.name == "no scale"]
    assert named[0].explanation.split(".")[0] in pages["Blaise"]
    assert "3 of 4" not in pages["Ada Lovelace"]
    assert "2 of 5 exercises passed, 3 of 10 points" in pages["Ada Lovelace"]
    messages = [row.graded.message for row in Results(out).rows()]
    cases = [line for message in messages for line in message.splitlines() if " = " in line or line.startswith("#")]
    assert cases
    for student, page in pages.items():
        assert not any(other in page for other in CLASS if other != student)
        assert not any(line in page for line in cases)
        assert "expected =" not in page
        for known in (SOFTMAX, SCALED, MASK):
            source = find_exercise(known).reference.__code__.co_consts[0]
            assert source is None or source[:40] not in page
        assert "http" not in page  # nothing is loaded from elsewhere


def test_the_summary_has_a_picture_and_the_misconceptions(graded):
    _, out, _ = graded
    page = (out / "summary.html").read_text(encoding="utf-8")
    assert "no scale" in page
    assert "data:image/png;base64," in page
    assert "attention.softmax: 1 passed, 1 failed, 1 error, 2 not graded" in page
    assert (out / "summary.png").read_bytes().startswith(b"\x89PNG")


def test_everything_stands_in_one_file_with_the_seeds(graded):
    with sqlite3.connect(graded[1] / "results.sqlite") as book:
        found = book.execute("SELECT exercise, seed, COUNT(DISTINCT seed) FROM marks GROUP BY exercise").fetchall()
        (sandbox, succeeded), *others = book.execute("SELECT sandbox, succeeded FROM runs").fetchall()
    book.close()
    assert len({seed for _, seed, _ in found}) == len(found) == 5
    assert {count for *_, count in found} == {1}
    assert (sandbox.startswith("sandbox: "), others) == (True, [])
    assert isinstance(json.loads(succeeded), list)


def test_a_second_time_nothing_is_run_and_nothing_changes(graded, monkeypatch, capsys):
    submissions, out, _ = graded
    before = contents(out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*.html")}
    monkeypatch.setattr(grading, "grade_one", lambda *given: pytest.fail("something was graded again"))
    assert grade(submissions, out) == 1
    assert "5 of 5 hand-ins have not changed and keep their marks" in capsys.readouterr().out
    assert contents(out) == before
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.html")} == times


def test_interrupted_it_goes_on_and_a_later_hand_in_counts(tmp_path, monkeypatch, capsys, cage):
    some = {name: CLASS[name] for name in ("Ada Lovelace", "Blaise")}
    submissions, out = hand_in(tmp_path / "submissions", some), tmp_path / "results"
    real, graded = grading.grade_one, []

    def one_and_no_more(hand_in, *given):
        if graded:
            raise KeyboardInterrupt
        graded.append(hand_in.student)
        return real(hand_in, *given)

    monkeypatch.setattr(grading, "grade_one", one_and_no_more)
    assert grade(submissions, out) == 130
    assert Results(out).students() == ["Ada Lovelace"]
    monkeypatch.setattr(
        grading, "grade_one", lambda hand_in, *given: graded.append(hand_in.student) or real(hand_in, *given)
    )
    assert grade(submissions, out) == 0
    assert graded == ["Ada Lovelace", "Blaise"]
    assert read(out)["Blaise"]["total"] == "0"
    hand_in(submissions, {"Blaise": BOTH})
    assert grade(submissions, out) == 0
    assert graded == ["Ada Lovelace", "Blaise", "Blaise"]
    assert read(out)["Blaise"]["total"] == "3"
    with sqlite3.connect(out / "results.sqlite") as book:  # the earlier one is kept
        assert book.execute("SELECT COUNT(*), SUM(current) FROM hand_ins").fetchall() == [(3, 2)]
    book.close()


def test_where_our_own_answer_does_not_pass_nobody_gets_a_zero(tmp_path, monkeypatch, capsys, cage):
    submissions, out = hand_in(tmp_path / "submissions", {"Ada": BOTH}), tmp_path / "results"
    monkeypatch.setattr(grading, "what_does_not_pass", lambda exercises, *given: {SOFTMAX: "no room"})
    assert grade(submissions, out) == 1
    assert "! attention.softmax is not graded" in capsys.readouterr().out
    line = read(out)["Ada"]
    assert (line[SOFTMAX], line[SCALED], line["total"], line["not graded"]) == ("", "1", "1", "1")
    assert "the course's own answer did not pass here" in (out / "needs_a_human.csv").read_text()
    monkeypatch.undo()
    assert grade(submissions, out) == 0  # once it does, what was blank is graded
    assert read(out)["Ada"]["total"] == "3"


def test_trouble_on_our_side_is_a_blank_and_a_line_for_a_human(tmp_path, monkeypatch, cage):
    submissions, out = hand_in(tmp_path / "submissions", {"Ada": BOTH}), tmp_path / "results"

    def broken(*given):
        raise OSError("no processes left")

    monkeypatch.setattr(judges, "grade_hand_in", broken)
    assert grade(submissions, out) == 1
    assert read(out)["Ada"]["total"] == ""
    assert "no processes left" in (out / "needs_a_human.csv").read_text()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--lesson", "77"], "no lesson '77'"),
        (["--refuse", "walls"], "no rung 'walls' of the sandbox"),
        (
            ["--require-sandbox", "--refuse", "bubblewrap", "--refuse", "namespaces", "--refuse", "landlock"],
            "--require-sandbox: on the best rung of this machine, limits,",
        ),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(tmp_path, capsys, more, said, cage):
    assert grade(hand_in(tmp_path / "s", {"Ada": BOTH}), tmp_path / "out", *more) == 2
    assert capsys.readouterr().err.startswith("course_lib: ")


def test_a_folder_without_hand_ins_is_said(tmp_path, capsys):
    assert grade(tmp_path, tmp_path / "out") == 2
    assert "one folder a student" in capsys.readouterr().err


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    assert write_whole(path, "old")
    assert not write_whole(path, "old")

    def full(*given):
        raise OSError("no space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space left"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["a.csv"]
