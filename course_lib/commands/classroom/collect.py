"""``classroom collect``: hand-ins out of learners' folders on one machine."""

import argparse
from pathlib import Path

from course_lib.commands import common
from course_lib.commands.classroom.common import lessons_of

__all__ = ["HELP", "add_arguments", "run"]

HELP = "hand-ins out of learners' folders on one machine, and when each was saved"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What it can be told."""
    parser.add_argument("homes", help='where they lie, a star for the name: "/home/*/transformers"')
    parser.add_argument(
        "--lesson", action="append", required=True, help="the lesson that is collected, 04 or 04_attention"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder of hand-ins")


def run(chosen: argparse.Namespace) -> int:
    """0 all have handed in, 1 somebody has not, 2 not usable."""
    from course_lib.classroom.exchanging import NoHomes, collect

    try:
        found = collect(chosen.homes, common.writable(chosen.out), lessons_of(chosen.lesson))
    except (NoHomes, LookupError, OSError) as problem:
        return common.complain(problem)
    missing = [name for name, files in found.items() if not files]
    print(f"{len(found) - len(missing)} hand-ins in {chosen.out}; when: {chosen.out / 'times.csv'}")
    if missing:
        print(f"nothing there: {', '.join(missing)}")
    return 1 if missing else 0
