"""``python -m course_lib mistakes``: the page of a known mistake, or all of them as files."""

import argparse
import sys
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "print the page of a known mistake (M-attention-softmax-3), or write all the pages"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("mistake", nargs="?", help="its number, as it stands on the card of a check")
    parser.add_argument("--out", type=Path, help="write all the pages into this folder (default: build/mistakes)")


def run(chosen: argparse.Namespace) -> int:
    """Print or write: 0 done, 2 where there is no such mistake or the folder cannot be written."""
    from course_lib.practice.mistakes import find_mistake, write_pages

    if chosen.mistake and chosen.out:
        return common.complain(f"{chosen.mistake} is printed, --out writes all the pages: give one of the two")
    try:
        if chosen.mistake:
            sys.stdout.write(find_mistake(chosen.mistake).page())
            return 0
        folder = chosen.out or common.ROOT / "build" / "mistakes"
        count = write_pages(folder)
    except (LookupError, OSError) as problem:
        return common.complain(problem)
    sys.stdout.write(f"{count} pages and index.md in {folder}\n")
    return 0
