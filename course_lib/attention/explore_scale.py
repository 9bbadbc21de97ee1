"""Two smaller figures of the lesson: what temperature does to softmax, and what the width d_k does without the scale."""

import numpy as np

from course_lib.attention.by_hand import entropy, softmax
from course_lib.explorer import Bars, Explorer, Note, Predict, Slider, Switch

__all__ = ["scale_explorer", "scale_frame", "temperature_explorer", "temperature_frame"]

LOGITS = np.array([2.0, 1.0, 0.5, 0.0, -1.0])
KEYS = ["blue", "fluffy", "a", "the", "roamed"]
WIDTHS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]


def temperature_frame(temperature: float) -> dict[str, object]:
    """The same five scores, divided by a temperature, and what softmax makes of them.

    >>> temperature_frame(1.0)["entropy"].round(2).tolist()
    [1.74]
    """
    scaled = LOGITS / temperature
    weights = softmax(scaled)
    bits = float(entropy(weights))
    return {
        "scores": LOGITS,
        "scaled": scaled,
        "weights": weights,
        "entropy": np.array([bits]),
        "keys": KEYS,
        "note": f"Entropy {bits:.2f} bits of at most {np.log2(len(LOGITS)):.2f}: as undecided as a choice among "
        f"{2**bits:.1f} equal keys. The largest weight is {weights.max():.2f}.",
    }


def temperature_explorer() -> Explorer:
    """Scores, scaled scores and weights side by side, with a slider for the temperature."""
    return Explorer(
        temperature_frame,
        controls=[
            Slider("temperature", [0.1, 0.15, 0.25, 0.4, 0.6, 1, 1.5, 2.5, 4, 6, 10], value=1, label="temperature")
        ],
        panels=[
            [
                Bars("scores", labels="keys", title="scores"),
                Bars("scaled", labels="keys", title="scores / temperature"),
                Bars("weights", labels="keys", title="softmax", low=0, high=1),
            ],
            [Note("note")],
        ],
        title="Temperature: from a choice to an average",
        alt=lambda values, arrays: (
            f"At temperature {values['temperature']:g} the weights of five keys are "
            f"{', '.join(f'{key} {weight:.2f}' for key, weight in zip(KEYS, arrays['weights'], strict=True))}; "
            f"their entropy is {arrays['entropy'][0]:.2f} bits."
        ),
        name="attention.temperature",
    )


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
                Bars("weights", labels="keys", title="its weights", low=0, high=1),
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
            answer=lambda arrays: float(arrays["largest"]),
            explain="The dot products spread by about √256 = 16, and softmax of numbers that far apart gives nearly "
            "everything to one key. Now switch the scale on, and move the width.",
        ),
        name="attention.scale",
    )
