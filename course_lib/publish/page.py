"""A lesson's figures as one page: the words above each figure as HTML, and the figures alive."""

import os
from collections.abc import Sequence
from pathlib import Path

from nbconvert.filters import markdown2html

from course_lib.explorer.hosts.page import page_html, recorded
from course_lib.publish.figures_of import Shown

__all__ = ["write_page"]


def write_page(path: Path, title: str, figures: Sequence[Shown]) -> int:
    """Write the page, whole or not at all; return how many of its figures are alive on it.

    Raises:
        OSError: the file cannot be written.
    """
    parts = [(markdown2html(_last_part(text)), figure) for text, figure in figures]
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(page_html(title, parts), encoding="utf-8")
    os.replace(beside, path)
    return sum(recorded(figure) is not None for _, figure in figures)


def _last_part(text: str) -> str:
    """The last section of a cell: what is said right above the figure."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("#")]
    return "\n".join(lines[starts[-1] :] if starts else lines)
