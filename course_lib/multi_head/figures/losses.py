"""What 1, 2, 4 and 8 heads gain, run by run."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from course_lib.explorer.palette import SERIES
from course_lib.explorer.pictures import picture, subplots

__all__ = ["show_losses"]


def show_losses(final: Mapping[int, Mapping[int, Float[np.ndarray, " seed"]]]) -> None:
    """Draw the last held-out loss of every run: a point for each seed, over the number of heads, by depth."""
    figure, axis = subplots(size=(7.4, 3.4))
    for number, (layers, losses) in enumerate(final.items()):
        label = f"{layers} layer{'s' if layers > 1 else ''}"
        places = np.repeat(np.arange(len(losses)), [len(values) for values in losses.values()]) + 0.16 * (number - 0.5)
        values = np.concatenate(list(losses.values()))
        axis.plot(places, values, "os^D"[number % 4], color=SERIES[number % 2], alpha=0.7, label=label)
    axis.set(xticks=range(len(losses)), xticklabels=list(losses), xlabel="heads", ylabel="loss on held-out text, nats")
    axis.set_title("Each point is one training run; lower is better")
    axis.legend()
    means = (
        f"{layers} layer{'s' if layers > 1 else ''}: "
        + ", ".join(f"{heads} head{'s' if heads > 1 else ''} {values.mean():.2f}" for heads, values in losses.items())
        for layers, losses in final.items()
    )
    picture(figure, "Mean loss of the runs. " + "; ".join(means) + ".")
