"""Everything that grading a class has found, in one SQLite file.

A student is written in one transaction, and a file is written beside its place and then put there, so that whoever interrupts
finds a student whole or not at all, a file old or new. An earlier hand-in stays in the file, with its cells; which one is
current the class's rules say, the last or the better one.
"""

import base64
import hashlib
import json
import os
import secrets
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from course_lib.classroom.hand_ins import HandIn, Notebook, Problem
from course_lib.classroom.rules import Late, Rules, read_rules
from course_lib.classroom.submission import NOT_GRADED, Graded
from course_lib.practice.catalogue import find_exercise

__all__ = ["RULES", "Question", "Results", "Row", "write_whole"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, began TEXT DEFAULT CURRENT_TIMESTAMP, sandbox TEXT, succeeded TEXT, refused TEXT
);
CREATE TABLE IF NOT EXISTS hand_ins (
    id INTEGER PRIMARY KEY, student TEXT NOT NULL, fingerprint TEXT NOT NULL, problems TEXT, seconds REAL,
    graded TEXT DEFAULT CURRENT_TIMESTAMP, run INTEGER REFERENCES runs, current INTEGER NOT NULL DEFAULT 1,
    work BLOB, handed_in TEXT
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
CREATE TABLE IF NOT EXISTS secret (salt TEXT);
CREATE TABLE IF NOT EXISTS questions (
    hand_in INTEGER NOT NULL REFERENCES hand_ins, exercise TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL
);
"""
#: The class's rules, as they were last given, in the folder of results.
RULES = "rules.toml"


@dataclass(frozen=True)
class Row:
    """A current mark: whose, what, the seed of its cases, and how late it came."""

    student: str
    graded: Graded
    seed: int
    late: Late = field(default_factory=lambda: Late(0, 0.0))

    @property
    def score(self) -> float | None:
        """The points that are left of those reached; None where the mark is blank."""
        if self.graded.score is None:
            return None
        return self.graded.score * (1 - self.late.percent / 100)


@dataclass(frozen=True)
class Question:
    """A question about a student's own code: the exercise's id, what is asked, and the answer, which the teacher has."""

    exercise: str
    question: str
    answer: str


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
            there = {name for _, name, *_ in book.execute("PRAGMA table_info(hand_ins)")}
            for column in {"work BLOB", "handed_in TEXT"}:
                if column.split()[0] not in there:  # results of an earlier version
                    book.execute(f"ALTER TABLE hand_ins ADD COLUMN {column}")
            if not book.execute("SELECT COUNT(*) FROM secret").fetchone()[0]:
                book.execute("INSERT INTO secret VALUES (?)", (secrets.token_hex(16),))
            (self._salt,) = book.execute("SELECT salt FROM secret").fetchone()
        rules = folder / RULES
        self.rules = read_rules(rules.read_text(encoding="utf-8")) if rules.is_file() else Rules()

    def lay_down(self, rules: str) -> None:
        """Take the text of a file of rules for this class, in place of those before.

        Raises:
            ValueError: it says something that is no rule; then those before stay.
        """
        self.rules = read_rules(rules)
        write_whole(self.folder / RULES, rules)

    def shown(self, student: str) -> str:
        """How a student is called on pages and in tables: by the name of the folder, or by a code where the rules say so."""
        if not self.rules.anonymous:
            return student
        digest = hashlib.sha256(f"{self._salt}{student}".encode("utf-8", "surrogateescape")).digest()
        return f"S-{base64.b32encode(digest)[:8].decode().lower()}"

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
        """Whether this very hand-in has marks for these very exercises, none of which failed on our side.

        Where the better of two counts, it may be one that does not count; else it must be the current one.
        """
        wanted = "" if self.rules.better else "AND current = 1"
        with self._open() as book:
            found = book.execute(
                "SELECT hand_in, exercise, state, message FROM marks JOIN hand_ins ON hand_in = id "
                f"WHERE student = ? AND fingerprint = ? {wanted} ORDER BY hand_in DESC",
                (student, fingerprint),
            ).fetchall()
        found = [mark for number, *mark in found if number == found[0][0]]
        failed = any(state == NOT_GRADED and message != "not handed in" for _, state, message in found)
        return bool(found) and not failed and {exercise for exercise, *_ in found} == set(exercises)

    def write(
        self,
        run: int,
        hand_in: HandIn,
        marks: Sequence[Graded],
        seeds: Mapping[str, int],
        seconds: float,
        handed_in: datetime | None = None,
    ) -> None:
        """Keep a student's marks and cells; those of an earlier hand-in are kept too, and one of them all is current."""
        problems = json.dumps([[problem.file, problem.said] for problem in hand_in.problems])
        work = zlib.compress(json.dumps([asdict(notebook) for notebook in hand_in.notebooks]).encode())
        time = handed_in.isoformat() if handed_in else None
        with self._open() as book:
            book.execute("UPDATE hand_ins SET current = 0 WHERE student = ?", (hand_in.student,))
            number = book.execute(
                "INSERT INTO hand_ins (student, fingerprint, problems, seconds, run, work, handed_in) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (hand_in.student, hand_in.fingerprint, problems, round(seconds, 3), run, work, time),
            ).lastrowid
            for place, mark in enumerate(marks):
                self._write_mark(book, number, mark, seeds[mark.exercise], place)
            self._settle(book, hand_in.student)

    def note_times(self, fingerprints: Mapping[str, str], times: Mapping[str, datetime]) -> None:
        """Note when hand-ins that have their marks already came in, and settle which of each student's counts."""
        with self._open() as book:
            for student, fingerprint in fingerprints.items():
                if student in times:
                    book.execute(
                        "UPDATE hand_ins SET handed_in = ?1 WHERE student = ?2 AND fingerprint = ?3 AND handed_in IS NOT ?1",
                        (times[student].isoformat(), student, fingerprint),
                    )
                self._settle(book, student)

    def _settle(self, book: sqlite3.Connection, student: str) -> None:
        """Make that hand-in current which the rules let count; of two as good as each other the later one."""
        query = "SELECT id, handed_in, current FROM hand_ins WHERE student = ? ORDER BY id"
        known = book.execute(query, (student,)).fetchall()
        if not known:
            return
        counts = known[-1][0]
        if self.rules.better:
            totals = {}
            for number, handed_in, _ in known:
                marks = book.execute("SELECT exercise, score FROM marks WHERE hand_in = ?", (number,)).fetchall()
                given = [
                    score * (1 - self._late(exercise, student, handed_in).percent / 100)
                    for exercise, score in marks
                    if score is not None
                ]
                totals[number] = (bool(given), sum(given), number)  # one that has no mark at all is no better
            counts = max(totals, key=totals.__getitem__)
        if [number for number, _, current in known if current] != [counts]:
            book.execute("UPDATE hand_ins SET current = 0 WHERE student = ?", (student,))
            book.execute("UPDATE hand_ins SET current = 1 WHERE id = ?", (counts,))

    def _late(self, exercise: str, student: str, handed_in: str | None) -> Late:
        if not self.rules.has_dates or handed_in is None:
            return Late(0, 0.0)
        return self.rules.late(find_exercise(exercise).lesson.name, student, datetime.fromisoformat(handed_in))

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
                "SELECT student, handed_in, exercise, state, score, points, reason, misconceptions, message, feedback, file, "
                "human, seed FROM marks JOIN hand_ins ON hand_in = id WHERE current = 1 ORDER BY student, marks.place"
            ).fetchall()
        return [
            Row(
                student,
                Graded(*mark[:5], tuple(json.loads(mark[5])), *mark[6:]),
                seed,
                self._late(mark[0], student, handed_in),
            )
            for student, handed_in, *mark, seed in found
        ]

    def work(self, student: str) -> HandIn | None:
        """The cells of a student's current hand-in, or None where an earlier version of the course has kept none."""
        with self._open() as book:
            found = book.execute(
                "SELECT work, problems, fingerprint FROM hand_ins WHERE student = ? AND current = 1", (student,)
            ).fetchone()
        if found is None or found[0] is None:
            return None
        work, problems, fingerprint = found
        notebooks = tuple(Notebook(**told) for told in json.loads(zlib.decompress(work)))
        return HandIn(student, notebooks, tuple(Problem(*told) for told in json.loads(problems)), fingerprint)

    def put_questions(self, student: str, questions: Sequence[Question]) -> None:
        """Keep the questions about a student's current hand-in, in place of those that were asked before."""
        with self._open() as book:
            query = "SELECT id FROM hand_ins WHERE student = ? AND current = 1"
            (number,) = book.execute(query, (student,)).fetchone()
            book.execute("DELETE FROM questions WHERE hand_in = ?", (number,))
            book.executemany(
                "INSERT INTO questions VALUES (?, ?, ?, ?)",
                [(number, each.exercise, each.question, each.answer) for each in questions],
            )

    def questions(self) -> dict[str, list[Question]]:
        """The questions about current hand-ins, by student."""
        query = (
            "SELECT student, exercise, question, answer FROM questions JOIN hand_ins ON hand_in = id WHERE current = 1 "
            "ORDER BY student, questions.rowid"
        )
        found: dict[str, list[Question]] = {}
        with self._open() as book:
            for student, *question in book.execute(query):
                found.setdefault(student, []).append(Question(*question))
        return found

    def without_a_time(self) -> list[str]:
        """The students whose current hand-in has no known time."""
        query = "SELECT student FROM hand_ins WHERE current = 1 AND handed_in IS NULL ORDER BY student"
        with self._open() as book:
            return [student for (student,) in book.execute(query)]

    def replaced(self) -> dict[str, int]:
        """How many hand-ins of a student are kept and do not count, of those who have any."""
        query = "SELECT student, COUNT(*) FROM hand_ins WHERE current = 0 GROUP BY student"
        with self._open() as book:
            return dict(book.execute(query))

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

    def sandboxes(self) -> dict[str, str]:
        """What was said of the sandbox in which each student's current hand-in was run."""
        query = "SELECT student, sandbox FROM hand_ins JOIN runs ON run = runs.id WHERE current = 1"
        with self._open() as book:
            return dict(book.execute(query))


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
