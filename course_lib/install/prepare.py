"""From whatever there is to a whole environment, one command at a time."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from course_lib.install.commands import ROOT, Run, Trouble, run
from course_lib.install.environment import (
    STAMP,
    condition,
    make,
    read_stamp,
    remove,
    require_ensurepip,
    stamp_text,
    version_inside,
    write_stamp,
)
from course_lib.install.packages import install

__all__ = ["announcement", "own_python", "prepare"]

SIZE = "1.7 GB on the disk"  # measured on Linux with PyTorch's build for processors alone


def own_python(folder: Path | str) -> str:
    """The Python that runs this, or, where that one lives in the environment itself, the one it was made from."""
    if os.path.realpath(sys.prefix) == os.path.realpath(folder):
        return getattr(sys, "_base_executable", sys.executable)
    return sys.executable


def prepare(
    folder: Path | str, python: str | None = None, run: Run = run, out: TextIO | None = None, root: Path = ROOT
) -> None:
    """See to it that an environment is whole. Where it is, this takes a moment and says nothing.

    Args:
        folder: where it is, or is to be.
        python: what makes it (by default the Python that runs this).
        run: runs a command; tests pass a false one.
        out: where to say what happens (by default the standard error).
        root: where the lists of versions are.

    Raises:
        Trouble: it cannot be made, with what to do.
    """
    if condition(folder, run, root) == "whole":
        return
    out, python = out or sys.stderr, python or own_python(folder)
    with _alone(root, out):
        now = condition(folder, run, root)  # once more: another command may have finished it while this one waited
        if now == "other pins":
            print(f"The list of versions has changed: {folder} is brought up to date.", file=out, flush=True)
            _update(folder, run, out, root)
        elif now != "whole":
            if now == "half made":
                reason = "an installation was broken off, its Python is gone, or it was moved"
                print(f"{folder} is not whole ({reason}): it is made again.", file=out, flush=True)
            remove(folder)
            require_ensurepip(python, run)
            print(announcement(folder, python), file=out, flush=True)
            try:
                make(folder, python, run)
                install(folder, root / "constraints.txt", run, out)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            write_stamp(folder, stamp_text(folder, version_inside(folder, run), root))


def _update(folder: Path | str, run: Run, out: TextIO, root: Path) -> None:
    before = read_stamp(folder)
    os.remove(Path(folder) / STAMP)  # a pip that is killed leaves torn packages
    try:
        install(folder, root / "constraints.txt", run, out)
    except Trouble:
        write_stamp(folder, before)  # a pip that says itself that it failed has put everything back
        raise
    write_stamp(folder, stamp_text(folder, version_inside(folder, run), root))


def announcement(folder: Path | str, python: str, system: str = sys.platform) -> str:
    """What is said before a long download.

    >>> print(announcement("course/.venv", "python3", system="darwin"))
    Installing the course, once: PyTorch, JupyterLab and 150 smaller packages, 1.7 GB on the disk.
    It goes into course/.venv (made by python3) and nowhere else, and takes some minutes.
    """
    cuda = ""
    if system.startswith("linux"):
        cuda = "\nOn Linux PyTorch may bring several GB of CUDA on top; README.md says how to do without."
    return (
        f"Installing the course, once: PyTorch, JupyterLab and 150 smaller packages, {SIZE}.\n"
        f"It goes into {folder} (made by {python}) and nowhere else, and takes some minutes.{cuda}"
    )


@contextlib.contextmanager
def _alone(root: Path, out: TextIO) -> Iterator[None]:
    """Wait until no other command makes an environment here; where the system has no such locks, do not wait."""
    try:
        import fcntl

        handle = os.open(root, os.O_RDONLY)
    except (ImportError, OSError):  # Windows has neither; but it removes nothing that is in use
        yield
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another command is installing here; waiting for it.", file=out, flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            pass  # some network disks cannot lock
        yield
    finally:
        os.close(handle)
