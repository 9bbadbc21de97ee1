"""``classroom grade``: a folder of hand-ins becomes a folder of results."""

import argparse
from pathlib import Path

from course_lib.commands import common
from course_lib.commands.classroom.common import Screen, lessons_of

__all__ = ["HELP", "add_arguments", "run"]

HELP = "a folder of hand-ins, one folder a student, becomes marks and pages of feedback"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What it can be told."""
    parser.add_argument("submissions", type=Path, help="the folder of hand-ins")
    parser.add_argument("--out", type=Path, required=True, help="the folder of results")
    parser.add_argument(
        "--lesson", action="append", default=[], help="a lesson to grade, 04 or 04_attention (default: those handed in)"
    )
    parser.add_argument(
        "--rules", type=Path, help="a file of rules: what lateness costs, which hand-in counts, codes for names"
    )
    parser.add_argument(
        "--times", type=Path, help="when each handed in: Moodle's grading worksheet, or a CSV with student and time"
    )
    parser.add_argument("--jobs", type=int, default=0, help="hand-ins graded at a time (default: one a core)")
    parser.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="grade on the Dask cluster of this scheduler"
    )
    parser.add_argument("--require-sandbox", action="store_true", help="refuse where a forbidden act is not prevented")
    parser.add_argument(
        "--refuse", action="append", default=[], metavar="RUNG", help="a rung of the sandbox not to be tried"
    )
    parser.add_argument("--cell-timeout", type=float, default=60.0, help="seconds a cell may run (default: 60)")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds for one student (default: 120)")
    parser.add_argument("--memory", type=int, default=1024, help="MiB for a student's code (default: 1024)")


def run(chosen: argparse.Namespace) -> int:
    """0 all are graded, 1 something needs a human, 2 not usable."""
    from course_lib.classroom.grading import Means, grade_class
    from course_lib.classroom.inside.cage import RUNGS
    from course_lib.classroom.sandbox import NoCage
    from course_lib.classroom.submission import Limits
    from course_lib.classroom.tables import humans

    unknown = [rung for rung in chosen.refuse if rung not in RUNGS]
    if unknown:
        return common.complain(f"no rung {unknown[0]!r} of the sandbox; there are {', '.join(RUNGS)}")
    means = Means(
        tuple(chosen.refuse),
        chosen.require_sandbox,
        Limits(cell=chosen.cell_timeout, submission=chosen.timeout),
        chosen.memory << 20,
        chosen.jobs,
        chosen.scheduler,
    )
    try:
        lessons = lessons_of(chosen.lesson)
        rules = chosen.rules.read_text(encoding="utf-8") if chosen.rules else None
        results = grade_class(
            chosen.submissions, common.writable(chosen.out), Screen(), lessons, means, rules, chosen.times
        )
    except (LookupError, ValueError, NoCage, OSError, ImportError) as problem:
        return common.complain(problem)
    look = humans(results)
    for student, exercise, file, why in look:
        print("look at", " · ".join(filter(None, (student, file, exercise, why))))
    print(f"{results.folder / 'gradebook.csv'}, summary.html, feedback/: {len(results.students())} students")
    return 1 if look else 0
