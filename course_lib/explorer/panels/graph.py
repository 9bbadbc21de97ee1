"""Boxes with arrows between them."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError
from course_lib.explorer.numbers import long, short
from course_lib.explorer.palette import role
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.sheet import ARC, GROUND, RAISED, SOFT, Box, Sheet


@dataclass(frozen=True)
class Graph(Panel):
    """Boxes with arrows between them: each box has a label, a value and below it a second number that may not be known yet.

    boxes: the labels; at: (box, 2) array of column and row; edges: (edge, 2) array of whole numbers, from box to box;
    values: (box,); below: (box,) numbers under the values, NaN where there is none yet; messages: (edge,) numbers that
    travel back along the edges at present, NaN where none does; lit: (box,), above 0 for boxes that stand out;
    below_label: what the second number is called.
    """

    boxes: Any
    at: Any
    edges: Any
    values: Any
    below: Any
    messages: Any
    lit: Any
    below_label: Any = "gradient"
    title: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("at", "edges", "values", "below", "messages", "lit")
    label_names: ClassVar[tuple[str, ...]] = ("boxes",)
    main: ClassVar[str] = "boxes"
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace(
        box_height=58, row_height=84, box_most=150, between=26, column_least=104, edge=2, bottom=6,
    )  # fmt: skip

    def check_shapes(self, place: Place) -> None:
        n, edges = len(place.texts(self.boxes)), self._need(place, "edges", (2,))
        wanted = {"at": (n, 2), "values": (n,), "below": (n,), "lit": (n,)}
        wanted |= {"edges": (len(edges), 2), "messages": (len(edges),)}
        for field, shape in wanted.items():
            found = place.array(getattr(self, field)).shape
            if found != shape:
                raise DeclarationError(
                    f"Graph {field}: shape {found}, expected {shape}: {n} boxes, {len(edges)} edges."
                )
        if edges.size and not (edges.min() >= 0 and edges.max() < n):
            raise DeclarationError(
                f"Graph edges go from {edges.min():g} to {edges.max():g}, but the boxes are 0 to {n - 1}."
            )

    def geometry(self, place: Place, width: float) -> tuple[np.ndarray, float]:
        """The middle of every box, and how wide they are; graph.js counts in the same way."""
        s, at = self.sizes, place.array(self.at)
        low = at.min(axis=0)
        columns = at[:, 0].max() - low[0] + 1
        wide = min(width / columns - s.between, s.box_most)
        step = np.array([(width - wide - 2 * s.edge) / max(columns - 1, 1), s.row_height])
        return (at - low) * step + [wide / 2 + s.edge, self.head(place) + s.box_height / 2 + s.edge], wide

    def height(self, place: Place, width: float) -> float:
        return float(self.geometry(place, width)[0][:, 1].max()) + self.sizes.box_height / 2 + self.sizes.bottom

    def draw(self, sheet: Sheet, place: Place, box: Box) -> dict[str, Any]:
        from matplotlib.patches import FancyBboxPatch

        axes = sheet.pixels(box)
        sheet.title(axes, self, place)
        middle, wide = self.geometry(place, box[2])
        names = ("values", "below", "messages", "lit", "edges")
        values, below, messages, lit, edges = (place.array(getattr(self, name)) for name in names)
        box_height = self.sizes.box_height
        half, whole = np.array([wide, box_height]) / 2, place.whole(self.messages)
        for (start, end), message in zip(edges.astype(int), messages, strict=True):
            a, b = middle[start], middle[end]
            way = b - a
            clear = np.min(half / np.maximum(np.abs(way), 1e-9)) * way  # from the middle of a box to its border
            a, b, sent = a + clear, b - clear, np.isfinite(message)
            style = {
                "arrowstyle": "-|>",
                "color": role("gradient") if sent else SOFT,
                "lw": 2.2 if sent else 1,
                "shrinkA": 0,
                "shrinkB": 0,
            }
            axes.annotate(
                "", a if sent else b, b if sent else a, arrowprops=style
            )  # a message travels against the arrow
            if sent:
                mark = {"boxstyle": "round,pad=0.15", "facecolor": GROUND, "edgecolor": "none"}
                spot = (a + b) / 2 + [0, -7 if way[1] == 0 else 4]
                sheet.text(axes, *spot, short(message, whole), size=12, ha="center", weight="bold", bbox=mark)
        for i, text in enumerate(place.texts(self.boxes)):
            (x, y), strong = middle[i], lit[i] > 0
            edge = {"edgecolor": ARC if strong else SOFT, "lw": 2.4 if strong else 1}
            axes.add_patch(FancyBboxPatch((x - half[0] + 3, y - half[1] + 3), wide - 6, box_height - 6, facecolor=RAISED,
                                          boxstyle="round,pad=3", **edge))  # fmt: skip
            sheet.text(axes, x, y - 13, text, size=13, ha="center", weight="bold")
            sheet.text(axes, x, y + 5, long(values[i]), size=12.5, ha="center")
            known = long(below[i]) if np.isfinite(below[i]) else "?"
            sheet.text(axes, x, y + 22, f"{place.pick(self.below_label)} {known}", size=11.5, ha="center", color=SOFT)
        return {"values": values.tolist(), "below": below.tolist(), "messages": messages.tolist(), "lit": lit.tolist()}
