"""The teacher's own gradebook, exported from Canvas or Moodle, filled with the marks: the file that is imported again.

Nothing but the one column is changed. Whoever cannot be matched with certainty stays as they were, and is told: Moodle stops a
whole import at one unknown user, and Canvas makes a new assignment of a column whose title it does not know. What was not
graded stays blank; a zero would be a mark.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.classroom.results import Results, write_whole

__all__ = [
    "CANVAS",
    "FULL_NAME",
    "IDENTIFIER",
    "MOODLE",
    "WORKSHEET",
    "Filled",
    "NotFillable",
    "fill",
    "fill_file",
    "plain_name",
    "read_table",
    "rows_of",
    "totals",
]

CANVAS, MOODLE, WORKSHEET = "Canvas", "Moodle's gradebook", "Moodle's grading worksheet"
#: Columns by which a student can be known, in the words of the exports; the first that has a match counts. Headers of Moodle
#: are translated: these are the English, German, French and Spanish ones.
_CANVAS_KEYS = ("ID", "SIS User ID", "SIS Login ID", "Student")
_MOODLE_KEYS = {
    "id": ("id", "user id"),
    "idnumber": ("id number", "id-nummer", "numéro d'identification", "número de id", "idnumber"),
    "email": ("email address", "e-mail-adresse", "adresse de courriel", "dirección de correo", "email"),
    "username": ("username", "anmeldename", "nom d'utilisateur", "nombre de usuario"),
}
IDENTIFIER = ("identifier", "teilnehmer/in-id", "identifiant", "identificador", "id")
FULL_NAME = ("full name", "vollständiger name", "nom complet", "nombre completo")
_GRADE = ("grade", "bewertung", "note", "calificación")
_FIRST = ("first name", "vorname", "prénom", "nombre")
_LAST = ("last name", "surname", "nachname", "nom", "nom de famille", "apellido(s)", "apellidos")
#: Folders of downloaded hand-ins: Moodle's "Ada Lovelace_12345_assignsubmission_file", Canvas's "lovelaceada_123_456_name".
_MOODLE_FOLDER = re.compile(r"^(?P<name>.+)_(?P<id>\d+)_assignsubmission_\w+$")
_CANVAS_FOLDER = re.compile(r"^(?P<name>[^_\W]+)(?:_LATE)?_(?P<id>\d+)_\d+_")


class NotFillable(ValueError):
    """This file is no gradebook that can be filled; the message says what was looked for."""


@dataclass
class Filled:
    """What became of a gradebook.

    Attributes:
        kind: CANVAS, MOODLE or WORKSHEET.
        column: the title of the column that was filled.
        text: the whole file, filled.
        matched: student's folder -> how the row is known there.
        ambiguous: folders that more than one row, or rows that more than one folder, could be; they were left alone.
        unmatched: folders without a row.
        blank: students that were found and not graded.
        without: rows of the gradebook that nobody's folder belongs to.
    """

    kind: str
    column: str
    text: str = ""
    matched: dict[str, str] = field(default_factory=dict)
    ambiguous: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)


def plain_name(text: str) -> str:
    """A name without accents, capitals, order and signs, so that one can be compared with another.

    >>> plain_name("Lovelace, Ada") == plain_name("ada_lovelace"), plain_name("Dürer")
    (True, 'durer')
    """
    letters = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(sorted(re.findall(r"[^\W_]+", letters)))


def fill_file(export: Path, results: Results, out: Path, column: str = "", maximum: float | None = None) -> Filled:
    """Fill an export into a new file, which is written whole or not at all.

    Raises:
        NotFillable: it is no gradebook known here, or its column cannot be told.
        OSError: it cannot be read, or the new one not be written.
    """
    text, encoding = _text_of(export)
    filled = fill(text, totals(results), column, maximum)
    write_whole(out, filled.text.encode(encoding))
    return filled


def _text_of(path: Path) -> tuple[str, str]:
    """A file's text and its encoding."""
    content = path.read_bytes()
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb": "utf-8-sig"}
    encoding = marks.get(content[:2], "utf-8")
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        raise NotFillable(f"{path} is no text in UTF-8; export it again as CSV") from None


def read_table(path: Path) -> list[list[str]]:
    """The cells of a CSV as a spreadsheet or a course's server writes it.

    Raises:
        NotFillable: it is no text, or empty.
        OSError: it cannot be read.
    """
    rows = _cells(_text_of(path)[0])[0]
    if not rows:
        raise NotFillable(f"{path} is empty; export it again")
    return rows


