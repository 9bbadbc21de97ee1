"""What a JupyterHub starts for each learner: their own copies, the course's settings, and then their server.

``python -m course_lib.hub`` in the place of ``jupyterhub-singleuser``, with whatever arguments the hub gives. It works on one machine
and in a container alike, from a course that learners can read and not write: nothing is written but in the learner's own folder.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from course_lib.lab import lab_environment, style_options
from course_lib.worked.folder import copies

__all__ = ["command", "environment", "folder_of", "main"]

ROOT = Path(__file__).resolve().parents[1]


def folder_of(surroundings: Mapping[str, str]) -> Path:
    """Where a learner works: the folder ``transformers`` in their home, or what COURSE_HOME names.

    >>> folder_of({"HOME": "/home/ada"}).as_posix()
    '/home/ada/transformers'
    """
    home = Path(surroundings.get("HOME") or Path.home())
    named = surroundings.get("COURSE_HOME", "")
    return home / named.removeprefix("~/") if named else home / "transformers"


def environment(surroundings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a learner's server: the course's Jupyter settings, and one thread, as the cores are shared.

    >>> environment({})["OMP_NUM_THREADS"]
    '1'
    """
    return {"OMP_NUM_THREADS": "1", **lab_environment(dict(surroundings))}


def command(folder: Path, arguments: Sequence[str]) -> list[str]:
    """What is started in a learner's folder."""
    return [
        *(sys.executable, "-m", "jupyterhub.singleuser", *style_options()),
        *(f"--ServerApp.root_dir={folder}", "--LabApp.default_url=/lab/tree/00_start_here.ipynb", *arguments),
    ]


def main(arguments: Sequence[str]) -> None:
    """See to the copies, and become the learner's server."""
    folder = folder_of(os.environ)
    folder.mkdir(parents=True, exist_ok=True)
    done = copies(ROOT, folder)
    if done.older:
        sys.stderr.write(f"{folder}: an older version, with work in it, stays as it is: {', '.join(done.older)}\n")
    whole = command(folder, arguments)
    os.execve(whole[0], whole, environment(os.environ))


if __name__ == "__main__":
    main(sys.argv[1:])
