"""``python -m course_lib.multi_head``: run the comparison of 1, 2, 4 and 8 heads again and write data/heads.csv."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib.data import FOLDER
from course_lib.multi_head.record import run_all, save

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run everything (about ten minutes), then write the file; the exit status is 2 where it cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m course_lib.multi_head", description=__doc__.split(": ")[1])
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder to write to (default: data/)")
    chosen = parser.parse_args(arguments)
    rows = list(run_all())
    try:
        save(chosen.out / "heads.csv", rows)
    except OSError as problem:
        print(f"course_lib.multi_head: cannot write to {chosen.out}: {problem}", file=sys.stderr)
        return 2
    print(chosen.out / "heads.csv")
    return 0
