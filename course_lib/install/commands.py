"""Running a command and reading what it says, line by line, and the error that is meant for a person."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["Trouble", "run"]

ROOT = Path(__file__).resolve().parents[2]
#: The signature of `run`, which everything here takes as an argument, so that tests can say what a command would answer.
Run = Callable[..., tuple[int | None, str]]
#: Settings of a person's own with which pip would install elsewhere, or without a word.
ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_QUIET")


class Trouble(Exception):
    """What keeps the course from starting, in words for the person who wants to start it."""


def run(command: Sequence[str], each_line: Callable[[str], None] | None = None) -> tuple[int | None, str]:
    """Run a command in the course's folder and pass on each line that it prints.

    Returns:
        Its exit status (None: it could not be started) and all that it printed, errors among it.
    """
    surroundings = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    # Pip's own guard: it refuses to install outside of an environment.
    surroundings |= {"PIP_REQUIRE_VIRTUALENV": "1", "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    try:
        process = subprocess.Popen(
            command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", errors="replace",
        )  # fmt: skip
    except OSError as problem:
        return None, str(problem)
    lines = []
    with process:
        try:
            for line in process.stdout:
                lines.append(line)
                if each_line:
                    each_line(line)
        except BaseException:  # Ctrl-C above all: nothing goes on writing behind one's back
            process.terminate()
            raise
    return process.returncode, "".join(lines)
