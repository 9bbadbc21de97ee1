"""Every notebook untouched and solved; nbval runs both. The third state, each known wrong answer, is tests/practice/test_exercises.py."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from course_lib.claims import claims
from course_lib.explorer.hosts.notebook import FOR_A_PAGE as TO_A_PAGE
from course_lib.practice.catalogue import exercises_of
from course_lib.practice.markers import checks_in
from course_lib.publish import build
from course_lib.publish.executing import executed
from course_lib.syllabus import LESSONS, Lesson
from course_lib.your_gpt.measured import in_outputs, measured, without_numbers
from tests.notebooks import reading

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = [lesson for lesson in LESSONS if (ROOT / "lessons" / f"{lesson.name}.py").exists()]
#: The syllabus says how long a notebook may take on cores of its own; tests share theirs, so they allow more.
ALLOWANCE = 3
LONG = 20  # seconds from which on a lesson's notebook is not run in all its states by every run of the tests
VERY_LONG = 75  # and from which on it is run by CI and `make check-all` alone
CELL_TIMEOUT = 240
FOR_A_PAGE = {TO_A_PAGE: "1"}  # figures as a page without a kernel shows them


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


def timed(path: Path, **more: str) -> tuple[nbformat.NotebookNode, float]:
    """A copy of a notebook run from top to bottom, raising where a cell raises, and the seconds that it took."""
    started = time.perf_counter()
    return executed(path, CELL_TIMEOUT, **surroundings(**more)), time.perf_counter() - started


def nbval(path: Path, *options: str, **more: str) -> subprocess.CompletedProcess:
    """nbval over one notebook, in a process of its own (its plugin would collect notebooks of every other test).

    nbval speaks with its kernel over ports that it has looked for a second before; where another program has taken one
    meanwhile, it begins again.
    """
    command = [sys.executable, "-m", "pytest", *options, "--nbval-cell-timeout", str(CELL_TIMEOUT), "-q"]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist", "-c", os.devnull, "--rootdir", str(path.parent), str(path)]
    for _attempt in range(3):
        run = subprocess.run(
            command, env=surroundings(**more), capture_output=True, text=True, check=False, cwd=path.parent
        )
        if "Kernel died before replying" not in run.stdout:
            break
    return run


def reports(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """What each check said, by exercise: the title line of its report."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and (asked := checks_in(cell.source)):
            texts = [output["data"]["text/plain"] for output in cell.outputs if "data" in output]
            found[asked[0]] = texts[-1].splitlines()[0] if texts else ""
    return found


def whose(notebook: nbformat.NotebookNode, words: str) -> set[str]:
    """The functions that a run said were of these words: ``your``, or ``the course's``."""
    outputs = (str(output.get("text", "")) for cell in notebook.cells for output in cell.get("outputs", []))
    found = (re.findall(rf"{words} ([\w., ]+)", text) for text in outputs)
    names = (name for lists in found for listed in lists for name in re.findall(r"[\w.]+", listed))
    return {name.rstrip(".").rpartition(".")[2] for name in names}  # of training.train the last word


@pytest.fixture(scope="class")
def solved(request, built):
    """The solved notebook of a class's lesson after a strict run."""
    return timed(built / "solved" / f"{request.cls.lesson.name}.ipynb", COURSE_STRICT="1", **FOR_A_PAGE)[0]


