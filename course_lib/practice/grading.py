"""A learner's notebooks, run again from top to bottom in a fresh kernel, and their answers checked.

Answers are known by the comment ``# exercise: concept.name``, never by cell ids (JupyterLab duplicates those), and the
learner's own check cells are not relied on: after each answer we ask for a verdict ourselves. This is for one's own
notebooks; the process that runs them could read the reference answers.
"""

import asyncio
import json
import os
import textwrap
import warnings
from dataclasses import dataclass
from pathlib import Path

from course_lib.practice.catalogue import exercises_of, find_exercise
from course_lib.practice.exercise import Exercise
from course_lib.practice.markers import answer_line, answers_in
from course_lib.practice.report import SIGNS
from course_lib.practice.verdict import Reason
from course_lib.syllabus import LESSONS

__all__ = ["Mark", "grade", "grade_notebook", "marks_table", "notebook_lines", "notebooks_in", "sum_line"]

REMARK_WIDTH = 60  # a longer remark gets lines of its own
CELL_TIMEOUT = 180  # seconds for one cell: the longest trains for half a minute on two cores
MIME = "application/vnd.course-report+json"
VERDICT_CELL = """\
import json as _json
from course_lib.practice.check import check as _check
from IPython.display import display as _display
_report = _check({id!r}, globals().get({name!r}))
_display({{{mime!r}: _json.dumps(_report.as_record())}}, raw=True)
"""


@dataclass(frozen=True)
class Mark:
    """What one exercise of one notebook earned, and what was wrong with it."""

    notebook: str
    exercise: str
    state: str
    score: float
    points: float
    remark: str


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


def grade(path: Path | str, cell_timeout: float = CELL_TIMEOUT) -> list[Mark]:
    """The marks of every exercise in a notebook, or in every notebook of a folder."""
    return [mark for notebook in notebooks_in(path) for mark in grade_notebook(notebook, cell_timeout)]


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


def grade_notebook(path: Path, cell_timeout: float = CELL_TIMEOUT) -> list[Mark]:
    """Run one notebook in a kernel of its own and mark its exercises. The file itself is not changed.

    Every exercise of the notebook's lesson gets a mark, also one whose cell is gone; so does one that was copied in from
    another lesson. A cell that raises does not end the run; one that does not end is interrupted. Whatever is wrong with
    the notebook or its kernel is a mark of state "error", never an exception, so that other notebooks are graded.
    """
    import nbformat

    try:
        # A byte-order mark, as some editors of Windows write it, is no reason to refuse a notebook.
        text = path.read_bytes().decode("utf-8-sig")
        with warnings.catch_warnings(action="ignore"):  # cell ids that are missing or twice there are put right
            notebook = nbformat.reads(_with_whole_cells(text), as_version=4)
        expected = _expected(path, notebook)
        asked = _ask_for_verdicts(notebook, expected)
    except Exception as problem:  # of any type: nbformat raises AttributeError for a list, RecursionError, its own ...
        return [_failed(path, "this file cannot be read as a notebook", problem)]
    if not expected:
        return []
    try:
        trouble = _execute(notebook, path, cell_timeout)
    except Exception as problem:  # a kernel that does not start, a source that cannot be sent to it ...
        return [_failed(path, "this notebook could not be run", problem)]
    return [_mark(path, exercise, asked.get(exercise.id), notebook, trouble) for exercise in expected.values()]


def _failed(path: Path, what: str, problem: Exception) -> Mark:
    reason = str(problem).strip().splitlines()[0][:200] if str(problem).strip() else ""
    return Mark(path.name, "-", "error", 0.0, 0.0, f"{what}: {type(problem).__name__}{f': {reason}' if reason else ''}")


def _expected(path: Path, notebook: object) -> dict[str, Exercise]:
    """The exercises to be marked: those of the lesson the file (or its metadata) names, and any the cells name."""
    course = notebook.metadata.get("course")
    named = course.get("lesson", path.stem) if isinstance(course, dict) else path.stem
    lesson = next((each for each in LESSONS if each.name == named or path.stem.startswith(each.name)), None)
    found = {exercise.id: exercise for exercise in (exercises_of(lesson) if lesson else ())}
    for cell in notebook.cells:
        for exercise_id in answers_in(cell.source) if cell.cell_type == "code" else ():
            try:
                found.setdefault(exercise_id, find_exercise(exercise_id))
            except LookupError:
                continue  # a learner's own comment
    return found


