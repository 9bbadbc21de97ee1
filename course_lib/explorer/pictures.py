"""Still pictures: matplotlib in the colours of the course, right on a light and on a dark ground, with a text for those who
cannot see them.

A picture is drawn once in the light colours and saved; then every colour of the palette is exchanged for its partner on a dark
ground, and it is saved again. Both go out as HTML, the one of the light theme shown wherever nobody says which theme there is.
"""

from __future__ import annotations

import base64
import html
import io
from typing import Any

import numpy as np

from course_lib.explorer.palette import PLAIN, SERIES, pairs

__all__ = ["picture", "subplots"]

SHARP = 1.5  # dots of the file for each pixel of the page
INK, SOFT, FAINT = (PLAIN[name][0] for name in ("ink", "soft", "faint"))
STYLE = {
    "axes.edgecolor": SOFT, "axes.labelcolor": SOFT, "axes.titlecolor": INK, "axes.titlesize": 10.5, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.labelsize": 9.5, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
    "axes.axisbelow": True, "axes.linewidth": 0.8, "grid.color": FAINT, "grid.linewidth": 0.7, "xtick.color": SOFT,
    "ytick.color": SOFT, "xtick.labelsize": 9, "ytick.labelsize": 9, "text.color": INK, "legend.frameon": False,
    "legend.fontsize": 9, "lines.linewidth": 1.8, "font.size": 9.5, "figure.facecolor": "none", "axes.facecolor": "none",
    "figure.dpi": 100, "image.cmap": "viridis",
}  # fmt: skip


def subplots(rows: int = 1, columns: int = 1, size: tuple[float, float] = (7, 3), **options: Any) -> tuple[Any, Any]:
    """A figure and its axes in the style of the course, which belong to no window and to no pyplot.

    From then on matplotlib's settings in this process are those of the course: much of a style (the frame of a legend, the
    place of a title) is looked up only when it is drawn.

    Args:
        rows, columns: how many axes there are.
        size: width and height in inches; 8.2 fill the column of a lesson.
        options: go on to ``matplotlib.figure.Figure.subplots`` (sharex, sharey, ...).

    Returns:
        The figure, and one axes or an array of them, as from ``matplotlib.pyplot.subplots``.

    >>> figure, axes = subplots(1, 2)
    >>> axes.shape
    (2,)
    """
    import matplotlib
    from cycler import cycler
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matplotlib.rcParams.update(STYLE | {"axes.prop_cycle": cycler(color=SERIES)})
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, **options)


def picture(figure: Any, alt: str) -> None:
    """Show a matplotlib figure below the cell, right in both themes.

    Args:
        figure: from :func:`subplots`, or any other.
        alt: what there is to see, in a sentence with its numbers: it is what those get who cannot see the picture.

    Raises:
        ValueError: there is no such sentence.
    """
    if not alt.strip():
        raise ValueError(
            "picture(figure, alt): alt is empty. Say in a sentence what the picture shows, with its numbers."
        )
    from IPython.display import HTML, display

    display(HTML(themed_html(figure, alt)))


def themed_html(figure: Any, alt: str, transparent: bool = True) -> str:
    """A figure as HTML: one image for each theme, both with the alternative text; the figure is in the dark colours afterwards."""
    width = round(figure.get_figwidth() * 100)
    for axes in figure.axes:
        if axes.images:
            axes.grid(False)
    light = _png(figure, transparent)
    darken(figure)
    dark = _png(figure, transparent)
    return image_html(light, dark, alt, width)


def image_html(light: bytes, dark: bytes, alt: str, width: int) -> str:
    """Two PNG files of one picture as HTML; lab_config/custom.css shows the second in a dark theme."""
    images = []
    for name, data, ground, shown in (
        ("light", light, PLAIN["ground"][0], "block"),
        ("dark", dark, PLAIN["ground"][1], "none"),
    ):
        images.append(
            f'<img class="course-{name}" width="{width}" alt="{html.escape(alt, quote=True)}" '
            f'style="display:{shown};max-width:100%;height:auto;background:{ground}" '
            f'src="data:image/png;base64,{base64.b64encode(data).decode("ascii")}">'
        )
    return f'<div class="course-picture">{"".join(images)}</div>'


def _png(figure: Any, transparent: bool) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=100 * SHARP, transparent=transparent, metadata={"Software": None})
    return out.getvalue()


def darken(figure: Any) -> None:
    """Exchange every colour of the palette in a drawn figure for its partner on a dark ground.

    White and black inside a text stay: they stand on coloured cells, whose colours are the same in both themes.
    """
    from matplotlib.collections import Collection
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.text import Text

    partner = pairs()
    inks = {**partner, "#000000": PLAIN["ink"][1].lower()}
    drawn = figure.findobj()
    arrows = [artist.arrow_patch for artist in drawn if getattr(artist, "arrow_patch", None)]  # no children of anything
    for artist in [*drawn, *arrows]:
        if isinstance(artist, Text):
            if artist.get_color() not in ("white", "black"):
                _exchange(artist, "color", {**inks, PLAIN["ground"][0].lower(): PLAIN["ground"][0].lower()})
        elif isinstance(artist, Line2D):
            for name in ("color", "markerfacecolor", "markeredgecolor"):
                _exchange(artist, name, inks)
        elif isinstance(artist, Patch):
            for name in ("facecolor", "edgecolor"):
                _exchange(artist, name, inks)
        elif isinstance(artist, Collection) and artist.get_array() is None:
            for name in ("facecolor", "edgecolor"):
                colors = getattr(artist, f"get_{name}")()
                found = [_other(tuple(color), inks) for color in colors] if isinstance(colors, np.ndarray) else []
                if any(found):
                    getattr(artist, f"set_{name}")([new or old for new, old in zip(found, colors, strict=True)])


def _exchange(artist: Any, name: str, partner: dict[str, str]) -> None:
    found = _other(getattr(artist, f"get_{name}")(), partner)
    if found is not None:
        getattr(artist, f"set_{name}")(found)


def _other(color: Any, partner: dict[str, str]) -> tuple[float, ...] | None:
    """The partner of a colour, as opaque as that was, or None where it has none."""
    from matplotlib.colors import to_hex, to_rgba

    if isinstance(color, str) and color in ("none", "auto"):
        return None
    *rgb, opaque = to_rgba(color)
    found = partner.get(to_hex(rgb))
    return (*to_rgba(found)[:3], opaque) if found and opaque else None
