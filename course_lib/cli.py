"""``python -m course_lib``: the course's commands."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0 all well, 1 something did not pass, 2 the command was not usable."""
    parser = argparse.ArgumentParser(prog="python -m course_lib", description="The course's commands.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    lab = commands.add_parser("lab", help="open the course in JupyterLab, on lesson 00")
    lab.add_argument("notebook", nargs="?", default="00_start_here.ipynb", help="the notebook to open")
    lab.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    lab.add_argument("--port", type=int, help="the port to serve on (default: 8888, or the next free one)")
    lab.set_defaults(run=_lab)

    grade = commands.add_parser("grade", help="re-run notebooks and print marks; exit status 1 unless all pass")
    grade.add_argument("path", nargs="?", type=Path, help="a notebook or a folder (default: notebooks/)")
    grade.add_argument("--cell-timeout", type=float, default=180.0, help="seconds a cell may run (default: 180)")
    grade.set_defaults(run=_grade)

    progress = commands.add_parser("progress", help="print what has been passed so far")
    progress.add_argument("file", nargs="?", type=Path, help="a progress file (default: the one beside the notebooks)")
    progress.set_defaults(run=_progress)

    train = commands.add_parser("train", help="train a small GPT on any text file, and let it write (lesson 10)")
    # By name, not by import: what lies below the concepts imports none of them.
    training = importlib.import_module("course_lib.training.cli")
    training.add_arguments(train)
    train.set_defaults(run=training.train)

    build = commands.add_parser("build", help="build notebooks/ from lessons/ (for those who write lessons)")
    build.add_argument("--solved", action="store_true", help="keep the answers, and write to build/solved/")
    build.add_argument("--out", type=Path, help="where to write (default: notebooks/, or build/solved/)")
    build.add_argument("--force", action="store_true", help="overwrite notebooks that hold somebody's work")
    build.set_defaults(run=_build)

    verdicts = commands.add_parser("verdicts", help="print the table of exercises x wrong answers x verdicts")
    verdicts.add_argument("--seed", type=int, default=0, help="makes the inputs the same again (default: 0)")
    verdicts.set_defaults(run=_verdicts)

    chosen = parser.parse_args(arguments)
    return chosen.run(chosen)


def _complain(problem: object) -> int:
    print(f"course_lib: {problem}", file=sys.stderr)
    return 2


def _lab(chosen: argparse.Namespace) -> int:
    from course_lib.lab import open_lab

    try:
        return open_lab(ROOT / "notebooks", chosen.notebook, browser=not chosen.no_browser, port=chosen.port)
    except FileNotFoundError as problem:
        return _complain(problem)


def _grade(chosen: argparse.Namespace) -> int:
    from course_lib.practice.grading import grade_notebook, marks_table, notebooks_in

    try:
        paths = notebooks_in(chosen.path or ROOT / "notebooks")
    except FileNotFoundError as problem:
        return _complain(problem)
    marks = []
    for path in paths:
        print(f"running {path.name} ...", file=sys.stderr, flush=True)
        marks += grade_notebook(path, chosen.cell_timeout)
    if not marks:
        return _complain(f"no exercise of this course in {chosen.path}")
    print(marks_table(marks))
    return 0 if all(mark.state == "passed" for mark in marks) else 1


def _progress(chosen: argparse.Namespace) -> int:
    from course_lib.practice.progress import Progress
    from course_lib.practice.report import progress_board

    if chosen.file is not None and not chosen.file.is_file():
        return _complain(f"no file {chosen.file}; progress is kept in progress.sqlite beside the notebooks")
    board = progress_board(Progress(chosen.file) if chosen.file else None)
    print(board)
    return 2 if board.note else 0


def _build(chosen: argparse.Namespace) -> int:
    from course_lib.publish import LessonError, build

    out = chosen.out or (ROOT / "build" / "solved" if chosen.solved else ROOT / "notebooks")
    try:
        for path in build(ROOT / "lessons", out, solved=chosen.solved, force=chosen.force):
            print(path)
    except (LessonError, FileExistsError, FileNotFoundError) as problem:
        return _complain(problem)
    return 0


def _verdicts(chosen: argparse.Namespace) -> int:
    from course_lib.practice.verdicts import table

    text, as_expected = table(chosen.seed)
    print(text)
    return 0 if as_expected else 1