def _cells(text: str) -> tuple[list[list[str]], str]:
    """The cells of a CSV, and what parts them."""
    start = text.splitlines()[0] if text.strip() else ""
    delimiter = max((",", ";", "\t"), key=start.count)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter)), delimiter


def totals(results: Results) -> dict[str, tuple[float | None, float]]:
    """Points, less what lateness costs, and possible points of every student.

    There are no points at all where nothing was graded, or not everything could be.
    """
    found: dict[str, tuple[float | None, float]] = {student: (None, 0.0) for student in results.students()}
    refused: set[str] = set()
    for row in results.rows():
        score, points = found[row.student]
        mark = row.graded
        if mark.score is None and mark.message != "not handed in":
            refused.add(row.student)  # a sum without it would be too small, and look like a mark
        total = score if mark.score is None else (score or 0.0) + row.score
        found[row.student] = (total, points + mark.points)
    return {student: (None if student in refused else score, points) for student, (score, points) in found.items()}


def fill(
    text: str, marks: dict[str, tuple[float | None, float]], column: str = "", maximum: float | None = None
) -> Filled:
    """Fill the text of an export.

    Args:
        text: the CSV, as it was exported.
        marks: student's folder -> points, and possible points.
        column: the title of the assignment's column, or a part of it that no other has; needed where there are several.
        maximum: the largest mark that the column takes; read from Canvas's row of possible points and Moodle's worksheet
            where left out. Marks are scaled to it.
    """
    rows, delimiter = _cells(text)
    if not rows:
        raise NotFillable("the file is empty; export the gradebook again")
    head = [cell.strip() for cell in rows[0]]
    low = [cell.casefold() for cell in head]
    if {"Student", "ID", "Section"} <= set(head):
        book = _canvas(head, rows, column)
    elif any(name in low for name in IDENTIFIER[:4]) and any(name in low for name in _GRADE):
        book = _worksheet(low, head, rows)
    elif any(name in low for names in _MOODLE_KEYS.values() for name in names):
        book = _moodle(low, head, column)
    else:
        raise NotFillable(
            "no gradebook of Canvas (columns Student, ID, Section), of Moodle (a column for id number, email or username) and no "
            f"grading worksheet (Identifier, Grade): the columns are {', '.join(head[:8])}"
        )
    filled = Filled(book.kind, head[book.at])
    most = maximum if maximum is not None else book.maximum(rows)
    for row_number, student in _matches(book, rows, marks, filled):
        score, points = marks[student]
        row = rows[row_number]
        row += [""] * (len(head) - len(row))
        if score is None:
            filled.blank.append(student)
            continue
        value = score * most / points if most is not None and points else score
        row[book.at] = f"{min(value, most) if most is not None else value:.10g}".replace(".", book.comma)
    ending = "\r\n" if "\r\n" in text else "\n"
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator=ending).writerows(rows)
    filled.text = made.getvalue()
    return filled


@dataclass
class _Book:
    """Where in a gradebook what stands."""

    kind: str
    at: int
    keys: list[
        list[int]
    ]  # groups of columns by which a student can be known; one that spans several is joined by spaces
    first: int = 1  # of the rows of students
    points_row: int | None = None
    maximum_at: int | None = None
    comma: str = "."

    def maximum(self, rows: Sequence[Sequence[str]]) -> float | None:
        """The largest mark, where the file says one."""
        cells: Iterable[str] = ()
        if self.points_row is not None and len(rows[self.points_row]) > self.at:
            cells = [rows[self.points_row][self.at]]
        elif self.maximum_at is not None:
            cells = [row[self.maximum_at] for row in rows[self.first :] if len(row) > self.maximum_at]
        for cell in cells:
            try:
                return float(cell.strip().replace(",", "."))
            except ValueError:
                continue
        return None


def _canvas(head: list[str], rows: list[list[str]], column: str) -> _Book:
    titles = [at for at, title in enumerate(head) if re.search(r" \(\d+\)$", title)]
    at = _one_of(head, titles, column, "an assignment, as in 'Homework 4 (12345)'")
    points = [i for i, row in enumerate(rows[:4]) if i and row and row[0].strip().casefold() == "points possible"]
    first = points[0] + 1 if points else 1
    return _Book(
        CANVAS, at, [[head.index(key)] for key in _CANVAS_KEYS if key in head], first, points[0] if points else None
    )


