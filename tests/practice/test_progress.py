"""The file beside the notebooks: what is kept, what two kernels at once do to it, and what happens when it is broken."""

import contextlib
import importlib
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import course_lib
from course_lib.practice import check, hint
from course_lib.practice.progress import KeptAnswer, Progress, open_progress, progress_path, what_to_do

SOFTMAX, MEAN = "attention.softmax", "start_here.mean_of_rows"
HOME = Path(course_lib.__file__).resolve().parents[1]


@pytest.fixture
def progress(tmp_path, monkeypatch):
    """An empty file of its own, which `check` and `hint` write to as well."""
    file = tmp_path / "progress.sqlite"
    monkeypatch.setenv("COURSE_PROGRESS", str(file))
    return Progress(file)


def start(code, *arguments):
    """Another Python process, as a second kernel is one."""
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], cwd=HOME)


# --- what is kept -------------------------------------------------------------------------------------------------


def test_nothing_is_written_by_looking(progress):
    assert (progress.standings(), progress.predictions(), progress.answers()) == ({}, (0, 0.0), {})
    assert not progress.path.exists()


def test_the_best_score_and_the_last_state_count(progress):
    progress.record(SOFTMAX, "failed", 0.0, 2.0, "softmax over the first axis", None)
    progress.record(SOFTMAX, "passed", 2.0, 2.0, None, KeptAnswer("def softmax(): ..."))
    progress.record(MEAN, "passed", 1.0, 1.0, None, KeptAnswer("def mean_of_rows(): ..."))
    progress.record(SOFTMAX, "failed", 0.0, 2.0, "not divided by the sum", None)
    one = progress.standings()[SOFTMAX]
    assert (one.score, one.tries, one.state, one.misconception) == (2.0, 3, "failed", "not divided by the sum")
    other = progress.standings()[MEAN]
    assert (other.score, other.tries, other.state, other.misconception) == (1.0, 1, "passed", None)


def test_the_source_is_kept_of_an_answer_that_passed_and_the_latest_replaces_it(progress):
    for state, source in (("failed", "wrong"), ("passed", "first"), ("passed", "second"), ("failed", "worse")):
        progress.record(SOFTMAX, state, 0.0, 2.0, None, source and KeptAnswer(source))
    progress.record(MEAN, "passed", 1.0, 1.0, None, None)
    assert progress.answers() == {SOFTMAX: KeptAnswer("second")}


def test_hints_are_counted_to_the_last_one_and_no_further(progress):
    assert [progress.next_hint(SOFTMAX, 3) for _ in range(5)] == [1, 2, 3, 3, 3]
    standing = progress.standings()[SOFTMAX]
    assert (standing.hints, standing.tries, standing.state) == (3, 0, "not attempted")
    assert [hint(MEAN).shown for _ in range(5)] == [1, 2, 3, 3, 3]


def test_of_several_guesses_at_one_question_the_first_counts(progress):
    progress.record_prediction("figure", "which is larger?", "a", "b", 0.0)
    progress.record_prediction("figure", "which is larger?", "b", "b", 1.0)
    assert progress.predictions() == (1, 0.0)
    progress.record_prediction("figure", "by how much?", 3, 4, 0.5)
    progress.record_prediction("another figure", "which is larger?", "b", "b", 1.0)
    assert progress.predictions() == (3, 0.5)


def test_a_check_keeps_the_whole_cell_of_an_answer_that_passes(progress, run_cell):
    names = run_cell("half = 0.5\n\ndef mean_of_rows(x):\n    return half * 2 * x.mean(axis=0)")
    assert check(MEAN, names["mean_of_rows"]).note == ""
    assert progress.answers()[MEAN].source.splitlines()[0] == "half = 0.5"
    assert progress.standings()[MEAN].score == 1.0


def test_a_wrong_answer_is_recorded_by_its_name_and_a_stub_not_at_all(progress, run_cell):
    check(MEAN, run_cell("def mean_of_rows(x):\n    return x.mean()")["mean_of_rows"])
    check(MEAN, run_cell("def mean_of_rows(x):\n    raise NotImplementedError")["mean_of_rows"])
    standing = progress.standings()[MEAN]
    assert (standing.tries, standing.state, standing.misconception) == (1, "failed", "mean of everything")
    assert progress.answers() == {}


# --- two kernels at once, and one that dies -----------------------------------------------------------------------

FORTY_ATTEMPTS = """
import sys
from course_lib.practice.progress import KeptAnswer, Progress
for i in range(40):
    Progress(sys.argv[1]).record(sys.argv[2], "passed", i, 40, None, KeptAnswer(f"{sys.argv[2]} {i}"))
    Progress(sys.argv[1]).next_hint("shared", 1000)
"""

DIE_WHILE_WRITING = """
import os, sys
from course_lib.practice.progress import KeptAnswer, Progress
with Progress(sys.argv[1])._open() as connection:
    connection.execute("DELETE FROM attempts")
    connection.execute("INSERT INTO hints VALUES ('half', 1)")
    os._exit(9)
"""


