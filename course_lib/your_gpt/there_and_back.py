"""A picture of the whole way: forward on the left, back on the right, and what has to be kept in between."""

from typing import Any

from course_lib.explorer.palette import role
from course_lib.explorer.pictures import SOFT, picture, subplots

__all__ = ["STATIONS", "there_and_back"]

#: From the bottom up: (what is computed, what is kept for the way back, which function goes back, whose gradients it gives).
STATIONS = (
    ("table[ids] + positions", "ids", "look_up_backward", ("table", "positions")),
    ("block 1", "x, its input", "block_backward", ("blocks[0]",)),
    ("block 2", "x, its input", "block_backward", ("blocks[1]",)),
    ("norm", "x, its input", "layer_norm_backward", ("gain", "bias")),
    ("last @ table.T", "last", "linear_backward", ("table",)),
    ("loss", "logits, targets", "cross_entropy_backward", ()),
)


def _box(axes: Any, at: tuple[float, float], text: str, colour: str, wide: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = at
    axes.add_patch(
        FancyBboxPatch(
            (x - wide / 2, y - 0.26), wide, 0.52, boxstyle="round,pad=0.02", facecolor="none", edgecolor=colour, lw=1.3
        )
    )
    axes.text(x, y, text, ha="center", va="center")


def _arrow(axes: Any, start: tuple[float, float], end: tuple[float, float], colour: str, style: str = "-") -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": colour, "linestyle": style, "lw": 1.3})


def there_and_back() -> None:
    """Show the picture below the cell: a GPT of two blocks, with the functions of one's own that go back."""
    figure, axes = subplots(size=(8.2, 4.6))
    forward, back, weight = SOFT, role("gradient"), role("weight")
    left, right = 1.35, 5.15
    for i, (does, keeps, function, gives) in enumerate(STATIONS):
        _box(axes, (left, i), does, forward, 2.3)
        _box(axes, (right, i), function, back, 2.5)
        _arrow(axes, (left + 1.2, i), (right - 1.3, i), forward, ":" if i < len(STATIONS) - 1 else "-")
        axes.text((left + right) / 2 - 0.05, i + 0.08, keeps, ha="center", va="bottom", color=SOFT)
        if gives:
            _arrow(axes, (right + 1.3, i), (right + 1.85, i), weight)
            axes.text(right + 1.95, i, ", ".join(gives), ha="left", va="center", weight="bold")
        if i:
            _arrow(axes, (left, i - 0.72), (left, i - 0.29), forward)
            _arrow(axes, (right, i - 0.29), (right, i - 0.72), back)
    for x, text, ha in (
        (left, "forward, upwards", "center"),
        (right, "back, downwards", "center"),
        (right + 1.95, "gradients", "left"),
    ):
        axes.text(x, len(STATIONS) - 0.42, text, ha=ha, va="bottom", color=SOFT)
    axes.set(xlim=(0, 8.9), ylim=(-0.45, len(STATIONS) - 0.05))
    axes.axis("off")
    rows = "; ".join(
        f"{does} keeps {keeps}, and {function} goes back"
        + (f" and gives the gradient of {' and '.join(gives)}" if gives else "")
        for does, keeps, function, gives in STATIONS
    )
    picture(
        figure, f"A GPT of two blocks, forward from the bottom to the top and back from the top to the bottom: {rows}."
    )
