"""Turns the cells of a lesson into a notebook: answers cut or kept, stable cell ids, no outputs, the same bytes always."""

import json
from collections.abc import Sequence

from course_lib.practice.catalogue import find_exercise
from course_lib.practice.markers import BEGIN, END, checks_in, fill_headers
from course_lib.publish.cell import Cell
from course_lib.worked.state import cell_id, digest

__all__ = ["STUB", "notebook_text"]

#: What stands in an answer's place until it is written.
STUB = 'raise NotImplementedError("write your answer here, in place of this line")'


def notebook_text(lesson: str, cells: Sequence[Cell], solved: bool = False) -> str:
    """The notebook as the text of its file.

    Args:
        lesson: its name, such as "04_attention"; kept in the metadata, so that a renamed copy still knows its lesson.
        cells: from `read_lesson`.
        solved: keep the answers (for tests and teachers) instead of the stubs.
    """
    built, ids = [], set()
    for cell in cells:
        source = _source(cell, solved)
        name = _cell_id(lesson, cell, source, ids)
        ids.add(name)
        metadata = {"tags": _tags(cell)} if cell.tags else {}
        entry = {"cell_type": cell.kind, "id": name, "metadata": metadata, "source": source.splitlines(keepends=True)}
        if cell.kind == "code":
            entry |= {"execution_count": None, "outputs": []}
        built.append(dict(sorted(entry.items())))
    notebook = {
        "cells": built,
        "metadata": {
            "course": {"digest": digest(built), "lesson": lesson},
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _tags(cell: Cell) -> list[str]:
    """A cell's tags, with the one by which nbval knows that it is not to compare the cell's output."""
    return sorted({*cell.tags, *(["nbval-ignore-output"] if "times" in cell.tags else [])})


def _source(cell: Cell, solved: bool) -> str:
    if cell.kind == "markdown":
        return fill_headers(cell.source, lambda exercise_id: find_exercise(exercise_id).header())
    if cell.exercise is None:
        return cell.source
    lines, inside = [], False
    for line in cell.source.splitlines():
        if line.strip() == BEGIN:
            inside = True
            if not solved:
                indent = line[: len(line) - len(line.lstrip())]
                lines.append(f"{indent}{STUB}")
        elif line.strip() == END:
            inside = False
        elif solved or not inside:
            lines.append(line)
    return "\n".join(lines)


def _cell_id(lesson: str, cell: Cell, source: str, taken: set[str]) -> str:
    """Answer and check cells carry their exercise's name; the others a hash of their text, which an edit elsewhere keeps."""
    checked = checks_in(source) if cell.kind == "code" else []
    if cell.exercise is not None:
        return f"exercise-{cell.exercise.id.replace('.', '-')}"
    if checked and f"check-{checked[0].replace('.', '-')}" not in taken:
        return f"check-{checked[0].replace('.', '-')}"
    for repeat in range(1000):
        name = cell_id(lesson, cell.kind, source, repeat)
        if name not in taken:
            return name
    raise ValueError(f"{lesson}: more than a thousand cells with the text {source[:40]!r}")