def _ask_for_verdicts(notebook: object, expected: dict[str, Exercise]) -> dict[str, str]:
    """Insert a cell after each answer that asks for its verdict; the last of several answers counts. Returns cell ids."""
    import nbformat

    asked, cells = {}, []
    for index, cell in enumerate(notebook.cells):
        cells.append(cell)
        for exercise_id in answers_in(cell.source) if cell.cell_type == "code" else ():
            if exercise_id in expected:
                code = VERDICT_CELL.format(id=exercise_id, name=expected[exercise_id].name, mime=MIME)
                asked[exercise_id] = f"verdict-{index}-{len(cells)}"
                cells.append(nbformat.v4.new_code_cell(code, id=asked[exercise_id]))
    notebook.cells = cells
    return asked


def _execute(notebook: object, path: Path, cell_timeout: float) -> str:
    """Run all cells. Returns what went wrong with the run as a whole, or nothing."""
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError

    class VerdictsOnly(NotebookClient):
        """Drops outputs as they come, so that a flood of them takes no memory; verdicts are kept."""

        def output(self, outs: list, msg: dict, display_id: str | None, cell_index: int) -> object:
            wanted = MIME in msg["content"].get("data", {})
            return super().output(outs, msg, display_id, cell_index) if wanted else None

    client = VerdictsOnly(
        notebook,
        timeout_func=lambda cell: cell_timeout,  # `timeout` takes whole seconds only
        interrupt_on_timeout=True,
        error_on_timeout={"msg_type": "error", "status": "error", "ename": "Timeout", "evalue": "", "traceback": []},
        allow_errors=True,
        record_timing=False,  # nobody reads it, and for a reply that never came it asks the clock in a deprecated way
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # the kernel talks to this process alone; no need to warn of others
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    surroundings = {**os.environ, "COURSE_PROGRESS": "off", "COURSE_STRICT": "0"}
    try:
        asyncio.run(client.async_execute(env=surroundings))
    except DeadKernelError:
        return "the kernel died while running this notebook (out of memory, or a call that ends the process)"
    return ""


def _mark(path: Path, exercise: Exercise, cell_id: str | None, notebook: object, trouble: str) -> Mark:
    def mark(state: str, remark: str) -> Mark:
        return Mark(path.name, exercise.id, state, 0.0, float(exercise.points), remark)

    if cell_id is None:
        return mark("not attempted", f"no cell begins with {answer_line(exercise.id)}")
    cell = next(found for found in notebook.cells if found.get("id") == cell_id)
    for output in cell.get("outputs", []):
        if MIME in output.get("data", {}):
            said = json.loads(output["data"][MIME])
            if said["reason"] == Reason.NOT_A_FUNCTION:
                return mark("error", f"the cell ran without defining {exercise.name}: look for an error in it")
            remark = "" if said["state"] in ("passed", "not attempted") else said["misconception"] or said["message"]
            return Mark(path.name, exercise.id, said["state"], said["score"], said["points"], remark)
    return mark("error", trouble or "the cell did not run to its end")


def marks_table(marks: list[Mark]) -> str:
    """The marks as text: a line an exercise, and the sum."""
    return "\n".join([*notebook_lines(marks), sum_line(marks)])


def notebook_lines(marks: list[Mark]) -> list[str]:
    """A line for each notebook and each of its exercises; long remarks get lines of their own."""
    width = max([len(mark.exercise) for mark in marks], default=0)
    lines, notebook = [], None
    for mark in marks:
        if mark.notebook != notebook:
            notebook = mark.notebook
            lines.append(notebook)
        points = f"{mark.score:g} of {mark.points:g}"
        remark = " ".join(mark.remark.split())
        short = len(remark) <= REMARK_WIDTH
        beside = f"  {remark}" if remark and short else ""
        lines.append(f"  {SIGNS[mark.state][0]} {mark.exercise:<{width}}  {points:>7}  {mark.state}{beside}")
        if not short:
            lines += textwrap.wrap(remark, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return lines


def sum_line(marks: list[Mark]) -> str:
    """How many exercises passed, and the points together."""
    score, points = sum(mark.score for mark in marks), sum(mark.points for mark in marks)
    passed = sum(mark.state == "passed" for mark in marks)
    return f"{passed} of {len(marks)} exercises passed, {score:g} of {points:g} points"
