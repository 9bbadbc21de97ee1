"""``python -m course_lib grade``: marks for notebooks, from a run of their cells."""

import argparse
import sys
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "re-run notebooks and print marks; exit status 1 unless all pass"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("path", nargs="?", type=Path, help="a notebook or a folder (default: notebooks/)")
    parser.add_argument("--cell-timeout", type=float, default=180.0, help="seconds a cell may run (default: 180)")


def run(chosen: argparse.Namespace) -> int:
    """Print the table: 0 everything passed, 1 not everything, 2 nothing to grade."""
    from course_lib.practice.grading import grade_notebook, marks_table, notebooks_in

    try:
        paths = notebooks_in(chosen.path or common.ROOT / "notebooks")
    except FileNotFoundError as problem:
        return common.complain(problem)
    marks = []
    for path in paths:
        print(f"running {path.name} ...", file=sys.stderr, flush=True)
        marks += grade_notebook(path, chosen.cell_timeout)
    if not marks:
        return common.complain(f"no exercise of this course in {chosen.path}")
    print(marks_table(marks))
    return 0 if all(mark.state == "passed" for mark in marks) else 1
