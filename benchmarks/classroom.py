"""A class: hand-ins a minute on all cores, against nbgrader's autograde of the same exercises and hand-ins in the same run.

nbgrader 0.9.6 is not part of what a make word installs: ``pip install -e '.[bench]'`` in an environment of its own, and name its Python by
the environment variable COURSE_NBGRADER. It autogrades one hand-in after another, in a kernel each, and gets the first of the same hand-ins; its test cells ask the same
`check` that the course's learners have. Then 500 hand-ins in one run, with the memory at the beginning and at the end.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_notebook

from course_lib.classroom.grading import Means, grade_class
from course_lib.classroom.progress import Progress
from course_lib.classroom.trying import make_class
from course_lib.practice.catalogue import exercises_of
from course_lib.practice.markers import answers_in
from course_lib.syllabus import lesson_of

__all__ = ["main"]

CONCEPT = "attention"
FEW, THEIRS, MANY = 100, 20, 500  # hand-ins of ours, of which nbgrader gets so many, and of the long run
WANTED = 10.0


class _Memory(Progress):
    """The memory of the grading process and its judges, in MB, whenever somebody has been graded; learners' code is not counted."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self.said: list[tuple[int, tuple[float, float]]] = []
        self.began = time.perf_counter()
        self.at: list[float] = []

    def one(self, student: str, score: float, points: float, seconds: float, left: tuple[float, float] | None) -> None:
        """Look."""
        own = psutil.Process()
        held = 0
        for process in (own, *own.children()):
            with contextlib.suppress(psutil.Error):
                held += process.memory_info().rss
        self.seen.append(held / 1e6)
        self.at.append(time.perf_counter() - self.began)
        if left:
            self.said.append((len(self.seen), left))


def main() -> None:
    """Measure, and print one line for each claim."""
    cores = os.cpu_count()
    lesson = lesson_of(CONCEPT)
    with tempfile.TemporaryDirectory(prefix="course-bench-") as name:
        folder = Path(name)
        made = make_class(folder / "few" / "in", lesson, exercises_of(lesson), FEW, 1, hostile=False)
        began = time.perf_counter()
        grade_class(folder / "few" / "in", folder / "few" / "out", means=Means(jobs=cores))
        ours = (time.perf_counter() - began) / FEW
        print(f"\nclassroom: {FEW} hand-ins of lesson {lesson.name}, {cores} cores: {60 / ours:.0f} a minute")
        theirs = _nbgrader(folder, [each.student for each in made[:THEIRS]], lesson.name)
        if theirs is None:
            print("  nbgrader is not there (COURSE_NBGRADER names a Python that has it): nothing to compare with")
        else:
            met = "met" if theirs / ours >= WANTED else "NOT MET"
            print(
                f"  nbgrader autograde: {60 / theirs:.0f} a minute; ratio {theirs / ours:.1f}, wanted {WANTED:g}: {met}"
            )
        make_class(folder / "many" / "in", lesson, exercises_of(lesson), MANY, 2)
        memory = _Memory()
        grade_class(folder / "many" / "in", folder / "many" / "out", memory, means=Means(jobs=cores))
    took = memory.at[-1]
    right = [low <= took - memory.at[done - 1] <= high for done, (low, high) in memory.said]
    print(f"  {MANY} hand-ins, hostile ones too: {60 * MANY / took:.0f} a minute, {took:.0f} s; memory at most {max(memory.seen[20:100]):.0f} MB up to the "
          f"100th, {max(memory.seen[-80:]):.0f} MB at the last 80; the time that was left lay in the span that was said {100 * sum(right) / len(right):.0f} % "
          "of the time")  # fmt: skip


def _nbgrader(folder: Path, students: list[str], lesson: str) -> float | None:
    """Seconds a hand-in that nbgrader takes, or None where it is not there."""
    python = os.environ.get("COURSE_NBGRADER", sys.executable)
    if subprocess.run([python, "-c", "import nbgrader"], capture_output=True).returncode:
        return None
    course = folder / "nbgrader"
    source = course / "source" / "ps" / f"{lesson}.ipynb"
    source.parent.mkdir(parents=True)
    exercises = exercises_of(lesson_of(CONCEPT))
    blank = {each.id: f"def {each.name}(*given, **more):\n    raise NotImplementedError()\n" for each in exercises}
    _write(source, blank)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'bench'\nc.ExecutePreprocessor.timeout = 60\n"
    )
    words = [python, "-m", "nbgrader"]
    environment = {
        **os.environ,
        "PATH": f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}",  # nbgrader looks for alembic there
        "COURSE_PROGRESS": "off",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    _run([*words, "generate_assignment", "ps", "--force"], course, environment)
    for student in students:
        handed = folder / "few" / "in" / student / f"{lesson}.ipynb"
        try:
            cells = nbformat.read(handed, 4).cells
        except Exception:  # a broken file: nbgrader gets the empty assignment in its place
            cells = []
        answers = {known: cell.source for cell in cells for known in answers_in(cell.source)}
        _write(course / "submitted" / student.replace(" ", "_") / "ps" / f"{lesson}.ipynb", {**blank, **answers})
    began = time.perf_counter()
    _run([*words, "autograde", "ps"], course, environment)
    graded = len(list((course / "autograded").glob(f"*/ps/{lesson}.ipynb")))
    if graded != len(students):
        raise RuntimeError(f"nbgrader graded {graded} of {len(students)} hand-ins")
    return (time.perf_counter() - began) / len(students)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])}: {done.stderr[-1500:]}")


def _write(path: Path, answers: dict[str, str]) -> None:
    """An assignment of nbgrader's: for each exercise a cell with the answer, and one that checks it."""
    cells = [new_code_cell("import numpy as np\nfrom course_lib.practice import check")]
    for known, text in answers.items():
        name = known.partition(".")[2]
        told = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": True, "task": False}
        cells.append(new_code_cell(text, metadata={"nbgrader": told}))
        told = {
            "grade": True,
            "grade_id": f"{name}-check",
            "locked": True,
            "points": 1,
            "schema_version": 3,
            "solution": False,
            "task": False,
        }
        test = f'assert check({json.dumps(known)}, {name}).state == "passed"'
        cells.append(new_code_cell(test, metadata={"nbgrader": told}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


if __name__ == "__main__":
    main()
