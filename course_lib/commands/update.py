"""``python -m course_lib update``: the newer version of the course, with one's answers in it."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "fetch the course's newer version and carry your answers over into its notebooks"
PINS = ("pyproject.toml", "constraints.txt")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument(
        "--notebooks", action="store_true", help="fetch nothing: only bring your notebooks to the version that is here"
    )


def run(chosen: argparse.Namespace) -> int:
    """Say what was done: 0, or 2 where nothing can be fetched or written, with what to do.

    The notebooks are seen to by a process of its own: it is the newer course that knows how, in an environment that was
    mended where its list of versions has changed.
    """
    if chosen.notebooks:
        return _notebooks()
    from course_lib.worked.fetching import Refused, fetch

    before = _pins()
    try:
        fetch(common.ROOT, lambda sentence: print(sentence, flush=True))
    except (Refused, OSError) as problem:
        return common.complain(problem)
    if os.path.realpath(sys.prefix) == os.path.realpath(common.ROOT / ".venv"):
        command = [sys.executable, str(common.ROOT / "start.py")]  # which mends the environment first
    else:
        command = [sys.executable, "-m", "course_lib"]
        if _pins() != before:
            print(
                "The list of packages has changed. In your environment: "
                "pip install --constraint constraints.txt --editable . (or conda env update --file environment.yml)"
            )
    return subprocess.run([*command, "update", "--notebooks"], cwd=common.ROOT, check=False).returncode


def _pins() -> list[bytes]:
    return [path.read_bytes() if (path := Path(common.ROOT, name)).is_file() else b"" for name in PINS]


def _notebooks() -> int:
    from course_lib.worked.renewing import renew

    try:
        print(renew(common.ROOT))
    except (OSError, ValueError) as problem:
        return common.complain(f"your notebooks could not all be brought to this version: {problem}")
    return 0