def _worksheet(low: list[str], head: list[str], rows: list[list[str]]) -> _Book:
    at = next(low.index(name) for name in _GRADE if name in low)
    keys = [
        [low.index(name)] for names in (IDENTIFIER, FULL_NAME, *_MOODLE_KEYS.values()) for name in names if name in low
    ]
    most = [
        i
        for i, name in enumerate(low)
        if name in ("maximum grade", "bestwertung", "note maximale", "calificación máxima")
    ]
    comma = "," if any(re.fullmatch(r"\d+,\d+", row[at]) for row in rows[1:] if len(row) > at) else "."
    return _Book(WORKSHEET, at, keys, maximum_at=most[0] if most else None, comma=comma)


def _moodle(low: list[str], head: list[str], column: str) -> _Book:
    keys = [[low.index(name)] for names in _MOODLE_KEYS.values() for name in names if name in low]
    names = [[low.index(name) for name in part if name in low][:1] for part in (_FIRST, _LAST)]
    if all(names):
        keys.append([*names[0], *names[1]])
    known = {at for group in keys for at in group}
    titles = [at for at, title in enumerate(low) if at not in known and not title.startswith("last downloaded")]
    return _Book(MOODLE, _one_of(head, titles, column, "an assignment"), keys)


def _one_of(head: list[str], titles: list[int], column: str, what: str) -> int:
    """The column that is meant."""
    exact = [at for at in titles if head[at] == column]
    found = exact or [at for at in titles if column.casefold() in head[at].casefold()]
    if len(found) == 1:
        return found[0]
    named = ", ".join(repr(head[at]) for at in (found or titles)[:12]) or "none"
    if not found:
        raise NotFillable(f"no column of {what} is called {column!r}; there are: {named}")
    raise NotFillable(f"which column is it? Say --column with one of: {named}")


def _matches(
    book: _Book, rows: Sequence[Sequence[str]], marks: dict[str, tuple[float | None, float]], filled: Filled
) -> list[tuple[int, str]]:
    """Pairs of a row and a student's folder that belong together and to nobody else; all others are told in `filled`."""
    lines = {i: row for i, row in enumerate(rows) if i >= book.first and any(cell.strip() for cell in row)}
    found: dict[str, set[int]] = {student: rows_of(student, book.keys, lines) for student in marks}
    claimed = [row for own in found.values() if len(own) == 1 for row in own]
    pairs = []
    for student, own in found.items():
        if not own:
            filled.unmatched.append(student)
        elif len(own) > 1 or claimed.count(next(iter(own))) > 1:
            filled.ambiguous.append(student)
        else:
            (row,) = own
            pairs.append((row, student))
            filled.matched[student] = _shown(book, lines[row])
    taken = {row for own in found.values() for row in own}
    filled.without = [_shown(book, row) for number, row in lines.items() if number not in taken]
    return pairs


def rows_of(student: str, keys: Sequence[Sequence[int]], lines: dict[int, Sequence[str]]) -> set[int]:
    """The rows that a student's folder may belong to, by the surest way in which there is any.

    Args:
        student: the name of the folder.
        keys: groups of columns by which somebody can be known, the surest first.
        lines: the rows by their number.
    """
    moodle, canvas = _MOODLE_FOLDER.match(student), _CANVAS_FOLDER.match(student)
    number = (moodle or canvas or {"id": ""})["id"]
    name = (moodle or {"name": student})["name"]
    for group in keys:
        cells = {i: " ".join(row[at] for at in group if at < len(row)).strip() for i, row in lines.items()}
        same = {i for i, cell in cells.items() if cell and (cell == student or _is_number(cell, number))}
        if same:
            return same
    for group in keys:
        cells = {i: " ".join(row[at] for at in group if at < len(row)).strip() for i, row in lines.items()}
        alike = {i for i, cell in cells.items() if cell and not cell.isdigit() and plain_name(cell) == plain_name(name)}
        if alike:
            return alike
    return set()


def _is_number(cell: str, number: str) -> bool:
    """Whether a cell is this number, as in "12345" and in Moodle's "Participant 12345"."""
    found = re.fullmatch(r"(?:\D*\s)?(\d+)", cell)
    return bool(number) and found is not None and found[1] == number


def _shown(book: _Book, row: Sequence[str]) -> str:
    return " ".join(row[at] for at in book.keys[-1] if at < len(row)).strip() or row[0]
