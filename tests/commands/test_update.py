"""`python -m course_lib update`: first git, then, by the newer course, the notebooks; and what it says where it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from course_lib import cli
from course_lib.commands import common, update
from course_lib.worked import fetching, folder


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder that fetches a newer list of versions, and the commands that would have been started."""
    monkeypatch.setattr(common, "ROOT", tmp_path)
    (tmp_path / "constraints.txt").write_text("old")
    started = []

    def run(command, cwd, check):
        assert cwd == tmp_path
        started.append(command)
        return subprocess.CompletedProcess(command, 7)

    monkeypatch.setattr(update.subprocess, "run", run)

    def fetch(root, tell):
        tell("The course is 3 commits newer.")
        (root / "constraints.txt").write_text("new")
        return True

    monkeypatch.setattr(fetching, "fetch", fetch)
    return started


def test_in_the_environment_of_the_make_words_it_is_mended_before_the_notebooks_are_seen_to(
    course, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    assert cli.main(["update"]) == 7
    assert course == [[sys.executable, str(tmp_path / "start.py"), "update", "--notebooks"]]
    assert capsys.readouterr().out == "The course is 3 commits newer.\n"


def test_in_another_environment_it_is_said_how_to_mend_it(course, capsys):
    assert cli.main(["update"]) == 7
    assert course == [[sys.executable, "-m", "course_lib", "update", "--notebooks"]]
    assert "pip install --constraint constraints.txt --editable ." in capsys.readouterr().out


def test_a_refusal_is_said_and_nothing_is_started(course, monkeypatch, capsys):
    def fetch(root, tell):
        raise fetching.Refused("there is no network")

    monkeypatch.setattr(fetching, "fetch", fetch)
    assert cli.main(["update"]) == 2
    assert capsys.readouterr().err == "course_lib: there is no network\n"
    assert course == []


def test_the_notebooks_alone_are_brought_to_this_version(course, tmp_path, capsys):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "99_rest.py").write_text("# %% [markdown]\n# # Rest\n", encoding="utf-8")
    assert cli.main(["update", "--notebooks"]) == 0
    assert capsys.readouterr().out == "new: 99_rest\n"
    assert cli.main(["update", "--notebooks"]) == 0
    assert "those of this version already" in capsys.readouterr().out
    assert course == []


def test_a_folder_that_cannot_be_written_to_is_said(course, tmp_path, monkeypatch, capsys):
    def refuses(*arguments):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "99_rest.py").write_text("# %% [markdown]\n# # Rest\n", encoding="utf-8")
    monkeypatch.setattr(folder.os, "replace", refuses)
    assert cli.main(["update", "--notebooks"]) == 2
    assert "could not all be brought to this version: [Errno 13]" in capsys.readouterr().err


def test_the_first_half_needs_the_standard_library_alone():
    """Packages are exchanged while it waits, and on Windows nothing that is in use can be."""
    code = (
        "import sys, course_lib.commands.update, course_lib.worked.fetching\n"
        "print(sorted({'numpy', 'torch', 'IPython', 'nbformat'} & {name.partition('.')[0] for name in sys.modules}))"
    )
    root = Path(update.__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root)
    assert done.stdout == "[]\n"
