"""A lesson that was run, as the source of a page: figures' frames in files, hints to unfold, links to pages."""

import html
import json
import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell

from course_lib.practice.catalogue import find_exercise
from course_lib.practice.exercise import Exercise
from course_lib.publish.site.pictures import in_files
from course_lib.syllabus import Lesson

__all__ = ["lesson_page", "linked", "minutes"]

_FIGURE = re.compile(r'\n?<script type="application/json" data-course-figure="([^"]+)">(.*?)</script>', re.DOTALL)
_STILL = re.compile(
    r'(<div class="course-place"[^>]*data-frames[^>]*>)(?!<noscript>)(<div class="course-picture">.*?</div>)(</div>)',
    re.DOTALL,
)
_LINK = re.compile(r'href="((?:\d\d_[a-z_]+))\.ipynb(#[^"]*)?"')
_PLACE = re.compile(r"\]\(((?:\d\d_[a-z_]+\.ipynb)?#)([^)\s]+)\)")
_CHECK = re.compile(r'^check\("([a-z_.]+)"', re.MULTILINE)
_TIME = re.compile(r"about (\w+) (minutes|hours)", re.IGNORECASE)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4}


def linked(text: str) -> str:
    """HTML whose links to notebooks lead to their pages.

    >>> linked('<a href="04_attention.ipynb#masks">')
    '<a href="04_attention.html#masks">'
    """
    return _LINK.sub(lambda found: f'href="{found[1]}.html{found[2] or ""}"', text)


def minutes(book: nbformat.NotebookNode) -> int | None:
    """How long a lesson says, in its first cell, that it takes."""
    found = _TIME.search(re.sub(r"\s+", " ", book.cells[0].source))
    if found is None:
        return None
    number = _NUMBERS.get(found[1].lower()) or int(found[1])
    return number * 60 if found[2].lower() == "hours" else number


def lesson_page(book: nbformat.NotebookNode, lesson: Lesson, static: Path) -> None:
    """Change a notebook into the source of its page, and write its figures' frames and its pictures.

    Args:
        book: a lesson that was run for a page.
        lesson: which one.
        static: the folder of what lies beside the pages; frames go into its ``figures``, pictures into its ``pictures``.
    """
    book.metadata.pop("widgets", None)
    cells = []
    for cell in book.cells:
        if cell.cell_type == "markdown":  # a heading's address has its capitals in JupyterLab, and none on a page
            cell.source = _PLACE.sub(lambda found: f"]({found[1]}{found[2].lower()})", cell.source)
        for output in cell.get("outputs", []):
            _output(output, lesson.name, static)
        cells.append(cell)
        asked = _CHECK.search(cell.source) if cell.cell_type == "code" else None
        if asked:
            cells.append(new_markdown_cell(_hints(find_exercise(asked[1]))))
    cells.insert(1, new_markdown_cell(_opening(lesson)))
    book.cells = cells


def _output(output: nbformat.NotebookNode, name: str, static: Path) -> None:
    data = output.get("data", {})
    if "text/html" not in data:
        return
    text = "".join(data["text/html"])
    for known, packed in _FIGURE.findall(text):
        place = f"{name}-{known}"
        (static / "figures" / f"{place}.js").write_text(
            f"courseFigure({json.dumps(place)},{packed});\n", encoding="utf-8"
        )
        text = text.replace(f'id="{known}"', f'id="{place}" data-frames="_static/figures/{place}.js"', 1)
    # The still picture of a figure that comes to life is for those alone whose browser runs no scripts.
    text = _STILL.sub(r"\1<noscript>\2</noscript>\3", _FIGURE.sub("", text))
    data["text/html"] = in_files(linked(text), static / "pictures", "_static/pictures")
    for other in [kind for kind in data if kind not in ("text/html", "text/plain")]:
        del data[other]


def _opening(lesson: Lesson) -> str:
    """How to get from reading to working, and onto paper."""
    return (
        f'<p class="course-open">You are reading. To write the functions and have them checked, open this lesson in JupyterLab: '
        f'<code>make lab ARGS={lesson.number:02d}</code> in the course\'s folder. <button type="button" class="course-print">Print this lesson</button></p>'
    )


def _hints(exercise: Exercise) -> str:
    """The hints of an exercise, one inside the other, so that each is asked for; and where its known mistakes stand."""
    text = f'<p>The mistakes that its check knows: <a href="mistakes/{exercise.id}.html">{html.escape(exercise.id)}</a>.</p>'
    for number, hint in reversed(list(enumerate(exercise.hints, start=1))):
        text = f"<details><summary>Hint {number}</summary>\n\n{hint}\n\n{text}\n\n</details>"
    return f'<div class="course-hints">\n\n{text}\n\n</div>'
