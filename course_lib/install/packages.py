"""Pip, asked to install the course and what it needs into one environment, and into nothing else."""

import sys
from pathlib import Path
from typing import TextIO

from course_lib.install.commands import Run, Trouble, run
from course_lib.install.environment import interpreter, version_inside
from course_lib.install.progress import Progress

__all__ = ["install"]

PIP = "pip>=24.1"  # the first that tells another program how far a download has come


def install(folder: Path | str, constraints: Path | str, run: Run = run, out: TextIO | None = None) -> None:
    """Install the course (editable), its tests' packages and what they need, and show how far it is.

    Args:
        folder: an environment; never the system's Python.
        constraints: a file of the versions that are allowed.

    Raises:
        Trouble: the folder is no environment of its own, or pip did not come to its end, with its last words.
    """
    if version_inside(folder, run) is None:
        raise Trouble(f"{folder} is no environment of its own, so nothing was installed.")
    pip = [interpreter(folder), "-I", "-m", "pip", "install"]
    progress = Progress(out or sys.stderr)
    status, output = run([*pip, "--quiet", PIP])
    if status == 0:
        wanted = ["--constraint", str(constraints), "--editable", ".[test]"]
        status, output = run([*pip, "--progress-bar", "raw", *wanted], progress.line)
    if status != 0:
        progress.clear()
        last = "\n".join(line for line in output.splitlines() if not line.startswith("Progress "))[-2000:].strip()
        raise Trouble(
            f"pip could not install the course. Its last words:\n\n{last}\n\n"
            "Is there a connection, and room on the disk? Then the same command again; what was downloaded is kept."
        )
    progress.done()
