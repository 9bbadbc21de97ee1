"""The score of a query and a key against their distance, with positions added and with both vectors rotated."""

import numpy as np

from course_lib.explorer import Curves, Explorer, Note, Points, Slider
from course_lib.positional_encoding.by_hand import rotate, sinusoidal

__all__ = ["DISTANCES", "PLACES", "rotary_explorer", "rotary_frame"]

PLACES = [12, 16, 20, 24, 28, 100, 1000]
DISTANCES = np.arange(13)
QUERY = np.array([0.9, 0.3, 0.5, -0.6, 0.8, 0.2, -0.3, 0.7])
KEY = np.array([0.4, 0.8, 0.7, 0.3, 0.6, -0.5, 0.5, 0.4])


def rotary_frame(place: int, distance: int) -> dict[str, object]:
    """A query at `place` and a key `distance` before it: their scores, and two pairs of their features as arrows.

    >>> a, b = rotary_frame(12, 3), rotary_frame(1000, 3)
    >>> bool(np.allclose(a["rotated"], b["rotated"])), bool(np.allclose(a["added"], b["added"]))
    (True, False)
    """
    places = place - DISTANCES
    table = sinusoidal(place + 1, len(QUERY))
    query = rotate(QUERY[None], np.array([place]))[0]
    keys = rotate(np.repeat(KEY[None], len(places), axis=0), places)
    key = keys[distance]
    rotated, added = keys @ query, (KEY + table[places]) @ (QUERY + table[place])
    return {
        "distances": DISTANCES.astype(float),
        "rotated": rotated,
        "added": added,
        "here": float(distance),
        "pair 0": np.stack([query[:2], key[:2]]),
        "pair 1": np.stack([query[2:4], key[2:4]]),
        "which": np.array([0, 1]),
        "names": ["query", "key"],
        "note": f"Query at {place}, key at {places[distance]}: the score is {rotated[distance]:.2f} where both were rotated, "
        f"{added[distance]:.2f} where sinusoids were added.",
    }


def rotary_explorer() -> Explorer:
    """Move query and key along the text together: one curve stays where it is, the other does not."""
    plane = {
        "groups": "which",
        "group_names": ["query", "key"],
        "labels": "names",
        "arrows": True,
        "equal": True,
        "circle": True,
        "angle": (0, 1),
        "role": {"query": "query", "key": "key"},
        "x_label": "first feature",
        "y_label": "second feature",
        "x_range": (-1.2, 1.2),
        "y_range": (-1.2, 1.2),
    }
    return Explorer(
        rotary_frame,
        controls=[
            Slider("place", PLACES, value=12, label="position of the query", format="{:d}"),
            Slider("distance", DISTANCES.tolist(), value=3, label="the key stands this far before it", format="{:d}"),
        ],
        panels=[
            [Points(f"pair {i}", title=f"pair {i}, rotated", **plane) for i in range(2)],
            [
                Curves("distances", {"both rotated": "rotated", "sinusoids added": "added"}, title="the score q · k",
                       x_label="distance", v_line="here", y_range=(-2, 10), width=1.6),
                Note("note"),
            ],
        ],
        title="Rotate queries and keys, and only the distance counts",
        alt=lambda values, arrays: f"Scores against distance, and two pairs of features as arrows. {arrays['note']}",
        name="positional_encoding.rotary",
    )  # fmt: skip
