"""The static picture: the same declaration, drawn by matplotlib. It stands in saved notebooks, on GitHub and in print.

Every panel is an axes measured in pixels, so that it follows the same geometry as in the page; only bars, curves and points
use matplotlib's own axes. Nothing here touches pyplot: a callback may run on another thread.
"""

from __future__ import annotations

from typing import Any

from course_lib.explorer.frames import ERROR, attempt
from course_lib.explorer.palette import role
from course_lib.explorer.panels import DotProduct, Panel, Place, Thumbnails
from course_lib.explorer.sheet import GROUND, Sheet

WIDTH, GAP, MARGIN, HEAD = 860, 22, 16, 36


def draw(explorer) -> tuple[Any, dict[str, dict[str, Any]]]:
    """The figure of an explorer at its present values, and what was drawn, read back from the artists."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    frame = attempt(explorer.compute, explorer._taken(explorer.values))
    place = Place(frame, explorer.indices)
    for panel in [panel for panel in explorer.panels if isinstance(panel, Thumbnails) and ERROR not in frame]:
        place.chosen = min((*explorer.focus, 0)[2], panel.count(place) - 1)
        place.called = panel.label(place, place.chosen)
    boxes = [] if ERROR in frame else _layout(explorer, place)
    bottom = max((y + h for _, _, _, y, _, h in boxes), default=HEAD + 110)
    figure = Figure(figsize=(WIDTH / 100, (bottom + MARGIN) / 100), dpi=100, facecolor=GROUND)
    FigureCanvasAgg(figure)
    apart = next((panel for panel in explorer.panels if isinstance(panel, DotProduct)), None)
    sheet = Sheet(figure, WIDTH, bottom + MARGIN, explorer.focus, apart)
    if explorer.title:
        sheet.text(sheet.whole, MARGIN, 24, explorer.title, size=15, weight="bold")
    if ERROR in frame:
        sheet.text(sheet.whole, MARGIN, HEAD + 24, f"No picture at these values.\n{frame[ERROR]}", size=12, va="top",
                  color=role("wrong"), family="monospace")  # fmt: skip
        return figure, {}
    drawn = {}
    for panel, key, x, y, w, h in boxes:
        drawn[key] = panel.draw(sheet, place, (x, y, w, h))
    return figure, drawn


def _layout(explorer, place: Place) -> list[tuple[Panel, str, float, float, float, float]]:
    """Where each panel goes, in pixels from the top left: rows one below the other, columns by their width."""
    boxes, index, y = [], 0, (HEAD if explorer.title else 8) + 6
    for row in explorer.rows:
        columns = []
        for item in row:
            stack = []
            for panel in item if isinstance(item, list | tuple) else [item]:
                if not panel.hidden(place):
                    stack.append((panel, f"{panel.kind} {index}"))
                index += 1
            if stack:
                columns.append((max(panel.width for panel, _ in stack), stack))
        if not columns:
            continue
        gap = GAP if len(columns) < 6 else 6
        x, room, tallest = MARGIN, WIDTH - 2 * MARGIN - gap * (len(columns) - 1), 0
        for share, stack in columns:
            w, at = room * share / sum(share for share, _ in columns), y
            for panel, key in stack:
                h = panel.height(place, w)
                boxes.append((panel, key, x, at, w, h))
                at += h + 16
            tallest = max(tallest, at - 16 - y)
            x += w + gap
        y += tallest + (16 if len(columns) < 6 else 6)
    return boxes
