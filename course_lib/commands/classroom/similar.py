"""``classroom similar``: whose answers resemble each other."""

import argparse
from pathlib import Path

from course_lib.commands import common
from course_lib.commands.classroom.common import results_in

__all__ = ["HELP", "add_arguments", "run"]

HELP = "whose answers resemble each other more than chance has it: a hint, with the places"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What it can be told."""
    parser.add_argument("--results", type=Path, required=True, help="the folder of results")
    parser.add_argument("--least", type=float, help="the weight from which on a pair is shown (default: 60)")


def run(chosen: argparse.Namespace) -> int:
    """0 done, 2 not usable."""
    from course_lib.classroom.results import write_whole
    from course_lib.classroom.similarity import SHOWN, alike, similarity_page
    from course_lib.practice.catalogue import find_exercise

    try:
        results = results_in(chosen.results)
    except OSError as problem:
        return common.complain(problem)
    exercises = [find_exercise(known) for known in dict.fromkeys(row.graded.exercise for row in results.rows())]
    pairs = alike(results, exercises, SHOWN if chosen.least is None else chosen.least)
    for pair in pairs[:20]:
        names = " and ".join(results.shown(student) for student in pair.students)
        print(f"{pair.weight:6.0f}  {names}: {', '.join(place.exercise for place in pair.places[:4])}")
    path = results.folder / "similar.html"
    write_whole(path, similarity_page(results, pairs, exercises))
    print(f"{len(pairs)} pairs to look at, which is no verdict on any: {path}")
    return 0
