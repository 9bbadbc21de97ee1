"""Points in the plane."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError
from course_lib.explorer.palette import SERIES
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.panels.plane import legend, plane, ranges
from course_lib.explorer.sheet import INK, SOFT, Box, Sheet

MARKS = ["o", "s", "^", "D"]


@dataclass(frozen=True)
class Points(Panel):
    """Points in the plane, with their labels.

    xy: (point, 2); labels: one for each; groups: (point,) whole numbers that choose colour and shape, named by
    group_names; arrows: draw each as an arrow from the origin; log_x, log_y: logarithmic axes (not with arrows, which
    have no origin there); x_range, y_range: (low, high).
    """

    xy: Any
    labels: Any = None
    groups: Any = None
    group_names: Any = None
    arrows: Any = False
    title: Any = None
    x_label: Any = None
    y_label: Any = None
    log_x: Any = False
    log_y: Any = False
    x_range: Any = None
    y_range: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("xy", "groups")
    label_names: ClassVar[tuple[str, ...]] = ("labels", "group_names")
    # The plane is as high as high times the width, between the two; plane_* in the page, picture_* the static panel.
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace(
        high=0.8, plane_least=240, plane_most=400, picture_least=260, picture_most=420, labels_most=40,
    )  # fmt: skip

    def check_shapes(self, place: Place) -> None:
        xy = self._need(place, "xy", (2,))
        if xy.shape[1] != 2:
            raise DeclarationError(f"Points xy has shape {xy.shape}, expected (points, 2): two coordinates for each.")
        for axis, log in enumerate((self.log_x, self.log_y)):
            if place.pick(log) and (place.pick(self.arrows) or (xy[:, axis] <= 0).any()):
                raise DeclarationError(
                    f"Points log_{'xy'[axis]}=True needs coordinates above zero and no arrows: leave it out, or return others."
                )
        self._fit(place, "labels", len(xy), "points")
        if place.pick(self.groups) is not None and place.array(self.groups).shape != (len(xy),):
            raise DeclarationError(f"Points groups has shape {place.array(self.groups).shape}, expected ({len(xy)},).")

    def height(self, place: Place, width: float) -> float:
        return min(max(width * self.sizes.high, self.sizes.picture_least), self.sizes.picture_most)

    def draw(self, sheet: Sheet, place: Place, box: Box) -> dict[str, Any]:
        axes = plane(sheet, self, place, box, legend=place.pick(self.group_names) is not None)
        xy, labels = place.array(self.xy), place.texts(self.labels)
        groups = (
            np.zeros(len(xy), int) if place.pick(self.groups) is None else place.array(self.groups).round().astype(int)
        )
        names, drawn = place.texts(self.group_names) or [], np.full(xy.shape, np.nan)
        for group in np.unique(groups):
            mine, color = groups == group, SERIES[group % len(SERIES)]
            if place.pick(self.arrows):
                marks = axes.quiver(np.zeros(mine.sum()), np.zeros(mine.sum()), *xy[mine].T, angles="xy", scale_units="xy",
                                    scale=1, color=color, width=0.006)  # fmt: skip
                drawn[mine] = np.stack([marks.U, marks.V], axis=1)
                axes.update_datalim(np.vstack([xy[mine], [[0, 0]]]))
                axes.autoscale_view()
            else:
                marks = axes.scatter(
                    *xy[mine].T,
                    s=28,
                    color=color,
                    marker=MARKS[group % len(MARKS)],
                    label=names[group] if group < len(names) else None,
                )
                drawn[mine] = marks.get_offsets()
        if names and not place.pick(self.arrows):
            legend(axes)
        if labels and len(labels) <= self.sizes.labels_most:
            for text, at in zip(labels, xy, strict=True):
                axes.annotate(
                    text, at, xytext=(5, 4), textcoords="offset points", fontsize=9, color=INK, parse_math=False
                )
        for which, line in (("x", axes.axvline), ("y", axes.axhline)):
            if place.pick(getattr(self, f"log_{which}")):
                getattr(axes, f"set_{which}scale")("log")
                axes.minorticks_off()
            else:
                line(0, color=SOFT, lw=0.6)
        ranges(axes, self, place)
        return {"xy": drawn.tolist()}
