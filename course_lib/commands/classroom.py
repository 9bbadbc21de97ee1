"""``python -m course_lib classroom``: grade a whole class, fill the teacher's gradebook, grade again what was mended."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.commands import common

if TYPE_CHECKING:
    from course_lib.classroom.results import Results

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
    fill = words.add_parser("fill", help="a gradebook of Canvas or Moodle, filled with the marks")
    fill.add_argument("export", type=Path, help="the CSV as it was exported")
    fill.add_argument("--results", type=Path, required=True, help="the folder of results")
    fill.add_argument("--column", default="", help="the assignment's column, or a part of its title that no other has")
    fill.add_argument("--maximum", type=float, help="the largest mark of the column, to which points are scaled")
    fill.add_argument("--out", type=Path, help="the file to write (default: EXPORT-filled.csv)")
    again = words.add_parser("regrade", help="a mended exercise on the recorded seeds: which marks would change")
    again.add_argument("submissions", type=Path, nargs="?", help="the folder of hand-ins that was graded")
    again.add_argument("--results", type=Path, required=True, help="the folder of results")
    again.add_argument(
        "--exercise", action="append", default=[], help="the exercise that was mended (may be said again)"
    )
    again.add_argument("--sign", metavar="NAME", help="write the marks that were shown before, and who signs for them")


def run(chosen: argparse.Namespace) -> int:
    """0 all done, 1 something needs a human, 2 not usable."""
    if hasattr(sys.stdout, "reconfigure"):  # a name that a terminal cannot write is shown in numbers
        sys.stdout.reconfigure(errors="backslashreplace")
    return {"grade": _grade, "fill": _fill, "regrade": _regrade}[chosen.deed](chosen)


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


def _fill(chosen: argparse.Namespace) -> int:
    from course_lib.classroom.filling import NotFillable, fill_file

    out = chosen.out or chosen.export.with_name(f"{chosen.export.stem}-filled.csv")
    try:
        filled = fill_file(chosen.export, _results(chosen), out, chosen.column, chosen.maximum)
    except (NotFillable, OSError) as problem:
        return common.complain(problem)
    print(f"{filled.kind}, column {filled.column!r}: {len(filled.matched)} matched")
    for student, row in filled.matched.items():
        print(f"  {student} = {row}" + ("  (not graded: left blank)" if student in filled.blank else ""))
    for what, names in (
        ("ambiguous, left alone", filled.ambiguous),
        ("not in the gradebook", filled.unmatched),
        ("in the gradebook, and nothing handed in", filled.without),
    ):
        if names:
            print(f"{what}: {', '.join(names)}")
    print(out)
    return 1 if filled.ambiguous or filled.unmatched else 0


def _regrade(chosen: argparse.Namespace) -> int:
    from course_lib.classroom.regrading import regrade, sign
    from course_lib.classroom.sandbox import NoCage

    try:
        if chosen.sign:
            changes = sign(_results(chosen), chosen.sign)
            print(f"{len(changes)} marks changed, signed by {chosen.sign}")
            return 0
        if chosen.submissions is None or not chosen.exercise:
            return common.complain(
                "regrade needs the folder of hand-ins and --exercise, or --sign NAME for what was shown"
            )
        changes = regrade(chosen.submissions, _results(chosen), chosen.exercise, lambda line: print(line, flush=True))
    except (LookupError, ValueError, NoCage, OSError) as problem:
        return common.complain(problem)
    for change in changes:
        print(change.line())
    if changes:
        print(f"{len(changes)} marks would change; nothing is written yet. Sign with --sign NAME")
    else:
        print("no mark would change")
    return 0


def _results(chosen: argparse.Namespace) -> "Results":
    """The results of a class that was graded.

    Raises:
        FileNotFoundError: nothing was graded there.
    """
    from course_lib.classroom.results import Results

    if not (chosen.results / "results.sqlite").is_file():
        raise FileNotFoundError(f"no results.sqlite in {chosen.results}; `classroom grade` makes it")
    return Results(chosen.results)
