"""Each change alone: how far it moves the held-out loss, run by run, at equal steps and at equal time."""

from collections.abc import Mapping

import numpy as np

from course_lib.explorer.palette import PLAIN, SERIES
from course_lib.explorer.pictures import picture, subplots

__all__ = ["gains", "show_gains"]


def gains(losses: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each change's loss less that of the first entry, seed by seed; below zero is better.

    >>> gains({"before": np.array([2.0, 3.0]), "after": np.array([1.5, 3.5])})
    {'after': array([-0.5,  0.5])}
    """
    first, *others = losses
    return {change: losses[change] - losses[first] for change in others}


def show_gains(equal_steps: Mapping[str, np.ndarray], equal_time: Mapping[str, np.ndarray]) -> None:
    """A row for each change, a point for each seed: left at equal steps, right at equal time."""
    figure, axes = subplots(1, 2, size=(8.6, 3.6), sharex=True, sharey=True)
    said = []
    for axis, (title, losses) in zip(axes, {"equal steps": equal_steps, "equal time": equal_time}.items(), strict=True):
        moved = gains(losses)
        for row, values in enumerate(moved.values()):
            axis.plot(values, np.full(len(values), row), "o", color=SERIES[0], alpha=0.8)
        axis.axvline(0, color=PLAIN["soft"][0], linewidth=0.8)
        axis.set(yticks=range(len(moved)), yticklabels=list(moved), title=title, xlabel="change of the held-out loss")
        said += [f"{title}, {change}: {values.min():+.2f} to {values.max():+.2f}" for change, values in moved.items()]
    axes[0].invert_yaxis()
    picture(figure, alt="Change of the loss by each change alone, three seeds. " + "; ".join(said))
