"""Answers from an older notebook into a newer one: whole cells, known by their comment ``# exercise: concept.name``."""

import ast
import io
import re
import tokenize
from collections.abc import Collection, Mapping
from typing import Any

from course_lib.practice.kept import free_names
from course_lib.practice.markers import answer_line, answers_in
from course_lib.worked.state import Book, cell_id, source_of

__all__ = ["answers_of", "fill", "needed_from", "own_cells", "written"]

#: What Python says of a text that is none of its own: unfinished, with half a surrogate, nested without end.
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def answers_of(book: Book) -> dict[str, str]:
    """Every answer that somebody has begun: exercise -> the whole cell, with the helpers in it. Of several the last counts."""
    found = {}
    for cell in book.cells:
        source = source_of(cell)
        if cell.get("cell_type") == "code" and written(source):
            found.update(dict.fromkeys(answers_in(source), source))
    return found


def written(source: str) -> bool:
    """Whether an answer cell holds more than the stub that a build puts there.

    >>> stub = '# exercise: a.b\\ndef b(x):\\n    "x: a row."\\n    raise NotImplementedError("write your answer here")'
    >>> written(stub), written(stub + "  # first the mean?"), written("# exercise: a.b\\ndef b(x):\\n    return x")
    (False, True, True)
    """
    try:
        tree = ast.parse(source)
    except UNREADABLE:
        return True
    if any(not _is_stub(node) for node in tree.body):
        return True
    # Thoughts that are noted as comments count, too; a stub has none but the exercise's.
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return any(token.type == tokenize.COMMENT and not answers_in(token.string) for token in tokens)


def _is_stub(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if not isinstance(node, ast.FunctionDef):
        return False
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.dump(body[0])


def fill(cells: list[dict[str, Any]], answers: Mapping[str, str]) -> list[str]:
    """Put answers where a notebook asks for them and nothing is written yet; returns their exercises, in order.

    A cell that answers several exercises is put where the first is asked for, and the other places refer to it.
    """
    filled, placed = [], {}
    for cell in cells:
        source = source_of(cell)
        asked = answers_in(source) if cell.get("cell_type") == "code" and not written(source) else []
        for exercise_id in [one for one in asked if one in answers]:
            text, first = answers[exercise_id], placed.get(answers[exercise_id])
            if first:
                text = f"{answer_line(exercise_id)}\n# What you wrote for it stands in the cell of {first}."
            placed.setdefault(text, exercise_id)
            cell |= {"source": text.splitlines(keepends=True), "outputs": [], "execution_count": None}
            filled.append(exercise_id)
    return filled


def own_cells(book: Book, newer: Collection[str]) -> list[str]:
    """The texts of cells that somebody added or changed and that are no answers: what a newer notebook would not hold.

    Args:
        book: the older notebook.
        newer: the texts of the newer one's cells.
    """
    found = []
    for cell in book.cells:
        source = source_of(cell)
        if not source.strip() or source in newer or _as_built(book.lesson, cell, source):
            continue
        if cell.get("cell_type") == "code" and answers_in(source):
            continue
        found.append(source)
    return found


def _as_built(lesson: str | None, cell: dict[str, Any], source: str) -> bool:
    """Whether a cell is what a build of its lesson made: by its id, a fingerprint of its text, or as a check and no more."""
    kind, name = str(cell.get("cell_type")), str(cell.get("id"))
    if name.startswith("check-"):
        try:
            return all(isinstance(node, ast.Expr) for node in ast.parse(source).body)
        except UNREADABLE:
            return False
    return any(name == cell_id(lesson or "", kind, source, repeat) for repeat in range(4))


def needed_from(answer: str, cells: Collection[str]) -> list[str]:
    """The names that an answer uses and that are defined in other cells of one's own, which it has lost sight of.

    >>> needed_from("def f(x):\\n    return helper(x)", ["def helper(x):\\n    return x", "y = 3"])
    ['helper']
    """
    defined = {name for cell in cells for name in re.findall(r"^(?:def|class)\s+(\w+)|^(\w+)\s*=", cell, re.MULTILINE)}
    try:
        return [name for name in free_names(answer) if name in {one for pair in defined for one in pair}]
    except UNREADABLE:
        return []
