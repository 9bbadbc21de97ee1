"""``python -m course_lib progress``: what a learner has passed."""

import argparse
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "print what has been passed so far"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("file", nargs="?", type=Path, help="a progress file (default: the one beside the notebooks)")


def run(chosen: argparse.Namespace) -> int:
    """Print the board: 0, or 2 where there is no such file, or it cannot be read."""
    from course_lib.practice.progress import Progress
    from course_lib.practice.report import progress_board

    if chosen.file is not None and not chosen.file.is_file():
        return common.complain(f"no file {chosen.file}; progress is kept in progress.sqlite beside the notebooks")
    board = progress_board(Progress(chosen.file) if chosen.file else None)
    print(board)
    return 2 if board.note else 0
