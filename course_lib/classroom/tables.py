"""Tables that are made from results: the gradebook, and what needs a human."""

import csv
import io
from collections.abc import Iterable, Sequence

from course_lib.classroom.results import Results
from course_lib.classroom.submission import NOT_GRADED

__all__ = ["gradebook", "humans", "safe_cell", "table_text"]


def safe_cell(text: str) -> str:
    """A text as a cell of a table that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("Ada")
    ("'=1+1", 'Ada')
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def table_text(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """A table as CSV, with texts that no spreadsheet takes for a formula.

    >>> table_text(["student", "points"], [["=Ada", 2]])
    "student,points\\n'=Ada,2\\n"
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(head)
    table.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    return text.getvalue()


def gradebook(results: Results) -> str:
    """The marks as CSV: a line a student, a column an exercise; what was not graded is blank."""
    rows, sandboxes = results.rows(), results.sandboxes()
    points = {row.graded.exercise: row.graded.points for row in rows}
    marks = {(row.student, row.graded.exercise): row for row in rows}
    head = ["student", *points, "taken off for lateness", "total", "not graded", "needs a human", "sandbox"]
    whole = f"{sum(points.values()):g}"
    lines = [["Points Possible", *(f"{value:g}" for value in points.values()), "", whole, "", "", ""]]
    look = {student for student, *_ in humans(results)}
    for student in results.students():
        own = [marks.get((student, exercise)) for exercise in points]
        given = [row for row in own if row is not None and row.graded.score is not None]
        cells = ["" if row is None or row.graded.score is None else f"{row.graded.score:g}" for row in own]
        total = sum(row.score for row in given)
        off = sum(row.graded.score for row in given) - total
        lines.append(
            [
                *(results.shown(student), *cells, f"{off:.6g}" if off else ""),
                *(f"{total:.6g}" if given else "", len(own) - len(given)),
                *("yes" if results.shown(student) in look else "", sandboxes.get(student, "")),
            ]
        )
    return table_text(head, lines)


def humans(results: Results) -> list[tuple[str, str, str, str]]:
    """What needs a human: student as shown, exercise, file, why. Exercises that nobody could be graded in have no student."""
    found = [
        ("", exercise, "", f"the course's own answer did not pass here: {why}")
        for exercise, why in results.refused().items()
    ]
    found += [(results.shown(student), "", file, said) for student, file, said in results.problems()]
    for row in results.rows():
        mark = row.graded
        if mark.human and not (mark.state == NOT_GRADED and mark.message == "not handed in"):
            found.append((results.shown(row.student), mark.exercise, mark.file, mark.human))
    return found
