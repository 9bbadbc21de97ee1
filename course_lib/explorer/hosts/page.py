"""The figure on a plain page that has no kernel: its declaration and all its frames, as text beside the element it lives in.

A figure of which not all frames can be computed beforehand is recorded where that is possible (a text is chosen from
examples), and otherwise stands as its static picture with a line that says where it is alive.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib.explorer.controls import Choice, Control, TextInput
from course_lib.explorer.frames import TooLarge

if TYPE_CHECKING:
    from course_lib.explorer.figure import Explorer

__all__ = ["figure_html", "page_html", "recorded", "shell"]

PAGE = Path(__file__).parents[1] / "page"
IN_NOTEBOOK = "This figure computes what it shows with Python, and lives in the notebook. Here is its picture at the first values."


def recorded(explorer: Explorer) -> dict[str, Any] | None:
    """The declaration and the packed frames as plain data, or None where Python is needed.

    A :class:`TextInput` with examples becomes a choice among them.
    """
    controls = [_without_typing(control) for control in explorer.controls]
    if any(isinstance(control, TextInput) for control in controls):
        return None
    figure = explorer.with_controls(controls)
    try:
        store = figure.all_frames()
    except TooLarge:
        return None
    packed = store.packed()
    binary = {name: base64.b64encode(bytes(packed.pop(name))).decode("ascii") for name in ("buffer", "index")}
    return {"spec": figure.spec(), "data": packed | binary}


def _without_typing(control: Control) -> Control:
    if isinstance(control, TextInput) and control.examples:
        return Choice(control.name, list(dict.fromkeys([control.value, *control.examples])), label=control.label)
    return control


def figure_html(explorer: Explorer, place: str) -> str:
    """One figure as HTML: its static picture with the alternative text, which the live one replaces.

    Args:
        explorer: the figure.
        place: the id of its element, which no other on the page may have.
    """
    found, image = recorded(explorer), explorer.still()
    if found is None:
        return f'<figure class="course-still" id="{place}">{image}<figcaption>{html.escape(IN_NOTEBOOK)}</figcaption></figure>'
    # "</" would end the script, wherever it stands.
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    still = image if explorer.predict is None else f"<noscript>{image}</noscript>"
    return f'<div class="course-place" id="{place}">{still}</div>\n<script type="application/json" data-course-figure="{place}">{text}</script>'


def page_html(title: str, parts: Sequence[tuple[str, Explorer]]) -> str:
    """A whole page of figures, each under the words that stand with it; it asks nothing of any other machine.

    Args:
        title: of the page.
        parts: (HTML above the figure, figure), in order.
    """
    figures = "\n".join(
        f"<section>{words}\n{figure_html(figure, f'figure-{i}')}</section>" for i, (words, figure) in enumerate(parts)
    )
    return shell(title, f"<h1>{html.escape(title)}</h1>\n{figures}")


def shell(title: str, body: str) -> str:
    """A page round some HTML, with the style sheets and the code that bring the figures in it to life."""
    styles = "\n".join((PAGE / name).read_text(encoding="utf-8") for name in ("figure.css", "page.css"))
    script = base64.b64encode((PAGE / "bundle.js").read_bytes()).decode("ascii")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{styles}\n</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        f'<script type="module">import hosts from "data:text/javascript;base64,{script}";\nhosts.mountAll(document);</script>\n'
        "</body>\n</html>\n"
    )
