"""Hand-ins out of learners' folders on one machine, and pages of feedback back into them; nothing of theirs is changed."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from course_lib.classroom.results import Results, write_whole
from course_lib.classroom.tables import table_text

__all__ = ["NoHomes", "collect", "give", "homes"]


class NoHomes(ValueError):
    """No folder is meant by this pattern; the message says how it should look."""


def homes(pattern: str) -> dict[str, Path]:
    """Whose folder is which, by a pattern in which a star stands for the name: ``/home/*/transformers``.

    Raises:
        NoHomes: there is not one star in it, or no such folder.
    """
    if pattern.count("*") != 1 or not pattern.startswith("/"):
        raise NoHomes(
            f'a path with one star in the place of the name is expected, as in "/home/*/transformers"; got {pattern!r}'
        )
    before, after = pattern.split("*")
    named = re.compile(f"{re.escape(before)}([^/]+){re.escape(after)}")
    found = {
        match[1]: path
        for path in sorted(Path("/").glob(pattern[1:]))
        if path.is_dir() and not path.is_symlink() and (match := named.fullmatch(str(path)))
    }
    if not found:
        raise NoHomes(f"no folder {pattern}; put the path in quotes, so that the shell leaves the star alone")
    return found


def collect(pattern: str, out: Path, lessons: Sequence[str]) -> dict[str, list[str]]:
    """Copy these lessons' notebooks of everybody into a folder of hand-ins, and note when each was saved last.

    Returns:
        What was found of whom. ``times.csv`` in the folder is for ``grade --times``.
    Raises:
        NoHomes: nobody's folder was found.
    """
    found: dict[str, list[str]] = {}
    times = []
    for name, home in homes(pattern).items():
        found[name], last = [], 0.0
        for path, content, saved in _notebooks(home, lessons):
            (out / name).mkdir(parents=True, exist_ok=True)
            (out / name / path.name).write_bytes(content)
            found[name].append(path.name)
            last = max(last, saved)
        if found[name]:
            times.append((name, datetime.fromtimestamp(last, UTC).isoformat(timespec="seconds")))
    write_whole(out / "times.csv", table_text(("student", "handed in"), times))
    return found


def _notebooks(home: Path, lessons: Sequence[str]) -> Iterator[tuple[Path, bytes, float]]:
    """Notebooks with what is in them and when they were saved; a link, which may lead anywhere, is none."""
    for lesson in lessons:
        path = home / f"{lesson}.ipynb"
        try:
            with open(path, "rb", opener=_as_it_is) as file:
                content, told = file.read(), os.fstat(file.fileno())
        except OSError:
            continue
        yield path, content, told.st_mtime


def _as_it_is(name: str, flags: int) -> int:
    """Open an ordinary file: through no link, and without waiting for somebody to write into a pipe.

    Raises:
        OSError: it is something else.
    """
    descriptor = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{name} is no ordinary file")
    return descriptor


def give(results: Results, pattern: str) -> list[str]:
    """Put everybody's page of feedback into their folder, as ``feedback.html``; returns who has got one.

    Raises:
        NoHomes: nobody's folder was found.
    """
    given = []
    places = homes(pattern)
    for student in results.students():
        page = results.folder / "feedback" / f"{results.shown(student)}.html"
        if student in places and page.is_file():
            theirs, owner = places[student] / "feedback.html", places[student].stat()
            write_whole(theirs, page.read_bytes())
            if os.geteuid() == 0:  # never through a link, which its owner may have put there meanwhile
                os.chown(theirs, owner.st_uid, owner.st_gid, follow_symlinks=False)
            given.append(student)
    return given
