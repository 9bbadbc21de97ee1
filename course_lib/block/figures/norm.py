"""A row through layer norm, which notices neither a shift nor a stretch."""

import numpy as np

from course_lib.block.by_hand import layer_norm
from course_lib.explorer import Bars, Explorer, Note, Predict, Slider

__all__ = ["ROW", "norm_explorer", "norm_frame"]

ROW = np.array([0.4, -1.3, 0.9, 2.1, -0.6, 0.1, -0.2, 1.0])


def norm_frame(shift: float, stretch: float) -> dict[str, object]:
    """A row of eight numbers, stretched and shifted, and the same row through layer norm (gain 1, bias 0, eps 1e-5).

    >>> norm_frame(-20.0, 100.0)["moved"] < 1e-4
    True
    """
    row = stretch * ROW + shift
    normed, before = (layer_norm(numbers, np.ones(8), np.zeros(8)) for numbers in (row, ROW))
    moved = float(np.abs(normed - before).max())
    told = (
        "has not moved"
        if moved < 1e-3
        else f"has moved by up to {moved:.3f}: the variance is no longer large beside eps"
    )
    return {
        "row": row,
        "normed": normed,
        "moved": moved,
        "features": [str(i) for i in range(8)],
        "note": f"The row: mean {row.mean():.4g}, variance {row.var():.3g}. Normed: mean {abs(normed.mean()):.2f}, "
        f"variance {normed.var():.3f}. Against the row as it was, the output {told}.",
    }


def norm_explorer() -> Explorer:
    """Shift and stretch a row, and watch its layer norm stay where it is."""
    return Explorer(
        norm_frame,
        controls=[
            Slider("shift", [-50, -20, -5, -1, 0, 1, 5, 20, 50], value=50, label="added to the row"),
            Slider("stretch", [0.001, 0.003, 0.01, 0.1, 0.5, 1, 2, 10, 100], value=100, label="row multiplied by"),
        ],
        panels=[
            [
                Bars("row", labels="features", title="the row"),
                Bars("normed", labels="features", title="after layer norm", low=-2.5, high=2.5),
            ],
            [Note("note")],
        ],
        title="Layer norm does not notice a shift or a stretch",
        alt=lambda values, arrays: (
            f"A row of eight numbers times {values['stretch']:g} plus {values['shift']:g}, and its layer norm. {arrays['note']}"
        ),
        predict=Predict(
            "Every number of a row is multiplied by 100, and then 50 is added to it. What happens to its layer norm?",
            choices=["it is 100 times as large", "it moves up by 50", "it does not move", "it becomes all zeros"],
            answer=lambda arrays: 2 if arrays["moved"] < 1e-3 else 0,
            explain="The shift goes out with the mean, the stretch with the standard deviation. Now multiply by 0.001 and "
            "see the one thing that does change it: eps.",
        ),
        name="block.norm",
    )
