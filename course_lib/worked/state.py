"""What a notebook's file holds, read with forbearance; and whether that is somebody's work or only what a build has made.

The standard library alone: an update runs this while packages may be exchanged.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Book", "book_of", "cell_id", "digest", "holds_work", "read_book", "source_of"]


@dataclass(frozen=True)
class Book:
    """A notebook that could be read.

    Attributes:
        content: what its file holds, as JSON has it.
        cells: its cells.
        base: the fingerprint of the build that it began as; None where none is noted.
        lesson: the lesson that it was built from, such as "04_attention"; None where none is noted.
    """

    content: dict[str, Any]
    cells: list[dict[str, Any]]
    base: str | None
    lesson: str | None

    @property
    def worked(self) -> bool:
        """Whether somebody has changed a cell (having run it does not count), or no build has made it."""
        return self.base is None or self.base != digest(self.cells)


def source_of(cell: dict[str, Any]) -> str:
    """A cell's text, which a file holds as one text or as a list of lines.

    >>> source_of({"source": ["a\\n", "b"]}), source_of({"source": "a"}), source_of({})
    ('a\\nb', 'a', '')
    """
    return "".join(cell.get("source") or "")


def digest(cells: Sequence[dict]) -> str:
    """A short fingerprint of all cell texts: it changes when somebody works in the notebook, and not when it is run."""
    text = "\0".join(f"{cell.get('cell_type')}\0{source_of(cell)}" for cell in cells)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def cell_id(lesson: str, kind: str, source: str, repeat: int = 0) -> str:
    """The id of a built cell that is no answer and no check, which an edit elsewhere keeps; `repeat` tells equal texts apart."""
    text = f"{lesson}\0{kind}\0{source}\0{repeat}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_book(path: Path) -> Book:
    """Read a notebook's file.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no notebook, with what is wrong.
    """
    return book_of(path.read_bytes())


def book_of(data: bytes) -> Book:
    """Read the bytes of a notebook; a byte-order mark, as some editors of Windows write it, is read over.

    Raises:
        ValueError: they are no notebook, with what is wrong.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) and _is_text(cell) for cell in cells):
        raise ValueError("it has no list of cells")
    metadata = content.get("metadata")
    course = metadata.get("course") if isinstance(metadata, dict) else None
    noted = course if isinstance(course, dict) else {}
    base, lesson = (noted.get(name) if isinstance(noted.get(name), str) else None for name in ("digest", "lesson"))
    return Book(content, cells, base, lesson)


def _is_text(cell: dict) -> bool:
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return all(isinstance(line, str) for line in lines if line is not None)


def holds_work(path: Path) -> bool:
    """Whether somebody has changed a cell of this built notebook (having run it does not count).

    Also true of whatever else lies in its place: a folder, a file that cannot be read, one that no build has made.
    """
    if not path.exists():
        return False
    try:
        return read_book(path).worked
    except (OSError, ValueError):
        return True
