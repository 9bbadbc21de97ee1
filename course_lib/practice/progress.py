"""What a learner has done, in one SQLite file beside the notebooks.

Two kernels may write at once (SQLite locks; we wait), and a kernel that is killed while writing loses nothing that was
there before (each write is one transaction). A passed answer's source is kept: the last lesson builds a model from it.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["KeptAnswer", "Progress", "Standing", "open_progress", "progress_path"]

FILE_NAME = "progress.sqlite"
PATIENCE = 20.0  # seconds to wait for another kernel's write

SCHEMA = """
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, exercise TEXT NOT NULL, state TEXT NOT NULL,
    score REAL NOT NULL, points REAL NOT NULL, misconception TEXT);
CREATE INDEX IF NOT EXISTS attempts_by_exercise ON attempts (exercise);
CREATE TABLE IF NOT EXISTS answers (
    exercise TEXT PRIMARY KEY, at REAL NOT NULL, source TEXT NOT NULL, setup TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS hints (exercise TEXT PRIMARY KEY, shown INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS predictions (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, name TEXT NOT NULL, question TEXT NOT NULL,
    guess TEXT NOT NULL, answer TEXT NOT NULL, score REAL NOT NULL);
"""


@dataclass(frozen=True)
class Standing:
    """How a learner stands with one exercise: the best score, how many tries, the last state, hints seen."""

    exercise: str
    score: float
    tries: int
    state: str
    misconception: str | None
    hints: int


@dataclass(frozen=True)
class KeptAnswer:
    """An answer that passed: the cell it was written in, and the lines that the cell needs before it can run again."""

    source: str
    setup: str = ""


def progress_path() -> Path | None:
    """Where progress is kept: COURSE_PROGRESS where it is set ("off" keeps none), else beside the notebooks.

    COURSE_PROGRESS may begin with ``~``. Beside the notebooks means the working folder where it holds the course's
    notebooks or a file of progress, else its ``notebooks`` folder where that does, else the working folder: a renamed
    notebook keeps its progress where it lies, and never in a checkout that others share.
    """
    named = os.environ.get("COURSE_PROGRESS")
    if named:
        return None if named == "off" else Path(named).expanduser()
    here = Path.cwd()
    for folder in (here, here / "notebooks"):
        if (folder / FILE_NAME).exists() or any(folder.glob("[0-9][0-9]_*.ipynb")):
            return folder / FILE_NAME
    return here / FILE_NAME


def open_progress() -> "Progress | None":
    """The learner's progress, or None where it is switched off."""
    path = progress_path()
    return None if path is None else Progress(path)


class Progress:
    """The file, one short transaction at a time. Every method opens and closes it, so that no lock is held between.

    Raises (from every method):
        sqlite3.Error, OSError: the file cannot be read or written; callers show it and go on.
    """

    def __init__(self, path: Path | str):
        self.path = Path(path)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)  # COURSE_PROGRESS may name a folder still to be made
        connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")  # the whole lock at once: no deadlock between two writers
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            if "setup" not in {row[1] for row in connection.execute("PRAGMA table_info(answers)")}:
                # A file from before answers were kept with what they need.
                connection.execute("ALTER TABLE answers ADD COLUMN setup TEXT NOT NULL DEFAULT ''")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()  # an open transaction is rolled back

    def record(
        self, exercise: str, state: str, score: float, points: float, misconception: str | None, kept: KeptAnswer | None
    ) -> None:
        """Keep one attempt, and the answer itself where it passed."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO attempts (at, exercise, state, score, points, misconception) VALUES (?, ?, ?, ?, ?, ?)",
                (time.time(), exercise, state, score, points, misconception),
            )
            if state == "passed" and kept is not None:
                connection.execute(
                    "INSERT INTO answers (exercise, at, source, setup) VALUES (?, ?, ?, ?) ON CONFLICT (exercise) DO "
                    "UPDATE SET at = excluded.at, source = excluded.source, setup = excluded.setup",
                    (exercise, time.time(), kept.source, kept.setup),
                )

    def next_hint(self, exercise: str, available: int) -> int:
        """Count one more hint as seen and return how many have been seen, at most `available`."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO hints VALUES (?, 1) ON CONFLICT (exercise) DO UPDATE SET shown = min(shown + 1, ?)",
                (exercise, available),
            )
            return connection.execute("SELECT shown FROM hints WHERE exercise = ?", (exercise,)).fetchone()[0]

    def record_prediction(self, name: str, question: str, guess: object, answer: object, score: float) -> None:
        """Keep one guess of a predict-first figure, its answer, and how good it was (0 to 1)."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO predictions (at, name, question, guess, answer, score) VALUES (?, ?, ?, ?, ?, ?)",
                (time.time(), name, question, str(guess), str(answer), float(score)),
            )

    def standings(self) -> dict[str, Standing]:
        """How the learner stands with every exercise that was tried or hinted at."""
        if not self.path.exists():
            return {}
        with self._open() as connection:
            hints = dict(connection.execute("SELECT exercise, shown FROM hints"))
            rows = connection.execute(
                "SELECT exercise, max(score), count(*), (SELECT state FROM attempts AS last WHERE last.exercise = "
                "attempts.exercise ORDER BY id DESC LIMIT 1), (SELECT misconception FROM attempts AS last WHERE "
                "last.exercise = attempts.exercise ORDER BY id DESC LIMIT 1) FROM attempts GROUP BY exercise"
            ).fetchall()
        found = {row[0]: Standing(*row, hints=hints.get(row[0], 0)) for row in rows}
        for exercise, shown in hints.items():
            found.setdefault(exercise, Standing(exercise, 0.0, 0, "not attempted", None, shown))
        return found

    def predictions(self) -> tuple[int, float]:
        """How many predictions were made, and their mean score (first guess of each figure)."""
        if not self.path.exists():
            return 0, 0.0
        with self._open() as connection:
            scores = connection.execute(
                "SELECT score FROM predictions WHERE id IN (SELECT min(id) FROM predictions GROUP BY name, question)"
            ).fetchall()
        return len(scores), sum(score for (score,) in scores) / len(scores) if scores else 0.0

    def answers(self) -> dict[str, KeptAnswer]:
        """Every answer that has passed, by exercise."""
        if not self.path.exists():
            return {}
        with self._open() as connection:
            return {
                row[0]: KeptAnswer(*row[1:])
                for row in connection.execute("SELECT exercise, source, setup FROM answers")
            }
