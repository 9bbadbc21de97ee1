"""The paper of the static picture: a matplotlib figure measured in pixels from the top left, and what is written on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.explorer.palette import PLAIN, SERIES, role, role_of

if TYPE_CHECKING:
    from course_lib.explorer.panels.panel import Panel, Place

INK, SOFT, FAINT, RAISED, GROUND = (PLAIN[name][0] for name in ("ink", "soft", "faint", "raised", "ground"))
ARC = SERIES[1]
Box = tuple[float, float, float, float]


class Sheet:
    """A figure measured in pixels from the top left."""

    def __init__(self, figure: Any, width: float, height: float, focus: tuple[int, int], apart: Any = None):
        # apart: the panel that takes a dot product apart, if the figure has one.
        self.figure, self.width, self.height, self.focus, self.apart = figure, width, height, focus, apart
        self.whole = self.pixels((0, 0, width, height))

    def axes(self, box: Box, **options: Any) -> Any:
        """Matplotlib axes over a box (left, top, width, height)."""
        x, y, w, h = box
        return self.figure.add_axes(
            (x / self.width, 1 - (y + h) / self.height, w / self.width, h / self.height), **options
        )

    def pixels(self, box: Box) -> Any:
        """Axes without ticks over a box, whose units are pixels from its top left corner."""
        axes = self.axes(box)
        axes.set_axis_off()
        axes.set_xlim(0, box[2])
        axes.set_ylim(box[3], 0)
        return axes

    def text(self, axes: Any, x: float, y: float, text: str, size: float = 13, **style: Any) -> None:
        """Write a text of a size in pixels."""
        # 100 dots per inch: a pixel is 0.72 points. A "$" in a token is a dollar, not mathematics.
        axes.text(x, y, text, fontsize=size * 0.72, parse_math=False, **{"color": INK, "va": "baseline", **style})

    def title(self, axes: Any, panel: Panel, place: Place, x: float = 0) -> float:
        """Write the heading of a panel; return how much of the height it takes."""
        text = panel.heading(place)
        if text:
            named = place.pick(getattr(panel, "role", None))
            color = role(named) if isinstance(named, str) else INK
            self.text(axes, x, 14, text, size=13.6, weight="bold", color=color)
        return panel.head(place)

    def label(self, axes: Any, x: float, y: float, text: str, says: str, **style: Any) -> None:
        """Write a label, in the colour of its role where ``says`` (the label without its arrow) names one."""
        named = role_of(says)
        self.text(axes, x, y, text, **style | ({"color": role(named), "weight": "bold"} if named else {}))

    def lit(self, part: int, size: int, axis: Any = None, place: Place | None = None) -> Any:
        """The row (part 0) or the column (part 1) in focus before anything is pointed at.

        Where a dot product is taken apart, the focus is on its rows and columns alone: None along another axis.
        """
        apart = None if place is None or axis is None else self.apart
        if apart is not None and axis != place.pick(apart.rows if part == 0 else apart.cols):
            return None
        return min(self.focus[part], size - 1)


def text_width(text: str, size: float = 13) -> float:
    """About how wide a text is, in pixels.

    >>> round(text_width("query"))
    39
    """
    return 0.6 * size * len(text)


def widest(texts: list[str] | None, size: float = 13) -> float:
    """About how wide the widest of these texts is, in pixels."""
    return max((text_width(text, size) for text in texts or [""]), default=0)


def ink_on(rgb: np.ndarray) -> str:
    """White or black, whichever has the better contrast on this colour: at least 4.58 : 1.

    >>> ink_on(np.array([68, 1, 84])), ink_on(np.array([33, 145, 140]))
    ('white', 'black')
    """
    return "white" if contrast(rgb, np.array([255, 255, 255])) > contrast(rgb, np.zeros(3)) else "black"


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    """The ratio of contrast of two colours (0 to 255), from 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast(np.zeros(3), np.array([255, 255, 255])), 2)
    21.0
    """
    values = np.stack([one, other]) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    low, high = sorted(linear @ (0.2126, 0.7152, 0.0722))
    return float((high + 0.05) / (low + 0.05))


def segments(axes: Any, lines: list[Any], color: str, width: float) -> None:
    """Draw many straight lines at once; the limits of the axes stay."""
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(lines, colors=color, linewidths=width), autolim=False)
