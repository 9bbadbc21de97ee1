"""Hand-ins out of learners' folders on one machine, and pages of feedback back into them; nothing of theirs is changed."""

import csv
import io
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from course_lib.classroom.results import Results, write_whole

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
        found[name] = []
        for path in _notebooks(home, lessons):
            target = out / name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
            found[name].append(path.name)
        if found[name]:
            last = max((out / name / file).stat().st_mtime for file in found[name])
            times.append((name, datetime.fromtimestamp(last, UTC).isoformat(timespec="seconds")))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("student", "handed in"), *times])
    write_whole(out / "times.csv", text.getvalue())
    return found


def _notebooks(home: Path, lessons: Sequence[str]) -> Iterator[Path]:
    for lesson in lessons:
        path = home / f"{lesson}.ipynb"
        if path.is_file() and not path.is_symlink():
            yield path


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
            home = places[student]
            write_whole(home / "feedback.html", page.read_bytes())
            owner = home.stat()
            with_owner = home / "feedback.html"
            if hasattr(shutil, "chown") and with_owner.stat().st_uid != owner.st_uid:
                shutil.chown(with_owner, owner.st_uid, owner.st_gid)
            given.append(student)
    return given
