"""``classroom fill``: the teacher's own export, filled with the marks."""

import argparse
from pathlib import Path

from course_lib.commands import common
from course_lib.commands.classroom.common import results_in

__all__ = ["HELP", "add_arguments", "run"]

HELP = "a gradebook of Canvas or Moodle, filled with the marks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What it can be told."""
    parser.add_argument("export", type=Path, help="the CSV as it was exported")
    parser.add_argument("--results", type=Path, required=True, help="the folder of results")
    parser.add_argument(
        "--column", default="", help="the assignment's column, or a part of its title that no other has"
    )
    parser.add_argument("--maximum", type=float, help="the largest mark of the column, to which points are scaled")
    parser.add_argument("--out", type=Path, help="the file to write (default: EXPORT-filled.csv)")


def run(chosen: argparse.Namespace) -> int:
    """0 all are filled in, 1 somebody could not be, 2 not usable."""
    from course_lib.classroom.filling import NotFillable, fill_file

    out = chosen.out or chosen.export.with_name(f"{chosen.export.stem}-filled.csv")
    try:
        filled = fill_file(chosen.export, results_in(chosen.results), out, chosen.column, chosen.maximum)
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
