"""Bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError
from course_lib.explorer.numbers import short
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.panels.plane import legend, plane, series_color
from course_lib.explorer.sheet import INK, SOFT, Box, Sheet, widest


@dataclass(frozen=True)
class Bars(Panel):
    """Bars, one series or several side by side.

    series: the name of an array, or {label: name}; labels: one for each bar; low, high: the range of values (None: of
    this frame, 0 included). An array of two axes shows the row that is in focus; rows then labels its rows.
    role: what the colour means (palette.ROLES), for all bars or {label: role}.
    """

    series: Any
    labels: Any = None
    low: Any = None
    high: Any = None
    title: Any = None
    y_label: Any = None
    rows: Any = None
    role: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("series",)
    label_names: ClassVar[tuple[str, ...]] = ("labels", "rows")
    # plane: how high the axes with their labels are in the page; picture: the whole of the static panel. together: the
    # part of its place that a group of bars takes; bar: the part of its share that a bar takes.
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace(
        plane=220, picture=250, together=0.76, bar=0.94, number_width=26, label_width=18, label_gap=4, crowd=60,
    )  # fmt: skip

    def lines(self, place: Place) -> dict[str, np.ndarray]:
        """The series by their labels."""
        return {label: place.array(name) for label, name in self.named(place).items()}

    def named(self, place: Place) -> dict[str, Any]:
        """The names of the arrays by the labels of the series."""
        series = place.pick(self.series)
        return dict(series) if isinstance(series, Mapping) else {"": series}

    def check_shapes(self, place: Place) -> None:
        for label, values in self.lines(place).items():
            if values.ndim not in (1, 2):
                raise DeclarationError(
                    f"Bars {label or self.series!r}: shape {values.shape}, expected one axis or two."
                )
            self._fit(place, "labels", values.shape[-1], "bars")
            if values.ndim == 2:
                self._fit(place, "rows", values.shape[0], "rows")

    def height(self, place: Place, width: float) -> float:
        return self.sizes.picture

    def draw(self, sheet: Sheet, place: Place, box: Box) -> dict[str, Any]:
        s = self.sizes
        named = {label: values[sheet.lit(0, len(values))] if values.ndim == 2 else np.atleast_1d(values)
                 for label, values in self.lines(place).items()}  # fmt: skip
        axes = plane(sheet, self, place, box, legend=any(named))
        count, names = len(next(iter(named.values()))), self.named(place)
        drawn, each = {}, s.together / len(named)
        for k, (label, values) in enumerate(named.items()):
            x = np.arange(count) - s.together / 2 + (k + 0.5) * each
            bars = axes.bar(
                x,
                np.where(np.isfinite(values), values, 0),
                width=each * s.bar,
                color=series_color(self, place, k, label),
                label=label,
            )
            drawn[label] = [
                bar.get_height() if np.isfinite(v) else float(v) for bar, v in zip(bars, values, strict=True)
            ]
            if box[2] * each / count >= s.number_width:
                whole = place.whole(names[label])
                for at, v in zip(x, values, strict=True):
                    up = np.isfinite(v) and v >= 0
                    axes.annotate(short(v, whole), (at, v if np.isfinite(v) else 0), xytext=(0, 2 if up else -3), fontsize=8.6,
                                  textcoords="offset points", ha="center", va="bottom" if up else "top", color=INK)  # fmt: skip
        labels = place.texts(self.labels) or [str(i) for i in range(count)]
        every = int(np.ceil(count / max(1, box[2] // s.label_width)))
        turned = widest(labels, 12) > box[2] / count * every - s.label_gap
        axes.set_xticks(
            range(0, count, every), labels[::every], rotation=35 if turned else 0, ha="right" if turned else "center"
        )
        axes.grid(axis="x", visible=False)
        axes.axhline(0, color=SOFT, lw=0.8)
        axes.margins(y=0.12)
        axes.set_ylim(place.pick(self.low), place.pick(self.high))
        if any(named):
            legend(axes)
        return drawn
