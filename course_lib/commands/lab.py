"""``python -m course_lib lab``: the course in JupyterLab."""

import argparse
import sys
from pathlib import Path

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "open the course in JupyterLab, on lesson 00"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("notebook", nargs="?", default="00_start_here.ipynb", help="the notebook to open")
    parser.add_argument(
        "--afresh", action="store_true", help="begin this notebook afresh; what yours holds is moved to kept/ beside it"
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    parser.add_argument("--port", type=int, help="the port to serve on (default: 8888, or the next free one)")


def run(chosen: argparse.Namespace) -> int:
    """Serve until stopped; the exit status is JupyterLab's, or 2 where there is no such notebook."""
    from course_lib.lab import open_lab
    from course_lib.worked.folder import named

    notebook = named(common.ROOT, chosen.notebook)
    try:
        if chosen.afresh:
            _begin_afresh(notebook)
        return open_lab(_own_folder(), notebook, browser=not chosen.no_browser, port=chosen.port)
    except (OSError, ValueError) as problem:
        return common.complain(problem)


def _begin_afresh(notebook: str) -> None:
    from course_lib.worked.folder import afresh, names

    name = Path(notebook).stem
    if name not in names(common.ROOT):
        raise ValueError(f"no notebook of the course is called {notebook}: there are {', '.join(names(common.ROOT))}")
    try:
        kept = afresh(common.ROOT, name)
    except OSError as problem:
        raise OSError(f"{notebook} cannot be begun afresh: {problem}") from problem
    print(f"{notebook} is new; {f'what it held is in {kept}' if kept else 'there was no work in it'}", file=sys.stderr)


def _own_folder() -> Path:
    """The folder of one's own copies, seen to; the notebooks of the course themselves where no copies can be made."""
    from course_lib.worked.folder import copies, opened, own

    first = not own(common.ROOT).is_dir()
    try:
        done = copies(common.ROOT)
    except (OSError, ValueError) as problem:
        folder = opened(common.ROOT)
        print(f"Your own copies of the notebooks cannot be seen to ({problem}); {folder} is opened.", file=sys.stderr)
        return folder
    if first:
        print(f"You work in copies, which git does not look at: {own(common.ROOT)}", file=sys.stderr)
    if done.older:
        print(
            f"Of these there is a newer version than the one you work in: {', '.join(done.older)}. "
            "make update (py start.py update) brings your answers over.",
            file=sys.stderr,
        )
    return own(common.ROOT)
