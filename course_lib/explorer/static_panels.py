"""How matplotlib draws each panel. Every function draws into a box of pixels and returns what its artists now hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.explorer.palette import SERIES, limits, table
from course_lib.explorer.panels import (
    Bars,
    Curves,
    DotProduct,
    Graph,
    Heatmap,
    Note,
    Panel,
    Place,
    Points,
    Thumbnails,
    TokenRow,
    TokenText,
)

INK, SOFT, FAINT, ARC, RAISED = "#1f2328", "#5b6168", "#d5d9de", "#d55e00", "#eef0f2"
LINES = ["-", (0, (6, 3)), (0, (1.5, 2)), (0, (7, 2, 1.5, 2)), (0, (10, 3)), (0, (3, 3))]
MARKS = ["o", "s", "^", "D"]
Box = tuple[float, float, float, float]


class Page:
    """A figure measured in pixels from the top left."""

    def __init__(self, figure: Any, width: float, height: float, focus: tuple[int, int]):
        self.figure, self.width, self.height, self.focus = figure, width, height, focus
        self.whole = self.pixels((0, 0, width, height))

    def axes(self, box: Box, **options: Any) -> Any:
        x, y, w, h = box
        return self.figure.add_axes(
            (x / self.width, 1 - (y + h) / self.height, w / self.width, h / self.height), **options
        )

    def pixels(self, box: Box) -> Any:
        axes = self.axes(box)
        axes.set_axis_off()
        axes.set_xlim(0, box[2])
        axes.set_ylim(box[3], 0)
        return axes

    def text(self, axes: Any, x: float, y: float, text: str, size: float = 13, **style: Any) -> None:
        # 100 dots per inch: a pixel is 0.72 points. A "$" in a token is a dollar, not mathematics.
        axes.text(x, y, text, fontsize=size * 0.72, parse_math=False, **{"color": INK, "va": "baseline", **style})

    def title(self, axes: Any, panel: Panel, place: Place, x: float = 0) -> float:
        text = panel.heading(place)
        if text:
            self.text(axes, x, 14, text, size=13.6, weight="bold")
        return 24 if text else 2

    def lit(self, part: int, size: int) -> int:
        """The row (part 0) or the column (part 1) in focus before anything is pointed at."""
        return min(self.focus[part], size - 1)


def text_width(text: str, size: float = 13) -> float:
    """About how wide a text is, in pixels.

    >>> round(text_width("query"))
    39
    """
    return 0.6 * size * len(text)


def widest(texts: list[str] | None, size: float = 13) -> float:
    return max((text_width(text, size) for text in texts or [""]), default=0)


def short(value: float, whole: bool = False) -> str:
    """A number for a cell: two decimals, fewer where it is large.

    >>> [short(v) for v in (0.123, -0.001, 12.34, -345.6, float("-inf"))]
    ['0.12', '0.00', '12.3', '−346', '−∞']
    """
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else "∞" if value > 0 else "−∞"
    size = abs(value)
    text = f"{value:.0e}".replace("e+0", "e") if size >= 1e5 else (
        f"{value:.{0 if whole or size >= 100 else 1 if size >= 9.995 else 2}f}")  # fmt: skip
    return (text.replace("-", "") if float(text) == 0 else text).replace("-", "−")


def long(value: float) -> str:
    """A number for a sentence: four digits.

    >>> [long(v) for v in (0.123456, -2.0, 0.00001234)]
    ['0.1235', '−2', '1.23e−05']
    """
    if not np.isfinite(value):
        return short(value)
    tiny = value != 0 and (abs(value) < 1e-3 or abs(value) >= 1e6)
    return (f"{value:.2e}" if tiny else f"{value:.4g}").replace("-", "−")


def ink_on(rgb: np.ndarray) -> str:
    """White or black, whichever can be read on this colour."""
    return "white" if rgb @ (0.299, 0.587, 0.114) < 140 else "#111111"


# ---------------------------------------------------------------- heat map


def heatmap_geometry(panel: Heatmap, place: Place, width: float) -> dict[str, Any]:
    """Where the cells of a heat map lie in a panel of this width."""
    n, m = place.chosen_map(panel.array).shape
    rows, cols, beside = place.texts(panel.rows), place.texts(panel.cols), place.pick(panel.beside)
    small = width < 150
    left = (
        0
        if small
        else (min(1.1 * widest(rows), width * 0.3) + 10 if rows else 4) + (20 if place.pick(panel.row_label) else 0)
    )
    right = max(text_width(place.pick(panel.beside_label) or "", 12), 40) + 14 if beside is not None else 2
    cw = (width - left - right) / max(1, m)
    slant = bool(cols) and not small and widest(cols) > min(cw, 58) - 4
    if slant:
        right = max(right, text_width(cols[-1]) * 0.77 - 10)
        cw = (width - left - right) / m
    cw = min(cw, 58)
    titled = bool(panel.heading(place))
    head = 0 if small and not titled else 24 if titled else 2
    above = 2 if small or not cols else min(widest(cols), 120) * 0.64 + 14 if slant else 20
    top = head + (18 if not small and place.pick(panel.col_label) else 0) + above
    ch = min(cw, 38)
    return {"n": n, "m": m, "left": left, "right": right, "cw": cw, "ch": ch, "top": top, "head": head, "slant": slant,
            "small": small, "height": top + n * ch + (2 if small else 34)}  # fmt: skip


def draw_heatmap(page: Page, panel: Heatmap, place: Place, box: Box) -> dict[str, Any]:
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Rectangle

    g, values, axes = heatmap_geometry(panel, place, box[2]), place.chosen_map(panel.array), page.pixels(box)
    n, m, left, top, cw, ch = (g[key] for key in ("n", "m", "left", "top", "cw", "ch"))
    palette = place.pick(panel.palette)
    low, high = limits(palette, values, place.pick(panel.vmin), place.pick(panel.vmax))
    colors = table(palette)
    axes.add_patch(
        Rectangle((left, top), m * cw, n * ch, facecolor="#e3e3e3", hatch="////", edgecolor="#b5b5b5", lw=0, zorder=0)
    )
    image = axes.imshow(np.ma.masked_invalid(values), cmap=ListedColormap(colors / 255), vmin=low, vmax=high,
                        extent=(left, left + m * cw, top + n * ch, top), aspect="auto", interpolation="nearest", zorder=1)  # fmt: skip
    axes.set_xlim(0, box[2])
    axes.set_ylim(box[3], 0)
    if cw >= 14:
        lines = [((left, top + i * ch), (left + m * cw, top + i * ch)) for i in range(1, n)]
        lines += [((left + j * cw, top), (left + j * cw, top + n * ch)) for j in range(1, m)]
        _segments(axes, lines, "white", 1.1)
    page.title(axes, panel, place)
    whole = bool(np.all(~np.isfinite(values) | (values == np.round(values))))
    if place.pick(panel.numbers) is not False and cw >= 30 and ch >= 15:
        for (i, j), v in np.ndenumerate(values):
            shade = (
                colors[int(np.clip(round((v - low) / (high - low) * 255), 0, 255))] if np.isfinite(v) else colors[128]
            )
            page.text(axes, left + (j + 0.5) * cw, top + (i + 0.5) * ch + 4, short(v, whole), size=11 if cw >= 36 else 10,
                      ha="center", color=ink_on(shade) if np.isfinite(v) else INK)  # fmt: skip
    drawn: dict[str, Any] = {"cells": image.get_array().data.tolist()}
    if g["small"]:
        return drawn
    r, c = page.lit(0, n), page.lit(1, m)
    for i, text in enumerate(place.texts(panel.rows) or []):
        page.text(axes, left - 7, top + (i + 0.5) * ch + 4, text, ha="right", weight="bold" if i == r else "normal")
    for j, text in enumerate(place.texts(panel.cols) or []):
        style = {"rotation": 40, "rotation_mode": "anchor"} if g["slant"] else {"ha": "center"}
        page.text(axes, left + (j + 0.5) * cw, top - 7, text, weight="bold" if j == c else "normal", **style)
    if place.pick(panel.row_label):
        page.text(axes, 12, top + n * ch / 2, f"← {place.pick(panel.row_label)}", size=12, color=SOFT, rotation=90,
                  va="center", ha="center")  # fmt: skip
    if place.pick(panel.col_label):
        page.text(axes, left, g["head"] + 12, f"{place.pick(panel.col_label)} →", size=12, color=SOFT)
    if place.pick(panel.beside) is not None:
        beside = place.chosen_map(panel.beside, 1)
        x = left + m * cw + (50 if g["slant"] else g["right"] - 4)
        for i, v in enumerate(beside):
            page.text(axes, x, top + (i + 0.5) * ch + 4, short(v), ha="right", weight="bold" if i == r else "normal")
        y = top + n * ch + 22 if g["slant"] else top - 7
        page.text(axes, x + (g["right"] - 52 if g["slant"] else 0), y, place.pick(panel.beside_label) or "", size=12,
                  color=SOFT, ha="right")  # fmt: skip
        drawn["beside"] = beside.tolist()
    start = left + text_width(short(low), 12) + 6
    bar = axes.imshow(np.linspace(low, high, 90)[None], cmap=image.cmap, vmin=low, vmax=high, aspect="auto",
                      extent=(start, start + 90, top + n * ch + 22, top + n * ch + 13))  # fmt: skip
    bar.set_zorder(1)
    axes.set_xlim(0, box[2])
    axes.set_ylim(box[3], 0)
    page.text(axes, start - 6, top + n * ch + 22, short(low), size=12, color=SOFT, ha="right")
    page.text(axes, start + 96, top + n * ch + 22, short(high), size=12, color=SOFT)
    for x, y, w, h, lw in ((left, top + r * ch, m * cw, ch, 1.5), (left + c * cw, top + r * ch, cw, ch, 2.5)):
        axes.add_patch(Rectangle((x, y), w, h, fill=False, edgecolor=ARC, lw=lw, zorder=5))
    return drawn


def _segments(axes: Any, lines: list[Any], color: str, width: float) -> None:
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(lines, colors=color, linewidths=width), autolim=False)


# ---------------------------------------------------------------- tokens, dot product, note


def token_height(panel: TokenRow, place: Place, width: float) -> float:
    head, weights = (24 if panel.heading(place) else 2), place.pick(panel.weights) is not None
    return head + (min(max(width * 0.17, 90), 140) + 60 if weights else 34)


def draw_tokens(page: Page, panel: TokenRow, place: Place, box: Box) -> dict[str, Any]:
    from matplotlib.patches import FancyBboxPatch, PathPatch
    from matplotlib.path import Path

    axes, tokens = page.pixels(box), place.texts(panel.tokens)
    n, width = len(tokens), box[2]
    head, row = page.title(axes, panel, place), page.lit(0, n)
    weights = None if place.pick(panel.weights) is None else place.chosen_map(panel.weights)[row]
    room = 0 if weights is None else min(max(width * 0.17, 90), 140)
    line = head + room + (0 if weights is None else 6)
    sizes = [max(text_width(token, 14) + 18, 44) for token in tokens]
    shrink = min(1.0, (width - 4 * (n + 1)) / sum(sizes))
    sizes = [size * shrink for size in sizes]
    gap = min((width - sum(sizes)) / (n + 1), 60)
    starts = (width - sum(sizes) - gap * (n - 1)) / 2 + np.cumsum([0, *sizes[:-1]]) + gap * np.arange(n)
    middles = starts + np.array(sizes) / 2
    far = max(1.0, np.abs(middles - middles[row]).max())
    arcs = []
    for j, token in enumerate(tokens):
        chosen = weights is not None and j == row
        if weights is not None:
            w = abs(weights[j]) if np.isfinite(weights[j]) else 0.0
            a, b = middles[row], middles[j]
            up = 44 if j == row else (30 + (room - 34) * np.sqrt(abs(b - a) / far)) * 1.3
            points = ([(a - 9, line), (a - 26, line - up), (a + 26, line - up), (a + 9, line)] if j == row
                      else [(a, line), (a, line - up), (b, line - up), (b, line)])  # fmt: skip
            path = Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
            arc = PathPatch(path, fill=False, edgecolor=ARC, linewidth=(1 + 11 * min(w, 1.2)) * 0.72, capstyle="butt",
                            alpha=0.35 if w < 0.005 else 0.45 + 0.4 * min(w, 1), linestyle=":" if w < 0.005 else "-")  # fmt: skip
            axes.add_patch(arc)
            arcs.append(arc)
            page.text(axes, middles[j], line + 48, short(weights[j]), size=12.5, ha="center")
        axes.add_patch(FancyBboxPatch((starts[j] + 4, line + 4), sizes[j] - 8, 22, boxstyle="round,pad=4",
                                      facecolor="#b34700" if chosen else RAISED, edgecolor="#c8ccd1", lw=0.7))  # fmt: skip
        page.text(axes, middles[j], line + 20, token, size=14 * max(shrink, 0.6), ha="center",
                  color="white" if chosen else INK, weight="bold" if chosen else "normal")  # fmt: skip
    if weights is None:
        return {"tokens": tokens}
    x = text_width(panel.heading(place), 13.6) * 1.12 + 18 if panel.heading(place) else 0
    says = (
        f"{place.pick(panel.query_label)}: {tokens[row]} (its weights stand under the tokens; thicker arc, more weight)"
    )
    page.text(axes, x, 14, says, size=12, color=SOFT)
    return {"weights": weights.tolist(), "row": row, "widths": [arc.get_linewidth() for arc in arcs]}


def token_slots(panel: TokenText, place: Place, width: float) -> tuple[list[str], list[tuple[float, float, float]]]:
    """The texts as they can be drawn, and for each box where it stands and how wide it is."""
    texts = [drawable(text) for text in place.texts(panel.tokens)]
    ids = [""] * len(texts) if place.pick(panel.ids) is None else [f"{i:.0f}" for i in place.array(panel.ids)]
    x, y, slots = 2.0, (24 if place.pick(panel.title) else 2) + 2.0, []
    for text, number in zip(texts, ids, strict=True):
        w = min(width - 4, max(text_width(text, 14) + 10, text_width(number, 11) + 6))
        if x > 2 and x + w > width - 2:
            x, y = 2.0, y + 46
        slots.append((x, y, w))
        x += w + 4
        if text.endswith("↵"):
            x, y = 2.0, y + 46
    return texts, slots


def drawable(text: str) -> str:
    """The text, or its bytes where matplotlib's font has no picture of one of its characters.

    >>> drawable("blue"), drawable("漢")
    ('blue', 'E6 BC A2')
    """
    from matplotlib.font_manager import FontProperties, findfont, get_font

    known = get_font(findfont(FontProperties())).get_char_index
    return text if all(known(ord(character)) for character in text) else text.encode("utf-8").hex(" ").upper()


def token_text_height(panel: TokenText, place: Place, width: float) -> float:
    slots = token_slots(panel, place, width)[1]
    return (slots[-1][1] + 46 if slots else 26) + 20


def draw_token_text(page: Page, panel: TokenText, place: Place, box: Box) -> dict[str, Any]:
    from matplotlib.patches import FancyBboxPatch

    axes = page.pixels(box)
    page.title(axes, panel, place)
    texts, slots = token_slots(panel, place, box[2])
    ids = [] if place.pick(panel.ids) is None else place.array(panel.ids).tolist()
    for i, (text, (x, y, w)) in enumerate(zip(texts, slots, strict=True)):
        axes.add_patch(FancyBboxPatch((x + 3, y + 3), w - 6, 18, boxstyle="round,pad=3", facecolor=SERIES[i % 6],
                                      alpha=0.33, lw=0))  # fmt: skip
        page.text(axes, x + w / 2, y + 17, text, size=14, ha="center")
        if ids:
            page.text(axes, x + w / 2, y + 37, f"{ids[i]:.0f}", size=11, ha="center", color=SOFT)
    says = (
        f"{len(texts)} token{'s' if len(texts) != 1 else ''}. · is a space, ↵ the end of a line"
        if texts
        else "no tokens"
    )
    page.text(axes, 2, box[3] - 8, says, size=12, color=SOFT)
    return {"tokens": place.texts(panel.tokens), "ids": ids}


def dot_parts(page: Page, panel: DotProduct, place: Place) -> tuple[int, int, np.ndarray, np.ndarray]:
    left, right = place.chosen_map(panel.left), place.chosen_map(panel.right)
    right = right.T if place.pick(panel.right_axis) == "cols" else right
    r, c = page.lit(0, len(left)), page.lit(1, len(right))
    return r, c, left[r], right[c]


def dot_height(panel: DotProduct, place: Place, width: float) -> float:
    return (24 if panel.heading(place) else 2) + 3 * 30 + 38 + 22 * len(place.pick(panel.chain) or [])


def draw_dot(page: Page, panel: DotProduct, place: Place, box: Box) -> dict[str, Any]:
    from matplotlib.patches import Rectangle

    axes, width = page.pixels(box), box[2]
    head = page.title(axes, panel, place)
    r, c, a, b = dot_parts(page, panel, place)
    result = None if place.pick(panel.result) is None else place.chosen_map(panel.result)
    total = float(a @ b if result is None else result[r, c])
    rows, cols = place.texts(panel.rows), place.texts(panel.cols)
    texts = [
        f"{place.pick(panel.left_label) or place.pick(panel.left)}: {rows[r] if rows else f'row {r}'}",
        f"{place.pick(panel.right_label) or place.pick(panel.right)}: {cols[c] if cols else f'column {c}'}",
        "products",
    ]
    margin, cw, ch = min(widest(texts) + 24, width * 0.45), 44, 25
    fit = max(1, int((width - margin - 4) // cw))
    shown = len(a) if len(a) <= fit else max(1, int((width - margin - 22) // cw))
    finite = np.abs(np.concatenate([a, b])[np.isfinite(np.concatenate([a, b]))])
    scale, colors = max(1e-9, finite.max(initial=0.0)), table("diverging")
    for line, values in enumerate((a, b, a * b)):
        y = head + line * (ch + 5) + (5 if line == 2 else 0)
        page.text(axes, 0, y + 17, texts[line])
        page.text(axes, margin - 8, y + 17, ["", "×", "="][line], ha="right")
        for k in range(shown):
            v = values[k]
            shade = colors[int(np.clip(0.5 + 0.5 * v / scale, 0.12, 0.88) * 255) if np.isfinite(v) else 127]
            axes.add_patch(Rectangle((margin + k * cw, y), cw - 3, ch, facecolor=shade / 255, lw=0))
            page.text(axes, margin + (k + 0.5) * cw - 1.5, y + 17, short(v), size=12, ha="center", color=ink_on(shade))
        if shown < len(a):
            page.text(axes, margin + shown * cw + 2, y + 17, "…")
    y, after = head + 3 * (ch + 5) + 26, []
    steps = [(what, float(place.chosen_map(name)[r, c])) for what, name in place.pick(panel.chain) or []]
    said = f"sum of all {len(a)} products" if shown < len(a) else f"sum of the {len(a)} products"
    column = min(width - 70, max(widest([said, *(what for what, _ in steps)]) + 16, margin))
    page.text(axes, 0, y, said)
    page.text(axes, column, y, f"= {long(total)}", weight="bold")
    for what, value in steps:
        y += 22
        after.append(value)
        page.text(axes, 0, y, what)
        page.text(axes, column, y, f"→ {long(value)}", weight="bold")
    drawn = {
        "left": a[:shown].tolist(),
        "right": b[:shown].tolist(),
        "products": (a * b)[:shown].tolist(),
        "sum": total,
    }
    return drawn | ({"chain": after} if after else {})


def thumbnails_geometry(panel: Thumbnails, place: Place, width: float) -> dict[str, Any]:
    """Where the small maps lie in a panel of this width: the corner of each, and how large they are."""
    maps = place.array(panel.maps)
    (down, across), (n, m), grid = panel.grid(place), maps.shape[-2:], maps.ndim == 4
    lines = [f"{place.pick(panel.row_name)} {i + 1}" for i in range(down)] if grid else []
    left, gap = (widest(lines, 12) + 10 if grid else 0), (8 if width / across > 40 else 2)
    w = min((width - left) / across - gap, 118)
    h, above = w * n / m, 0 if grid else 17
    top = (24 if place.pick(panel.title) else 2) + (18 if grid else 0)
    corners = [(left + (k % across) * (w + gap), top + (k // across) * (h + gap + above) + above)
               for k in range(panel.count(place))]  # fmt: skip
    return {"corners": corners, "w": w, "h": h, "lines": lines, "left": left, "top": top, "across": across,
            "height": top + down * (h + gap + above) + 20}  # fmt: skip


def draw_thumbnails(page: Page, panel: Thumbnails, place: Place, box: Box) -> dict[str, Any]:
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Rectangle

    axes, g, maps = page.pixels(box), thumbnails_geometry(panel, place, box[2]), place.array(panel.maps)
    page.title(axes, panel, place)
    maps = maps.reshape(-1, *maps.shape[-2:])
    palette = place.pick(panel.palette)
    low, high = limits(palette, maps, place.pick(panel.vmin), place.pick(panel.vmax))
    colors, drawn = ListedColormap(table(palette) / 255), []
    for k, (x, y) in enumerate(g["corners"]):
        image = axes.imshow(np.ma.masked_invalid(maps[k]), cmap=colors, vmin=low, vmax=high, aspect="auto",
                            extent=(x, x + g["w"], y + g["h"], y), interpolation="nearest")  # fmt: skip
        drawn.append(image.get_array().data.tolist())
        if not g["lines"]:
            name = panel.label(place, k)
            page.text(axes, x, y - 4, name if text_width(name, 12) <= g["w"] + 6 else str(k + 1), size=12, color=SOFT)
    axes.set_xlim(0, box[2])
    axes.set_ylim(box[3], 0)
    for i, line in enumerate(g["lines"]):
        page.text(axes, g["left"] - 8, g["corners"][i * g["across"]][1] + g["h"] / 2 + 4, line, size=12, ha="right")
    for j in range(g["across"] if g["lines"] else 0):
        name = f"{place.pick(panel.map_name)} {j + 1}"
        name = name if text_width(name, 12) <= g["w"] + 6 else str(j + 1)
        page.text(axes, g["corners"][j][0] + g["w"] / 2, g["top"] - 5, name, size=12, ha="center", color=SOFT)
    x, y = g["corners"][place.chosen]
    axes.add_patch(Rectangle((x - 1, y - 1), g["w"] + 2, g["h"] + 2, fill=False, edgecolor=ARC, lw=2.5, zorder=5))
    page.text(axes, g["left"], g["height"] - 6, f"shown large: {place.called}", size=12, color=SOFT)
    return {"maps": drawn, "chosen": place.chosen}


def note_lines(panel: Note, place: Place, width: float) -> list[str]:
    import textwrap

    room = max(20, int((width - 20) / 7.4))
    return [
        line for part in "\n".join(place.texts(panel.text)).split("\n") for line in textwrap.wrap(part, room) or [""]
    ]


def draw_note(page: Page, panel: Note, place: Place, box: Box) -> dict[str, Any]:
    axes = page.pixels(box)
    head = page.title(axes, panel, place, x=12)
    for i, line in enumerate(note_lines(panel, place, box[2])):
        page.text(axes, 12, head + 17 + i * 20, line, size=13.5)
    axes.plot([1, 1], [2, box[3]], color=SERIES[0], lw=2)
    return {"text": "\n".join(place.texts(panel.text))}


# ---------------------------------------------------------------- bars, curves, points


def _plane(page: Page, panel: Any, place: Place, box: Box, left: float = 58, legend: bool = False) -> Any:
    """Matplotlib's own axes inside the box, with room for the title, the legend and the labels."""
    x, y, w, h = box
    head = page.title(page.pixels(box), panel, place) + (22 if legend else 0)
    foot = 26 + (18 if place.pick(getattr(panel, "x_label", None)) else 0)
    axes = page.axes((x + left, y + head + 6, w - left - 12, h - head - foot - 6))
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


