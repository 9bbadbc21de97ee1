"""What students get: the course without the answers of its lessons.

Left out are ``lessons/``, tests, benchmarks, everything that builds lessons and that grades classes, and the known right answers
of the exercises. What stays, and can be read by whoever looks: ``by_hand`` and ``in_torch``, which are the library that the course
teaches, and what each check compares with. A mark shows that a function is right; questions about one's own code
(`classroom ask`) show whose it is.
"""

import ast
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_lib.worked.state import holds_work

__all__ = ["HELD_BACK", "Released", "release", "without_right_answers", "without_third_hint"]

FILES = ("start.py", "pyproject.toml", "constraints.txt", "environment.yml", "LICENSE", "docs/distributed.md")
#: Of the library, as seen from it.
LEFT_OUT = ("publish", "classroom", "commands/classroom", "commands/build.py", "commands/verdicts.py")
HELD_BACK = "The third hint is held back in this edition of the course. Ask whoever teaches it."
README = """# Transformers, taken apart: the edition for students

```
make lab       # installs what is pinned, and opens the course (Windows, or without make: py start.py lab)
make grade     # runs the answers of your notebooks again and prints your marks
make progress  # prints what you have passed so far
```

Python 3.11 to 3.14 is needed, and the network once, for the installation. You work in copies in `my_notebooks/`. Hand in the notebook
itself, `my_notebooks/04_attention.ipynb` for lesson 04, saved.
"""
MAKEFILE = """.DEFAULT_GOAL := lab
.PHONY: lab grade progress
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \\
	$$p -c '' >/dev/null 2>&1 && { command -v $$p; break; }; done)

lab grade progress:
	@"$(PYTHON)" start.py $@ $(ARGS)
"""


@dataclass(frozen=True)
class Released:
    """What was written.

    Attributes:
        folder: the students' folder.
        archive: the same as a zip.
        answers: how many known right answers were taken out.
        hints: how many third hints were held back.
    """

    folder: Path
    archive: Path
    answers: int
    hints: int


def release(root: Path, out: Path, third_hints: bool = True) -> Released:
    """Write the students' folder, and beside it the same as a zip.

    Args:
        root: the checkout.
        out: a folder that is new or empty.
        third_hints: whether the third hint of an exercise, which is nearly the line of code, is part of it.
    Raises:
        FileExistsError: there is something in the folder.
        ValueError: a shipped notebook holds somebody's work, which would be handed out.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f"{out} is not an empty folder; name a new one")
    notebooks = sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    worked = [path.name for path in notebooks if holds_work(path)]
    if worked:
        raise ValueError(f"somebody has worked in {', '.join(worked)} of notebooks/; `build --force` makes them afresh")
    unfinished = out.with_name(f".{out.name}.part")  # it takes its place when it is whole
    shutil.rmtree(unfinished, ignore_errors=True)
    answers = hints = 0
    for source, name in _files(root, notebooks):
        target = unfinished / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if _is_exercise(name):
            text, count = without_right_answers(source.read_text(encoding="utf-8"))
            answers += count
            if not third_hints:
                whole, text = text, without_third_hint(text)
                hints += text != whole
            target.write_text(text, encoding="utf-8")
        else:
            shutil.copy2(source, target)
    (unfinished / "README.md").write_text(README, encoding="utf-8")
    (unfinished / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    archive, packing = out.with_name(f"{out.name}.zip"), out.with_name(f".{out.name}.zip.part")
    with zipfile.ZipFile(packing, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(unfinished.rglob("*")):
            if path.is_file():
                packed.write(path, Path(out.name) / path.relative_to(unfinished))
    if out.exists():
        out.rmdir()
    unfinished.rename(out)
    packing.replace(archive)
    return Released(out, archive, answers, hints)


def _files(root: Path, notebooks: list[Path]) -> Iterator[tuple[Path, Path]]:
    """What is handed out, with its place in the students' folder."""
    for name in FILES:
        yield root / name, Path(name)
    for path in notebooks:
        yield path, path.relative_to(root)
    for path in sorted((root / "data").iterdir()):
        if path.is_file():
            yield path, path.relative_to(root)
    for path in sorted((root / "course_lib").rglob("*")):
        name = path.relative_to(root)
        inside = name.relative_to("course_lib").as_posix()
        hidden = any(part == "__pycache__" or part.startswith(".") for part in name.parts)
        out = any(inside == left or inside.startswith(f"{left}/") for left in LEFT_OUT)
        if path.is_file() and not hidden and not out:
            yield path, name


def _is_exercise(name: Path) -> bool:
    return name.suffix == ".py" and len(name.parts) == 4 and name.parts[2] == "exercises" and name.stem != "__init__"


def without_right_answers(source: str) -> tuple[str, int]:
    """An exercise's file without the functions marked `right`, unless a mistake is made from one; and how many that were.

    >>> without_right_answers("@right\\ndef f(x):\\n    return x\\n\\n\\nHINTS = ()\\n")
    ('HINTS = ()\\n', 1)
    """
    tree = ast.parse(source)
    marked = [node for node in tree.body if _is_right(node)]
    rest = [node for node in tree.body if node not in marked]
    used = {name.id for node in rest for name in ast.walk(node) if isinstance(name, ast.Name)}
    lines, cut = source.splitlines(keepends=True), 0
    for node in reversed(marked):
        name = node.name if isinstance(node, ast.FunctionDef) else node.targets[0].id
        if name not in used:
            first = (node.decorator_list[0] if isinstance(node, ast.FunctionDef) else node).lineno - 1
            last = node.end_lineno
            while last < len(lines) and not lines[last].strip():
                last += 1
            del lines[first:last]
            cut += 1
    return "".join(lines), cut


def _is_right(node: ast.stmt) -> bool:
    """Whether a statement is ``@right def f`` or ``f = right(...)``."""
    if isinstance(node, ast.FunctionDef):
        return any(isinstance(mark, ast.Name) and mark.id == "right" for mark in node.decorator_list)
    called = node.value.func if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id == "right" and isinstance(node.targets[0], ast.Name)


def without_third_hint(source: str) -> str:
    """An exercise's file with a sentence in the place of the last of its three hints.

    >>> without_third_hint('HINTS = ("a", "b", "c")\\n').startswith('HINTS = ("a", "b", "The third hint')
    True
    """
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "HINTS":
            last = node.value.elts[-1]
            lines = source.splitlines(keepends=True)
            head = "".join(lines[: last.lineno - 1]) + _until(lines[last.lineno - 1], last.col_offset)
            tail = _from(lines[last.end_lineno - 1], last.end_col_offset) + "".join(lines[last.end_lineno :])
            return f'{head}"{HELD_BACK}"{tail}'
    return source


def _until(line: str, column: int) -> str:
    return line.encode()[:column].decode()


def _from(line: str, column: int) -> str:
    return line.encode()[column:].decode()
