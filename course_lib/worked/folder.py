"""The folder of a learner's own copies: made, brought up to date where nobody has worked, and never a line lost.

Every file is written under another name first and then takes its place in one move: whatever breaks this off leaves the old
notebook or the new one, and the same command again goes on from there.
"""

import os
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from course_lib.worked.state import book_of, holds_work, read_book

__all__ = [
    "FOLDER",
    "Copies",
    "adopt",
    "afresh",
    "copies",
    "fresh",
    "keep",
    "named",
    "names",
    "opened",
    "own",
    "replace",
]

BOM = b"\xef\xbb\xbf"
#: The folder's name, beside ``notebooks/``.
FOLDER = "my_notebooks"


@dataclass
class Copies:
    """What `copies` has done, by names of notebooks.

    Attributes:
        made: new ones.
        renewed: those that nobody had worked in, and that are now as the newer course has them.
        older: those that hold work on an older version; they are as they were.
    """

    made: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)


def own(root: Path) -> Path:
    """Where a learner's own notebooks lie in this checkout."""
    return root / FOLDER


def opened(root: Path) -> Path:
    """The folder that a learner works in: that of the copies, or the shipped notebooks where no copies could be made."""
    return own(root) if own(root).is_dir() else root / "notebooks"


def names(root: Path) -> list[str]:
    """The names of the course's notebooks, in order: of its lessons, and of what a build has put into ``notebooks/``."""
    stems = {path.stem for path in (root / "lessons").glob("[0-9][0-9]_*.py")}
    return sorted(stems | {path.stem for path in (root / "notebooks").glob("*.ipynb") if _is_built(path)})


def _is_built(path: Path) -> bool:
    try:
        return read_book(path).lesson == path.stem
    except (OSError, ValueError):
        return False


def named(root: Path, word: str) -> str:
    """The file of the notebook that is meant by a number, a concept, a name or a file's name; else the word itself."""
    stem = word.removesuffix(".ipynb")
    return next((f"{name}.ipynb" for name in names(root) if stem in (name, *name.split("_", 1))), word)


def fresh(root: Path, name: str) -> bytes:
    """A notebook as the course ships it, without work or outputs.

    Raises:
        OSError, ValueError: it is neither shipped nor can it be built from its lesson.
    """
    shipped, lesson = root / "notebooks" / f"{name}.ipynb", root / "lessons" / f"{name}.py"
    if shipped.is_file() and not lesson.is_file():
        return shipped.read_bytes().removeprefix(BOM)
    if shipped.is_file() and not holds_work(shipped):
        book = read_book(shipped)
        if not any(cell.get("outputs") or cell.get("execution_count") for cell in book.cells):
            return shipped.read_bytes().removeprefix(BOM)
    from course_lib.publish import notebook_text, read_lesson  # late: this takes NumPy, and is seldom needed

    return notebook_text(name, read_lesson(lesson)).encode()


def copies(root: Path, elsewhere: Path | None = None) -> Copies:
    """See that there is a copy of every notebook, and a new one of those that nobody has worked in.

    Args:
        root: the checkout.
        elsewhere: a folder of the learner's that lies in no checkout; ``my_notebooks/`` where left out.
    Raises:
        OSError: the folder cannot be written to.
    """
    done, folder = Copies(), elsewhere or own(root)
    folder.mkdir(exist_ok=True)
    if elsewhere is None:
        _move_along(root)
    for name in names(root):
        if elsewhere is None:
            adopt(root, name)
        path, text = folder / f"{name}.ipynb", fresh(root, name)
        if not os.path.lexists(path):
            replace(path, text)
            done.made.append(name)
            continue
        try:
            book = read_book(path)
        except (OSError, ValueError):
            continue  # a folder, a file that is no notebook: whose it is knows what it is
        if (data := path.read_bytes()).startswith(BOM):
            replace(path, data.removeprefix(BOM))  # JupyterLab would refuse to open it
        if book.base == book_of(text).base:
            continue
        if book.worked:
            done.older.append(name)
        else:
            replace(path, text)
            done.renewed.append(name)
    return done


def adopt(root: Path, name: str) -> None:
    """Take over what somebody wrote in ``notebooks/`` itself, where earlier versions of the course had learners work.

    It becomes the copy where nobody has worked in that yet, and is kept in any case, so that it is taken over only once.
    """
    written, copy = root / "notebooks" / f"{name}.ipynb", own(root) / f"{name}.ipynb"
    if not written.is_file() or not holds_work(written):
        return
    own(root).mkdir(exist_ok=True)
    if not _is_kept(written, copy) and not holds_work(copy):
        replace(copy, written.read_bytes())
    keep(written, copy)  # last: whatever is kept is not taken over again


def afresh(root: Path, name: str) -> Path | None:
    """Put a notebook as the course ships it in the place of the copy; returns where what was there is kept, if it was work.

    Raises:
        OSError: the folder cannot be written to.
    """
    text, path = fresh(root, name), own(root) / f"{name}.ipynb"
    own(root).mkdir(exist_ok=True)
    kept = keep(path, path) if holds_work(path) else None
    replace(path, text)
    return kept


def keep(path: Path, copy: Path) -> Path:
    """Keep what lies at a path in the folder kept/ beside a copy, under a name that nothing has yet; returns its new path.

    A file is copied (and not twice, where the same bytes are kept already), anything else is moved.
    """
    same = _is_kept(path, copy) if path.is_file() else None
    if same:
        return same
    folder = copy.parent / "kept"
    folder.mkdir(exist_ok=True)
    stem, number = f"{copy.stem}.{date.today().isoformat()}", 1
    kept = folder / f"{stem}.ipynb"
    while os.path.lexists(kept):
        number += 1
        kept = folder / f"{stem}-{number}.ipynb"
    if path.is_file():
        replace(kept, path.read_bytes())
    else:
        os.rename(path, kept)
    return kept


def _is_kept(path: Path, copy: Path) -> Path | None:
    data = path.read_bytes()
    there = sorted((copy.parent / "kept").glob(f"{copy.stem}.*.ipynb"))
    return next((kept for kept in there if kept.is_file() and kept.read_bytes() == data), None)


def replace(path: Path, data: bytes) -> None:
    """Write a file in one move: a reader sees what was there before or all of this, never half of it."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(data)
    os.replace(unfinished, path)


def _move_along(root: Path) -> None:
    """Take along what a learner has put into ``notebooks/``: progress, notebooks and files of one's own, no one else's."""
    course = {f"{name}.ipynb" for name in names(root)} | {"kept", "__pycache__"}
    for path in sorted((root / "notebooks").glob("[!.]*")):
        if path.name in course or path.suffix == ".part" or os.path.lexists(own(root) / path.name):
            continue
        from course_lib.practice.progress import owner_of  # late: this takes NumPy, and is needed once

        if owner_of(path) is None:
            shutil.move(path, own(root) / path.name)
