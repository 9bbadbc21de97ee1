"""The map of 43 words through training, seen in one plane."""

from functools import cache

import numpy as np

from course_lib.embedding.by_hand import principal_plane, unit_rows
from course_lib.embedding.groups import GROUPS, map_words
from course_lib.embedding.meaning import same_kind_share
from course_lib.embedding.trained_table import load
from course_lib.explorer import Curves, Explorer, Note, Points, Slider

__all__ = ["map_explorer", "map_frame"]


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
    """Where 43 words lie after some steps of training, seen in the plane in which the trained ones are spread most.

    Args:
        step: one of the steps at which the rows were kept.
    Raises:
        ValueError: they were not.

    >>> map_frame(0)["xy"].shape
    (43, 2)
    """
    shipped = load()
    mean, directions = _plane()
    steps, shares = [int(kept) for kept in shipped.kept_steps], _group_shares()
    if step not in steps:
        raise ValueError(f"got step {step}; rows were kept after {', '.join(map(str, steps))} steps")
    snapshot = steps.index(step)
    axis = np.maximum(steps, 5).astype(float)  # step 0 has no place on a logarithmic axis
    return {
        "xy": (unit_rows(shipped.kept_rows[snapshot]) - mean) @ directions,
        "words": list(map_words()),
        "groups": np.repeat(np.arange(len(GROUPS)), [len(words) for words in GROUPS.values()]),
        "group_names": list(GROUPS),
        "steps": axis,
        "shares": shares,
        "here": float(axis[snapshot]),
        "note": f"After {step} steps: of the three nearest words among these 43, {shares[snapshot]:.0%} are of the same group.",
    }


def map_explorer() -> Explorer:
    """Scrub through training: 43 words in the plane, and how many of their neighbours are of their own group."""
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
        title="The table learns: 43 words, point at one",
        alt=lambda values, arrays: f"A map of 43 words. {arrays['note']}",
        name="embedding.map",
    )
