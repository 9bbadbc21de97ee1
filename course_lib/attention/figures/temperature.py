"""What a temperature does to softmax: from a choice to an average."""

import numpy as np

from course_lib.attention.by_hand import entropy, softmax
from course_lib.explorer import Bars, Explorer, Note, Slider

__all__ = ["temperature_explorer", "temperature_frame"]

LOGITS = np.array([2.0, 1.0, 0.5, 0.0, -1.0])
KEYS = ["blue", "fluffy", "a", "the", "roamed"]


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
                Bars("weights", labels="keys", title="softmax", low=0, high=1, role="weight"),
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