def draw_bars(page: Page, panel: Bars, place: Place, box: Box) -> dict[str, Any]:
    named = {label: values[page.lit(0, len(values))] if values.ndim == 2 else np.atleast_1d(values)
             for label, values in panel.lines(place).items()}  # fmt: skip
    axes = _plane(page, panel, place, box, legend=any(named))
    count = len(next(iter(named.values())))
    drawn, each = {}, 0.76 / len(named)
    for s, (label, values) in enumerate(named.items()):
        x = np.arange(count) - 0.38 + (s + 0.5) * each
        bars = axes.bar(
            x, np.where(np.isfinite(values), values, 0), width=each * 0.94, color=SERIES[s % len(SERIES)], label=label
        )
        drawn[label] = [bar.get_height() if np.isfinite(v) else float(v) for bar, v in zip(bars, values, strict=True)]
        if box[2] * each / count >= 26:
            whole = bool(np.all(values == np.round(values)))
            for at, v in zip(x, values, strict=True):
                up = np.isfinite(v) and v >= 0
                axes.annotate(short(v, whole), (at, v if np.isfinite(v) else 0), xytext=(0, 2 if up else -3), fontsize=8.6,
                              textcoords="offset points", ha="center", va="bottom" if up else "top", color=INK)  # fmt: skip
    labels = place.texts(panel.labels) or [str(i) for i in range(count)]
    every = int(np.ceil(count / max(1, box[2] // 18)))
    turned = widest(labels, 12) > box[2] / count * every - 4
    axes.set_xticks(
        range(0, count, every), labels[::every], rotation=35 if turned else 0, ha="right" if turned else "center"
    )
    axes.grid(axis="x", visible=False)
    axes.axhline(0, color=SOFT, lw=0.8)
    axes.margins(y=0.12)
    axes.set_ylim(place.pick(panel.low), place.pick(panel.high))
    if any(named):
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=8.8)
    return drawn


def draw_curves(page: Page, panel: Curves, place: Place, box: Box) -> dict[str, Any]:
    lines, x = place.pick(panel.lines), place.array(panel.x)
    axes = _plane(page, panel, place, box, legend=any(lines))
    drawn = {}
    for s, (label, name) in enumerate(lines.items()):
        (line,) = axes.plot(
            x, place.array(name), color=SERIES[s % len(SERIES)], ls=LINES[s % len(LINES)], lw=1.7, label=label
        )
        drawn[label] = [np.asarray(line.get_xdata()).tolist(), np.asarray(line.get_ydata()).tolist()]
    for field, draw in (("h_line", axes.axhline), ("v_line", axes.axvline)):
        at = place.pick(getattr(panel, field))
        if at is not None:
            draw(float(place.array(at)) if isinstance(at, str) else at, color=INK, lw=1, ls="--")
    if place.pick(panel.log_x):
        axes.set_xscale("log")
    if place.pick(panel.log_y):
        axes.set_yscale("log")
    for which in ("x", "y"):
        if place.pick(getattr(panel, f"{which}_range")) is not None:
            getattr(axes, f"set_{which}lim")(*place.pick(getattr(panel, f"{which}_range")))
    if any(lines):
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=8.8)
    return drawn


def draw_points(page: Page, panel: Points, place: Place, box: Box) -> dict[str, Any]:
    axes = _plane(page, panel, place, box, legend=place.pick(panel.group_names) is not None)
    xy, labels = place.array(panel.xy), place.texts(panel.labels)
    groups = (
        np.zeros(len(xy), int) if place.pick(panel.groups) is None else place.array(panel.groups).round().astype(int)
    )
    names, drawn = place.texts(panel.group_names) or [], np.full(xy.shape, np.nan)
    for group in np.unique(groups):
        mine, color = groups == group, SERIES[group % len(SERIES)]
        if place.pick(panel.arrows):
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
    if names and not place.pick(panel.arrows):
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=8.8)
    if labels and len(labels) <= 40:
        for text, at in zip(labels, xy, strict=True):
            axes.annotate(text, at, xytext=(5, 4), textcoords="offset points", fontsize=9, color=INK, parse_math=False)
    for which, line in (("x", axes.axvline), ("y", axes.axhline)):
        if place.pick(getattr(panel, f"log_{which}")):
            getattr(axes, f"set_{which}scale")("log")
            axes.minorticks_off()
        else:
            line(0, color=SOFT, lw=0.6)
    for which in ("x", "y"):
        if place.pick(getattr(panel, f"{which}_range")) is not None:
            getattr(axes, f"set_{which}lim")(*place.pick(getattr(panel, f"{which}_range")))
    return {"xy": drawn.tolist()}


