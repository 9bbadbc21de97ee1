"""Learning by heart: the loss on a text that is far too short and on new text, with a slider over dropout."""

from collections.abc import Mapping

import numpy as np

from course_lib.explorer import Curves, Explorer, Note, Predict, Slider
from course_lib.training.studies.overfitting import Overfit

__all__ = ["dropout_explorer", "dropout_frame"]


def dropout_frame(runs: Mapping[float, Overfit], dropout: float) -> dict[str, object]:
    """The two losses of a run on too little text."""
    run = runs[dropout]
    best = int(run.held_out.argmin())
    return {
        "steps": run.steps,
        "train": run.train,
        "held_out": run.held_out,
        "note": f"Dropout {dropout:g}: at the end {run.train[-1]:.2f} nats on the text it learned from, {run.held_out[-1]:.2f} on new text. "
        f"The best on new text was {run.held_out[best]:.2f}, after {run.steps[best]:.0f} steps.",
    }


def _course(losses: np.ndarray) -> int:
    """0: it falls to the end; 1: it falls and stays; 2: it rises again."""
    if losses[-1] > losses.min() + 0.3:
        return 2
    return int(losses.argmin() < len(losses) - 1)


def dropout_explorer(runs: Mapping[float, Overfit]) -> Explorer:
    """Training and held-out loss on a text that is far too short, with a slider over dropout."""
    first = min(runs)
    return Explorer(
        lambda dropout: dropout_frame(runs, dropout),
        controls=[Slider("dropout", sorted(runs), value=first, label="dropout p")],
        panels=[
            [
                Curves(
                    "steps", {"text it learned from": "train", "new text": "held_out"}, x_label="step", y_label="nats per token",
                    y_range=(0, 8),
                )
            ],
            [Note("note", title="What to see")],
        ],
        title="Learning by heart",
        alt=lambda values, arrays: str(arrays["note"]),
        predict=Predict(
            "A model reads the same 1000 words sixty times over, without dropout. What becomes of its loss on new text?",
            choices=["it falls to the end", "it falls, then stays level", "it falls, then rises again"],
            answer=lambda arrays: _course(arrays["held_out"]),
            explain="It learns the text by heart, and becomes very sure of things that are true of that text alone.",
        ),
        name="training.dropout",
    )  # fmt: skip
