"""Every notebook in three states: untouched, solved, and with each known wrong answer. nbval runs the first two."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from course_lib.practice.verdicts import trials
from course_lib.publish import build
from course_lib.syllabus import LESSONS

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = [lesson for lesson in LESSONS if (ROOT / "lessons" / f"{lesson.name}.py").exists()]
NAMES = [lesson.name for lesson in WRITTEN]
#: Seconds for the whole notebook on two cores of its own; tests share theirs, so they allow three times as much.
BUDGET = {"00_start_here": 20, "04_attention": 20, "10_training": 90}
DEFAULT_BUDGET = 30


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Both variants of every notebook, fresh from the lessons."""
    folder = tmp_path_factory.mktemp("notebooks")
    build(ROOT / "lessons", folder / "untouched")
    build(ROOT / "lessons", folder / "solved", solved=True)
    return folder


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a run: no progress kept, one thread for each of several test processes."""
    return {**os.environ, "COURSE_PROGRESS": "off", "OMP_NUM_THREADS": "1", **more}


def executed(path: Path, folder: Path, **more: str) -> tuple[nbformat.NotebookNode, float]:
    """A copy of a notebook run from top to bottom, raising where a cell raises, and the seconds that it took."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    started = time.perf_counter()
    client.execute(env=surroundings(**more))
    return notebook, time.perf_counter() - started


def nbval(path: Path, *options: str, **more: str) -> subprocess.CompletedProcess:
    """nbval over one notebook, in a process of its own (its plugin would collect notebooks of every other test)."""
    command = [sys.executable, "-m", "pytest", *options, "--nbval-cell-timeout", "120", "-p", "no:cacheprovider", "-q"]
    command += ["-p", "no:xdist", "-c", os.devnull, "--rootdir", str(path.parent), str(path)]
    return subprocess.run(
        command, env=surroundings(**more), capture_output=True, text=True, check=False, cwd=path.parent
    )


def reports(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """What each check said, by exercise: the title line of its report."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and (asked := re.search(r'^check\("([^"]+)"', cell.source, re.MULTILINE)):
            texts = [output["data"]["text/plain"] for output in cell.outputs if "data" in output]
            found[asked[1]] = texts[-1].splitlines()[0] if texts else ""
    return found


@pytest.mark.parametrize("name", NAMES)
def test_untouched_notebook_runs_to_the_end_and_says_not_attempted(built, name):
    path = built / "untouched" / f"{name}.ipynb"
    notebook, seconds = executed(path, built)
    lesson = next(one for one in WRITTEN if one.name == name)
    said = reports(notebook)
    assert list(said) == [exercise.id for exercise in lesson.exercises()]
    assert all("not attempted" in title for title in said.values()), said
    assert seconds < 3 * BUDGET.get(name, DEFAULT_BUDGET)
    claims = [cell for cell in notebook.cells if cell.cell_type == "code" and "not confirmed here" in str(cell.outputs)]
    assert not claims, "a claim's measurement does not bear out its verdict"


@pytest.mark.parametrize("name", NAMES)
def test_nbval_runs_the_untouched_notebook(built, name):
    run = nbval(built / "untouched" / f"{name}.ipynb", "--nbval-lax")
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    assert re.search(r"\d+ passed", run.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_solved_notebook_passes_every_check(built, name):
    notebook, _ = executed(built / "solved" / f"{name}.ipynb", built, COURSE_STRICT="1")
    said = reports(notebook)
    assert said
    assert all("· passed ·" in title for title in said.values()), said


@pytest.mark.parametrize("name", NAMES)
def test_nbval_compares_two_runs_of_the_solved_notebook(built, name):
    # nbval never compares a notebook without execution counts: run a copy first, then compare strictly.
    notebook, _ = executed(built / "solved" / f"{name}.ipynb", built, COURSE_STRICT="1")
    for cell in notebook.cells:  # times differ from run to run; everything else must not
        if cell.cell_type == "code" and re.search(r"seconds|check_machine|slowdown|ratios", cell.source):
            cell.metadata["tags"] = ["nbval-ignore-output"]
    path = built / "solved" / f"{name}-executed.ipynb"
    nbformat.write(notebook, path)
    run = nbval(path, "--nbval", COURSE_STRICT="1")
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]


@pytest.mark.parametrize("name", NAMES)
def test_a_stub_fails_a_strict_run(built, name):
    """The strict run can fail: without an answer it does."""
    run = nbval(built / "untouched" / f"{name}.ipynb", "--nbval-lax", COURSE_STRICT="1")
    lesson = next(one for one in WRITTEN if one.name == name)
    assert run.returncode == 1
    assert f"{len(lesson.exercises())} failed" in run.stdout


@pytest.mark.parametrize("exercise", [one for lesson in WRITTEN for one in lesson.exercises()], ids=lambda one: one.id)
def test_every_known_wrong_answer_is_rejected_and_named(exercise):
    rows = list(trials(exercise))
    assert [row for row in rows if not row.as_expected] == []
    assert sum(row.expected != "passed" for row in rows) == len(exercise.wrong) >= 2