# ---------------------------------------------------------------- boxes and arrows

BOX_HEIGHT, ROW_HEIGHT = 58, 84


def graph_geometry(panel: Graph, place: Place, width: float) -> tuple[np.ndarray, float]:
    """The middle of every box, and how wide they are. view.js counts in the same way."""
    at = place.array(panel.at)
    low = at.min(axis=0)
    columns = at[:, 0].max() - low[0] + 1
    wide = min(width / columns - 26, 150)
    step = np.array([(width - wide - 4) / max(columns - 1, 1), ROW_HEIGHT])
    head = 24 if place.pick(panel.title) else 2
    return (at - low) * step + [wide / 2 + 2, head + BOX_HEIGHT / 2 + 2], wide


def graph_height(panel: Graph, place: Place, width: float) -> float:
    return float(graph_geometry(panel, place, width)[0][:, 1].max()) + BOX_HEIGHT / 2 + 6


def draw_graph(page: Page, panel: Graph, place: Place, box: Box) -> dict[str, Any]:
    from matplotlib.patches import FancyBboxPatch

    axes = page.pixels(box)
    page.title(axes, panel, place)
    middle, wide = graph_geometry(panel, place, box[2])
    names = ("values", "below", "messages", "lit", "edges")
    values, below, messages, lit, edges = (place.array(getattr(panel, name)) for name in names)
    half, sent = np.array([wide, BOX_HEIGHT]) / 2, messages[np.isfinite(messages)]
    whole = bool(np.all(sent == np.round(sent)))
    for (start, end), message in zip(edges.astype(int), messages, strict=True):
        a, b = middle[start], middle[end]
        way = b - a
        clear = np.min(half / np.maximum(np.abs(way), 1e-9)) * way  # from the middle of a box to its border
        a, b, sent = a + clear, b - clear, np.isfinite(message)
        style = {
            "arrowstyle": "-|>",
            "color": ARC if sent else SOFT,
            "lw": 2.2 if sent else 1,
            "shrinkA": 0,
            "shrinkB": 0,
        }
        axes.annotate("", a if sent else b, b if sent else a, arrowprops=style)  # a message travels against the arrow
        if sent:
            mark = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
            spot = (a + b) / 2 + [0, -7 if way[1] == 0 else 4]
            page.text(axes, *spot, short(message, whole), size=12, ha="center", weight="bold", bbox=mark)
    for i, text in enumerate(place.texts(panel.boxes)):
        (x, y), strong = middle[i], lit[i] > 0
        edge = {"edgecolor": ARC if strong else SOFT, "lw": 2.4 if strong else 1}
        axes.add_patch(FancyBboxPatch((x - half[0] + 3, y - half[1] + 3), wide - 6, BOX_HEIGHT - 6, facecolor=RAISED,
                                      boxstyle="round,pad=3", **edge))  # fmt: skip
        page.text(axes, x, y - 13, text, size=13, ha="center", weight="bold")
        page.text(axes, x, y + 5, long(values[i]), size=12.5, ha="center")
        known = long(below[i]) if np.isfinite(below[i]) else "?"
        page.text(axes, x, y + 22, f"{place.pick(panel.below_label)} {known}", size=11.5, ha="center", color=SOFT)
    return {"values": values.tolist(), "below": below.tolist(), "messages": messages.tolist(), "lit": lit.tolist()}


DRAW = {"Heatmap": draw_heatmap, "Thumbnails": draw_thumbnails, "TokenRow": draw_tokens, "TokenText": draw_token_text,
        "DotProduct": draw_dot, "Note": draw_note, "Bars": draw_bars, "Curves": draw_curves, "Points": draw_points,
        "Graph": draw_graph}  # fmt: skip
HEIGHT = {
    "Heatmap": lambda panel, place, width: heatmap_geometry(panel, place, width)["height"],
    "Thumbnails": lambda panel, place, width: thumbnails_geometry(panel, place, width)["height"],
    "TokenRow": token_height,
    "Graph": graph_height,
    "TokenText": token_text_height,
    "DotProduct": dot_height,
    "Note": lambda panel, place, width: (
        len(note_lines(panel, place, width)) * 20 + 8 + (24 if place.pick(panel.title) else 2)
    ),
    "Bars": lambda panel, place, width: 250,
    "Curves": lambda panel, place, width: 290,
    "Points": lambda panel, place, width: min(max(width * 0.8, 260), 420),
}
