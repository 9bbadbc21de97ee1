"""``python -m course_lib page LESSON``: all figures of a lesson on one page that needs no kernel and no network."""

import argparse
import sys
import time
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "write one page with all figures of a lesson, alive without Python"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("lesson", help="its number (04), its name (04_attention) or its concept (attention)")
    parser.add_argument("--out", type=Path, help="the file to write (default: build/pages/NAME.html)")


def run(chosen: argparse.Namespace) -> int:
    """Run the lesson, and write its figures: 0 done, 1 where a cell raised, 2 where there is no such lesson or folder."""
    from course_lib.publish.figures_of import CellFailed, figures_of
    from course_lib.publish.page import write_page
    from course_lib.syllabus import lesson_of

    try:
        lesson = lesson_of(chosen.lesson)
        source = common.ROOT / "lessons" / f"{lesson.name}.py"
        if not source.exists():
            raise FileNotFoundError(f"lesson {lesson.name} is not written yet: there is no {source}")
        path = chosen.out or common.ROOT / "build" / "pages" / f"{lesson.name}.html"
        common.writable(path.parent)
    except (LookupError, OSError) as problem:
        return common.complain(problem)
    began = time.perf_counter()
    try:
        figures = figures_of(source)
    except CellFailed as problem:
        sys.stderr.write(f"course_lib: {problem}\n")
        return 1
    try:
        alive = write_page(path, f"{lesson.number:02d} · {lesson.title}", figures)
    except OSError as problem:
        return common.complain(problem)
    sys.stdout.write(
        f"{path}: {len(figures)} figures, {alive} of them alive, {path.stat().st_size / 1e6:.1f} MB, "
        f"{time.perf_counter() - began:.0f} s\n"
    )
    return 0
