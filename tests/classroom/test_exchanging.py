"""Hand-ins out of learners' folders, pages of feedback back into them, and nothing else touched."""

import csv
import os
from datetime import UTC, datetime

import pytest

from course_lib.classroom import grading
from course_lib.classroom.exchanging import NoHomes, homes
from course_lib.cli import main
from tests.classroom.handing_in import LESSON, NUMPY, RIGHT_SCALED, write


@pytest.fixture
def where(tmp_path):
    for name in ("ada", "blaise"):
        write(tmp_path / "home" / name / "transformers" / LESSON, [NUMPY, RIGHT_SCALED])
    os.utime(tmp_path / "home" / "ada" / "transformers" / LESSON, (1.7e9, 1.7e9))
    (tmp_path / "home" / "carl" / "transformers").mkdir(parents=True)
    (tmp_path / "home" / "dora").symlink_to(tmp_path / "home" / "ada")
    return str(tmp_path / "home" / "*" / "transformers")


def test_from_homes_to_feedback(where, tmp_path, course_copy, cage, monkeypatch, capsys):
    monkeypatch.setattr(grading, "copy_course", lambda folder: course_copy)
    folder = str(tmp_path / "in")
    assert main(["classroom", "collect", where, "--lesson", "04", "--out", folder]) == 1
    assert "nothing there: carl" in capsys.readouterr().out
    with (tmp_path / "in" / "times.csv").open() as file:
        times = {line["student"]: line["handed in"] for line in csv.DictReader(file)}
    assert times["ada"] == datetime.fromtimestamp(1.7e9, UTC).isoformat()
    assert set(times) == {"ada", "blaise", "dora"}  # dora's home is a link to ada's, and her folder is a folder
    words = ["grade", folder, "--times", f"{folder}/times.csv", "--out", str(tmp_path / "out")]
    assert main(["classroom", *words]) == 0
    assert main(["classroom", "give", where, "--results", str(tmp_path / "out")]) == 0
    page = (tmp_path / "home" / "blaise" / "transformers" / "feedback.html").read_text()
    assert "1 of 5 exercises passed" in page
    assert not (tmp_path / "home" / "carl" / "transformers" / "feedback.html").exists()


def test_what_is_no_ordinary_file_is_left_where_it_is(where, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("{}")
    for name, make in (("ada", lambda path: path.symlink_to(secret)), ("blaise", os.mkfifo)):
        path = tmp_path / "home" / name / "transformers" / LESSON
        path.unlink()
        make(path)
    assert main(["classroom", "collect", where, "--lesson", "04", "--out", str(tmp_path / "in")]) == 1
    assert not list((tmp_path / "in").rglob("*.ipynb"))


def test_a_page_takes_the_place_of_a_link_and_leaves_what_it_leads_to(where, tmp_path, course_copy, cage, monkeypatch):
    monkeypatch.setattr(grading, "copy_course", lambda folder: course_copy)
    other = tmp_path / "other"
    other.write_text("as it was")
    theirs = tmp_path / "home" / "ada" / "transformers" / "feedback.html"
    theirs.symlink_to(other)
    write(tmp_path / "in" / "ada" / LESSON, [NUMPY, RIGHT_SCALED])
    assert main(["classroom", "grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 0
    assert main(["classroom", "give", where, "--results", str(tmp_path / "out")]) == 0
    assert other.read_text() == "as it was"
    assert not theirs.is_symlink()
    assert "1 of 5" in theirs.read_text()


@pytest.mark.parametrize("pattern", ["/nowhere/*/x", "/home/ada", "home/*", "/home/*/*"])
def test_a_pattern_that_means_nobody_is_said(pattern, capsys, tmp_path):
    with pytest.raises(NoHomes, match="star"):
        homes(pattern)
    assert main(["classroom", "collect", pattern, "--lesson", "04", "--out", str(tmp_path)]) == 2
    assert "star" in capsys.readouterr().err
