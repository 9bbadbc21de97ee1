"""``classroom release``: the folder that students get."""

import argparse
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "the folder and the zip that students get: no lessons/, no answers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What it can be told."""
    parser.add_argument("out", type=Path, help="a new folder")
    parser.add_argument("--no-third-hints", action="store_true", help="hold back the hints that are nearly the answer")


def run(chosen: argparse.Namespace) -> int:
    """0 it is written, 2 not usable."""
    from course_lib.classroom.releasing import release

    try:
        done = release(common.ROOT, chosen.out, not chosen.no_third_hints)
    except (OSError, ValueError) as problem:
        return common.complain(problem)
    held = f", {done.hints} third hints held back" if done.hints else ""
    print(
        f"{done.folder} and {done.archive.name}: without lessons/, {done.answers} known right answers taken out{held}"
    )
    print("by_hand and in_torch are the library that the course teaches, and stay: see docs/teaching.md")
    return 0
