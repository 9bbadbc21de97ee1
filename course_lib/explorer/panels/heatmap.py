"""A matrix as coloured cells."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError
from course_lib.explorer.numbers import short
from course_lib.explorer.palette import ANCHORS, limits, table
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.sheet import ARC, GROUND, INK, SOFT, Box, Sheet, ink_on, segments, text_width, widest


@dataclass(frozen=True)
class Heatmap(Panel):
    """A matrix as coloured cells, with the numbers in them where they fit. Cells of −inf and NaN are hatched and say so.

    array: (row, column), with the axes of Thumbnails in front where the figure has some; rows, cols: labels (a name or a list); row_label, col_label: what rows and columns are;
    palette: "sequential", or "diverging" for signed values (centred on 0 unless vmin and vmax say otherwise);
    vmin, vmax: what the ends of the colours mean (None: this frame's own extremes); beside: (row,) array printed at the
    right end of each row, under beside_label; numbers: print them in the cells where they fit; role: what the title's colour means (palette.ROLES).
    """

    array: Any
    rows: Any = None
    cols: Any = None
    row_label: Any = "row"
    col_label: Any = "column"
    title: Any = None
    palette: Any = "sequential"
    vmin: Any = None
    vmax: Any = None
    beside: Any = None
    beside_label: Any = None
    numbers: Any = True
    role: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("array", "beside")
    label_names: ClassVar[tuple[str, ...]] = ("rows", "cols")
    follows: ClassVar[str] = "array"
    # small: narrower panels show colours alone. A column's label is slanted where it is wider than its cell, or than
    # upright_cell; slant_high and slant_wide are the sine and cosine of its 40 degrees. said: where the page alone says
    # in words what is pointed at.
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace(
        small=150, cell_width=58, cell_height=38, upright_cell=56, label_gap=4, row_labels=0.3, row_gap=10, row_label=20,
        bare_left=4, bare_right=2, bare_top=2, bare_bottom=2, beside=40, beside_gap=14, beside_slanted=50,
        slant_high=0.64, slant_wide=0.77, slant_most=120, slant_gap=14, slant_right=10, col_labels=20, col_label=18,
        number_width=30, number_height=15, gaps_from=14, legend=34, legend_wide=90, legend_top=13, legend_high=9,
        legend_text=22, legend_gap=6, said=14,
    )  # fmt: skip

    def check_shapes(self, place: Place) -> None:
        array = self._need(place, "array", (2,))
        self._fit(place, "rows", array.shape[0], "rows")
        self._fit(place, "cols", array.shape[1], "columns")
        palette = place.pick(self.palette)
        if palette not in ANCHORS:
            raise DeclarationError(f"Heatmap palette={palette!r}: expected one of {', '.join(map(repr, ANCHORS))}.")
        if place.pick(self.beside) is not None:
            beside = self._need(place, "beside", (1,))
            if len(beside) != len(array):
                raise DeclarationError(
                    f"Heatmap beside= has {len(beside)} numbers for {len(array)} rows: give one a row."
                )

    def geometry(self, place: Place, width: float) -> dict[str, Any]:
        """Where the cells lie in a panel of this width; heatmap.js counts in the same way."""
        s, (n, m) = self.sizes, place.chosen_map(self.array).shape
        rows, cols, beside = place.texts(self.rows), place.texts(self.cols), place.pick(self.beside)
        small = width < s.small
        left = min(1.1 * widest(rows), width * s.row_labels) + s.row_gap if rows else s.bare_left
        left = 0 if small else left + (s.row_label if place.pick(self.row_label) else 0)
        right = s.bare_right
        if beside is not None:
            right = max(text_width(place.pick(self.beside_label) or "", 12), s.beside) + s.beside_gap
        cw = (width - left - right) / max(1, m)
        slant = bool(cols) and not small and widest(cols) > min(cw, s.upright_cell) - s.label_gap
        if slant:
            right = max(right, text_width(cols[-1]) * s.slant_wide - s.slant_right)
            cw = (width - left - right) / m
        cw = min(cw, s.cell_width)
        head = 0 if small and not self.heading(place) else self.head(place)
        above = s.bare_top if small or not cols else s.col_labels
        if slant:
            above = min(widest(cols), s.slant_most) * s.slant_high + s.slant_gap
        top = head + (s.col_label if not small and place.pick(self.col_label) else 0) + above
        ch = min(cw, s.cell_height)
        return {"n": n, "m": m, "left": left, "right": right, "cw": cw, "ch": ch, "top": top, "head": head, "slant": slant,
                "small": small, "height": top + n * ch + (s.bare_bottom if small else s.legend)}  # fmt: skip

    def height(self, place: Place, width: float) -> float:
        return self.geometry(place, width)["height"]

    def draw(self, sheet: Sheet, place: Place, box: Box) -> dict[str, Any]:
        from matplotlib.colors import ListedColormap
        from matplotlib.patches import Rectangle

        s, g, values, axes = self.sizes, self.geometry(place, box[2]), place.chosen_map(self.array), sheet.pixels(box)
        n, m, left, top, cw, ch = (g[key] for key in ("n", "m", "left", "top", "cw", "ch"))
        palette = place.pick(self.palette)
        low, high = limits(palette, values, place.pick(self.vmin), place.pick(self.vmax))
        colors = table(palette)
        axes.add_patch(
            Rectangle(
                (left, top), m * cw, n * ch, facecolor="#e3e3e3", hatch="////", edgecolor="#b5b5b5", lw=0, zorder=0
            )
        )
        image = axes.imshow(np.ma.masked_invalid(values), cmap=ListedColormap(colors / 255), vmin=low, vmax=high,
                            extent=(left, left + m * cw, top + n * ch, top), aspect="auto", interpolation="nearest", zorder=1)  # fmt: skip
        axes.set_xlim(0, box[2])
        axes.set_ylim(box[3], 0)
        if cw >= s.gaps_from:
            lines = [((left, top + i * ch), (left + m * cw, top + i * ch)) for i in range(1, n)]
            lines += [((left + j * cw, top), (left + j * cw, top + n * ch)) for j in range(1, m)]
            segments(axes, lines, GROUND, 1.1)
        sheet.title(axes, self, place)
        whole = place.whole(self.array)
        if place.pick(self.numbers) is not False and cw >= s.number_width and ch >= s.number_height:
            for (i, j), v in np.ndenumerate(values):
                shade = (
                    colors[int(np.clip(round((v - low) / (high - low) * 255), 0, 255))]
                    if np.isfinite(v)
                    else colors[128]
                )
                sheet.text(axes, left + (j + 0.5) * cw, top + (i + 0.5) * ch + 4, short(v, whole), size=11 if cw >= 36 else 10,
                          ha="center", color=ink_on(shade) if np.isfinite(v) else INK)  # fmt: skip
        drawn: dict[str, Any] = {"cells": image.get_array().data.tolist()}
        if g["small"]:
            return drawn
        r, c = sheet.lit(0, n, place.pick(self.rows), place), sheet.lit(1, m, place.pick(self.cols), place)
        for i, text in enumerate(place.texts(self.rows) or []):
            sheet.text(
                axes, left - 7, top + (i + 0.5) * ch + 4, text, ha="right", weight="bold" if i == r else "normal"
            )
        for j, text in enumerate(place.texts(self.cols) or []):
            style = {"rotation": 40, "rotation_mode": "anchor"} if g["slant"] else {"ha": "center"}
            sheet.text(axes, left + (j + 0.5) * cw, top - 7, text, weight="bold" if j == c else "normal", **style)
        if place.pick(self.row_label):
            says = place.pick(self.row_label)
            sheet.label(
                axes,
                12,
                top + n * ch / 2,
                f"← {says}",
                says,
                size=12,
                color=SOFT,
                rotation=90,
                va="center",
                ha="center",
            )
        if place.pick(self.col_label):
            sheet.label(
                axes, left, g["head"] + 12, f"{place.pick(self.col_label)} →", place.pick(self.col_label), size=12
            )
        if place.pick(self.beside) is not None:
            beside = place.chosen_map(self.beside, 1)
            x = left + m * cw + (s.beside_slanted if g["slant"] else g["right"] - 4)
            for i, v in enumerate(beside):
                sheet.text(
                    axes, x, top + (i + 0.5) * ch + 4, short(v), ha="right", weight="bold" if i == r else "normal"
                )
            y = top + n * ch + s.legend_text if g["slant"] else top - 7
            sheet.text(axes, x + (g["right"] - 52 if g["slant"] else 0), y, place.pick(self.beside_label) or "", size=12,
                      color=SOFT, ha="right")  # fmt: skip
            drawn["beside"] = beside.tolist()
        start, below = left + text_width(short(low), 12) + s.legend_gap, top + n * ch
        bar = axes.imshow(np.linspace(low, high, s.legend_wide)[None], cmap=image.cmap, vmin=low, vmax=high, aspect="auto",
                          extent=(start, start + s.legend_wide, below + s.legend_top + s.legend_high, below + s.legend_top))  # fmt: skip
        bar.set_zorder(1)
        axes.set_xlim(0, box[2])
        axes.set_ylim(box[3], 0)
        sheet.text(axes, start - s.legend_gap, below + s.legend_text, short(low), size=12, color=SOFT, ha="right")
        sheet.text(axes, start + s.legend_wide + s.legend_gap, below + s.legend_text, short(high), size=12, color=SOFT)
        lines = [] if r is None else [(left, top + r * ch, m * cw, ch, 1.5)]
        if c is not None:
            lines.append(
                (left + c * cw, top, cw, n * ch, 1.5) if r is None else (left + c * cw, top + r * ch, cw, ch, 2.5)
            )
        for x, y, w, h, lw in lines:
            axes.add_patch(Rectangle((x, y), w, h, fill=False, edgecolor=ARC, lw=lw, zorder=5))
        return drawn
