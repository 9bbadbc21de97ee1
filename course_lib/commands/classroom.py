"""``python -m course_lib classroom``: grade a whole class, fill the teacher's gradebook, grade again what was mended."""

import argparse
import sys
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "grade a folder of hand-ins in a sandbox; fill a gradebook; regrade"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    words = parser.add_subparsers(dest="deed", required=True, metavar="grade|fill|regrade")
    grade = words.add_parser("grade", help="one folder a student, notebooks inside")
    grade.add_argument("submissions", type=Path, help="the folder of hand-ins")
    grade.add_argument("--out", type=Path, required=True, help="the folder of results")
    grade.add_argument(
        "--lesson", action="append", default=[], help="a lesson to grade, 04 or 04_attention (default: those handed in)"
    )
    grade.add_argument("--require-sandbox", action="store_true", help="refuse where a forbidden act is not prevented")
    grade.add_argument(
        "--refuse", action="append", default=[], metavar="RUNG", help="a rung of the sandbox not to be tried"
    )
    grade.add_argument("--cell-timeout", type=float, default=60.0, help="seconds a cell may run (default: 60)")
    grade.add_argument("--timeout", type=float, default=120.0, help="seconds for one student (default: 120)")
    grade.add_argument("--memory", type=int, default=1024, help="MiB for a student's code (default: 1024)")


def run(chosen: argparse.Namespace) -> int:
    """0 all done, 1 something needs a human, 2 not usable."""
    if hasattr(sys.stdout, "reconfigure"):  # a name that a terminal cannot write is shown in numbers
        sys.stdout.reconfigure(errors="backslashreplace")
    return {"grade": _grade}[chosen.deed](chosen)


def _grade(chosen: argparse.Namespace) -> int:
    from course_lib.classroom.grading import grade_class
    from course_lib.classroom.inside.cage import RUNGS
    from course_lib.classroom.results import humans
    from course_lib.classroom.sandbox import NoCage
    from course_lib.classroom.submission import Limits
    from course_lib.syllabus import LESSONS

    lessons = []
    for word in chosen.lesson:
        found = [lesson.name for lesson in LESSONS if word in (lesson.name, lesson.concept, lesson.name[:2])]
        if not found:
            return common.complain(f"no lesson {word!r}; there are {', '.join(lesson.name for lesson in LESSONS)}")
        lessons += found
    unknown = [rung for rung in chosen.refuse if rung not in RUNGS]
    if unknown:
        return common.complain(f"no rung {unknown[0]!r} of the sandbox; there are {', '.join(RUNGS)}")
    try:
        results = grade_class(
            chosen.submissions,
            common.writable(chosen.out),
            lambda line: print(line, flush=True),
            lessons,
            chosen.refuse,
            chosen.require_sandbox,
            Limits(cell=chosen.cell_timeout, submission=chosen.timeout),
            chosen.memory << 20,
        )
    except (FileNotFoundError, NoCage, OSError) as problem:
        return common.complain(problem)
    look = humans(results)
    for student, exercise, file, why in look:
        print("look at", " · ".join(filter(None, (student, file, exercise, why))))
    print(f"{results.folder / 'gradebook.csv'}, summary.html, feedback/: {len(results.students())} students")
    return 1 if look else 0
