"""``classroom give``: pages of feedback into learners' folders on one machine."""

import argparse
from pathlib import Path

from course_lib.commands import common
from course_lib.commands.classroom.common import results_in

__all__ = ["HELP", "add_arguments", "run"]

HELP = "pages of feedback into learners' folders on one machine, as feedback.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What it can be told."""
    parser.add_argument("homes", help='where they lie, a star for the name: "/home/*/transformers"')
    parser.add_argument("--results", type=Path, required=True, help="the folder of results")


def run(chosen: argparse.Namespace) -> int:
    """0 everybody has theirs, 1 somebody has no folder, 2 not usable."""
    from course_lib.classroom.exchanging import NoHomes, give

    try:
        results = results_in(chosen.results)
        given = give(results, chosen.homes)
    except (NoHomes, OSError) as problem:
        return common.complain(problem)
    missing = [results.shown(student) for student in results.students() if student not in given]
    print(f"{len(given)} pages given" + (f"; no folder for {', '.join(missing)}" if missing else ""))
    return 1 if missing else 0
