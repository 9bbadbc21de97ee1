"""`python -m course_lib`: the one front door, and its words. (What each command does is tested in tests/commands.)"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib import cli
from course_lib.commands import COMMANDS

ROOT = Path(cli.__file__).resolve().parents[1]


def test_the_module_can_be_run_and_lists_its_commands():
    run = subprocess.run([sys.executable, "-m", "course_lib", "--help"], capture_output=True, text=True, check=True)
    listed = [line.split()[0] for line in run.stdout.splitlines() if line.startswith("    ") and line[4] != " "]
    assert listed == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert f"course_lib {command}" in capsys.readouterr().out


def test_help_is_there_at_once():
    """It loads no PyTorch, and costs less than half a second of work."""
    code = """import sys, time; before = time.process_time(); from course_lib import cli
try: cli.main(["--help"])
except SystemExit: print(time.process_time() - before, "torch" in sys.modules, "numpy" in sys.modules)"""
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    ends = [run.stdout.splitlines()[-1].split() for run in runs]
    assert [heavy for _, *heavy in ends] == [["False", "False"]] * 3
    assert min(float(seconds) for seconds, *_ in ends) < 0.5


def test_every_command_of_the_makefile_exists():
    words = set(re.findall(r"\$\(START\) ([a-z]+)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert {"lab", "grade", "progress", "build", "verdicts"} <= words
    assert words - {"run"} <= set(COMMANDS)


def test_an_interrupted_command_ends_quietly(monkeypatch, capsys):
    def interrupted(chosen):
        raise KeyboardInterrupt

    monkeypatch.setattr(COMMANDS["verdicts"], "run", interrupted)
    assert cli.main(["verdicts"]) == 130
    assert capsys.readouterr().err == "\n"
