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


@pytest.mark.parametrize("pattern", ["/nowhere/*/x", "/home/ada", "home/*", "/home/*/*"])
def test_a_pattern_that_means_nobody_is_said(pattern, capsys, tmp_path):
    with pytest.raises(NoHomes, match="star"):
        homes(pattern)
    assert main(["classroom", "collect", pattern, "--lesson", "04", "--out", str(tmp_path)]) == 2
    assert "star" in capsys.readouterr().err
