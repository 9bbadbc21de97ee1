"""A sliding window, and how far back information comes through several layers of it."""

import numpy as np

from course_lib.explorer import Explorer, Heatmap, Note, Predict, Slider
from course_lib.modern.by_hand import sliding_mask

__all__ = ["window_explorer", "window_frame"]

TOKENS = 16


def window_frame(window: int, layers: int) -> dict[str, object]:
    """The mask of 16 tokens, and which tokens can have reached which after so many layers, as 1 and 0.

    >>> int(window_frame(3, 2)["reach"][10].sum())
    5
    """
    mask = sliding_mask(TOKENS, window)
    reach = np.eye(TOKENS, dtype=bool)
    for _ in range(layers):
        reach = (mask.astype(int) @ reach.astype(int)) > 0
    seen = int(reach[-1].sum())
    return {
        "mask": mask.astype(float),
        "reach": reach.astype(float),
        "tokens": [str(i) for i in range(TOKENS)],
        "note": f"In one layer a token sees {min(window, TOKENS)} tokens, {int(mask.sum())} pairs of {TOKENS * (TOKENS + 1) // 2} that "
        f"the causal mask allows. Through {layers} layer{'s' if layers > 1 else ''} something of the last {seen} can have "
        f"come to the last token: {layers} · ({window} − 1) + 1, as far as there are so many.",
    }


def window_explorer() -> Explorer:
    """A mask with a window, and what reaches what through layers of it."""
    shared = {"vmin": 0, "vmax": 1, "row_label": "query", "col_label": "key", "rows": "tokens", "cols": "tokens"}
    return Explorer(
        window_frame,
        controls=[
            Slider("window", [1, 2, 3, 4, 6, 8, 16], value=4, label="tokens in the window", format="{:d}"),
            Slider("layers", [1, 2, 3, 4, 5, 6], value=3, format="{:d}"),
        ],
        panels=[
            [
                Heatmap("mask", title="one layer: who sees whom", **shared),
                Heatmap("reach", title="all layers: what can have come from where", **shared),
            ],
            [Note("note")],
        ],
        title="A window of a few tokens (1: may attend, 0: may not)",
        alt=lambda values, arrays: f"Two masks of {TOKENS} tokens, a band below the diagonal each. {arrays['note']}",
        predict=Predict(
            "Each token sees 4 tokens, itself among them. From how many tokens, itself counted, can something have reached it after "
            "3 layers?",
            answer=lambda arrays: 1,
            choices=["4", "10", "12", "64"],
            explain="Each layer adds the three before the furthest: 1 + 3 · 3. Now move both sliders.",
        ),
        name="modern.window",
    )
