"""``classroom ask``: questions about one's own code."""

import argparse
import tempfile
from pathlib import Path

from course_lib.commands import common
from course_lib.commands.classroom.common import results_in

__all__ = ["HELP", "add_arguments", "run"]

HELP = "questions to each student about their own answers that passed; the answers are for the teacher"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What it can be told."""
    parser.add_argument("--results", type=Path, required=True, help="the folder of results")
    parser.add_argument("--each", type=int, default=2, help="questions about each answer, at most (default: 2)")
    parser.add_argument("--exercise", action="append", default=[], help="only about this exercise (may be said again)")


def run(chosen: argparse.Namespace) -> int:
    """0 done, 2 not usable."""
    from course_lib.classroom.asking import questions_about, questions_page
    from course_lib.classroom.course_copy import copy_course
    from course_lib.classroom.grading import write_pages
    from course_lib.classroom.results import write_whole
    from course_lib.classroom.sandbox import NoCage, find_cage
    from course_lib.classroom.seeds import Seeds
    from course_lib.practice.catalogue import find_exercise

    try:
        results = results_in(chosen.results)
        only = [find_exercise(known).id for known in chosen.exercise]
        rows = [row for row in results.rows() if row.graded.state == "passed"]
        seeds = Seeds({row.graded.exercise: row.seed for row in rows})
        with tempfile.TemporaryDirectory(prefix="course-class-") as name:
            cage = find_cage(copy_course(Path(name)))
            for student in results.students():
                passed = [find_exercise(row.graded.exercise) for row in rows if row.student == student]
                passed = [each for each in passed if not only or each.id in only]
                work = results.work(student)
                asked = questions_about(work, passed, cage, seeds, chosen.each) if work else []
                results.put_questions(student, asked)
                told = f"questions: {len(asked)}, about answers that passed: {len(passed)}"
                print(f"{results.shown(student)}: {told}", flush=True)
    except (LookupError, OSError, NoCage) as problem:
        return common.complain(problem)
    write_whole(results.folder / "questions.html", questions_page(results))
    write_pages(results)
    print(f"with answers: {results.folder / 'questions.html'}; without: feedback/")
    return 0
