"""A lesson's figures as one page: the words above each figure as HTML, and the figures alive."""

from collections.abc import Sequence
from pathlib import Path

from nbconvert.filters import markdown2html

from course_lib.explorer.hosts.page import page_html
from course_lib.publish.figures_of import Shown
from course_lib.worked.folder import replace

__all__ = ["write_page"]


def write_page(path: Path, title: str, figures: Sequence[Shown]) -> int:
    """Write the page, whole or not at all; return how many of its figures are alive on it.

    Raises:
        OSError: the file cannot be written.
    """
    page = page_html(title, [(markdown2html(_last_part(text)), figure) for text, figure in figures])
    replace(path, page.encode())
    return page.count(" data-course-figure=")


def _last_part(text: str) -> str:
    """The last section of a cell: what is said right above the figure."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("#")]
    return "\n".join(lines[starts[-1] :] if starts else lines)
