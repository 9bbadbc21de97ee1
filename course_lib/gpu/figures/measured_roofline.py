"""Pieces of work that were measured on the reader's own device, under its roof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import subplots
from course_lib.gpu.by_hand import ridge

if TYPE_CHECKING:  # it loads torch, which a table of contents should not
    from course_lib.gpu.datasheets import Card
    from course_lib.gpu.work import Work

__all__ = ["draw_roofline", "recorded_roof"]

ROOF, MEASURED, SECOND = SERIES[:3]
MARKS = "osD^vP*X"
DASHES = ("--", "-.", ":")


def recorded_roof(machine: Mapping) -> tuple[float, float]:
    """Peak in float32 and bandwidth of a recorded machine.

    >>> row = {"dtype": "float32", "flops": 5e13}
    >>> recorded_roof({"matmul": [row], "copy": {"bytes_per_second": 2e12}})
    (50000000000000.0, 2000000000000.0)
    """
    peak = max(row["flops"] for row in machine["matmul"] if row["dtype"] == "float32")
    return peak, machine["copy"]["bytes_per_second"]


def draw_roofline(
    peak_flops: float,
    bandwidth: float,
    works: Sequence[Work],
    name: str,
    recorded: Sequence[Mapping] = (),
    printed: Sequence[Card] = (),
):
    """The roof as a line, the measured pieces of work as marked points under it; all in log-log.

    Args:
        peak_flops, bandwidth: of this device, measured.
        works: what was timed on it.
        name: of this device.
        recorded: other machines' measurements, as `records.load_records` gives them; their roofs are drawn as well.
        printed: cards whose roofs are drawn from their data sheets, and called so.

    Returns:
        The figure and its axes.
    """
    figure, axes = subplots(size=(8.2, 4.2))
    edge = ridge(peak_flops, bandwidth)
    low = min([0.2, *(work.intensity / 2 for work in works)])
    others = {machine["device"]["name"]: recorded_roof(machine) for machine in recorded}
    others |= {f"{card.name}, as printed": (card.peak, card.bandwidth) for card in printed}
    edges = [edge, *(ridge(*roof) for roof in others.values())]
    x = np.geomspace(low, max([10 * max(edges), *(4 * work.intensity for work in works)]), 200)
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
    for number, (other, (peak, bytes_per_second)) in enumerate(others.items()):
        axes.loglog(x, np.minimum(peak, x * bytes_per_second), ls=DASHES[number % len(DASHES)], color=ROOF, label=other)
    axes.set(xlabel="FLOP per byte moved", ylabel="FLOP per second", title=f"Measured on {name}")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=8.5)
    return figure, axes
