"""Two pictures of what was measured on the reader's own device."""

from collections.abc import Sequence

import numpy as np

from course_lib.gpu.by_hand import ridge
from course_lib.gpu.work import Work

__all__ = ["draw_batches", "draw_roofline"]

ROOF, MEASURED, SECOND = "#0072B2", "#D55E00", "#009E73"
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


def draw_batches(batches: Sequence[int], tokens_per_second: Sequence[float], step_seconds: Sequence[float], name: str):
    """Speed and time of a step against the batch, both as multiples of those of the smallest batch.

    Returns:
        The figure and its axes.
    """
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3.4), layout="constrained")
    speed, time = np.asarray(tokens_per_second), np.asarray(step_seconds)
    axes.loglog(batches, speed / speed[0], "o-", color=ROOF, label="tokens per second")
    axes.loglog(batches, time / time[0], "s--", color=MEASURED, label="time of a step")
    axes.set(xlabel="sequences in the batch", ylabel=f"times that of batch {batches[0]}", title=f"Measured on {name}")
    axes.set_xticks(batches, [str(one) for one in batches])
    highest = max(speed.max() / speed[0], time.max() / time[0])
    ticks = [2**power for power in range(12) if 2**power <= 1.5 * highest]
    axes.set_yticks(ticks, [str(one) for one in ticks])
    axes.minorticks_off()
    axes.legend()
    axes.grid(alpha=0.3)
    return figure, axes
