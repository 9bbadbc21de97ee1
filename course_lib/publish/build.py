"""Writes a folder of notebooks from a folder of lessons: no lesson that is broken, and never over somebody's work.

A notebook that holds work stays as it is and the others are written. One that is named to be made afresh is moved aside
first, into the folder kept/ beside it, so that nothing is ever lost. Where notebooks/ lies beside lessons/, the README that
lies there too gets its list of lessons.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.publish.cell import LessonError
from course_lib.publish.notebook import notebook_text
from course_lib.publish.readme import with_lesson_list
from course_lib.publish.source import read_lesson
from course_lib.worked.folder import keep, replace
from course_lib.worked.state import holds_work

__all__ = ["EVERY", "Built", "build"]

#: In the place of notebooks' names: all that hold work.
EVERY = "all"


@dataclass(frozen=True)
class Built:
    """What a build has done.

    Attributes:
        paths: the notebooks that are now what their lessons make, in order.
        left: those that hold somebody's work, and are as they were.
        kept: where work was moved to, by the notebook that was made afresh in its place.
    """

    paths: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)
    kept: dict[Path, Path] = field(default_factory=dict)


def build(lessons: Path, out: Path, solved: bool = False, afresh: Collection[str] = ()) -> Built:
    """Build every lesson of a folder. Nothing is written unless every one of them is sound.

    Args:
        lessons: the folder of NN_concept.py files.
        out: where the notebooks go; made where it is missing.
        solved: keep the answers.
        afresh: notebooks to be made afresh although somebody has worked in them: "04", "attention", "04_attention.ipynb",
            or "all". What they hold is moved to `out`/kept/ first.
    Raises:
        LessonError: a lesson breaks a rule, with file and line.
        FileNotFoundError: there are no lessons.
        ValueError: a name in `afresh` is no notebook's.
        OSError: the folder cannot be written to.
    """
    texts = _texts(lessons, out, solved)
    worked = [path for path in texts if holds_work(path)]
    named = _named(afresh, list(texts), worked)
    built = Built()
    out.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        if path in worked and path not in named:
            built.left.append(path)
            continue
        if path in worked:
            built.kept[path] = keep(path, path)
        _write(path, text)
        built.paths.append(path)
    readme = lessons.parent / "README.md"
    if out == lessons.parent / "notebooks" and readme.exists():
        _write(readme, with_lesson_list(readme.read_text(encoding="utf-8"), lessons))
    return built


def _texts(lessons: Path, out: Path, solved: bool) -> dict[Path, str]:
    """Every notebook's text by its path."""
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
    return texts


def _named(names: Collection[str], paths: list[Path], worked: list[Path]) -> set[Path]:
    """The notebooks that are meant by names: number, concept, stem, file name or path."""
    found: set[Path] = set()
    for name in names:
        stem = Path(name).name.removesuffix(".ipynb")
        here = [path for path in paths if stem in (path.stem, *path.stem.split("_", 1))]
        if name == EVERY:
            here = worked
        elif not here:
            there = ", ".join(path.stem for path in paths)
            raise ValueError(f"no notebook is called {name!r}: there are {there}, and {EVERY} for all that hold work")
        found.update(here)
    return found


def _write(path: Path, text: str) -> None:
    """Write a file that is not this already."""
    data = text.encode()
    if not path.exists() or path.read_bytes() != data:
        replace(path, data)
