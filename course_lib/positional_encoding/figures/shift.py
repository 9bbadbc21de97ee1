"""A shift along the sentence as a rotation of each pair of columns."""

import numpy as np

from course_lib.explorer import Explorer, Note, Points, Slider
from course_lib.positional_encoding.by_hand import angular_frequencies, shift_matrix, sinusoidal

__all__ = ["shift_explorer", "shift_frame"]


def shift_frame(p: int, k: int) -> dict[str, object]:
    """Four pairs of columns as points on the circle, at position p and at p + k, and how exactly a rotation links them.

    >>> shift_frame(5, 3)["residual"] < 1e-14
    True
    """
    d_model = 8
    here = sinusoidal(p + 1, d_model)[p]
    shifted = shift_matrix(k, d_model) @ here
    there = np.stack(
        [np.sin((p + k) * angular_frequencies(d_model)), np.cos((p + k) * angular_frequencies(d_model))], -1
    )
    residual = float(np.abs(shifted - there.ravel()).max())
    turns = np.degrees(k * angular_frequencies(d_model))
    frame: dict[str, object] = {
        f"pair {i}": np.stack([here[2 * i : 2 * i + 2], shifted[2 * i : 2 * i + 2]]) for i in range(4)
    }
    degrees = ", ".join(f"{turn:.4g}°" for turn in turns)
    return frame | {
        "which": np.array([0, 1]),
        "residual": residual,
        "note": f"From position {p} to {p + k} the four pairs turn by {degrees}: the angles depend on k alone. "
        f"Rotated and looked up differ by {residual:.0e}.",
    }


def shift_explorer() -> Explorer:
    """Move along the sentence and see each pair of columns turn at its own speed."""
    picture = {
        "groups": "which",
        "group_names": ["p", "p + k"],
        "arrows": True,
        "equal": True,
        "circle": True,
        "angle": (0, 1),
        "x_range": (-1.3, 1.3),
        "y_range": (-1.3, 1.3),
    }
    return Explorer(
        shift_frame,
        controls=[
            Slider("p", list(range(0, 25, 2)), value=4, label="position p", format="{:d}"),
            Slider("k", list(range(-6, 7)), value=3, label="shift k", format="{:d}"),
        ],
        panels=[
            [Points(f"pair {i}", title=f"pair {i}", x_label="sine", y_label="cosine", **picture) for i in range(2)],
            [Points(f"pair {i}", title=f"pair {i}", x_label="sine", y_label="cosine", **picture) for i in range(2, 4)],
            [Note("note")],
        ],
        title="A shift is a rotation",
        alt=lambda values, arrays: f"Four pairs of columns as arrows on the unit circle. {arrays['note']}",
        name="positional_encoding.shift",
    )
