"""A learner's notebooks, run again in a fresh kernel, and their answers checked.

Answers are known by the comment ``# exercise: concept.name``, never by cell ids (JupyterLab duplicates those), and the
learner's own check cells are not relied on: after each answer we ask for a verdict ourselves. Only the cells that the answers
need are run (``needed_cells``); all of them where something is missing then, or where it is asked for. This is for one's own
notebooks; the process that runs them could read the reference answers.
"""

import json
import os
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.practice.catalogue import exercises_of, find_exercise
from course_lib.practice.exercise import Exercise
from course_lib.practice.kernel import Kernel, Ran
from course_lib.practice.markers import answer_line, answers_in
from course_lib.practice.marks import Mark
from course_lib.practice.needed_cells import needed_cells
from course_lib.practice.verdict import Reason, may_lack_a_cell
from course_lib.syllabus import LESSONS

__all__ = ["CELL_SECONDS", "NOTEBOOK_SECONDS", "grade", "grade_notebook", "notebooks_in"]

CELL_SECONDS = 180.0  # for one cell: the longest trains for half a minute on two cores
NOTEBOOK_SECONDS = 600.0  # for all cells of a notebook together
VERDICT_CELL = "from course_lib.practice.asking import ask as _course_asks\n_course_asks({id!r}, {name!r})"


def notebooks_in(path: Path | str) -> list[Path]:
    """The notebooks that a path names: itself, or those of a folder (not of hidden folders, nor what is kept) in order.

    Raises:
        FileNotFoundError: there is no such file or folder, or no notebook in it.
    """
    path = Path(path)
    if path.is_dir():
        found = sorted(
            file
            for file in path.rglob("*.ipynb")
            if not any(part.startswith(".") or part == "kept" for part in file.relative_to(path).parts)
        )
        if found:
            return found
        raise FileNotFoundError(f"no notebook (.ipynb) in {path}; name the folder that holds your notebooks")
    if path.is_file():
        return [path]
    raise FileNotFoundError(f"no file or folder {path}; name a notebook or the folder that holds yours")


def grade(
    path: Path | str,
    cell_seconds: float = CELL_SECONDS,
    notebook_seconds: float = NOTEBOOK_SECONDS,
    whole: bool = False,
) -> list[Mark]:
    """The marks of every exercise in a notebook, or in every notebook of a folder; see `grade_notebook`."""
    return [
        mark
        for notebook in notebooks_in(path)
        for mark in grade_notebook(notebook, cell_seconds, notebook_seconds, whole)
    ]


def grade_notebook(
    path: Path, cell_seconds: float = CELL_SECONDS, notebook_seconds: float = NOTEBOOK_SECONDS, whole: bool = False
) -> list[Mark]:
    """Run one notebook in a kernel of its own and mark its exercises. The file itself is not changed.

    Every exercise of the notebook's lesson gets a mark, also one whose cell is gone; so does one that was copied in from
    another lesson. A cell that raises does not end the run. One that does not end is interrupted; where that does not help,
    or where the kernel dies, the kernel is replaced, the good cells are run again, and the rest is marked. Whatever is wrong
    with the notebook or its kernel is a mark of state "error", never an exception, so that other notebooks are graded.

    Args:
        path: the notebook.
        cell_seconds, notebook_seconds: how long one cell, and all of them together, may run.
        whole: run every cell, and not only those that the answers need.
    """
    try:
        cells, named = _read(path)
        expected = _expected(path, named, cells)
    except Exception as problem:  # of any type: nbformat raises AttributeError for a list, RecursionError, its own ...
        return [_failed(path, "this file cannot be read as a notebook", problem)]
    if not expected:
        return []
    answers = {place: [known for known in answers_in(cell) if known in expected] for place, cell in enumerate(cells)}
    answers = {place: known for place, known in answers.items() if known}
    end = time.monotonic() + notebook_seconds
    try:
        places = list(range(len(cells))) if whole else needed_cells(cells, list(answers))
        run = _Run(path, cells, answers, expected, cell_seconds, end)
        run.all_of(places)
        if len(places) < len(cells) and run.misses_something:
            run = _Run(path, cells, answers, expected, cell_seconds, end)
            run.all_of(range(len(cells)))
    except Exception as problem:  # a kernel that does not start, a source that cannot be sent to it ...
        return [_failed(path, "this notebook could not be run", problem)]
    attempted = {known for found in answers.values() for known in found}
    return [_mark(path, exercise, exercise.id in attempted, run) for exercise in expected.values()]


def _read(path: Path) -> tuple[list[str], str]:
    """The sources of a notebook's code cells, and the lesson that its metadata or its name says it is."""
    import nbformat

    # A byte-order mark, as some editors of Windows write it, is no reason to refuse a notebook.
    text = path.read_bytes().decode("utf-8-sig")
    with warnings.catch_warnings(action="ignore"):  # cell ids that are missing or twice there are put right
        notebook = nbformat.reads(_with_whole_cells(text), as_version=4)
    course = notebook.metadata.get("course")
    named = course.get("lesson", path.stem) if isinstance(course, dict) else path.stem
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"], named


def _with_whole_cells(text: str) -> str:
    """A notebook as text whose cells have the parts that every cell needs: one that lost some is empty there, and no more."""
    book = json.loads(text)
    for cell in book.get("cells", []) if isinstance(book, dict) else []:
        if isinstance(cell, dict):
            cell.setdefault("cell_type", "code")
            cell.setdefault("metadata", {})
            cell.setdefault("source", "")
            if cell["cell_type"] == "code":
                cell.setdefault("outputs", [])
                cell.setdefault("execution_count", None)
    return json.dumps(book)


