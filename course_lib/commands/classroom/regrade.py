"""``classroom regrade``: an exercise was wrong and is mended; the difference is shown, signed, and then written."""

import argparse
from pathlib import Path

from course_lib.commands import common
from course_lib.commands.classroom.common import results_in

__all__ = ["HELP", "add_arguments", "run"]

HELP = "a mended exercise on the recorded seeds: which marks would change"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What it can be told."""
    parser.add_argument("--results", type=Path, required=True, help="the folder of results")
    parser.add_argument(
        "--exercise", action="append", default=[], help="the exercise that was mended (may be said again)"
    )
    parser.add_argument("--sign", metavar="NAME", help="write the marks that were shown before, and who signs for them")


def run(chosen: argparse.Namespace) -> int:
    """0 done, 2 not usable."""
    from course_lib.classroom.regrading import regrade, sign
    from course_lib.classroom.sandbox import NoCage

    try:
        results = results_in(chosen.results)
        if chosen.sign:
            changes = sign(results, chosen.sign)
            print(f"{len(changes)} marks changed, signed by {chosen.sign}")
            return 0
        if not chosen.exercise:
            return common.complain("regrade needs --exercise ID, or --sign NAME for what was shown")
        changes = regrade(results, chosen.exercise, lambda line: print(line, flush=True))
    except (LookupError, ValueError, NoCage, OSError) as problem:
        return common.complain(problem)
    for change in changes:
        print(change.line(results.shown(change.student)))
    if changes:
        print(f"{len(changes)} marks would change; nothing is written yet. Sign with --sign NAME")
    else:
        print("no mark would change")
    return 0
