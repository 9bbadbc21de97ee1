"""Tokens in a row, with arcs from the one in focus."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError
from course_lib.explorer.numbers import short
from course_lib.explorer.palette import role
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.sheet import GROUND, INK, RAISED, SOFT, Box, Sheet, text_width


@dataclass(frozen=True)
class TokenRow(Panel):
    """Tokens in a row. The one in focus sends arcs to the others, as wide as its row of weights, with the numbers.

    tokens: the labels; weights: (token, token) array, or one for each map of the figure's Thumbnails; query_label: what the token in focus is called.
    """

    tokens: Any
    weights: Any = None
    title: Any = None
    query_label: Any = "query"
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("weights",)
    label_names: ClassVar[tuple[str, ...]] = ("tokens",)
    main: ClassVar[str] = "tokens"
    follows: ClassVar[str] = "weights"
    # arcs_*: the room for the arcs, as a part of the width; a weight under faint is a thin dotted arc.
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace(
        text=14, pad=22, least=44, gap_least=4, gap_most=60, arcs=0.17, arcs_least=90, arcs_most=140, arcs_gap=6,
        line=30, numbers=48, with_numbers=24, without_numbers=4, faint=0.005, thin=1, thick=11, heaviest=1.2,
        loop=44, loop_inner=9, loop_outer=26, rise=30, rise_margin=34, rise_steep=1.3,
    )  # fmt: skip

    def check_shapes(self, place: Place) -> None:
        tokens = place.texts(self.tokens)
        if place.pick(self.weights) is not None:
            weights = self._need(place, "weights", (2,))
            if weights.shape != (len(tokens), len(tokens)):
                raise DeclarationError(
                    f"TokenRow weights has shape {weights.shape} for {len(tokens)} tokens, "
                    f"expected ({len(tokens)}, {len(tokens)}): one row and one column for each token."
                )

    def height(self, place: Place, width: float) -> float:
        s, weights = self.sizes, place.pick(self.weights) is not None
        below = s.line + (s.with_numbers if weights else s.without_numbers)
        return self.head(place) + (self.room(width) + s.arcs_gap if weights else 0) + below

    def room(self, width: float) -> float:
        """How high the arcs may rise in a panel of this width."""
        return min(max(width * self.sizes.arcs, self.sizes.arcs_least), self.sizes.arcs_most)

    def draw(self, sheet: Sheet, place: Place, box: Box) -> dict[str, Any]:
        from matplotlib.patches import FancyBboxPatch, PathPatch
        from matplotlib.path import Path

        s, axes, tokens = self.sizes, sheet.pixels(box), place.texts(self.tokens)
        n, width = len(tokens), box[2]
        head, row = sheet.title(axes, self, place), sheet.lit(0, n)
        weights = None if place.pick(self.weights) is None else place.chosen_map(self.weights)[row]
        room = 0 if weights is None else self.room(width)
        line = head + room + (0 if weights is None else s.arcs_gap)
        sizes = [max(text_width(token, s.text) + s.pad, s.least) for token in tokens]
        shrink = min(1.0, (width - s.gap_least * (n + 1)) / sum(sizes))
        sizes = [size * shrink for size in sizes]
        gap = min((width - sum(sizes)) / (n + 1), s.gap_most)
        starts = (width - sum(sizes) - gap * (n - 1)) / 2 + np.cumsum([0, *sizes[:-1]]) + gap * np.arange(n)
        middles = starts + np.array(sizes) / 2
        far = max(1.0, np.abs(middles - middles[row]).max())
        arcs = []
        for j, token in enumerate(tokens):
            chosen = weights is not None and j == row
            if weights is not None:
                w = abs(weights[j]) if np.isfinite(weights[j]) else 0.0
                a, b = middles[row], middles[j]
                up = (
                    s.loop if j == row else (s.rise + (room - s.rise_margin) * np.sqrt(abs(b - a) / far)) * s.rise_steep
                )
                points = ([(a - s.loop_inner, line), (a - s.loop_outer, line - up), (a + s.loop_outer, line - up), (a + s.loop_inner, line)] if j == row
                          else [(a, line), (a, line - up), (b, line - up), (b, line)])  # fmt: skip
                path = Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
                arc = PathPatch(path, fill=False, edgecolor=role("weight"), linewidth=(s.thin + s.thick * min(w, s.heaviest)) * 0.72, capstyle="butt",
                                alpha=0.35 if w < s.faint else 0.45 + 0.4 * min(w, 1), linestyle=":" if w < s.faint else "-")  # fmt: skip
                axes.add_patch(arc)
                arcs.append(arc)
                sheet.text(axes, middles[j], line + s.numbers, short(weights[j]), size=12.5, ha="center")
            axes.add_patch(FancyBboxPatch((starts[j] + 4, line + 4), sizes[j] - 8, 22, boxstyle="round,pad=4",
                                          facecolor=role("query") if chosen else RAISED, edgecolor="#c8ccd1", lw=0.7))  # fmt: skip
            sheet.text(axes, middles[j], line + 20, token, size=s.text * max(shrink, 0.6), ha="center",
                      color=GROUND if chosen else INK, weight="bold" if chosen else "normal")  # fmt: skip
        if weights is None:
            return {"tokens": tokens}
        x = text_width(self.heading(place), 13.6) * 1.12 + 18 if self.heading(place) else 0
        says = f"{place.pick(self.query_label)}: {tokens[row]} (its weights stand under the tokens; thicker arc, more weight)"
        sheet.text(axes, x, 14, says, size=12, color=SOFT)
        return {"weights": weights.tolist(), "row": row, "widths": [arc.get_linewidth() for arc in arcs]}
