"""Pieces of work that were measured on the reader's own device, under its roof."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.explorer.palette import SERIES
from course_lib.gpu.by_hand import ridge

if TYPE_CHECKING:  # it loads torch, which a table of contents should not
    from course_lib.gpu.work import Work

__all__ = ["draw_roofline"]

ROOF, MEASURED, SECOND = SERIES[:3]
MARKS = "osD^vP*X"


def draw_roofline(peak_flops: float, bandwidth: float, works: Sequence[Work], name: str):
    """The roof as a line, the measured pieces of work as marked points under it; all in log-log.

    Returns:
        The figure and its axes.
    """
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4.2), layout="constrained")
    edge = ridge(peak_flops, bandwidth)
    low = min([0.2, *(work.intensity / 2 for work in works)])
    x = np.geomspace(low, max([10 * edge, *(4 * work.intensity for work in works)]), 200)
    axes.loglog(x, np.minimum(peak_flops, x * bandwidth), color=ROOF, lw=2, label="the roof")
    axes.axvline(edge, color=ROOF, lw=0.8, ls=":")
    axes.annotate(
        "ridge", (edge, axes.get_ylim()[0]), xytext=(3, 4), textcoords="offset points", color=ROOF, fontsize=9
    )
    for number, work in enumerate(works):
        axes.loglog(
            work.intensity, work.flops, MARKS[number % len(MARKS)], color=MEASURED if number % 2 else SECOND, ms=7,
            label=work.name, ls="",
        )  # fmt: skip
    axes.set(xlabel="FLOP per byte moved", ylabel="FLOP per second", title=f"Measured on {name}")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=8.5)
    axes.grid(alpha=0.3)
    return figure, axes