def _failed(path: Path, what: str, problem: Exception) -> Mark:
    reason = str(problem).strip().splitlines()[0][:200] if str(problem).strip() else ""
    return Mark(path.name, "-", "error", 0.0, 0.0, f"{what}: {type(problem).__name__}{f': {reason}' if reason else ''}")


def _expected(path: Path, named: str, cells: Sequence[str]) -> dict[str, Exercise]:
    """The exercises to be marked: those of the lesson the file (or its metadata) names, and any the cells name."""
    lesson = next((each for each in LESSONS if each.name == named or path.stem.startswith(each.name)), None)
    found = {exercise.id: exercise for exercise in (exercises_of(lesson) if lesson else ())}
    for cell in cells:
        for exercise_id in answers_in(cell):
            try:
                found.setdefault(exercise_id, find_exercise(exercise_id))
            except LookupError:
                continue  # a learner's own comment
    return found


@dataclass
class _Run:
    """One run of a notebook's cells, with as many kernels as it takes."""

    path: Path
    cells: Sequence[str]
    answers: dict[int, list[str]]
    expected: dict[str, Exercise]
    cell_seconds: float
    end: float
    said: dict[str, dict] = field(default_factory=dict)  # exercise -> the record of its last verdict
    trouble: dict[str, str] = field(default_factory=dict)  # exercise -> why there is none
    raised: set[str] = field(default_factory=set)  # names of exceptions that ended a cell

    @property
    def misses_something(self) -> bool:
        """Whether a cell, or an answer when it was called, may have lacked what another cell gives."""
        # An answer for tensors is tried with tensors only where some cell has imported torch.
        return bool(self.raised) or any(may_lack_a_cell(said["reason"], said["message"]) for said in self.said.values())

    def all_of(self, places: Sequence[int]) -> None:
        """Run these cells, and ask for a verdict after each answer."""
        waiting, good = list(places), []
        while waiting:
            with Kernel(
                self.path.resolve().parent, {**os.environ, "COURSE_PROGRESS": "off", "COURSE_STRICT": "0"}
            ) as kernel:
                if not all(self._again(kernel, place) for place in good):
                    good = []  # what was good is so no longer: go on without it
                    continue
                while waiting:
                    place = waiting.pop(0)
                    ran = self._cell(kernel, place)
                    if ran.state in ("stuck", "died"):
                        break
                    if ran.state == "ended":
                        good.append(place)

    def _again(self, kernel: Kernel, place: int) -> bool:
        """Run a good cell once more in a new kernel, and judge its answers there, so that `mine` knows them."""
        sources = [self.cells[place], *(self._verdict_cell(known) for known in self.answers.get(place, ()))]
        return all(self._run(kernel, source).state == "ended" for source in sources)

    def _verdict_cell(self, exercise_id: str) -> str:
        return VERDICT_CELL.format(id=exercise_id, name=self.expected[exercise_id].name)

    def _run(self, kernel: Kernel, source: str) -> Ran:
        return kernel.run(source, max(0.0, min(self.cell_seconds, self.end - time.monotonic())))

    def _cell(self, kernel: Kernel, place: int) -> Ran:
        """One cell and the verdicts on its answers."""
        if time.monotonic() > self.end:
            self._note(place, "the time for this notebook was used up before this cell")
            return Ran("interrupted")
        ran = self._run(kernel, self.cells[place])
        if ran.raised and ran.raised not in ("SyntaxError", "IndentationError"):  # these ask for no other cell
            self.raised.add(ran.raised)
        if ran.state in ("stuck", "died"):
            self._note(place, _why(ran, self.cell_seconds))
            return ran
        for exercise_id in self.answers.get(place, ()):
            asked = self._run(kernel, self._verdict_cell(exercise_id))
            self.said.pop(exercise_id, None)  # of several answers the last one counts
            if asked.said:
                self.said[exercise_id] = asked.said[-1]
                if ran.state == "interrupted":
                    self.trouble[exercise_id] = _why(ran, self.cell_seconds)
            else:
                self._note(place, _why(asked, self.cell_seconds))
            if asked.state in ("stuck", "died"):
                return asked
        return ran

    def _note(self, place: int, why: str) -> None:
        for exercise_id in self.answers.get(place, ()):
            self.said.pop(exercise_id, None)
            self.trouble[exercise_id] = why


def _why(ran: Ran, seconds: float) -> str:
    if ran.flooded:
        return "the cell printed without end and was stopped"
    if ran.state == "died":
        return "the kernel died in this cell (out of memory, or a call that ends the process)"
    if ran.state in ("stuck", "interrupted"):
        return f"the cell was still running after {seconds:g} seconds and was stopped"
    return "the cell did not run to its end"


def _mark(path: Path, exercise: Exercise, attempted: bool, run: _Run) -> Mark:
    def mark(state: str, remark: str) -> Mark:
        return Mark(path.name, exercise.id, state, 0.0, float(exercise.points), remark)

    if not attempted:
        return mark("not attempted", f"no cell begins with {answer_line(exercise.id)}")
    said = run.said.get(exercise.id)
    if said is None:
        return mark("error", run.trouble.get(exercise.id, "the cell did not run to its end"))
    if said["reason"] == Reason.NOT_A_FUNCTION:
        why = run.trouble.get(exercise.id, f"the cell ran without defining {exercise.name}: look for an error in it")
        return mark("error", why)
    remark = "" if said["state"] in ("passed", "not attempted") else said["misconception"] or said["message"]
    return Mark(path.name, exercise.id, said["state"], said["score"], said["points"], remark)
