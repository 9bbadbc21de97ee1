"""The lessons' notebooks, run for a page and kept until what they are made of changes."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import nbformat

from course_lib.explorer.hosts.notebook import FOR_A_PAGE
from course_lib.publish.executing import executed
from course_lib.syllabus import LESSONS

__all__ = ["execute_all"]

#: Parts of the library that no lesson shows.
_UNSEEN = ("classroom", "commands", "publish")


def _fingerprint(library: Path) -> bytes:
    """Of all that decides what runs of notebooks show, besides their text: the library and its data."""
    digest = hashlib.sha256()
    for path in sorted([*library.rglob("*.py"), *library.rglob("*.js"), *(library.parent / "data").glob("*")]):
        if path.is_file() and path.relative_to(library.parent).parts[1] not in _UNSEEN:
            digest.update(str(path.relative_to(library.parent)).encode() + path.read_bytes())
    return digest.digest()


def execute_all(
    root: Path, folder: Path, jobs: int = 2, tell: Callable[[str], None] = lambda line: None
) -> dict[str, Path]:
    """The lessons' notebooks, executed for a page; those of which nothing has changed are not run again.

    Args:
        root: the checkout.
        folder: where they are kept.
        jobs: how many run at a time.
        tell: is given a line for each that was run.
    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lessons = [lesson for lesson in LESSONS if (root / "notebooks" / f"{lesson.name}.ipynb").exists()]

    found, waiting, ground = {}, [], _fingerprint(root / "course_lib")
    for lesson in lessons:
        source, made = root / "notebooks" / f"{lesson.name}.ipynb", folder / f"{lesson.name}.ipynb"
        mark = hashlib.sha256(ground + source.read_bytes()).hexdigest()
        found[lesson.name] = made
        if not made.exists() or nbformat.read(made, 4).metadata.get("course", {}).get("made_of") != mark:
            waiting.append((lesson, source, made, mark))
    waiting.sort(key=lambda each: -each[0].seconds)
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:  # kernels are asked over loops that a process closes
        runs = {pool.submit(_execute, source, made, mark): lesson.name for lesson, source, made, mark in waiting}
        for run in as_completed(runs):
            run.result()
            tell(f"{runs[run]} was run")
    return found


def _execute(source: Path, made: Path, mark: str) -> None:
    book = executed(source, OMP_NUM_THREADS="1", **{FOR_A_PAGE: "1"})
    book.metadata.setdefault("course", {})["made_of"] = mark
    nbformat.write(book, made)
