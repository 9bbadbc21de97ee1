"""`python -m course_lib lab`: what is started, and with which settings."""

import json
import os
import subprocess
import sys

import pytest

from course_lib import cli, lab
from course_lib.commands import common
from course_lib.worked import folder
from course_lib.worked.state import digest


@pytest.fixture
def started(monkeypatch):
    """The commands that would have been started, instead of starting them."""
    calls = []

    def run(command, env, check):
        calls.append((command, env))
        return subprocess.CompletedProcess(command, 7)

    monkeypatch.setattr(lab.subprocess, "run", run)
    return calls


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two lessons without exercises, nobody has opened it yet."""
    (tmp_path / "lessons").mkdir()
    for name in ("00_start_here", "04_attention"):
        (tmp_path / "lessons" / f"{name}.py").write_text(f"# %% [markdown]\n# # {name}\n\n# %%\n3\n", encoding="utf-8")
    # Its exercises are left out, which a lesson of the syllabus may not do: so what a build would make is put there.
    monkeypatch.setattr(folder, "fresh", lambda root, name: notebook(name, "3"))
    monkeypatch.setattr(common, "ROOT", tmp_path)
    return tmp_path


def notebook(name, source, base=""):
    cells = [{"cell_type": "code", "source": source}]
    noted = {"digest": digest([{"cell_type": "code", "source": base or source}]), "lesson": name}
    return json.dumps({"cells": cells, "metadata": {"course": noted}}).encode()


def test_lab_opens_ones_own_copies_with_our_settings_and_hands_on_the_exit_status(started, course, monkeypatch, capsys):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    assert cli.main(["lab"]) == 7
    command, environment = started[0]
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert command[command.index("--ServerApp.root_dir") + 1] == str(course / "my_notebooks")
    assert command[command.index("--LabApp.default_url") + 1] == "/lab/tree/00_start_here.ipynb"
    assert not {"--no-browser", "--port"} & set(command)
    assert environment["JUPYTER_CONFIG_PATH"] == f"{lab.CONFIG}{os.pathsep}mine"
    assert environment["JUPYTER_CONFIG_PATH"] != os.environ["JUPYTER_CONFIG_PATH"]
    assert sorted(path.name for path in (course / "my_notebooks").iterdir()) == [
        "00_start_here.ipynb",
        "04_attention.ipynb",
    ]
    assert "You work in copies, which git does not look at" in capsys.readouterr().err
    assert cli.main(["lab"]) == 7
    assert capsys.readouterr().err == "", "what is as ever is not said again"


@pytest.mark.parametrize("word", ["04_attention.ipynb", "04", "attention"])
def test_lab_takes_a_notebook_a_port_and_no_browser(started, course, word):
    cli.main(["lab", word, "--no-browser", "--port", "8901"])
    command, _ = started[0]
    assert "/lab/tree/04_attention.ipynb" in command
    assert "--no-browser" in command
    assert command[command.index("--port") + 1] == "8901"


def test_lab_says_of_which_there_is_a_newer_version_and_leaves_work_as_it_is(started, course, capsys):
    (course / "my_notebooks").mkdir()
    worked = course / "my_notebooks" / "04_attention.ipynb"
    worked.write_bytes(before := notebook("04_attention", "mine", base="an older build"))
    assert cli.main(["lab"]) == 7
    assert "newer version than the one you work in: 04_attention. make update" in capsys.readouterr().err
    assert worked.read_bytes() == before


def test_lab_begins_a_notebook_afresh_and_keeps_what_was_in_it(started, course, capsys):
    (course / "my_notebooks").mkdir()
    worked = course / "my_notebooks" / "04_attention.ipynb"
    worked.write_bytes(before := notebook("04_attention", "mine", base="3"))
    assert cli.main(["lab", "04", "--afresh"]) == 7
    (kept,) = (course / "my_notebooks" / "kept").iterdir()
    assert kept.read_bytes() == before
    assert f"04_attention.ipynb is new; what it held is in {kept}" in capsys.readouterr().err
    assert worked.read_bytes() == notebook("04_attention", "3")
    assert "/lab/tree/04_attention.ipynb" in started[0][0]
    assert cli.main(["lab", "40", "--afresh"]) == 2
    assert "no notebook of the course is called 40: there are 00_start_here, 04_attention" in capsys.readouterr().err


@pytest.mark.parametrize("first", [True, False])
def test_where_no_copy_can_be_made_lab_opens_what_there_is_and_says_so(started, course, monkeypatch, capsys, first):
    def refuses(*arguments, **options):
        raise PermissionError(13, "Read-only file system")

    there = course / ("notebooks" if first else "my_notebooks")
    there.mkdir()
    (there / "00_start_here.ipynb").touch()
    monkeypatch.setattr(folder.Path, "mkdir", refuses)
    assert cli.main(["lab"]) == 7
    assert str(there) in started[0][0]
    assert f"Read-only file system); {there} is opened" in capsys.readouterr().err
    assert cli.main(["lab", "04", "--afresh"]) == 2
    assert "04_attention.ipynb cannot be begun afresh: [Errno 13]" in capsys.readouterr().err


@pytest.mark.parametrize(("uid", "allowed"), [(0, True), (1000, False)])
def test_lab_may_run_as_root_only_where_one_is_root(started, tmp_path, monkeypatch, uid, allowed):
    (tmp_path / "a.ipynb").touch()
    monkeypatch.setattr(os, "geteuid", lambda: uid, raising=False)
    lab.open_lab(tmp_path, "a.ipynb")
    assert ("--allow-root" in started[0][0]) is allowed


def test_lab_without_its_notebook_says_which_there_are(started, course, capsys):
    assert cli.main(["lab", "40_attention.ipynb"]) == 2
    assert "there are ['00_start_here.ipynb', '04_attention.ipynb']" in capsys.readouterr().err
    assert started == []


def test_lab_that_is_interrupted_ends_well(tmp_path, monkeypatch):
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    (tmp_path / "a.ipynb").touch()
    monkeypatch.setattr(lab.subprocess, "run", interrupted)
    assert lab.open_lab(tmp_path, "a.ipynb") == 0