@pytest.mark.timeout(900)
class ThreeStates:
    """What every notebook is held to. One class for each lesson, so that test processes can share the lessons out."""

    lesson: Lesson

    def test_untouched_it_runs_to_the_end_and_says_not_attempted(self, built):
        notebook, seconds = timed(built / "untouched" / f"{self.lesson.name}.ipynb")
        said = reports(notebook)
        assert list(said) == [exercise.id for exercise in exercises_of(self.lesson)]
        assert all("not attempted" in title.lower() for title in said.values()), said
        assert seconds < ALLOWANCE * self.lesson.seconds
        claims = [cell for cell in notebook.cells if "not confirmed here" in str(cell.get("outputs", ""))]
        assert not claims, "a claim's measurement does not bear out its verdict"
        names = {exercise.name for exercise in exercises_of(self.lesson)}
        assert names <= whose(notebook, "the course's")
        assert not names & whose(notebook, "your")

    def test_solved_it_passes_every_check(self, solved):
        said = reports(solved)
        assert bool(said) == bool(exercises_of(self.lesson))
        assert all(title.startswith("✓ PASSED") for title in said.values()), said
        names = {exercise.name for exercise in exercises_of(self.lesson)}
        assert names <= whose(solved, "your"), "what the lesson runs after its checks is the learner's own"
        assert not names & whose(solved, "the course's")

    def test_the_map_of_claims_says_what_this_lesson_measures(self, solved):
        """Word for word; the digits are this machine's."""
        own = {known: {without_numbers(line) for line in lines} for known, lines in in_outputs(solved.cells).items()}
        recorded = {known: {without_numbers(line) for line in measured()[known]} for known in own}
        assert own == recorded, "`python -m course_lib regenerate claims_measured`, then data/README.md's checksum"
        assert set(own) == {known for known, one in claims().items() if one.lesson == self.lesson.number}

    def test_nbval_compares_two_runs_of_the_solved_one(self, built, solved):
        # nbval never compares a notebook without execution counts: it runs a second time what has run once.
        # What differs from run to run (times) is tagged in the lesson; everything else must not.
        path = built / "solved" / f"{self.lesson.name}-executed.ipynb"
        nbformat.write(solved, path)
        run = nbval(path, "--nbval", COURSE_STRICT="1", **FOR_A_PAGE)
        assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]

    def test_it_can_be_read_by_everybody(self, solved):
        """As a page, in both themes: axe-core finds nothing serious in what is ours, and no text of a figure is cut off."""
        reading.need()
        found = reading.read_by_everybody(reading.as_page(solved, self.lesson.title))
        assert found == {"light": [], "cut off": [], "dark": [], "errors": []}

    @pytest.mark.slow
    def test_nbval_runs_the_untouched_one(self, built):
        run = nbval(built / "untouched" / f"{self.lesson.name}.ipynb", "--nbval-lax")
        assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
        assert re.search(r"\d+ passed", run.stdout)

    @pytest.mark.slow
    def test_a_stub_fails_a_strict_run(self, built):
        """The strict run can fail: without an answer it does."""
        if not exercises_of(self.lesson):
            pytest.skip("this lesson asks for nothing new")
        run = nbval(built / "untouched" / f"{self.lesson.name}.ipynb", "--nbval-lax", COURSE_STRICT="1")
        assert run.returncode == 1
        assert f"{len(exercises_of(self.lesson))} failed" in run.stdout


class ThreeLongStates(ThreeStates):
    """A lesson that trains for half a minute: solved in every run of the tests; untouched and compared by CI and `make check-all`.

    What nbval says of an untouched notebook, lax and strict, the short lessons show; here one untouched run has to do.
    """

    test_nbval_runs_the_untouched_one = None
    test_a_stub_fails_a_strict_run = None

    @pytest.mark.slow
    def test_untouched_it_runs_to_the_end_and_says_not_attempted(self, built):
        super().test_untouched_it_runs_to_the_end_and_says_not_attempted(built)

    @pytest.mark.slow
    def test_nbval_compares_two_runs_of_the_solved_one(self, built, solved):
        super().test_nbval_compares_two_runs_of_the_solved_one(built, solved)

    @pytest.mark.slow
    def test_it_can_be_read_by_everybody(self, solved):
        super().test_it_can_be_read_by_everybody(solved)


class ThreeVeryLongStates(ThreeLongStates):
    """A lesson that trains for more than a minute, by CI and `make check-all` alone; its package's own tests are run always."""

    @pytest.mark.slow
    def test_solved_it_passes_every_check(self, solved):
        super().test_solved_it_passes_every_check(solved)

    @pytest.mark.slow
    def test_the_map_of_claims_says_what_this_lesson_measures(self, solved):
        super().test_the_map_of_claims_says_what_this_lesson_measures(solved)


def states_of(lesson: Lesson) -> type[ThreeStates]:
    """The class of a lesson's tests, by how long its notebook takes."""
    if lesson.seconds >= VERY_LONG:
        return ThreeVeryLongStates
    return ThreeLongStates if lesson.seconds >= LONG else ThreeStates


for _lesson in WRITTEN:
    globals()[f"Test_{_lesson.name}"] = type(f"Test_{_lesson.name}", (states_of(_lesson),), {"lesson": _lesson})


@pytest.mark.parametrize("strict", [False, True], ids=["lax", "strict"])
def test_nbval_runs_the_first_lesson_untouched_and_fails_it_where_answers_are_demanded(built, strict):
    """The quick one of the two slow tests above, in every run of the tests."""
    name = WRITTEN[0].name
    run = nbval(built / "untouched" / f"{name}.ipynb", "--nbval-lax", **({"COURSE_STRICT": "1"} if strict else {}))
    assert run.returncode == (1 if strict else 0), run.stdout[-3000:]
    assert ("1 failed" in run.stdout) == strict
