"""The course as a worker gets it: everything a notebook may import, and neither exercises nor whatever grades."""

import compileall
import contextlib
import json
import shutil
from pathlib import Path

from course_lib.practice.catalogue import all_exercises

__all__ = ["LEFT_OUT", "copy_course"]

LIBRARY = Path(__file__).resolve().parents[1]
#: Names of folders and files that a worker does not hold, wherever they stand.
LEFT_OUT = ("exercises", "commands", "cli.py", "__main__.py")


def copy_course(folder: Path) -> Path:
    """Make the copy in a new folder, and return the folder that its Python finds ``course_lib`` in.

    Files keep their times, so that what Python has compiled before is of use again.
    """
    copy = folder / "course"
    library = copy / "course_lib"
    shutil.copytree(LIBRARY, library, ignore=_ignored)
    inside = library / "classroom" / "inside"
    shutil.copytree(LIBRARY / "classroom" / "inside", inside)
    shutil.copy2(LIBRARY / "classroom" / "__init__.py", library / "classroom" / "__init__.py")
    shutil.copy2(library / "practice" / "borrowing.py", inside / "watching.py")
    shutil.copy2(inside / "own.py", library / "practice" / "mine.py")
    (library / "practice" / "references.json").write_text(json.dumps(_references()), encoding="utf-8")
    (copy / "data").symlink_to(LIBRARY.parent / "data")
    compileall.compile_dir(library, quiet=2)
    _copy_font_list(copy)
    return copy


def _ignored(folder: str, names: list[str]) -> list[str]:
    grades = ["classroom"] if Path(folder) == LIBRARY else []
    return [name for name in names if name in LEFT_OUT or name in grades]


def _references() -> dict[str, list[str]]:
    """Where the course's own functions lie: the reference, or ``by_hand`` of its lesson where that is among the exercises."""
    found = {}
    for exercise in all_exercises():
        module, name = exercise.reference.__module__, exercise.reference.__qualname__
        if ".exercises." in module:
            module, name = f"course_lib.{exercise.lesson.concept}.by_hand", exercise.name
        found[exercise.id] = [module, name]
    return found


def _copy_font_list(copy: Path) -> None:
    """Matplotlib looks through all fonts of a machine, which takes seconds, where it finds no list that it has made before."""
    (copy / "fonts").mkdir()
    with contextlib.suppress(ImportError, OSError):
        import matplotlib

        for known in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
            shutil.copy2(known, copy / "fonts" / known.name)
