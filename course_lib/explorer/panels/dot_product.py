"""The dot product behind a cell."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError
from course_lib.explorer.numbers import long, short
from course_lib.explorer.palette import table
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.sheet import Box, Sheet, ink_on, widest


@dataclass(frozen=True)
class DotProduct(Panel):
    """The dot product behind the cell in focus: both vectors, their products, the sum.

    left: (row, d), right: (column, d), or (d, column) where right_axis is "cols"; result: (row, column), the array whose
    cell is explained (None: the sum alone); rows, cols: labels; chain: [(what is done, name of the array after it)], the
    numbers that the cell becomes in later steps; left_label, right_label: what the two vectors are called.
    """

    left: Any
    right: Any
    result: Any = None
    rows: Any = None
    cols: Any = None
    left_label: Any = None
    right_label: Any = None
    right_axis: Any = "rows"
    chain: Any = None
    title: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("left", "right", "result", "chain")
    label_names: ClassVar[tuple[str, ...]] = ("rows", "cols")
    follows: ClassVar[str] = "left"
    # more: the room for "…" where not all numbers fit; pale, dark: the ends of the colours, which leave the text legible.
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace(
        margin=24, margin_most=0.45, cell_width=44, cell_height=25, between=3, line=30, before_sum=5, text=17, edge=4,
        more=22, result=26, step=22, bottom=12, column_gap=16, column_right=70, pale=0.12, dark=0.88,
    )  # fmt: skip

    def check_shapes(self, place: Place) -> None:
        left, right = self._need(place, "left", (2,)), self._need(place, "right", (2,))
        right = right.T if place.pick(self.right_axis) == "cols" else right
        if left.shape[1] != right.shape[1]:
            raise DeclarationError(
                f"DotProduct: the vectors of left have {left.shape[1]} numbers and those of right {right.shape[1]}. "
                'Both need the same length; right_axis="cols" reads the columns of right.'
            )
        self._fit(place, "rows", len(left), "rows")
        self._fit(place, "cols", len(right), "columns")

    def height(self, place: Place, width: float) -> float:
        s = self.sizes
        return self.head(place) + 3 * s.line + s.result + s.bottom + s.step * len(place.pick(self.chain) or [])

    def draw(self, sheet: Sheet, place: Place, box: Box) -> dict[str, Any]:
        from matplotlib.patches import Rectangle

        s, axes, width = self.sizes, sheet.pixels(box), box[2]
        head = sheet.title(axes, self, place)
        r, c, a, b = self.parts(sheet, place)
        result = None if place.pick(self.result) is None else place.chosen_map(self.result)
        total = float(a @ b if result is None else result[r, c])
        rows, cols = place.texts(self.rows), place.texts(self.cols)
        texts = [
            f"{place.pick(self.left_label) or place.pick(self.left)}: {rows[r] if rows else f'row {r}'}",
            f"{place.pick(self.right_label) or place.pick(self.right)}: {cols[c] if cols else f'column {c}'}",
            "products",
        ]
        margin, cw, ch = min(widest(texts) + s.margin, width * s.margin_most), s.cell_width, s.cell_height
        fit = max(1, int((width - margin - s.edge) // cw))
        shown = len(a) if len(a) <= fit else max(1, int((width - margin - s.more) // cw))
        finite = np.abs(np.concatenate([a, b])[np.isfinite(np.concatenate([a, b]))])
        scale, colors = max(1e-9, finite.max(initial=0.0)), table("diverging")
        for line, values in enumerate((a, b, a * b)):
            y = head + line * s.line + (s.before_sum if line == 2 else 0)
            sheet.label(axes, 0, y + s.text, texts[line], texts[line])
            sheet.text(axes, margin - 8, y + s.text, ["", "×", "="][line], ha="right")
            for k in range(shown):
                v = values[k]
                shade = colors[int(np.clip(0.5 + 0.5 * v / scale, s.pale, s.dark) * 255) if np.isfinite(v) else 127]
                axes.add_patch(Rectangle((margin + k * cw, y), cw - s.between, ch, facecolor=shade / 255, lw=0))
                sheet.text(
                    axes,
                    margin + (k + 0.5) * cw - s.between / 2,
                    y + s.text,
                    short(v),
                    size=12,
                    ha="center",
                    color=ink_on(shade),
                )
            if shown < len(a):
                sheet.text(axes, margin + shown * cw + 2, y + s.text, "…")
        y, after = head + 3 * s.line + s.result, []
        steps = [(what, float(place.chosen_map(name)[r, c])) for what, name in place.pick(self.chain) or []]
        said = f"sum of all {len(a)} products" if shown < len(a) else f"sum of the {len(a)} products"
        column = min(width - s.column_right, max(widest([said, *(what for what, _ in steps)]) + s.column_gap, margin))
        sheet.text(axes, 0, y, said)
        sheet.text(axes, column, y, f"= {long(total)}", weight="bold")
        for what, value in steps:
            y += s.step
            after.append(value)
            sheet.text(axes, 0, y, what)
            sheet.text(axes, column, y, f"→ {long(value)}", weight="bold")
        drawn = {
            "left": a[:shown].tolist(),
            "right": b[:shown].tolist(),
            "products": (a * b)[:shown].tolist(),
            "sum": total,
        }
        return drawn | ({"chain": after} if after else {})

    def parts(self, sheet: Sheet, place: Place) -> tuple[int, int, np.ndarray, np.ndarray]:
        """The row and the column in focus, and their two vectors."""
        left, right = place.chosen_map(self.left), place.chosen_map(self.right)
        right = right.T if place.pick(self.right_axis) == "cols" else right
        r, c = sheet.lit(0, len(left)), sheet.lit(1, len(right))
        return r, c, left[r], right[c]
