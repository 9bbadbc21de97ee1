"""The map of 43 words through training, seen in one plane; 21 of them are drawn, so that each has room for its name."""

from functools import cache

import numpy as np

from course_lib.embedding.by_hand import principal_plane, unit_rows
from course_lib.embedding.groups import GROUPS, map_words
from course_lib.embedding.meaning import same_kind_share
from course_lib.embedding.trained_table import load
from course_lib.explorer import Curves, Explorer, Note, Points, Slider

__all__ = ["SHOWN", "map_explorer", "map_frame"]

#: The words that are drawn, three of every group: those whose names lie on each other least at the end.
SHOWN = {
    "colour": ("blue", "yellow", "purple"),
    "number": ("five", "six", "eight"),
    "man": ("king", "prince", "actor"),
    "woman": ("queen", "princess", "mother"),
    "animal": ("cow", "cat", "horse"),
    "young": ("calf", "kitten", "cub"),
    "place": ("garden", "field", "lawn"),
}


@cache
def _plane() -> tuple[np.ndarray, np.ndarray]:
    """The plane of the map: that of the words at the end of training, so that the map does not turn on the way."""
    return principal_plane(unit_rows(load().kept_rows[-1]))


@cache
def _group_shares() -> np.ndarray:
    """At every snapshot, the share of the three nearest words of the map that are of the word's own group."""
    groups = np.array([name for name, words in GROUPS.items() for _ in words])
    return np.array([same_kind_share(rows, groups, k=3) for rows in load().kept_rows])


def map_frame(step: int) -> dict[str, object]:
    """Where the words SHOWN lie after some steps of training, in the plane in which all 43 trained ones are spread most.

    Args:
        step: one of the steps at which the rows were kept.
    Raises:
        ValueError: they were not.

    >>> map_frame(0)["xy"].shape
    (21, 2)
    """
    shipped = load()
    mean, directions = _plane()
    steps, shares = [int(kept) for kept in shipped.kept_steps], _group_shares()
    if step not in steps:
        raise ValueError(f"got step {step}; rows were kept after {', '.join(map(str, steps))} steps")
    snapshot = steps.index(step)
    words = [word for group in SHOWN.values() for word in group]
    rows = shipped.kept_rows[snapshot, [map_words().index(word) for word in words]]
    axis = np.maximum(steps, 5).astype(float)  # step 0 has no place on a logarithmic axis
    return {
        "xy": (unit_rows(rows) - mean) @ directions,
        "words": words,
        "groups": np.repeat(np.arange(len(SHOWN)), [len(group) for group in SHOWN.values()]),
        "group_names": list(SHOWN),
        "steps": axis,
        "shares": shares,
        "here": float(axis[snapshot]),
        "note": f"After {step} steps: of the three nearest words of each (43 words, 21 are drawn), {shares[snapshot]:.0%} are of the same group.",
    }


def map_explorer() -> Explorer:
    """Scrub through training: words in the plane, and how many of their neighbours are of their own group."""
    steps = [int(step) for step in load().kept_steps]
    square = {"x_range": (-0.85, 0.85), "y_range": (-0.85, 0.85)}
    return Explorer(
        map_frame,
        controls=[Slider("step", steps, value=0, label="after step", format="{:d}")],
        panels=[
            [
                Points(
                    "xy",
                    labels="words",
                    groups="groups",
                    group_names="group_names",
                    x_label="first direction",
                    y_label="second direction",
                    **square,
                )
            ],
            [
                Curves(
                    "steps",
                    {"same group": "shares"},
                    log_x=True,
                    v_line="here",
                    y_range=(0, 1),
                    x_label="step",
                    title="of 3 neighbours: same group",
                    width=1.2,
                ),
                Note("note"),
            ],
        ],
        title="The table learns",
        alt=lambda values, arrays: f"A map of 21 words. {arrays['note']}",
        name="embedding.map",
    )
