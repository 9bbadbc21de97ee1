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
    """Print the board and which file it was read from: 0, or 2 where there is no such file, or it cannot be read."""
    from course_lib.practice.progress import Progress
    from course_lib.practice.report import progress_board

    if chosen.file is not None and not chosen.file.is_file():
        return common.complain(f"no file {chosen.file}; progress is kept in progress.sqlite beside the notebooks")
    board = progress_board(Progress(chosen.file) if chosen.file else None)
    print(board)
    print(_source(chosen.file))
    return 2 if board.note else 0


def _source(file: Path | None) -> str:
    """Which file was read, whose it is, and whether new verdicts can be kept there."""
    from course_lib.practice.progress import can_be_written, progress_path, shared_with, what_to_do

    path = file or progress_path()
    if path is None:
        return "Progress is switched off (COURSE_PROGRESS=off)."
    said = [f"Read from {path}." if path.exists() else f"Nothing is kept in {path} yet."]
    if file is None:
        said.append(shared_with())
        if not can_be_written(path):
            said.append(what_to_do(PermissionError(f"{path} is read-only")))
    return " ".join(filter(None, said))
