"""What bars, curves and points share in the static picture: matplotlib's own axes."""

from __future__ import annotations

from typing import Any

from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.sheet import FAINT, SOFT, Box, Sheet


def plane(sheet: Sheet, panel: Panel, place: Place, box: Box, left: float = 58, legend: bool = False) -> Any:
    """Axes inside the box, with room for the title, the legend and the labels."""
    x, y, w, h = box
    head = sheet.title(sheet.pixels(box), panel, place) + (22 if legend else 0)
    foot = 26 + (18 if place.pick(getattr(panel, "x_label", None)) else 0)
    axes = sheet.axes((x + left, y + head + 6, w - left - 12, h - head - foot - 6))
    axes.tick_params(labelsize=8.6, color=SOFT, labelcolor=SOFT, length=3)
    axes.grid(color=FAINT, lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    for which in ("x", "y"):
        label = place.pick(getattr(panel, f"{which}_label", None))
        if label:
            getattr(axes, f"set_{which}label")(label, fontsize=8.8, color=SOFT, parse_math=False)
    return axes


def legend(axes: Any) -> None:
    """The names of what is drawn, above the axes."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=8.8)


def ranges(axes: Any, panel: Panel, place: Place) -> None:
    """Set what the declaration says of x_range and y_range."""
    for which in ("x", "y"):
        if place.pick(getattr(panel, f"{which}_range")) is not None:
            getattr(axes, f"set_{which}lim")(*place.pick(getattr(panel, f"{which}_range")))
