"""Many maps, small, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from course_lib.explorer.controls import DeclarationError
from course_lib.explorer.palette import limits, table
from course_lib.explorer.panels.panel import Panel, Place
from course_lib.explorer.sheet import ARC, SOFT, Box, Sheet, text_width, widest


@dataclass(frozen=True)
class Thumbnails(Panel):
    """Many maps, small, side by side. Pointing at one shows it in the figure's other panels; a click keeps it there.

    The other panels (Heatmap, TokenRow, DotProduct) follow where they name arrays with the same axes in front as `maps`.

    maps: (map, row, column), or (layer, head, row, column), which stand in a grid; labels: one for each map (None: "head 1"
    and so on); map_name, row_name: what the maps are and what a row of the grid is; columns: how many stand side by side
    where there are three axes; palette, vmin, vmax: as of a Heatmap, shared by all maps.
    """

    maps: Any
    labels: Any = None
    map_name: Any = "head"
    row_name: Any = "layer"
    columns: Any = 8
    title: Any = None
    palette: Any = "sequential"
    vmin: Any = None
    vmax: Any = None
    width: float = 1.0
    names: ClassVar[tuple[str, ...]] = ("maps",)
    label_names: ClassVar[tuple[str, ...]] = ("labels",)
    sizes: ClassVar[SimpleNamespace] = SimpleNamespace(
        text=12, row_gap=10, gap=8, gap_narrow=2, narrow=40, map=118, label=17, col_labels=18, bottom=20, text_slack=6,
    )  # fmt: skip

    def count(self, place: Place) -> int:
        """How many maps there are."""
        return int(np.prod(place.array(self.maps).shape[:-2]))

    def grid(self, place: Place) -> tuple[int, int]:
        """How many rows and columns of maps."""
        shape = place.array(self.maps).shape
        if len(shape) == 4:
            return shape[0], shape[1]
        across = min(shape[0], int(place.pick(self.columns)))
        return -(-shape[0] // across), across

    def label(self, place: Place, k: int) -> str:
        """What map k is called."""
        labels, shape = place.texts(self.labels), place.array(self.maps).shape
        if labels is not None:
            return labels[k]
        if len(shape) == 3:
            return f"{place.pick(self.map_name)} {k + 1}"
        row, column = divmod(k, shape[1])
        return f"{place.pick(self.row_name)} {row + 1}, {place.pick(self.map_name)} {column + 1}"

    def check_shapes(self, place: Place) -> None:
        shape = place.array(self.maps).shape
        if len(shape) not in (3, 4) or 0 in shape:
            raise DeclarationError(
                f"Thumbnails maps={place.pick(self.maps)!r}: the array has shape {shape}, expected (map, row, column) or "
                "(layer, head, row, column), none of them 0."
            )
        self._fit(place, "labels", self.count(place), "maps")
        if int(place.pick(self.columns)) < 1:
            raise DeclarationError(f"Thumbnails columns={place.pick(self.columns)!r}: expected at least 1.")

    def geometry(self, place: Place, width: float) -> dict[str, Any]:
        """Where the small maps lie in a panel of this width: the corner of each, and how large they are."""
        s, maps = self.sizes, place.array(self.maps)
        (down, across), (n, m), grid = self.grid(place), maps.shape[-2:], maps.ndim == 4
        lines = [f"{place.pick(self.row_name)} {i + 1}" for i in range(down)] if grid else []
        left, gap = (
            (widest(lines, s.text) + s.row_gap if grid else 0),
            (s.gap if width / across > s.narrow else s.gap_narrow),
        )
        w = min((width - left) / across - gap, s.map)
        h, above = w * n / m, 0 if grid else s.label
        top = self.head(place) + (s.col_labels if grid else 0)
        corners = [(left + (k % across) * (w + gap), top + (k // across) * (h + gap + above) + above)
                   for k in range(self.count(place))]  # fmt: skip
        return {"corners": corners, "w": w, "h": h, "lines": lines, "left": left, "top": top, "across": across,
                "height": top + down * (h + gap + above) + s.bottom}  # fmt: skip

    def height(self, place: Place, width: float) -> float:
        return self.geometry(place, width)["height"]

    def draw(self, sheet: Sheet, place: Place, box: Box) -> dict[str, Any]:
        from matplotlib.colors import ListedColormap
        from matplotlib.patches import Rectangle

        s, axes, g, maps = self.sizes, sheet.pixels(box), self.geometry(place, box[2]), place.array(self.maps)
        sheet.title(axes, self, place)
        maps = maps.reshape(-1, *maps.shape[-2:])
        palette = place.pick(self.palette)
        low, high = limits(palette, maps, place.pick(self.vmin), place.pick(self.vmax))
        colors, drawn = ListedColormap(table(palette) / 255), []
        for k, (x, y) in enumerate(g["corners"]):
            image = axes.imshow(np.ma.masked_invalid(maps[k]), cmap=colors, vmin=low, vmax=high, aspect="auto",
                                extent=(x, x + g["w"], y + g["h"], y), interpolation="nearest")  # fmt: skip
            drawn.append(image.get_array().data.tolist())
            if not g["lines"]:
                name = self.label(place, k)
                sheet.text(
                    axes,
                    x,
                    y - 4,
                    name if text_width(name, s.text) <= g["w"] + s.text_slack else str(k + 1),
                    size=s.text,
                    color=SOFT,
                )
        axes.set_xlim(0, box[2])
        axes.set_ylim(box[3], 0)
        for i, line in enumerate(g["lines"]):
            sheet.text(
                axes, g["left"] - 8, g["corners"][i * g["across"]][1] + g["h"] / 2 + 4, line, size=s.text, ha="right"
            )
        for j in range(g["across"] if g["lines"] else 0):
            name = f"{place.pick(self.map_name)} {j + 1}"
            name = name if text_width(name, s.text) <= g["w"] + s.text_slack else str(j + 1)
            sheet.text(axes, g["corners"][j][0] + g["w"] / 2, g["top"] - 5, name, size=s.text, ha="center", color=SOFT)
        x, y = g["corners"][place.chosen]
        axes.add_patch(Rectangle((x - 1, y - 1), g["w"] + 2, g["h"] + 2, fill=False, edgecolor=ARC, lw=2.5, zorder=5))
        sheet.text(axes, g["left"], g["height"] - 6, f"shown large: {place.called}", size=s.text, color=SOFT)
        return {"maps": drawn, "chosen": place.chosen}
