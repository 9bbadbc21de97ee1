"""``python -m course_lib.corpus``: write the text of the world again."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib.corpus.parts import write_files
from course_lib.corpus.stories import SEED
from course_lib.data import FOLDER

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files and print their paths; the exit status is 2 where they cannot be written."""
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.corpus",
        description="Write the small world's text, byte for byte the same for a seed.",
    )
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder to write to (default: data/)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"other stories of the same world (default: {SEED})")
    chosen = parser.parse_args(arguments)
    try:
        for path in write_files(chosen.out, chosen.seed):
            print(path)
    except OSError as problem:
        print(f"course_lib.corpus: cannot write to {chosen.out}: {problem}", file=sys.stderr)
        return 2
    return 0
