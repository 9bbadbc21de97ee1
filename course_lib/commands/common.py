"""What several commands need: where the course lies, and how a refusal is said."""

import sys
import tempfile
from pathlib import Path

__all__ = ["ROOT", "complain", "writable"]

#: The checkout: lessons/, notebooks/, data/ lie here. Commands read it when they run.
ROOT = Path(__file__).resolve().parents[2]


def complain(problem: object) -> int:
    """Say on the error output, on one line, why a command was not usable; returns its exit status, 2."""
    # A KeyError would put its message between quotation marks.
    said = problem.args[0] if isinstance(problem, KeyError) and problem.args else problem
    sys.stderr.write(f"course_lib: {said}\n")
    sys.stderr.flush()
    return 2


def writable(folder: Path) -> Path:
    """The folder, made where it is missing, after a trial: nobody wants to hear it at the end of ten minutes.

    Raises:
        OSError: no file can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as problem:
        raise OSError(f"cannot write to {folder}: {problem}") from problem
