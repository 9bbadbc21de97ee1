"""Curves."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.panels.plane import legend, logarithmic, name_ends, plane, ranges, series_color
from course_lib.explorer.sheet import INK, Box, Sheet, widest

LINES = ["-", (0, (6, 3)), (0, (1.5, 2)), (0, (7, 2, 1.5, 2)), (0, (10, 3)), (0, (3, 3))]


@dataclass(frozen=True)
class Curves(Panel):
    """Curves over a shared x.

    x: the name of the x values; lines: {label: name of the y values}; log_x, log_y: logarithmic axes; h_line, v_line:
    a reference line at a number, or at the number of that name in the frame; x_range, y_range: (low, high); role: what the colour
    means (palette.ROLES), for all curves or {label: role}. Names stand at the ends of their curves where there is room.
    """

    x: Any
    lines: Any
    title: Any = None
    x_label: Any = None
    y_label: Any = None
    log_x: Any = False
    log_y: Any = False
    h_line: Any = None
    v_line: Any = None
    x_range: Any = None
    y_range: Any = None
    role: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("x", "lines", "h_line", "v_line")
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace(
        plane=260, picture=290, direct_width=420, direct_most=5, direct_share=0.3, direct_line=15,
    )  # fmt: skip

    def check_shapes(self, place: Place) -> None:
        x = self._need(place, "x", (1,))
        for label, name in place.pick(self.lines).items():
            y = place.array(name)
            if y.shape != x.shape:
                raise DeclarationError(
                    f"Curves {label!r}: y has shape {y.shape} and x has shape {x.shape}. Both need the same one axis."
                )

    def height(self, place: Place, width: float) -> float:
        return self.sizes.picture

    def directly(self, labels: list[str], width: float) -> float:
        """How much room on the right the names take that stand at the ends of their curves; 0 where they do not fit there."""
        s, room = self.sizes, widest(labels, 12) + 10
        fits = 1 < len(labels) <= s.direct_most and width >= s.direct_width and room <= s.direct_share * width
        return room if fits else 0

    def draw(self, sheet: Sheet, place: Place, box: Box) -> dict[str, Any]:
        lines, x = place.pick(self.lines), place.array(self.x)
        direct = self.directly(list(lines), box[2])
        axes = plane(sheet, self, place, box, legend=any(lines), right=direct)
        drawn = {}
        for s, (label, name) in enumerate(lines.items()):
            (line,) = axes.plot(
                x,
                place.array(name),
                color=series_color(self, place, s, label),
                ls=LINES[s % len(LINES)],
                lw=1.7,
                label=label,
            )
            drawn[label] = [np.asarray(line.get_xdata()).tolist(), np.asarray(line.get_ydata()).tolist()]
        for field, draw in (("h_line", axes.axhline), ("v_line", axes.axvline)):
            at = place.pick(getattr(self, field))
            if at is not None:
                draw(float(place.array(at)) if isinstance(at, str) else at, color=INK, lw=1, ls="--")
        for which in ("x", "y"):
            if place.pick(getattr(self, f"log_{which}")):
                logarithmic(axes, which)
        ranges(axes, self, place)
        if direct:
            name_ends(axes, list(lines), self.sizes.direct_line)
        elif any(lines):
            legend(axes)
        return drawn
