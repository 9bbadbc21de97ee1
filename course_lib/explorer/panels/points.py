"""Points in the plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.panels.plane import even, legend, logarithmic, plane, ranges, series_color
from course_lib.explorer.sheet import INK, SOFT, Box, Sheet, text_width

MARKS = ["o", "s", "^", "D"]
ARC_SIZE = 0.4  # of the shorter of the two arrows, which an arc between them has as its radius


@dataclass(frozen=True)
class Points(Panel):
    """Points in the plane, with their labels.

    xy: (point, 2); labels: one for each; groups: (point,) whole numbers that choose colour and shape, named by
    group_names; arrows: draw each as an arrow from the origin; log_x, log_y: logarithmic axes (not with arrows, which
    have no origin there); x_range, y_range: (low, high); equal: one unit is as long along x as along y (as it has to be where
    angles mean something); circle: draw the unit circle; angle: (i, j), an arc from arrow i to arrow j;
    perpendicular: and the perpendicular from the tip of j to the line of i; role: what the colours mean (palette.ROLES), for all
    points or {name of a group: role}.
    """

    xy: Any
    labels: Any = None
    groups: Any = None
    group_names: Any = None
    arrows: Any = False
    equal: Any = False
    circle: Any = False
    angle: Any = None
    perpendicular: Any = False
    role: Any = None
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
        high=0.8, plane_least=240, plane_most=400, picture_least=260, picture_most=420, labels_most=45, label=12, arc=ARC_SIZE,
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
        angle = place.pick(self.angle)
        if angle is not None and not (place.pick(self.arrows) and all(0 <= i < len(xy) for i in angle)):
            raise DeclarationError(f"Points angle={angle!r}: expected arrows=True and two of the {len(xy)} arrows.")
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
            mine = groups == group
            color = series_color(self, place, group, names[group] if group < len(names) else "")
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
        if place.pick(self.circle):
            turn = np.linspace(0, 2 * np.pi, 181)
            axes.plot(np.cos(turn), np.sin(turn), color=SOFT, lw=0.8, ls=":", zorder=0)
        if place.pick(self.angle) is not None:
            for line in angle_marks(xy, *place.pick(self.angle))[: 2 if place.pick(self.perpendicular) else 1]:
                axes.plot(*line.T, color=SOFT, lw=1, ls="--" if len(line) == 2 else "-", zorder=1)
        if names and not place.pick(self.arrows):
            legend(axes)
        for which, line in (("x", axes.axvline), ("y", axes.axhline)):
            if place.pick(getattr(self, f"log_{which}")):
                logarithmic(axes, which)
            else:
                line(0, color=SOFT, lw=0.6)
        ranges(axes, self, place)
        if place.pick(self.equal):
            even(axes)
        if labels and len(labels) <= self.sizes.labels_most:
            spots, box = axes.transData.transform(xy), axes.get_window_extent()
            widths = [text_width(text, self.sizes.label) for text in labels]
            origin, lines = axes.transData.transform((0, 0)), np.zeros((0, 2))
            if place.pick(self.arrows):
                lines = np.concatenate([origin + (spots - origin) * k / 21 for k in range(20)])
            found = placed(spots, widths, (box.x0, box.y0, box.x1, box.y1), lines)
            for text, at, where in zip(labels, xy, found, strict=True):
                if where is not None:
                    axes.annotate(text, at, xytext=where, textcoords="offset pixels", fontsize=8.6, color=INK, parse_math=False,
                                  ha="left" if where[0] > 0 else "right")  # fmt: skip
        return {"xy": drawn.tolist()}


def angle_marks(xy: np.ndarray, i: int, j: int) -> list[np.ndarray]:
    """The arc (49, 2) from arrow i to arrow j, and the perpendicular (2, 2) from the tip of j to the line of i.

    Nothing where one of the two has no length.

    >>> angle_marks(np.array([[2.0, 0.0], [1.0, 1.0]]), 0, 1)[1].tolist()
    [[1.0, 1.0], [1.0, 0.0]]
    """
    a, b = xy[i], xy[j]
    lengths = np.hypot(*a), np.hypot(*b)
    if not (np.isfinite(xy[[i, j]]).all() and min(lengths) > 0):
        return []
    start, turn = np.arctan2(a[1], a[0]), np.arctan2(a[0] * b[1] - a[1] * b[0], a @ b)
    at = start + np.linspace(0, turn, 49)
    arc = ARC_SIZE * min(lengths) * np.stack([np.cos(at), np.sin(at)], axis=1)
    return [arc, np.stack([b, a * (a @ b) / lengths[0] ** 2])]


def placed(
    spots: np.ndarray, widths: Sequence[float], box: tuple[float, float, float, float], lines: np.ndarray
) -> list[Any]:
    """Where the label of each point goes, in pixels from it, or None where it would touch another or a line; as in points.js.

    >>> placed(np.array([[50.0, 50.0], [52.0, 50.0]]), [30, 30], (0, 0, 100, 100), np.zeros((0, 2)))
    [(7, 5), (-7, 5)]
    """
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in [*spots, *lines]]
    found: list[Any] = [None] * len(spots)
    for k, ((x, y), width) in enumerate(zip(spots, widths, strict=True)):
        for dx, dy in ((7, 5), (-7, 5), (7, -14), (-7, -14)):
            left = x + dx if dx > 0 else x + dx - width
            here = (left, y + dy - 3, left + width, y + dy + 10)
            inside = here[0] >= box[0] and here[2] <= box[2] + 12 and here[1] >= box[1] - 2 and here[3] <= box[3] + 12
            if inside and not any(_meet(here, other) for o, other in enumerate(taken) if o != k):
                taken.append(here)
                found[k] = (dx, dy)
                break
    return found


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
