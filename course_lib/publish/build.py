"""Writes a folder of notebooks from a folder of lessons, all or nothing, and never over somebody's work.

Where notebooks/ lies beside lessons/, the README that lies there too gets its list of lessons.
"""

import json
import os
from pathlib import Path

from course_lib.publish.cell import LessonError
from course_lib.publish.notebook import digest, notebook_text
from course_lib.publish.readme import with_lesson_list
from course_lib.publish.source import read_lesson

__all__ = ["build", "holds_work"]


def build(lessons: Path, out: Path, solved: bool = False, force: bool = False) -> list[Path]:
    """Build every lesson of a folder. Nothing is written unless every one of them is sound.

    Args:
        lessons: the folder of NN_concept.py files.
        out: where the notebooks go; made where it is missing.
        solved: keep the answers.
        force: overwrite notebooks in which somebody has worked.
    Returns:
        The notebooks' paths, in order.
    Raises:
        LessonError: a lesson breaks a rule, with file and line.
        FileExistsError: a notebook in the way holds somebody's work.
        FileNotFoundError: there are no lessons.
    """
    sources = sorted(lessons.glob("[0-9][0-9]_*.py"))
    if not sources:
        raise FileNotFoundError(f"no lessons (NN_concept.py) in {lessons}")
    texts, owners = {}, {}
    for source in sources:
        cells = read_lesson(source)
        for cell in cells:
            if cell.exercise is not None:
                other = owners.setdefault(cell.exercise.id, source)
                if other != source:
                    raise LessonError(
                        f"{source}:{cell.line}: exercise {cell.exercise.id} stands in {other.name} already"
                    )
        texts[out / f"{source.stem}.ipynb"] = notebook_text(source.stem, cells, solved)
    for path in texts:
        if not force and holds_work(path):
            raise FileExistsError(
                f"{path} holds somebody's work, which a build would overwrite: move it away, build elsewhere with "
                "--out, or say --force"
            )
    out.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        _write(path, text)
    readme = lessons.parent / "README.md"
    if out == lessons.parent / "notebooks" and readme.exists():
        _write(readme, with_lesson_list(readme.read_text(encoding="utf-8"), lessons))
    return list(texts)


def _write(path: Path, text: str) -> None:
    """Write a file that is not this already; a reader sees the old one or the new one, never half of one."""
    if not path.exists() or path.read_bytes() != text.encode():
        unfinished = path.with_name(f"{path.name}.part")
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        os.replace(unfinished, path)


def holds_work(path: Path) -> bool:
    """Whether somebody has changed a cell of this built notebook (having run it does not count)."""
    if not path.exists():
        return False
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        return notebook["metadata"]["course"]["digest"] != digest(notebook["cells"])
    except (ValueError, KeyError, TypeError):
        return True  # not something that a build has made
