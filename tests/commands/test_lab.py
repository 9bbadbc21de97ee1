"""`python -m course_lib lab`: what is started, and with which settings."""

import os
import subprocess
import sys

import pytest

from course_lib import cli, lab
from course_lib.commands import common


@pytest.fixture
def started(monkeypatch):
    """The commands that would have been started, instead of starting them."""
    calls = []

    def run(command, env, check):
        calls.append((command, env))
        return subprocess.CompletedProcess(command, 7)

    monkeypatch.setattr(lab.subprocess, "run", run)
    return calls


def test_lab_opens_the_first_lesson_with_our_settings_and_hands_on_the_exit_status(started, tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_start_here.ipynb").touch()
    monkeypatch.setattr(common, "ROOT", tmp_path)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    assert cli.main(["lab"]) == 7
    command, environment = started[0]
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert command[command.index("--ServerApp.root_dir") + 1] == str(tmp_path / "notebooks")
    assert command[command.index("--LabApp.default_url") + 1] == "/lab/tree/00_start_here.ipynb"
    assert not {"--no-browser", "--port"} & set(command)
    assert environment["JUPYTER_CONFIG_PATH"] == f"{lab.CONFIG}{os.pathsep}mine"
    assert environment["JUPYTER_CONFIG_PATH"] != os.environ["JUPYTER_CONFIG_PATH"]


def test_lab_takes_a_notebook_a_port_and_no_browser(started, tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "04_attention.ipynb").touch()
    monkeypatch.setattr(common, "ROOT", tmp_path)
    cli.main(["lab", "04_attention.ipynb", "--no-browser", "--port", "8901"])
    command, _ = started[0]
    assert "/lab/tree/04_attention.ipynb" in command
    assert "--no-browser" in command
    assert command[command.index("--port") + 1] == "8901"


@pytest.mark.parametrize(("uid", "allowed"), [(0, True), (1000, False)])
def test_lab_may_run_as_root_only_where_one_is_root(started, tmp_path, monkeypatch, uid, allowed):
    (tmp_path / "a.ipynb").touch()
    monkeypatch.setattr(os, "geteuid", lambda: uid, raising=False)
    lab.open_lab(tmp_path, "a.ipynb")
    assert ("--allow-root" in started[0][0]) is allowed


def test_lab_without_its_notebook_says_which_there_are(started, tmp_path, monkeypatch, capsys):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "04_attention.ipynb").touch()
    monkeypatch.setattr(common, "ROOT", tmp_path)
    assert cli.main(["lab", "40_attention.ipynb"]) == 2
    assert "there are ['04_attention.ipynb']" in capsys.readouterr().err
    assert started == []


def test_lab_that_is_interrupted_ends_well(tmp_path, monkeypatch):
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    (tmp_path / "a.ipynb").touch()
    monkeypatch.setattr(lab.subprocess, "run", interrupted)
    assert lab.open_lab(tmp_path, "a.ipynb") == 0
