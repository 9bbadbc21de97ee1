"""What bars, curves and points share in the static picture: matplotlib's own axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.explorer.numbers import tick
from course_lib.explorer.palette import SERIES, color
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.sheet import FAINT, SOFT, Box, Sheet, widest


def plane(sheet: Sheet, panel: Panel, place: Place, box: Box, left: float = 58, legend: bool = False,
          right: float = 0) -> Any:  # fmt: skip
    """Axes inside the box, with room for the title, the legend and the labels."""
    x, y, w, h = box
    head = sheet.title(sheet.pixels(box), panel, place) + (22 if legend else 0)
    foot = 26 + (18 if place.pick(getattr(panel, "x_label", None)) else 0)
    axes = sheet.axes((x + left, y + head + 6, w - left - 12 - right, h - head - foot - 6))
    axes.tick_params(labelsize=8.6, color=SOFT, labelcolor=SOFT, length=3)
    axes.grid(color=FAINT, lw=0.6)
    axes.set_axisbelow(True)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, place: tick(value))
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    for which in ("x", "y"):
        label = place.pick(getattr(panel, f"{which}_label", None))
        if label:
            getattr(axes, f"set_{which}label")(label, fontsize=8.8, color=SOFT, parse_math=False)
    return axes


def series_color(panel: Panel, place: Place, number: int, label: str) -> str:
    """The colour of a series: of its role where the panel names one, else of its category."""
    roles = place.pick(getattr(panel, "role", None))
    named = roles.get(label) if isinstance(roles, Mapping) else roles
    return color(named) if named else SERIES[number % len(SERIES)]


def name_ends(axes: Any, labels: list[str], gap: float) -> None:
    """Write the name of each curve at its end, moved apart where two would stand nearer than ``gap`` pixels."""
    import numpy as np

    axes.figure.draw_without_rendering()
    low, high = axes.bbox.y0, axes.bbox.y1
    wanted = []
    for line in axes.lines[: len(labels)]:
        x, y = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
        good = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        at = axes.transData.transform((x[good[-1]], y[good[-1]]))[1] if good.size else low
        wanted.append(float(np.clip(at, low, high)) if np.isfinite(at) else low)
    for line, label, y in zip(axes.lines, labels, apart(wanted, gap, low, high), strict=False):
        axes.annotate(label, (1, (y - low) / (high - low)), xycoords="axes fraction", xytext=(6, 0), va="center", fontsize=8.6,
                      textcoords="offset points", color=line.get_color(), parse_math=False, annotation_clip=False)  # fmt: skip


def apart(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as can be to the wanted ones, in the same order, each at least ``gap`` from the next.

    >>> apart([10, 11, 50], 8, 0, 100)
    [10, 18, 50]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    found, last = list(wanted), low - gap
    for i in order:
        found[i] = last = max(wanted[i], last + gap)
    last = high + gap
    for i in reversed(order):
        found[i] = last = min(found[i], last - gap)
    return found


def legend(axes: Any) -> None:
    """The names of what is drawn, above the axes."""
    names = [text for text in axes.get_legend_handles_labels()[1] if text]
    fits = int(axes.get_window_extent().width // (widest(names, 12) + 44))
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1), ncols=max(1, min(fits, len(names))), frameon=False, fontsize=8.6,
                columnspacing=1.2, handlelength=1.6, handletextpad=0.5)  # fmt: skip


def ranges(axes: Any, panel: Panel, place: Place) -> None:
    """Set what the declaration says of x_range and y_range."""
    for which in ("x", "y"):
        if place.pick(getattr(panel, f"{which}_range")) is not None:
            getattr(axes, f"set_{which}lim")(*place.pick(getattr(panel, f"{which}_range")))


def even(axes: Any) -> None:
    """One unit as long along x as along y: the range that has room to spare grows, as in plane.js."""
    (a, b), (c, d), box = axes.get_xlim(), axes.get_ylim(), axes.get_window_extent()
    if (b - a) / (d - c) < box.width / box.height:
        more = ((d - c) * box.width / box.height - (b - a)) / 2
        axes.set_xlim(a - more, b + more)
    else:
        more = ((b - a) * box.height / box.width - (d - c)) / 2
        axes.set_ylim(c - more, d + more)


def logarithmic(axes: Any, which: str) -> None:
    """A logarithmic axis ("x" or "y"), whose numbers are written by the same rule as all others."""
    getattr(axes, f"set_{which}scale")("log")
    axes.minorticks_off()
    getattr(axes, f"{which}axis").set_major_formatter(lambda value, place: tick(value))
