"""``python -m course_lib lab``: the course in JupyterLab."""

import argparse

from course_lib.commands import common

__all__ = ["HELP", "add_arguments", "run"]

HELP = "open the course in JupyterLab, on lesson 00"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("notebook", nargs="?", default="00_start_here.ipynb", help="the notebook to open")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    parser.add_argument("--port", type=int, help="the port to serve on (default: 8888, or the next free one)")


def run(chosen: argparse.Namespace) -> int:
    """Serve until stopped; the exit status is JupyterLab's, or 2 where there is no such notebook."""
    from course_lib.lab import open_lab

    try:
        return open_lab(common.ROOT / "notebooks", chosen.notebook, browser=not chosen.no_browser, port=chosen.port)
    except FileNotFoundError as problem:
        return common.complain(problem)
