"""Speed and time of a training step against the batch, as measured on the reader's own device."""

from collections.abc import Sequence

import numpy as np

from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import subplots

__all__ = ["draw_batches"]

SPEED, TIME = SERIES[:2]


def draw_batches(batches: Sequence[int], tokens_per_second: Sequence[float], step_seconds: Sequence[float], name: str):
    """Speed and time of a step against the batch, both as multiples of those of the smallest batch.

    Returns:
        The figure and its axes.
    """
    figure, axes = subplots(size=(7.4, 3.4))
    speed, time = np.asarray(tokens_per_second), np.asarray(step_seconds)
    axes.loglog(batches, speed / speed[0], "o-", color=SPEED, label="tokens per second")
    axes.loglog(batches, time / time[0], "s--", color=TIME, label="time of a step")
    axes.set(xlabel="sequences in the batch", ylabel=f"times that of batch {batches[0]}", title=f"Measured on {name}")
    axes.set_xticks(batches, [str(batch) for batch in batches])
    highest = max(speed.max() / speed[0], time.max() / time[0])
    ticks = [2**power for power in range(12) if 2**power <= 1.5 * highest]
    axes.set_yticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.legend()
    return figure, axes
