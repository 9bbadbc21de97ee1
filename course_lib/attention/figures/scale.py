"""What the width d_k does to the weights, with and without the division by its square root."""

import numpy as np

from course_lib.attention.by_hand import entropy, softmax
from course_lib.explorer import Bars, Explorer, Note, Predict, Slider, Switch

__all__ = ["WIDTHS", "scale_explorer", "scale_frame"]

WIDTHS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]


def scale_frame(d_k: int, scale: bool) -> dict[str, object]:
    """One query against eight keys, all with entries of variance one, at width d_k; and averages over 200 such queries.

    >>> frame = scale_frame(64, True)
    >>> frame["weights"].shape, round(float(frame["spread"]), 1)
    ((8,), 1.0)
    """
    rng = np.random.default_rng([64, d_k])
    queries, keys = rng.normal(size=(200, 1, d_k)), rng.normal(size=(200, 8, d_k))
    scores = (queries * keys).sum(axis=-1) / (np.sqrt(d_k) if scale else 1.0)
    weights = softmax(scores)
    largest, bits = weights.max(axis=-1).mean(), entropy(weights).mean()
    return {
        "scores": scores[0],
        "weights": weights[0],
        "spread": scores.std(),
        "largest": largest,
        "gradient": (weights * (1 - weights)).mean(),
        "keys": [f"key {j}" for j in range(8)],
        "note": f"Over 200 queries: the scores spread by ±{scores.std():.2f}, the largest of 8 weights is "
        f"{largest:.2f} on average, the entropy {bits:.2f} of at most 3 bits, and a weight moves by "
        f"{(weights * (1 - weights)).mean():.4f} for each unit its score moves.",
    }


def scale_explorer() -> Explorer:
    """Scores and weights of one query as the width grows, with and without the division by the square root of d_k."""
    return Explorer(
        scale_frame,
        controls=[
            Slider("d_k", WIDTHS, value=256, label="width d_k", format="{:d}"),
            Switch("scale", value=False, label="divide by √d_k"),
        ],
        panels=[
            [
                Bars("scores", labels="keys", title="scores of one query", low=-50, high=50),
                Bars("weights", labels="keys", title="its weights", low=0, high=1, role="weight"),
            ],
            [Note("note")],
        ],
        title="What the width does to the weights",
        alt=lambda values, arrays: (
            f"At d_k {values['d_k']} {'with' if values['scale'] else 'without'} the scale, scores spread by "
            f"{float(arrays['spread']):.2f} and the largest of eight weights is {float(arrays['largest']):.2f} on average."
        ),
        predict=Predict(
            "Eight keys, vectors of width 256 with entries of variance one, no scale. How large is the largest of the "
            "eight weights, on average over many queries? (1/8 would be an even share, 1 is all or nothing.)",
            low=0.125,
            high=1.0,
            mark=(1, "y"),
            answer=lambda arrays: float(arrays["largest"]),
            explain="The dot products spread by about √256 = 16, and softmax of numbers that far apart gives nearly "
            "everything to one key. Now switch the scale on, and move the width.",
        ),
        name="attention.scale",
    )
