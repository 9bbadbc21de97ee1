"""How much of a gradient is left after a distance, in a recurrence and in attention."""

import numpy as np

from course_lib.backprop.recurrence import attention_reach, recurrence_reach, turning_matrix
from course_lib.explorer import Curves, Explorer, Note, Predict, Slider, Switch

__all__ = ["SIZES", "distance_explorer", "distance_frame"]

LENGTH, D = 65, 32
SIZES = [0.5, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.25, 1.5, 2.0]
CHOICES = ["more than a half", "about a tenth", "about a hundredth", "less than a thousandth"]


def distance_frame(size: float = 0.9, tanh: bool = True) -> dict[str, object]:
    """How strongly the last output depends on each earlier token, relative to the token right before it.

    Args:
        size: by how much the recurrent matrix lengthens every vector.
        tanh: whether the recurrence has its tanh.
    Returns:
        distance (64,), recurrence, attention, power (64,): size ** (distance - 1); left: what is left at the end; note.

    >>> frame = distance_frame(0.5, tanh=False)
    >>> bool(np.allclose(frame["recurrence"], frame["power"]))
    True
    """
    rng = np.random.default_rng(9)
    x = rng.normal(size=(LENGTH, D))
    W_x, W_h = 0.1 * rng.normal(size=(D, D)) / np.sqrt(D), turning_matrix(D, size, rng)
    # Small, as at the start of training: a choice that is still open.
    W_Q, W_K, W_V = 0.5 * rng.normal(size=(3, D, D)) / np.sqrt(D)
    by_recurrence = recurrence_reach(x, W_x, W_h, linear=not tanh)[1:]
    by_attention = attention_reach(x, W_Q, W_K, W_V)[1:]
    distance = np.arange(1.0, LENGTH)
    recurrence, attention = by_recurrence / by_recurrence[0], by_attention / by_attention[0]
    left = float(recurrence[-1])
    fate = "it has vanished" if left < 1e-3 else "it has exploded" if left > 1e3 else "it has survived"
    return {
        "distance": distance,
        "recurrence": recurrence,
        "attention": attention,
        "power": size ** (distance - 1),
        "left": left,
        "note": f"At distance {LENGTH - 1} the recurrence has {left:.2g} of the gradient at distance 1: {fate}. Attention has "
        f"between {attention.min():.2g} and {attention.max():.2g} of it at all distances, by what the words are and not by "
        "how far away they stand.",
    }


def distance_explorer() -> Explorer:
    """Move the size of the recurrent matrix and watch the gradient vanish, survive, explode; attention stays where it is."""
    return Explorer(
        distance_frame,
        controls=[
            Slider("size", SIZES, value=0.9, label="size of W_h"),
            Switch("tanh", value=True, label="tanh"),
        ],
        panels=[
            [
                Curves(
                    "distance",
                    {
                        "recurrence": "recurrence",
                        "attention": "attention",
                        "size to the power of the distance": "power",
                    },
                    x_label="distance to the last token",
                    y_label="gradient, relative to distance 1",
                    log_y=True,
                )
            ],
            [Note("note")],
        ],
        title="What is left of a gradient after a distance",
        alt=lambda values, arrays: (
            f"With a recurrent matrix of size {values['size']:g} {'and' if values['tanh'] else 'without'} tanh, "
            f"{float(arrays['left']):.2g} of the gradient is left after {LENGTH - 1} tokens in the recurrence; in attention "
            f"between {arrays['attention'].min():.2g} and {arrays['attention'].max():.2g}, at any distance."
        ),
        predict=Predict(
            "The recurrent matrix shortens every vector to nine tenths, at each of 63 steps back, and a tanh shortens it "
            "a little more. What part of the gradient is left?",
            answer=lambda arrays: sum(float(arrays["left"]) < edge for edge in (0.3, 0.03, 0.003)),
            choices=CHOICES,
            explain="0.9 to the power of 63 is 0.0013, and tanh takes the rest. Now move the size: is there one at which "
            "nothing is lost and nothing explodes?",
        ),
        name="backprop.distance",
    )
