"""Everything that grading a class has found, in one SQLite file; and the gradebook, a CSV made from it.

A student is written in one transaction, and a file is written beside its place and then put there, so that whoever interrupts
finds a student whole or not at all, a file old or new. An earlier hand-in stays in the file, no longer current.
"""

import csv
import io
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from course_lib.classroom.hand_ins import HandIn
from course_lib.classroom.submission import NOT_GRADED, Graded

__all__ = ["Results", "Row", "gradebook", "humans", "safe_cell", "write_whole"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, began TEXT DEFAULT CURRENT_TIMESTAMP, sandbox TEXT, succeeded TEXT, refused TEXT
);
CREATE TABLE IF NOT EXISTS hand_ins (
    id INTEGER PRIMARY KEY, student TEXT NOT NULL, fingerprint TEXT NOT NULL, problems TEXT, seconds REAL,
    graded TEXT DEFAULT CURRENT_TIMESTAMP, run INTEGER REFERENCES runs, current INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX IF NOT EXISTS current_hand_in ON hand_ins (student) WHERE current = 1;
CREATE TABLE IF NOT EXISTS marks (
    hand_in INTEGER NOT NULL REFERENCES hand_ins, exercise TEXT NOT NULL, state TEXT NOT NULL, score REAL, points REAL,
    reason TEXT, misconceptions TEXT, message TEXT, feedback TEXT, file TEXT, human TEXT, seed INTEGER, place INTEGER,
    PRIMARY KEY (hand_in, exercise)
);
CREATE TABLE IF NOT EXISTS regraded (
    hand_in INTEGER NOT NULL REFERENCES hand_ins, exercise TEXT NOT NULL, state TEXT, score REAL, signed TEXT,
    at TEXT DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS not_graded (exercise TEXT PRIMARY KEY, why TEXT);
"""


@dataclass(frozen=True)
class Row:
    """A current mark: whose, what, and the seed of its cases."""

    student: str
    graded: Graded
    seed: int


class Results:
    """A folder of results.

    Args:
        folder: where they lie; it is made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "results.sqlite"
        with self._open() as book:
            book.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file in one transaction: all of what is done in the body, or nothing."""
        with closing(sqlite3.connect(self.path, timeout=30)) as book, book:
            book.execute("PRAGMA foreign_keys = ON")
            yield book

    def begin(self, sandbox: str, succeeded: Sequence[str], refused: dict[str, str]) -> int:
        """Note a run and its sandbox; returns its number."""
        with self._open() as book:
            values = (sandbox, json.dumps(list(succeeded)), json.dumps(refused))
            return book.execute("INSERT INTO runs (sandbox, succeeded, refused) VALUES (?, ?, ?)", values).lastrowid

    def is_done(self, student: str, fingerprint: str, exercises: Sequence[str]) -> bool:
        """Whether this very hand-in has marks for these very exercises, none of which failed on our side."""
        with self._open() as book:
            found = book.execute(
                "SELECT exercise, state, message FROM marks JOIN hand_ins ON hand_in = id "
                "WHERE student = ? AND fingerprint = ? AND current = 1",
                (student, fingerprint),
            ).fetchall()
        failed = any(state == NOT_GRADED and message != "not handed in" for _, state, message in found)
        return bool(found) and not failed and {exercise for exercise, *_ in found} == set(exercises)

    def write(self, run: int, hand_in: HandIn, marks: Sequence[Graded], seeds: dict[str, int], seconds: float) -> None:
        """Keep a student's marks; those of an earlier hand-in are kept too, and are current no more."""
        problems = json.dumps([[problem.file, problem.said] for problem in hand_in.problems])
        with self._open() as book:
            book.execute("UPDATE hand_ins SET current = 0 WHERE student = ?", (hand_in.student,))
            number = book.execute(
                "INSERT INTO hand_ins (student, fingerprint, problems, seconds, run) VALUES (?, ?, ?, ?, ?)",
                (hand_in.student, hand_in.fingerprint, problems, round(seconds, 3), run),
            ).lastrowid
            for place, mark in enumerate(marks):
                self._write_mark(book, number, mark, seeds[mark.exercise], place)

    def _write_mark(self, book: sqlite3.Connection, number: int, mark: Graded, seed: int, place: int = -1) -> None:
        if place < 0:  # that of the mark in whose stead it comes
            query = "SELECT place FROM marks WHERE hand_in = ? AND exercise = ?"
            (place,) = book.execute(query, (number, mark.exercise)).fetchone()
        values = (
            *(number, mark.exercise, mark.state, mark.score, mark.points, str(mark.reason)),
            *(json.dumps(list(mark.misconceptions)), mark.message, mark.feedback, mark.file, mark.human, seed, place),
        )
        clean = [value.encode("utf-8", "replace").decode() if isinstance(value, str) else value for value in values]
        book.execute(f"INSERT OR REPLACE INTO marks VALUES ({', '.join('?' * len(clean))})", clean)

    def change(self, marks: Sequence[tuple[str, Graded, int]], signed: str) -> None:
        """Put other marks in the place of current ones, all or none, with the name of whoever signs; what was is noted."""
        with self._open() as book:
            for student, mark, seed in marks:
                (number,) = book.execute(
                    "SELECT id FROM hand_ins WHERE student = ? AND current = 1", (student,)
                ).fetchone()
                book.execute(
                    "INSERT INTO regraded (hand_in, exercise, state, score, signed) "
                    "SELECT hand_in, exercise, state, score, ? FROM marks WHERE hand_in = ? AND exercise = ?",
                    (signed, number, mark.exercise),
                )
                self._write_mark(book, number, mark, seed)

    def refuse(self, why: dict[str, str]) -> None:
        """Note the exercises whose own answers did not pass in this run, in place of those noted before."""
        with self._open() as book:
            book.execute("DELETE FROM not_graded")
            book.executemany("INSERT INTO not_graded VALUES (?, ?)", why.items())

    def refused(self) -> dict[str, str]:
        """The exercises whose own answers did not pass."""
        with self._open() as book:
            return dict(book.execute("SELECT exercise, why FROM not_graded"))

    def rows(self) -> list[Row]:
        """All current marks, student by student."""
        with self._open() as book:
            found = book.execute(
                "SELECT student, exercise, state, score, points, reason, misconceptions, message, feedback, file, human, seed "
                "FROM marks JOIN hand_ins ON hand_in = id WHERE current = 1 ORDER BY student, marks.place"
            ).fetchall()
        return [
            Row(student, Graded(*mark[:5], tuple(json.loads(mark[5])), *mark[6:]), seed)
            for student, *mark, seed in found
        ]

    def problems(self) -> list[tuple[str, str, str]]:
        """Files that could not be read: student, file, what is wrong."""
        with self._open() as book:
            found = book.execute("SELECT student, problems FROM hand_ins WHERE current = 1 ORDER BY student").fetchall()
        return [(student, file, said) for student, problems in found for file, said in json.loads(problems)]

    def students(self) -> list[str]:
        """Everybody who has a current hand-in."""
        with self._open() as book:
            return [
                student
                for (student,) in book.execute("SELECT student FROM hand_ins WHERE current = 1 ORDER BY student")
            ]

    def fingerprint(self, student: str) -> str:
        """Of the hand-in that the current marks are for."""
        with self._open() as book:
            found = book.execute("SELECT fingerprint FROM hand_ins WHERE student = ? AND current = 1", (student,))
            return (found.fetchone() or ("",))[0]

    def sandbox(self) -> str:
        """What was said of the sandbox in the last run."""
        with self._open() as book:
            found = book.execute("SELECT sandbox FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        return found[0] if found else ""


def write_whole(path: Path, content: str | bytes) -> bool:
    """Write a file so that it is there whole or not at all; one that says the same already is left alone.

    Returns:
        Whether anything was written.
    """
    content = content.encode("utf-8", "replace") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".writing-", delete=False) as beside:
        try:
            beside.write(content)
            beside.flush()
            os.fsync(beside.fileno())
            os.chmod(beside.name, 0o644)
            os.replace(beside.name, path)
        except BaseException:
            Path(beside.name).unlink(missing_ok=True)
            raise
    return True


def safe_cell(text: str) -> str:
    """A text as a cell of a table that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("Ada")
    ("'=1+1", 'Ada')
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def gradebook(results: Results) -> str:
    """The marks as CSV: a line a student, a column an exercise; what was not graded is blank."""
    rows, sandbox = results.rows(), results.sandbox()
    points = {row.graded.exercise: row.graded.points for row in rows}
    marks = {(row.student, row.graded.exercise): row.graded for row in rows}
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["student", *points, "total", "not graded", "needs a human", "sandbox"])
    table.writerow(
        ["Points Possible", *(f"{value:g}" for value in points.values()), f"{sum(points.values()):g}", "", "", ""]
    )
    look = {student for student, *_ in humans(results)}
    for student in results.students():
        own = [marks.get((student, exercise)) for exercise in points]
        scores = [mark.score if mark else None for mark in own]
        given = [score for score in scores if score is not None]
        cells = ["" if score is None else f"{score:g}" for score in scores]
        total = f"{sum(given):g}" if given else ""
        table.writerow(
            [safe_cell(student), *cells, total, len(scores) - len(given), "yes" if student in look else "", sandbox]
        )
    return text.getvalue()


def humans(results: Results) -> list[tuple[str, str, str, str]]:
    """What needs a human: student, exercise, file, why. Exercises that nobody could be graded in have no student."""
    found = [
        ("", exercise, "", f"the course's own answer did not pass here: {why}")
        for exercise, why in results.refused().items()
    ]
    found += [(student, "", file, said) for student, file, said in results.problems()]
    for row in results.rows():
        mark = row.graded
        if mark.human and not (mark.state == NOT_GRADED and mark.message == "not handed in"):
            found.append((row.student, mark.exercise, mark.file, mark.human))
    return found
