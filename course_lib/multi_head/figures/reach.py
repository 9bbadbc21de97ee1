"""Who reaches whom, drawn as a table of numbers."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from course_lib.explorer.pictures import picture, subplots

__all__ = ["show_reach"]


def show_reach(reach: Mapping[str, Float[np.ndarray, "output token"]]) -> None:
    """Draw how far each token moves each output, with the numbers; one picture for each name."""
    figure, axes = subplots(1, len(reach), size=(min(8.2, 4.1 * len(reach)), 3.4))
    for axis, (name, moved) in zip(np.atleast_1d(axes), reach.items(), strict=True):
        n = len(moved)
        axis.imshow(moved, cmap="cividis", vmin=0, vmax=1)
        axis.set(title=name, xlabel="this token is nudged", xticks=range(n), yticks=range(n))
        axis.set(xticklabels=range(1, n + 1), yticklabels=range(1, n + 1))
        for (i, j), value in np.ndenumerate(moved):
            ink = "black" if value > 0.6 else "white"
            axis.text(j, i, f"{value:.2f}", ha="center", va="center", color=ink, fontsize=8)
    figure.axes[0].set_ylabel("this output moves")
    least = ", ".join(f"{name} {moved.min():.2f} to {moved.max():.2f}" for name, moved in reach.items())
    picture(figure, f"How far each token moves each output: {least}.")
