"""``classroom trial``: a class of one's own making, graded."""

import argparse
import tempfile
import webbrowser
from pathlib import Path

from course_lib.commands import common
from course_lib.commands.classroom import grade
from course_lib.commands.classroom.common import lessons_of

__all__ = ["HELP", "add_arguments", "run"]

HELP = "make a class (right, wrong in known ways, broken, hostile), grade it, and open its summary"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What it can be told."""
    parser.add_argument("--students", type=int, default=30, help="how many (default: 30)")
    parser.add_argument("--lesson", default="04", help="whose notebook they hand in (default: 04)")
    parser.add_argument("--seed", type=int, default=0, help="another class for another seed (default: 0)")
    parser.add_argument("--out", type=Path, help="a new folder for all of it (default: one among the temporary files)")
    parser.add_argument("--no-browser", action="store_true", help="do not open the summary")


def run(chosen: argparse.Namespace) -> int:
    """0 it was graded, 2 not usable."""
    from course_lib.classroom.trying import make_class
    from course_lib.practice.catalogue import exercises_of
    from course_lib.syllabus import LESSONS

    folder = chosen.out or Path(tempfile.mkdtemp(prefix="course-class-trial-"))
    if chosen.students < 1:
        return common.complain(f"a class has at least one student; got --students {chosen.students}")
    try:
        (name, *_) = lessons_of([chosen.lesson])
        lesson = next(each for each in LESSONS if each.name == name)
        made = make_class(folder / "submissions", lesson, exercises_of(lesson), chosen.students, chosen.seed)
    except (LookupError, OSError) as problem:
        return common.complain(problem)
    print(f"{len(made)} students in {folder / 'submissions'}; what each was made to be: {folder / 'made_of.csv'}")
    parser = argparse.ArgumentParser()
    grade.add_arguments(parser)
    limits = ["--cell-timeout", "10", "--timeout", "60"]
    status = grade.run(parser.parse_args([str(folder / "submissions"), "--out", str(folder / "results"), *limits]))
    summary = folder / "results" / "summary.html"
    if status < 2 and not chosen.no_browser:
        webbrowser.open(summary.as_uri())
    return 2 if status == 2 else 0
