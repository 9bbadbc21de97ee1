"""The front door: which Python it takes, what it hands over to, and that an old Python can read it."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import start
from course_lib import install
from course_lib.install import Trouble

ROOT = Path(start.__file__).resolve().parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


class Handed(list):
    """Stands in for what hands over: keeps the command."""

    def __call__(self, command):
        self.append(command)
        return 7


@pytest.fixture
def prepared(monkeypatch):
    """The folders that would have been prepared."""
    folders = []
    monkeypatch.setattr(install, "prepare", folders.append)
    return folders


def no_python(command):
    return ""


def pythons(**versions):
    """What commands answer on a computer with these Pythons: python3="3.9" and so on."""
    return lambda command: versions.get(command[0].replace(".", "_"), "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["lab"], ["-m", "course_lib", "lab"]),
        (["lab", "--port", "8900"], ["-m", "course_lib", "lab", "--port", "8900"]),
        (["train", "my text.txt"], ["-m", "course_lib", "train", "my text.txt"]),
        (["run", "-m", "pytest", "-q"], ["-m", "pytest", "-q"]),
    ],
)
def test_a_word_is_handed_over_to_the_environments_python(prepared, words, expected):
    handed = Handed()
    assert start.main(words, hand_over=handed) == 7
    assert prepared == [start.FOLDER]
    assert handed == [[install.interpreter(start.FOLDER), *expected]]


def test_install_prepares_and_hands_nothing_over(prepared):
    handed = Handed()
    assert start.main(["install"], hand_over=handed) == 0
    assert (prepared, handed) == ([start.FOLDER], [])


@pytest.mark.parametrize(("words", "status"), [([], 2), (["help"], 0), (["--help"], 0)])
def test_without_a_word_it_says_which_there_are(prepared, capsys, words, status):
    assert start.main(words) == status
    assert "py start.py lab" in capsys.readouterr().out
    assert prepared == []


@pytest.mark.parametrize(
    ("problem", "status", "said"),
    [(Trouble("no room"), 1, "no room"), (KeyboardInterrupt(), 130, "makes the environment again")],
)
def test_trouble_is_said_in_words_and_nothing_is_handed_over(monkeypatch, capsys, problem, status, said):
    def prepare(folder):
        raise problem

    monkeypatch.setattr(install, "prepare", prepare)
    handed = Handed()
    assert start.main(["lab"], hand_over=handed) == status
    assert handed == []
    assert said in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="the names are those of POSIX")
@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 15, 0)])
def test_a_python_that_does_not_fit_hands_over_to_one_that_does(prepared, version):
    handed = Handed()
    answer = pythons(python3="3.10\n", python3_12="3.12\n", python3_13="3.13\n")
    assert start.main(["lab", "--no-browser"], version, answer, handed) == 7
    assert handed == [["python3.12", str(ROOT / "start.py"), "lab", "--no-browser"]]
    assert prepared == []


@pytest.mark.parametrize(
    "answer", [no_python, pythons(python3="3.10\n", python="2.7\n"), pythons(python3="pyenv: no\n")]
)
def test_where_no_python_fits_it_says_which_would(prepared, capsys, answer):
    assert start.main(["lab"], (3, 8, 18), answer) == 1
    said = capsys.readouterr().err
    assert "needs Python 3.11 to 3.14, and this is 3.8" in said
    assert start.CHOOSE in said
    assert prepared == []


def test_answers_of_real_commands_and_of_none(tmp_path):
    assert start.answer([sys.executable, "-c", start.ASK_VERSION]).strip() == "{}.{}".format(*sys.version_info)
    assert start.answer([sys.executable, "-c", "print(1); raise SystemExit(1)"]) == ""
    assert start.answer([str(tmp_path / "nothing")]) == ""


def test_an_old_python_can_read_it():
    source = (ROOT / "start.py").read_bytes()
    assert source.isascii(), "Python 2 takes no other signs without being told"
    tree = ast.parse(source, feature_version=(3, 4))
    annotated = [node for node in ast.walk(tree) if getattr(node, "annotation", None) or getattr(node, "returns", None)]
    new = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.NamedExpr | ast.Match | ast.Starred)]
    keyword_only = [node for node in ast.walk(tree) if isinstance(node, ast.arguments) and node.kwonlyargs]
    assert [node.lineno for node in annotated + new] + keyword_only == []


@pytest.mark.skipif(sys.platform == "win32", reason="make is not there")
@pytest.mark.parametrize(
    "word", ["lab", "grade", "progress", "update", "test", "test-lesson", "check-all", "check-versions", "bench"]
)
def test_the_make_words_call_it(word):
    # The tests may run under make themselves, which hands its own flags and arguments on.
    alone = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "ARGS")
    }
    done = subprocess.run(
        ["make", "--dry-run", word, "PYTHON=/a b/python", "ARGS=--one"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=alone,
    )
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    assert all(re.search(r'"/a b/python" start\.py \w+', line) for line in lines)
    assert any("--one" in line for line in lines)


def test_every_make_word_is_listed_and_none_of_them_is_a_file():
    words = re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split()
    assert sorted(words) == sorted(phony)
    assert set(words) >= {"lab", "test", "grade", "clean"}
