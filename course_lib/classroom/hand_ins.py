"""Whose notebooks lie in a folder, and what is in them, read so that nothing in a file can stop the class.

One folder a student; in it, at any depth, notebooks. What cannot be read as a notebook is a `Problem` for a human, with a line
that says what is wrong and what to do, and the other files are read all the same.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.practice.markers import answers_in
from course_lib.syllabus import LESSONS

__all__ = ["LARGEST", "HandIn", "Notebook", "Problem", "hand_ins_in", "read_hand_in", "read_notebook"]

LARGEST = 200_000_000  # bytes of one file: with all its outputs, a notebook may have many
MOST_FILES = 200  # notebooks of one student


@dataclass(frozen=True)
class Problem:
    """What a human has to look at.

    Attributes:
        file: which one, as seen from the student's folder; empty for the folder itself.
        said: what is wrong, and what to do.
    """

    file: str
    said: str


@dataclass(frozen=True)
class Notebook:
    """What of a notebook matters here.

    Attributes:
        file: as seen from the student's folder.
        cells: the sources of its code cells, in order.
        prose: the sources of all other cells: an answer there is not run.
        lesson: the name of its lesson ("04_attention"), or empty where it cannot be told.
        remark: what was put right while it was read.
    """

    file: str
    cells: list[str]
    prose: list[str]
    lesson: str
    remark: str = ""


@dataclass(frozen=True)
class HandIn:
    """What one student has handed in.

    Attributes:
        student: the name of the folder.
        notebooks: what could be read.
        problems: what could not.
        fingerprint: of all files, so that what has not changed is not graded again.
    """

    student: str
    notebooks: tuple[Notebook, ...]
    problems: tuple[Problem, ...]
    fingerprint: str


def hand_ins_in(folder: Path) -> list[Path]:
    """The students' folders, in order.

    Raises:
        FileNotFoundError: there is no such folder, or no folder in it.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}; name the one that holds a folder for each student")
    found = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith((".", "__MACOSX"))]
    if not found:
        raise FileNotFoundError(f"no folder in {folder}: grading expects one folder a student, notebooks inside")
    return found


def read_hand_in(folder: Path) -> HandIn:
    """Everything in one student's folder that is, or should be, a notebook."""
    notebooks, problems, fingerprint = [], [], hashlib.sha256()
    if folder.is_symlink():
        return HandIn(
            folder.name, (), (Problem("", "the folder is a link to another place; it was not followed"),), "link"
        )
    for path in _files(folder, problems):
        file = str(path.relative_to(folder))
        try:
            if not path.is_file():
                raise ValueError("this is no ordinary file")
            size = path.stat().st_size
            if size > LARGEST:
                raise ValueError(
                    f"it has {size // 1_000_000} MB, where {LARGEST // 1_000_000} are read; clear its outputs"
                )
            content = path.read_bytes()
            fingerprint.update(file.encode("utf-8", "surrogateescape") + b"\0" + hashlib.sha256(content).digest())
            notebooks.append(read_notebook(file, content))
        except RecursionError:
            problems.append(Problem(file, "it is nested too deeply to be a notebook; look at it"))
        except (OSError, ValueError) as problem:
            problems.append(Problem(file, str(problem)))
    if not notebooks and not problems:
        problems.append(Problem("", "no notebook (.ipynb) was handed in; if there is another kind of file, look at it"))
    return HandIn(folder.name, tuple(notebooks), tuple(problems), fingerprint.hexdigest())


def _files(folder: Path, problems: list[Problem]) -> list[Path]:
    """The notebooks of a folder; a link that leads out of it is not followed."""
    found, root = [], folder.resolve()
    for place, folders, files in os.walk(folder, followlinks=False):
        for name in list(folders):
            if name.startswith(".") or name in ("kept", "__MACOSX"):
                folders.remove(name)
            elif (Path(place) / name).is_symlink():
                folders.remove(name)
                said = "a link to a folder; it was not followed. Ask for the files themselves"
                problems.append(Problem(str((Path(place) / name).relative_to(folder)), said))
        for name in sorted(files):
            path = Path(place) / name
            if not name.lower().endswith(".ipynb") or name.startswith("._"):
                continue
            try:
                inside = root in path.resolve().parents
            except (OSError, RuntimeError):  # a link to itself
                inside = False
            if inside:
                found.append(path)
            else:
                said = "a link that leads out of the student's folder; it was not followed. Ask for the file itself"
                problems.append(Problem(str(path.relative_to(folder)), said))
    if len(found) > MOST_FILES:
        problems.append(Problem("", f"{len(found)} notebooks, of which the first {MOST_FILES} were read"))
    return sorted(found)[:MOST_FILES]


def read_notebook(file: str, content: bytes) -> Notebook:
    """The cells of a notebook from its bytes.

    Raises:
        ValueError: it is none; the message says what it seems to be, and what to do.

    >>> read_notebook("a.ipynb", b'{"cells": [{"cell_type": "code", "source": ["x = 1"]}]}').cells
    ['x = 1']
    """
    text, remark = _text(content)
    try:
        book = json.loads(text)
    except json.JSONDecodeError as problem:
        if "<<<<<<<" in text and ">>>>>>>" in text:
            raise ValueError(
                "the marks of a merge conflict (<<<<<<<) stand in it; let the student choose one side and hand it in again"
            ) from None
        raise ValueError(f"it is no notebook: {problem}. Open it in an editor, or ask for it again") from None
    cells = book.get("cells") if isinstance(book, dict) else None
    if cells is None and isinstance(book, dict) and isinstance(book.get("worksheets"), list):  # nbformat 3
        cells = [cell for sheet in book["worksheets"] if isinstance(sheet, dict) for cell in sheet.get("cells") or ()]
    if not isinstance(cells, list):
        raise ValueError("it is JSON, but no notebook: there are no cells in it. Ask for it again")
    code, prose = [], []
    for cell in cells:
        if isinstance(cell, dict):
            source = _source(cell.get("source", cell.get("input", "")))
            (code if cell.get("cell_type", "code") == "code" else prose).append(source)
    return Notebook(file, code, prose, _lesson(file, book, code), remark)


def _text(content: bytes) -> tuple[str, str]:
    if not content.strip():
        raise ValueError("the file is empty; ask for it again")
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding), "it is written in UTF-16"
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        if b"\0" in content[:100]:
            raise ValueError("it is no text; ask for the notebook again") from None
        return content.decode("latin-1"), "it is not written in UTF-8; letters with accents may be wrong"


def _source(source: Any) -> str:
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _lesson(file: str, book: dict, cells: list[str]) -> str:
    """The lesson by the metadata, the file's name, or the exercises most of whose answers stand in it."""
    course = book.get("metadata", {}).get("course") if isinstance(book.get("metadata"), dict) else None
    named = course.get("lesson") if isinstance(course, dict) else None
    stem = Path(file).stem
    for lesson in LESSONS:
        if named == lesson.name or stem.startswith(lesson.name):
            return lesson.name
    concepts = [known.partition(".")[0] for cell in cells for known in answers_in(cell)]
    counted = {lesson.name: concepts.count(lesson.concept) for lesson in LESSONS}
    best = max(counted, key=lambda name: counted[name])
    return best if counted[best] else ""
