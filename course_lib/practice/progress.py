"""What a learner has done, in one SQLite file beside the notebooks.

Two kernels may write at once (SQLite locks; we wait), and a kernel that is killed while writing loses nothing that was
there before (each write is one transaction). A passed answer's source is kept: the last lesson builds a model from it.
"""

import contextlib
import getpass
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_lib.worked.folder import FOLDER

__all__ = [
    "KeptAnswer",
    "Progress",
    "Standing",
    "can_be_written",
    "damage",
    "open_progress",
    "owner_of",
    "progress_path",
    "shared_with",
    "what_to_do",
]

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
CREATE TABLE IF NOT EXISTS hints_in_cells (
    exercise TEXT NOT NULL, cell TEXT NOT NULL, shown INTEGER NOT NULL, PRIMARY KEY (exercise, cell));
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

    Beside the notebooks means the working folder where it holds notebooks, under whatever names, else its ``my_notebooks``,
    else its ``notebooks`` folder, else those of the checkout that course_lib was installed from. In a folder that several people share, a file
    that belongs to somebody else is left alone, and one's own stands beside it under one's own name.
    """
    named = os.environ.get("COURSE_PROGRESS")
    if named:
        return None if named == "off" else Path(named).expanduser()
    here, home = Path.cwd(), Path(__file__).resolve().parents[2]
    folder = here
    if not any(here.glob("*.ipynb")):
        homes = [place / name for place in (here, home) for name in (FOLDER, "notebooks")]
        folder = next((place for place in homes if any(place.glob("[0-9][0-9]_*.ipynb"))), here)
    path = folder / FILE_NAME
    return path if owner_of(path) is None else folder / f"progress-{getpass.getuser()}.sqlite"


def owner_of(path: Path) -> str | None:
    """Who a progress file belongs to, if it is somebody else; None where it is ours, or nobody's yet.

    >>> owner_of(Path("a file that is not there")) is None
    True
    """
    if not hasattr(os, "getuid") or os.getuid() == 0 or not path.exists():
        return None  # Windows gives everybody a folder of their own; root is at home everywhere
    uid = path.stat().st_uid
    if uid == os.getuid():
        return None
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def shared_with() -> str:
    """A sentence where the folder's progress file is somebody else's, and one's own is kept beside it; else nothing."""
    path = progress_path()
    if path is None or os.environ.get("COURSE_PROGRESS"):
        return ""
    owner = owner_of(path.with_name(FILE_NAME))
    return f"{FILE_NAME} in this folder belongs to {owner}: yours is kept in {path.name} beside it." if owner else ""


def can_be_written(path: Path) -> bool:
    """Whether a progress file can be written, or made where it is missing."""
    folder = path.absolute().parent
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    return os.access(existing, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def what_to_do(problem: Exception) -> str:
    """What to do where progress cannot be saved, with the path that it is about."""
    path = progress_path()
    if not can_be_written(path or Path.cwd() / FILE_NAME):
        return (
            f"{path} cannot be written to. Set the environment variable COURSE_PROGRESS to a file in a folder of your own "
            "(COURSE_PROGRESS=~/progress.sqlite) before JupyterLab is started, or copy the course to a folder of yours."
        )
    return (
        f"Its file is {path}. If this goes on, move it to another name and a new one is begun; nothing in it is lost."
    )


def damage(path: Path) -> str:
    """What can be seen of a progress file that SQLite cannot read, as a sentence; else nothing.

    >>> damage(Path("a file that is not there"))
    ''
    """
    try:
        with path.open("rb") as file:
            begins = file.read(3)
    except OSError:
        return ""
    if begins != b"\xef\xbb\xbf":
        return ""
    return (
        "It begins with a byte-order mark: an editor has opened it and saved it as text. Bring it back from a backup, or "
        "move it away: a new one is begun, and your notebooks still hold your answers."
    )


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
        """For writing; the file and its folder are made where they are missing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")  # the whole lock at once: no deadlock between two writers
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            if "setup" not in _columns(connection, "answers"):
                # A file from before answers were kept with what they need.
                connection.execute("ALTER TABLE answers ADD COLUMN setup TEXT NOT NULL DEFAULT ''")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()  # an open transaction is rolled back

    @contextlib.contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        """For reading, which needs no right to write (mode=rw is as good as ro where one may not, and mends a broken-off write)."""
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE)
        try:
            yield connection
        finally:
            connection.close()

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

    def next_hint(self, exercise: str, available: int, cell: str = "") -> int:
        """Count one more hint as seen and return how many are to be shown, at most `available`.

        cell: tells the cell that asks from others: when the same one is run again, it shows what it showed before.
        """
        with self._open() as connection:
            where = "WHERE exercise = ? AND cell = ?"
            before = connection.execute(f"SELECT shown FROM hints_in_cells {where}", (exercise, cell)).fetchone()
            if cell and before:
                return min(before[0], available)
            connection.execute(
                "INSERT INTO hints VALUES (?, 1) ON CONFLICT (exercise) DO UPDATE SET shown = min(shown + 1, ?)",
                (exercise, available),
            )
            shown = connection.execute("SELECT shown FROM hints WHERE exercise = ?", (exercise,)).fetchone()[0]
            if cell:
                connection.execute("INSERT INTO hints_in_cells VALUES (?, ?, ?)", (exercise, cell, shown))
            return shown

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
        with self._read() as connection:
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

    def misconceptions(self) -> list[tuple[str, str]]:
        """Every mistake that was named, as (exercise, name), each once, the latest first."""
        if not self.path.exists():
            return []
        with self._read() as connection:
            return connection.execute(
                "SELECT exercise, misconception FROM attempts WHERE misconception IS NOT NULL GROUP BY exercise, misconception "
                "ORDER BY max(id) DESC"
            ).fetchall()

    def guess(self, name: str, question: str) -> str | None:
        """The last guess at a predict-first figure, as it was written down, or None."""
        if not self.path.exists():
            return None
        with self._read() as connection:
            found = connection.execute(
                "SELECT guess FROM predictions WHERE name = ? AND question = ? ORDER BY id DESC LIMIT 1",
                (name, question),
            ).fetchone()
        return found and found[0]

    def predictions(self) -> tuple[int, float]:
        """How many predictions were made, and their mean score (first guess of each figure)."""
        if not self.path.exists():
            return 0, 0.0
        with self._read() as connection:
            scores = connection.execute(
                "SELECT score FROM predictions WHERE id IN (SELECT min(id) FROM predictions GROUP BY name, question)"
            ).fetchall()
        return len(scores), sum(score for (score,) in scores) / len(scores) if scores else 0.0

    def answers(self) -> dict[str, KeptAnswer]:
        """Every answer that has passed, by exercise."""
        if not self.path.exists():
            return {}
        with self._read() as connection:
            setup = "setup" if "setup" in _columns(connection, "answers") else "''"
            rows = connection.execute(f"SELECT exercise, source, {setup} FROM answers")
            return {row[0]: KeptAnswer(*row[1:]) for row in rows}


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
