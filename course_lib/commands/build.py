"""``python -m course_lib build``: lessons/ become notebooks/."""

import argparse
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "build notebooks/ from lessons/ (for those who write lessons)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("--solved", action="store_true", help="keep the answers, and write to build/solved/")
    parser.add_argument("--out", type=Path, help="where to write (default: notebooks/, or build/solved/)")
    parser.add_argument("--force", action="store_true", help="overwrite notebooks that hold somebody's work")


def run(chosen: argparse.Namespace) -> int:
    """Write the notebooks and print their paths: 0, or 2 where a lesson is broken or a notebook holds somebody's work."""
    from course_lib.publish import LessonError, build

    out = chosen.out or (common.ROOT / "build" / "solved" if chosen.solved else common.ROOT / "notebooks")
    try:
        for path in build(common.ROOT / "lessons", out, solved=chosen.solved, force=chosen.force):
            print(path)
    except (LessonError, FileExistsError, FileNotFoundError) as problem:
        return common.complain(problem)
    return 0
