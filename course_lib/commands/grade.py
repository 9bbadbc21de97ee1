"""``python -m course_lib grade``: marks for notebooks, from a run of their cells."""

import argparse
import sys
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "re-run notebooks and print marks; exit status 1 unless all pass"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("path", nargs="?", type=Path, help="a notebook or a folder (default: my_notebooks/)")
    parser.add_argument("--cell-timeout", type=float, default=180.0, help="seconds a cell may run (default: 180)")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds a notebook may run (default: 600)")
    parser.add_argument("--whole", action="store_true", help="run every cell, not only those that the answers need")


def run(chosen: argparse.Namespace) -> int:
    """Print each notebook when it is done: 0 everything passed, 1 not everything, 2 nothing to grade, 130 interrupted."""
    from course_lib.practice.grading import grade_notebook, notebooks_in
    from course_lib.practice.marks import notebook_lines, sum_line
    from course_lib.worked.folder import opened

    try:
        paths = notebooks_in(chosen.path or opened(common.ROOT))
    except FileNotFoundError as problem:
        return common.complain(problem)
    if hasattr(sys.stdout, "reconfigure"):  # a terminal that cannot write a sign shows its number: no mark is lost
        sys.stdout.reconfigure(errors="backslashreplace")
    marks = []
    try:
        for path in paths:
            print(f"running {path.name}, for at most {chosen.timeout:g} seconds ...", file=sys.stderr, flush=True)
            found = grade_notebook(path, chosen.cell_timeout, chosen.timeout, chosen.whole)
            marks += found
            if found:
                print("\n".join(notebook_lines(found)), flush=True)
    except KeyboardInterrupt:
        print(f"interrupted; so far {sum_line(marks)}")
        return 130
    if not marks:
        return common.complain(f"no exercise of this course in {chosen.path}")
    print(sum_line(marks))
    return 0 if all(mark.state == "passed" for mark in marks) else 1
