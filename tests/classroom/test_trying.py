"""A class of one's own making is what it says it is."""

import csv

import pytest

from course_lib.classroom import grading, judging
from course_lib.classroom.trying import HOSTILE, make_class
from course_lib.cli import main
from course_lib.practice.catalogue import exercises_of
from course_lib.syllabus import lesson_of
from tests.classroom.handing_in import MASK, RIGHT_MASK, SCALED, answer


def test_a_class_is_made_graded_and_found_to_be_what_it_was_made(tmp_path, cage, course_copy, monkeypatch, capsys):
    monkeypatch.setattr(grading, "copy_course", lambda folder: course_copy)
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert main(["classroom", "trial", "--students", "20", "--out", str(tmp_path / "trial")]) == 0
    out = tmp_path / "trial" / "results"
    assert opened == [(out / "summary.html").as_uri()]
    made = {line["student"]: line for line in _lines(tmp_path / "trial" / "made_of.csv")}
    assert len(made) == 20
    marks = {line["student"]: line for line in _lines(out / "gradebook.csv")}
    assert {marks[student]["total"] for student, line in made.items() if line["kind"] == "right"} == {"10"}
    text = {path.stem: path.read_text(encoding="utf-8") for path in (out / "feedback").iterdir()}
    wrong = [line for line in made.values() if line["kind"] == "known mistakes"]
    assert len(wrong) == 9
    for line in wrong:
        for mistake in line["what"].split("; "):
            exercise, _, name = mistake.partition(": ")
            assert marks[line["student"]][exercise] == "0", line
            assert name in text[line["student"]], line
    hostile = [line for line in made.values() if line["kind"] == "hostile"]
    assert hostile
    for line in hostile:
        exercise = line["what"].partition(": ")[0]
        assert marks[line["student"]][exercise] == "0", line
        assert float(marks[line["student"]]["total"]) >= 6  # the rest of it is right


def test_the_same_seed_makes_the_same_class(tmp_path):
    lesson = lesson_of("start_here")
    made = [make_class(tmp_path / name / "in", lesson, exercises_of(lesson), 12, seed=5) for name in "ab"]
    assert made[0] == made[1]
    assert make_class(tmp_path / "c" / "in", lesson, exercises_of(lesson), 12, seed=6) != made[0]


def test_no_folder_is_written_over(tmp_path, capsys):
    (tmp_path / "submissions").mkdir()
    (tmp_path / "submissions" / "x").write_text("")
    assert main(["classroom", "trial", "--out", str(tmp_path), "--no-browser"]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert main(["classroom", "trial", "--students", "0"]) == 2


@pytest.mark.parametrize("harm", HOSTILE)
def test_what_is_hostile_costs_its_own_points_alone(harm, marks_of, monkeypatch):
    monkeypatch.setattr(judging, "CALL_SECONDS", 1.5)
    marks = marks_of(answer(SCALED, HOSTILE[harm], "*given, **more"), RIGHT_MASK)
    assert marks[SCALED].score == 0
    assert marks[MASK].state == "passed"


def _lines(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
