"""The work of both ways of reading beside the waiting: multiplications, and steps that cannot be taken at once."""

import numpy as np

from course_lib.explorer import Curves, Explorer, Note, Predict, Slider
from course_lib.start_here.by_hand import (
    attention_multiplications,
    recurrence_multiplications,
)

__all__ = ["LENGTHS", "work_explorer", "work_frame"]

LENGTHS = 2 ** np.arange(4, 16)


def work_frame(d: int) -> dict[str, object]:
    """Multiplications and steps that must wait for each other, for both ways of reading, against the length.

    >>> frame = work_frame(64)
    >>> frame["steps_attention"].max().item(), frame["steps_recurrence"].max().item()
    (5.0, 32768.0)
    """
    lengths = LENGTHS.astype(float)
    at_512 = attention_multiplications(512, d) / recurrence_multiplications(512, d)
    return {
        "length": lengths,
        "work_recurrence": np.array([recurrence_multiplications(int(n), d) for n in LENGTHS], float),
        "work_attention": np.array([attention_multiplications(int(n), d) for n in LENGTHS], float),
        "steps_recurrence": lengths,
        # project, score, normalise, mix, and the projection is one product: five products or sums that wait in line
        "steps_attention": np.full(len(lengths), 5.0),
        "ratio": at_512,
        "note": f"At 512 tokens and width {d}, attention makes {at_512:.1f} times as many multiplications as the "
        f"recurrence, in 5 steps instead of 512.",
    }


def work_explorer() -> Explorer:
    """Work against waiting: two curves each, with a slider for the width."""
    return Explorer(
        work_frame,
        controls=[Slider("d", [16, 32, 64, 128, 256, 512, 1024], value=64, label="width d", format="{:d}")],
        panels=[
            [
                Curves(
                    "length", {"recurrence": "work_recurrence", "attention": "work_attention"}, log_x=True, log_y=True,
                    title="multiplications", x_label="tokens",
                ),
                Curves(
                    "length", {"recurrence": "steps_recurrence", "attention": "steps_attention"}, log_x=True, log_y=True,
                    title="steps that must wait for the one before", x_label="tokens",
                ),
            ],
            [Note("note")],
        ],
        title="Work and waiting",
        alt=lambda values, arrays: f"Multiplications and sequential steps against length at width {values['d']}. {arrays['note']}",
        predict=Predict(
            "512 tokens, vectors of width 64. Which of the two has to make more multiplications?",
            choices=["the recurrence", "attention", "about the same"],
            answer=lambda arrays: 0 if arrays["ratio"] < 0.8 else 1 if arrays["ratio"] > 1.25 else 2,
            explain="Attention compares every token with every other, n × n dot products. What it does not do is wait.",
        ),
        name="start_here.work",
    )  # fmt: skip