def test_two_kernels_that_write_at_once_lose_nothing(progress):
    writers = [start(FORTY_ATTEMPTS, progress.path, name) for name in ("one", "other")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    standings = progress.standings()
    assert {name: (standings[name].tries, standings[name].score) for name in ("one", "other")} == {
        "one": (40, 39.0),
        "other": (40, 39.0),
    }
    assert standings["shared"].hints == 80
    assert progress.answers() == {"one": KeptAnswer("one 39"), "other": KeptAnswer("other 39")}


def test_a_kernel_that_dies_while_writing_loses_nothing_that_was_there(progress):
    progress.record(SOFTMAX, "passed", 2.0, 2.0, None, KeptAnswer("kept", "import math as math"))
    assert start(DIE_WHILE_WRITING, progress.path).wait(timeout=60) == 9
    assert list(progress.standings()) == [SOFTMAX]
    progress.record(SOFTMAX, "failed", 0.0, 2.0, None, None)
    assert progress.standings()[SOFTMAX].tries == 2
    assert progress.answers() == {SOFTMAX: KeptAnswer("kept", "import math as math")}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL; the test above covers it")
def test_a_kernel_that_is_killed_at_any_moment_loses_nothing_that_was_recorded(progress):
    """The writer says aloud what it has recorded; a killed one leaves all of that, and at most the one under way."""
    for delay in (0.0, 0.003, 0.011):
        before = progress.standings()["one"].tries if progress.path.exists() else 0
        code = FORTY_ATTEMPTS.replace("range(40)", "range(10**6)") + "    print(i, flush=True)\n"
        command = [sys.executable, "-c", code, str(progress.path), "one"]
        with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True) as writer:
            told = [writer.stdout.readline() for _ in range(3)]
            time.sleep(delay)
            writer.kill()
            told += writer.stdout.readlines()
        assert len(told) >= 3
        recorded = progress.standings()["one"].tries - before
        assert len(told) <= recorded <= len(told) + 1


# --- a file that cannot be used -----------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"not a database at all" * 99, b"SQLite format 3\0" + bytes(range(256)) * 9])
def test_a_broken_file_costs_a_note_and_not_the_verdict(progress, run_cell, content):
    progress.path.write_bytes(content)
    report = check(MEAN, run_cell("def mean_of_rows(x):\n    return x.mean(0)")["mean_of_rows"])
    assert (report.state, report.score) == ("passed", 1.0)
    assert "could not be saved" in report.note
    assert progress.path.read_bytes() == content
    assert "could not be saved" in hint(MEAN).note
    with pytest.raises(sqlite3.Error):
        progress.standings()


def test_a_file_of_another_program_costs_a_note(progress, run_cell):
    with contextlib.closing(sqlite3.connect(progress.path)) as connection:
        connection.execute("CREATE TABLE attempts (something TEXT)")
    report = check(MEAN, run_cell("def mean_of_rows(x):\n    return x.mean(0)")["mean_of_rows"])
    assert (report.state, "could not be saved" in report.note) == ("passed", True)


def test_a_folder_that_does_not_exist_is_made(tmp_path, monkeypatch, run_cell):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "new" / "one" / "progress.sqlite"))
    report = check(MEAN, run_cell("def mean_of_rows(x):\n    return x.mean()")["mean_of_rows"])
    assert (report.misconception, report.note) == ("mean of everything", "")
    assert Progress(tmp_path / "new" / "one" / "progress.sqlite").standings()[MEAN].tries == 1


def test_a_place_that_cannot_be_written_is_named_with_what_to_do(tmp_path, monkeypatch, run_cell):
    (tmp_path / "file").write_text("x")
    path = tmp_path / "file" / "progress.sqlite"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    report = check(MEAN, run_cell("def mean_of_rows(x):\n    return x.mean(0)")["mean_of_rows"])
    assert report.state == "passed"
    assert "could not be saved" in report.note
    assert str(path) in report.note


def test_a_read_only_folder_is_said_with_the_variable_that_helps(tmp_path, monkeypatch):
    """Whoever runs the tests may be root, who may write anywhere: so the system's word is faked."""
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.sqlite"))
    monkeypatch.setattr("course_lib.practice.progress.os.access", lambda path, mode: False)
    said = what_to_do(OSError("read-only"))
    assert str(tmp_path / "progress.sqlite") in said
    assert "COURSE_PROGRESS=~/progress.sqlite" in said


def test_what_is_kept_can_be_read_without_the_right_to_write(progress):
    progress.record(SOFTMAX, "passed", 2.0, 2.0, None, KeptAnswer("kept"))
    progress.path.chmod(0o444)
    before = progress.path.read_bytes()
    assert progress.standings()[SOFTMAX].score == 2.0
    assert progress.answers() == {SOFTMAX: KeptAnswer("kept")}
    assert progress.path.read_bytes() == before
    assert [path.name for path in progress.path.parent.iterdir()] == [progress.path.name]


