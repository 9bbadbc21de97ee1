"""`python -m course_lib`: what each command does with its options, and the exit status. (Grading has its own tests.)"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib import cli, lab

ROOT = Path(cli.__file__).resolve().parents[1]
COMMANDS = ("lab", "grade", "progress", "train", "build", "verdicts")


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
def lessons(tmp_path, monkeypatch):
    """A course of one lesson without exercises."""
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "99_rest.py").write_text("# %% [markdown]\n# # Rest\n\n# %%\n3 + 5\n", encoding="utf-8")
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    return tmp_path


def test_the_module_can_be_run_and_lists_its_commands():
    run = subprocess.run([sys.executable, "-m", "course_lib", "--help"], capture_output=True, text=True, check=True)
    listed = [line.split()[0] for line in run.stdout.splitlines() if line.startswith("    ") and line[4] != " "]
    assert tuple(listed) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert f"course_lib {command}" in capsys.readouterr().out


def test_every_command_of_the_makefile_exists():
    words = set(re.findall(r"\$\(START\) ([a-z]+)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert words - {"run"} == set(COMMANDS) - {"train"}  # it needs a text of one's own


def test_lab_opens_the_first_lesson_with_our_settings_and_hands_on_the_exit_status(started, tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_start_here.ipynb").touch()
    monkeypatch.setattr(cli, "ROOT", tmp_path)
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
    monkeypatch.setattr(cli, "ROOT", tmp_path)
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
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    assert cli.main(["lab", "40_attention.ipynb"]) == 2
    assert "there are ['04_attention.ipynb']" in capsys.readouterr().err
    assert started == []


def test_lab_that_is_interrupted_ends_well(tmp_path, monkeypatch):
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    (tmp_path / "a.ipynb").touch()
    monkeypatch.setattr(lab.subprocess, "run", interrupted)
    assert lab.open_lab(tmp_path, "a.ipynb") == 0


def test_build_writes_the_notebooks_and_prints_their_paths(lessons, capsys):
    assert cli.main(["build"]) == 0
    assert capsys.readouterr().out.split() == [str(lessons / "notebooks" / "99_rest.ipynb")]
    assert (lessons / "notebooks" / "99_rest.ipynb").is_file()


def test_build_puts_solved_notebooks_where_no_learner_finds_them_and_others_where_it_is_told(lessons):
    assert cli.main(["build", "--solved"]) == 0
    assert cli.main(["build", "--out", str(lessons / "elsewhere")]) == 0
    built = sorted(str(path.relative_to(lessons)) for path in lessons.rglob("*.ipynb"))
    assert built == [os.path.join("build", "solved", "99_rest.ipynb"), os.path.join("elsewhere", "99_rest.ipynb")]


def test_build_over_somebodys_work_ends_with_2_and_with_force_with_0(lessons, capsys):
    cli.main(["build"])
    path = lessons / "notebooks" / "99_rest.ipynb"
    worked = path.read_text(encoding="utf-8").replace("3 + 5", "3 + 7")
    path.write_text(worked, encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["build"]) == 2
    assert "holds somebody's work" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == worked
    assert cli.main(["build", "--force"]) == 0
    assert "3 + 5" in path.read_text(encoding="utf-8")


def test_build_of_a_broken_or_missing_lesson_ends_with_2_and_says_where(lessons, capsys):
    broken = lessons / "lessons" / "98_broken.py"
    broken.write_text("# %%\n# >>> answer\n", encoding="utf-8")
    assert cli.main(["build"]) == 2
    assert f"course_lib: {broken}:2:" in capsys.readouterr().err
    assert not (lessons / "notebooks").exists()
    for lesson in (lessons / "lessons").iterdir():
        lesson.unlink()
    assert cli.main(["build"]) == 2
    assert "no lessons" in capsys.readouterr().err
