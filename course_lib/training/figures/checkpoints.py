"""Through the training: at each saved step the loss, a sample, and the words expected after the prompt."""

from collections.abc import Sequence

import numpy as np

from course_lib import corpus
from course_lib.explorer import Bars, Curves, Explorer, Note, Slider
from course_lib.training.studies.snapshots import Snapshot
from course_lib.training.studies.story_model import PROMPT

__all__ = ["checkpoint_frame", "checkpoints_explorer"]

SHOWN = 8


def checkpoint_frame(snapshots: Sequence[Snapshot], at: int) -> dict[str, object]:
    """One saved moment of a run: the held-out loss up to the end, what the model wrote then, what it expected next."""
    here, last = snapshots[at], snapshots[-1]
    words = corpus.vocabulary().words
    order = np.argsort(-last.weights, kind="stable")[:SHOWN]
    return {
        "steps": np.array([snapshot.step for snapshot in snapshots], dtype=float),
        "held_out": np.array([snapshot.held_out for snapshot in snapshots]),
        "now": float(here.step),
        "weights": here.weights[order],
        "words": [words[i] for i in order],
        "note": f"After {here.step} steps, held-out loss {here.held_out:.2f}:\n{here.sample}",
    }


def checkpoints_explorer(snapshots: Sequence[Snapshot], entropy: float) -> Explorer:
    """Scrub through a run: at each saved step the loss, a sample, and the words expected after the prompt."""
    by_step = {snapshot.step: i for i, snapshot in enumerate(snapshots)}
    return Explorer(
        lambda step: checkpoint_frame(snapshots, by_step[step]) | {"entropy": entropy},
        controls=[Slider("step", list(by_step), value=snapshots[-1].step, label="after step", format="{:d}")],
        panels=[
            [
                Curves("steps", {"held-out loss": "held_out"}, v_line="now", h_line="entropy", x_label="step", y_label="nats per token"),
                Bars("weights", labels="words", low=0, high=1, title=f"after “{PROMPT}”"),
            ],
            [Note("note", title="What it writes")],
        ],
        title="Through the training",
        alt=lambda values, arrays: f"At step {values['step']}. {arrays['note']}",
        name="training.checkpoints",
    )  # fmt: skip
