"""What dropout does to the units of a layer, and to their mean."""

import numpy as np

from course_lib.block.by_hand import dropout
from course_lib.explorer import Bars, Curves, Explorer, Note, Slider, Switch

__all__ = ["UNITS", "dropout_explorer", "dropout_frame"]

N_PASSES = 2000
UNITS = np.abs(np.random.default_rng(61).normal(size=64))


def dropout_frame(p: float, training: bool, rescale: bool, which: int) -> dict[str, object]:
    """64 units through dropout: one pass in detail, and the mean of the layer over 2000 passes.

    Args:
        p: the probability to drop.
        training: outside training nothing happens.
        rescale: divide the survivors by 1 - p, as dropout does; False shows why.
        which: the pass that is shown in detail.

    >>> frame = dropout_frame(0.5, True, True, 0)
    >>> round(float(frame["average"] / frame["mean"]), 2)
    1.0
    """
    factor = 1.0 if rescale or not training else 1.0 - p
    passes = factor * dropout(np.tile(UNITS, (N_PASSES, 1)), p, np.random.default_rng(62), training)
    means = passes.mean(axis=1)
    share, edges = np.histogram(means, bins=60, range=(0.0, 2.0))
    dropped = float((passes == 0).mean())
    return {
        "before": UNITS[:12],
        "after": passes[which, :12],
        "units": [str(i) for i in range(12)],
        "mean_of_a_pass": (edges[:-1] + edges[1:]) / 2,
        "share": share / N_PASSES,
        "mean": float(UNITS.mean()),
        "average": float(means.mean()),
        "dropped": dropped,
        "note": f"{dropped:.0%} of the entries are zero. The layer's mean is {UNITS.mean():.3f} without dropout and "
        f"{means.mean():.3f} on average over {N_PASSES} passes, spread by ±{means.std():.3f}.",
    }


def dropout_explorer() -> Explorer:
    """Dropout with a switch for training and one for the rescaling, unit by unit and as a histogram of the mean."""
    return Explorer(
        dropout_frame,
        controls=[
            Slider("p", [0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9], value=0.3, label="probability p to drop"),
            Slider("which", list(range(5)), label="pass", format="{:d}"),
            Switch("training", value=True, label="training"),
            Switch("rescale", value=True, label="divide survivors by 1 − p"),
        ],
        panels=[
            [
                Bars({"before": "before", "after": "after"}, labels="units", title="twelve units, one pass", low=0),
                Curves(
                    "mean_of_a_pass", {"share of passes": "share"}, title="mean of the layer over 2000 passes",
                    x_label="mean (line: without dropout)", v_line="mean",
                ),
            ],
            [Note("note")],
        ],
        title="Dropout keeps the mean",
        alt=lambda values, arrays: f"Dropout at p {values['p']:g}. {arrays['note']}",
        name="block.dropout",
    )  # fmt: skip