def test_a_file_of_an_older_course_is_read_and_gains_what_it_lacks(progress):
    with contextlib.closing(sqlite3.connect(progress.path)) as connection:
        connection.executescript(
            "CREATE TABLE answers (exercise TEXT PRIMARY KEY, at REAL NOT NULL, source TEXT NOT NULL);"
            "INSERT INTO answers VALUES ('attention.softmax', 0, 'old')"
        )
    assert progress.answers() == {SOFTMAX: KeptAnswer("old")}
    progress.record(MEAN, "passed", 1.0, 1.0, None, KeptAnswer("new", "import math"))
    assert progress.answers() == {SOFTMAX: KeptAnswer("old"), MEAN: KeptAnswer("new", "import math")}


def test_a_cell_that_is_run_again_shows_the_hints_that_it_showed(progress):
    assert [progress.next_hint(SOFTMAX, 3, cell) for cell in ("a", "a", "b", "a", "b", "c", "d", "a")] == [
        1,
        1,
        2,
        1,
        2,
        3,
        3,
        1,
    ]
    assert progress.standings()[SOFTMAX].hints == 3
    assert [progress.next_hint(MEAN, 3) for _ in range(3)] == [1, 2, 3], "outside a notebook every call is a new one"


@pytest.mark.parametrize("kept", [True, False])
def test_a_hint_in_a_cell_counts_once(tmp_path, monkeypatch, kept):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.sqlite") if kept else "off")
    module = importlib.import_module("course_lib.practice.check")
    shown = []
    for cell in ("one", "one", "two", "one", "two"):
        monkeypatch.setattr(module, "_this_cell", lambda cell=cell: cell)
        shown.append(hint(MEAN).shown)
    assert shown == [1, 1, 2, 1, 2]


# --- where it is kept ---------------------------------------------------------------------------------------------


def test_switched_off_nothing_is_written(tmp_path, monkeypatch, run_cell):
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    monkeypatch.chdir(tmp_path)
    assert (progress_path(), open_progress()) == (None, None)
    assert check(MEAN, run_cell("def mean_of_rows(x):\n    return x.mean(0)")["mean_of_rows"]).note == ""
    assert 1 <= hint(MEAN).shown <= 3
    assert list(tmp_path.iterdir()) == []


def test_the_file_lies_beside_the_notebooks_wherever_python_was_started(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_PROGRESS")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "04_attention.ipynb").touch()
    for folder in (tmp_path, tmp_path / "notebooks"):
        monkeypatch.chdir(folder)
        assert progress_path() == tmp_path / "notebooks" / "progress.sqlite"


def test_renamed_notebooks_keep_their_progress_beside_them(tmp_path, monkeypatch):
    """Never in the checkout that the library came from, which others may share."""
    monkeypatch.delenv("COURSE_PROGRESS")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my attention.ipynb").touch()
    assert progress_path() == tmp_path / "progress.sqlite"


def test_away_from_all_notebooks_the_file_lies_in_the_checkout_or_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_PROGRESS")
    monkeypatch.chdir(tmp_path)
    homes = [HOME / "my_notebooks", HOME / "notebooks"]
    built = [home for home in homes if any(home.glob("[0-9][0-9]_*.ipynb"))]
    assert progress_path() == (built[0] if built else tmp_path) / "progress.sqlite"


def test_the_file_lies_beside_ones_own_copies_where_there_are_some(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_PROGRESS")
    monkeypatch.chdir(tmp_path)
    for folder in ("notebooks", "my_notebooks"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "04_attention.ipynb").touch()
        assert progress_path() == tmp_path / folder / "progress.sqlite"


def test_in_a_shared_folder_everybody_has_a_file_of_their_own(tmp_path, monkeypatch, run_cell):
    monkeypatch.delenv("COURSE_PROGRESS")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "04_attention.ipynb").touch()
    theirs = tmp_path / "progress.sqlite"
    Progress(theirs).record(SOFTMAX, "passed", 2.0, 2.0, None, None)
    before = theirs.read_bytes()
    monkeypatch.setattr("course_lib.practice.progress.os.getuid", lambda: os.stat(theirs).st_uid + 12345)
    monkeypatch.setattr("course_lib.practice.progress.getpass.getuser", lambda: "anna")
    assert progress_path() == tmp_path / "progress-anna.sqlite"
    report = check(MEAN, run_cell("def mean_of_rows(x):\n    return x.mean(0)")["mean_of_rows"])
    assert "yours is kept in progress-anna.sqlite" in report.note
    assert theirs.read_bytes() == before
    assert list(open_progress().standings()) == [MEAN]


def test_a_tilde_in_the_name_is_the_home_folder(monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "~/kept/progress.sqlite")
    assert progress_path() == Path.home() / "kept" / "progress.sqlite"


@pytest.mark.parametrize("value", ["elsewhere.sqlite", os.path.join("a folder", "x.db")])
def test_the_environment_may_name_the_file(monkeypatch, value):
    monkeypatch.setenv("COURSE_PROGRESS", value)
    assert progress_path() == Path(value)
