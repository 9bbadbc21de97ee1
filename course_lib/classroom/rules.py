"""What a teacher has laid down for a class, in one file: when work is late and what that costs, which of two hand-ins counts.

[late]
due = 2026-11-20T23:59:00     # this computer's time, where no offset (+01:00) is given
grace_minutes = 15
percent_per_day = 10          # of the points reached, for each day begun
at_most_percent = 50
closed_after_days = 14        # from then on there are no points

[late.lessons]
04_attention = 2026-11-27T23:59:00

[late.students]               # more time for somebody, whatever the lesson
"Ada Lovelace" = 2026-12-04T23:59:00

[hand_ins]
count = "better"              # or "last", which is what counts where nothing is said

[pages]
anonymous = true              # codes for names; names.csv says whose they are
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from course_lib.syllabus import LESSONS

__all__ = ["Late", "Rules", "read_rules"]

_KNOWN = {
    "late": {
        "due",
        "grace_minutes",
        "percent_per_day",
        "at_most_percent",
        "closed_after_days",
        "lessons",
        "students",
    },
    "hand_ins": {"count"},
    "pages": {"anonymous"},
}


@dataclass(frozen=True)
class Late:
    """How late something came.

    Attributes:
        days: begun after the time that was due.
        percent: of the points that are taken off.
    """

    days: int
    percent: float


@dataclass(frozen=True)
class Rules:
    """The rules of a class; without a file there are no penalties, the last hand-in counts, and names are shown.

    Attributes:
        due: when work had to be there; None where nothing is due.
        lessons, students: other times, by the name of a lesson ("04_attention") or of a student's folder.
        grace: how much later is not late yet.
        percent_per_day: taken off for each day begun.
        at_most: percent that are taken off at most.
        closed_after: days after which nothing is left; None for never.
        better: whether the better of two hand-ins counts, and not the last.
        anonymous: whether pages and tables hold codes instead of names.
    """

    due: datetime | None = None
    lessons: Mapping[str, datetime] = field(default_factory=dict)
    students: Mapping[str, datetime] = field(default_factory=dict)
    grace: timedelta = timedelta()
    percent_per_day: float = 0.0
    at_most: float = 100.0
    closed_after: int | None = None
    better: bool = False
    anonymous: bool = False

    @property
    def has_dates(self) -> bool:
        """Whether anything is due at all."""
        return self.due is not None or bool(self.lessons) or bool(self.students)

    def late(self, lesson: str, student: str, handed_in: datetime | None) -> Late:
        """How late a lesson of a student came, and what that costs. A time that is not known is not late.

        >>> rules = Rules(due=datetime(2026, 11, 20).astimezone(), percent_per_day=10, at_most=25)
        >>> rules.late("04_attention", "Ada", datetime(2026, 11, 21, 1).astimezone())
        Late(days=2, percent=20)
        """
        due = self.students.get(student) or self.lessons.get(lesson) or self.due
        if due is None or handed_in is None or handed_in <= due + self.grace:
            return Late(0, 0.0)
        days = math.ceil((handed_in - due) / timedelta(days=1))
        if self.closed_after is not None and days > self.closed_after:
            return Late(days, 100.0)
        return Late(days, min(days * self.percent_per_day, self.at_most))


def read_rules(text: str) -> Rules:
    """The rules that stand in a text.

    Raises:
        ValueError: it is no TOML, or says something that is no rule; the message says what and what there is.

    >>> read_rules('[hand_ins]\\ncount = "better"').better
    True
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ValueError(f"the rules are no TOML: {problem}") from None
    for table, content in told.items():
        if table not in _KNOWN or not isinstance(content, dict):
            raise ValueError(f"no rule [{table}]; there are {', '.join(f'[{known}]' for known in _KNOWN)}")
        for name in content:
            if name not in _KNOWN[table]:
                raise ValueError(f"no rule {name!r} in [{table}]; there are {', '.join(sorted(_KNOWN[table]))}")
    late, count = told.get("late", {}), told.get("hand_ins", {}).get("count", "last")
    if count not in ("better", "last"):
        raise ValueError(f'[hand_ins] count is "better" or "last"; got {count!r}')
    anonymous = told.get("pages", {}).get("anonymous", False)
    if type(anonymous) is not bool:
        raise ValueError(f"[pages] anonymous is true or false; got {anonymous!r}")
    names = {lesson.name for lesson in LESSONS}
    for lesson in late.get("lessons", {}):
        if lesson not in names:
            raise ValueError(f"[late.lessons] {lesson!r} is no lesson; there are {', '.join(sorted(names))}")
    return Rules(
        due=_time("due", late["due"]) if "due" in late else None,
        lessons={name: _time(name, at) for name, at in late.get("lessons", {}).items()},
        students={name: _time(name, at) for name, at in late.get("students", {}).items()},
        grace=timedelta(minutes=_number(late, "grace_minutes", 0.0, math.inf)),
        percent_per_day=_number(late, "percent_per_day", 0.0, 100.0),
        at_most=_number(late, "at_most_percent", 0.0, 100.0, 100.0),
        closed_after=int(_number(late, "closed_after_days", 0, math.inf)) if "closed_after_days" in late else None,
        better=count == "better",
        anonymous=anonymous,
    )


def _time(name: str, value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise ValueError(f"{name} is a date with a time, as in 2026-11-20T23:59:00; got {value!r}")
    return value.astimezone()


def _number(table: dict, name: str, least: float, most: float, otherwise: float = 0.0) -> float:
    value = table.get(name, otherwise)
    if type(value) not in (int, float) or not least <= value <= most:
        span = f"{least:g} to {most:g}" if most < math.inf else f"at least {least:g}"
        raise ValueError(f"[late] {name} is a number, {span}; got {value!r}")
    return value
