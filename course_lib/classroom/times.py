"""When each student handed in: from Moodle's grading worksheet, or from a table of two columns."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

import babel
from dateutil import parser

from course_lib.classroom.filling import FULL_NAME, IDENTIFIER, NotFillable, read_table, rows_of

__all__ = ["read_time", "times_of"]

#: Columns of a worksheet that hold the time of the hand-in, and of a table of one's own.
_TIME = (
    *("last modified (submission)", "zuletzt geändert (abgabe)", "dernière modification (travail remis)"),
    *("última modificación (entrega)", "handed in", "submitted at", "submitted", "time"),
)
_STUDENT = ("student", "folder", "name")
_LANGUAGES = ("en", "de", "fr", "es")


def times_of(path: Path, students: Sequence[str]) -> dict[str, datetime]:
    """The time of each student that has one row in the file, and one time in it.

    Raises:
        NotFillable: it has no column for students or none for times, or a time cannot be read.
        OSError: it cannot be read.
    """
    rows = read_table(path)
    low = [cell.strip().casefold() for cell in rows[0]]
    at = next((low.index(name) for name in _TIME if name in low), None)
    keys = [[low.index(name)] for names in (IDENTIFIER, FULL_NAME, _STUDENT) for name in names if name in low]
    if at is None or not keys:
        raise NotFillable(
            f"{path} says no hand-in times: a column for students (Identifier, Full name, student) and one for times "
            f"(Last modified (submission), handed in) are expected; the columns are {', '.join(rows[0][:8])}"
        )
    lines = {number: row for number, row in enumerate(rows) if number and len(row) > at}
    found = {}
    for student in students:
        own = rows_of(student, keys, lines)
        said = lines[next(iter(own))][at].strip() if len(own) == 1 else ""
        if said and said != "-":
            try:
                found[student] = read_time(said)
            except ValueError as problem:
                raise NotFillable(f"{path}, {student}: {problem}") from None
    return found


def read_time(text: str) -> datetime:
    """A time as people and servers write it, in this computer's time where no offset is given.

    Raises:
        ValueError: it is no time, a day without one, or may be one of two days (05/11/2026).

    >>> read_time("Freitag, 20. November 2026, 23:59").isoformat()[:16]
    '2026-11-20T23:59'
    >>> read_time("Friday, 20 November 2026, 11:59 PM").hour
    23
    """
    slashed = re.match(r"\s*(\d{1,2})/(\d{1,2})/", text)
    if slashed and max(map(int, slashed.groups())) <= 12 and len(set(slashed.groups())) == 2:
        raise ValueError(f"{text!r} may be one of two days; write it as in 2026-11-20 23:59")
    words = text.replace(",", " ").split()
    cut = " ".join(word for word in words if word.casefold() not in ("de", "à", "um", "a", "uhr"))
    try:
        first, again = (
            parser.parse(cut, parserinfo=_words(), dayfirst=not cut[:4].isdigit(), default=datetime(2000, 1, 1, hour))
            for hour in (0, 1)
        )
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no time; expected one as in 2026-11-20 23:59") from None
    if first != again:
        raise ValueError(f"{text!r} has no time of day; expected one as in 2026-11-20 23:59")
    return first.astimezone()


@cache
def _words() -> parser.parserinfo:
    """What months and days of the week are called."""
    months, days = [set() for _ in range(12)], [set() for _ in range(7)]
    for language in _LANGUAGES:
        locale = babel.Locale(language)
        for width in ("wide", "abbreviated"):
            for number, name in locale.months["format"][width].items():
                months[number - 1] |= {name.casefold(), name.casefold().rstrip(".")}
            for number, name in locale.days["format"][width].items():
                days[number] |= {name.casefold(), name.casefold().rstrip(".")}
    known: dict[str, int] = {}
    for number, names in enumerate(months):  # "mar" is March in English, and Tuesday in Spanish: a month
        known |= dict.fromkeys(names, number)
    days = [{name for name in names if name not in known} for names in days]

    class Words(parser.parserinfo):
        MONTHS = [tuple(sorted(names)) for names in months]  # noqa: RUF012
        WEEKDAYS = [tuple(sorted(names)) for names in days]  # noqa: RUF012

    return Words()
