"""The live figures of a lesson: its cells are run from the first to the last, and what is an Explorer is kept."""

import ast
import contextlib
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from course_lib.explorer import Explorer
from course_lib.publish.notebook import notebook_text
from course_lib.publish.source import read_lesson

__all__ = ["CellFailed", "Shown", "figures_of"]

Shown = tuple[str, Explorer]  # the Markdown that stands above the figure, and the figure


class CellFailed(RuntimeError):
    """A cell of the lesson raised; the message names it."""


def figures_of(source: Path) -> list[Shown]:
    """Run the lesson at `source`, untouched, and return its figures in their order, each with the text of the cell above it.

    Nothing is printed, and no progress is kept.

    Raises:
        LessonError: the lesson breaks a rule.
        CellFailed: a cell raised.
    """
    import matplotlib

    matplotlib.use("agg")
    cells = json.loads(notebook_text(source.stem, read_lesson(source)))["cells"]
    found: list[Shown] = []
    text, names = "", {"__name__": "__main__"}
    with _showing(found), contextlib.redirect_stdout(io.StringIO()):
        for number, cell in enumerate(cells):
            code = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                text = code
                continue
            before = len(found)
            try:
                value = _run(code, names, f"{source.name}, cell {number}")
            except Exception as problem:
                raise CellFailed(f"{source.name}, cell {number}: {type(problem).__name__}: {problem}") from problem
            shown = [figure for _, figure in found[before:]] + ([value] if isinstance(value, Explorer) else [])
            found[before:] = [(text, figure) for figure in shown]
    return found


def _run(code: str, names: dict, place: str) -> object:
    """Run a cell as a notebook does: the value of its last line is what it shows."""
    lines = [line if not re.match(r"\s*[%!]", line) else "" for line in code.splitlines()]
    tree = ast.parse("\n".join(lines), place)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, place, "exec"), names)
    return eval(compile(ast.Expression(last.value), place, "eval"), names) if last else None


@contextlib.contextmanager
def _showing(found: list[Shown]) -> Iterator[None]:
    """A figure that is displayed from inside a cell counts as well; everything else that is shown is dropped."""
    import IPython.display
    from matplotlib import pyplot

    def display(*shown: object, **options: object) -> None:
        found.extend(("", value) for value in shown if isinstance(value, Explorer))

    kept, progress = IPython.display.display, os.environ.get("COURSE_PROGRESS")
    IPython.display.display, os.environ["COURSE_PROGRESS"] = display, "off"
    try:
        yield
    finally:
        IPython.display.display = kept
        if progress is None:
            del os.environ["COURSE_PROGRESS"]
        else:
            os.environ["COURSE_PROGRESS"] = progress
        pyplot.close("all")
