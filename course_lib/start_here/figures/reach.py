"""A sentence read one after another or all at once: who has heard of whom after how many steps."""

import numpy as np

from course_lib.explorer import Choice, Explorer, Heatmap, Note, Predict, Slider, TokenRow
from course_lib.numeric import influence
from course_lib.sentence import TOKENS
from course_lib.start_here.by_hand import (
    mix_by_likeness,
    recurrence,
)

__all__ = ["reach_explorer", "reach_frame", "steps_until"]

WIDTH = 6


def reach_frame(kind: str, steps: int) -> dict[str, object]:
    """How much each token's vector depends on each other token after so many steps that must wait for each other.

    Measured, not drawn: every input is moved a little, and what answers is divided by the strongest answer of its row.

    Args:
        kind: "recurrence" or "attention".
        steps: 0 to 8; a recurrence has reached token t after t steps.

    >>> (reach_frame("recurrence", 3)["reach"] > 0).sum(axis=1).tolist()
    [1, 2, 3, 0, 0, 0, 0, 0]
    """
    if kind not in ("recurrence", "attention") or not 0 <= steps <= len(TOKENS):
        raise ValueError(f"got {kind=}, {steps=}; expected recurrence or attention and 0 to {len(TOKENS)} steps")
    rng = np.random.default_rng(7)
    x = rng.normal(size=(len(TOKENS), WIDTH))
    W_x, W_h = rng.normal(size=(2, WIDTH, WIDTH)) / np.sqrt(WIDTH)
    if steps == 0:
        reach = np.zeros((len(TOKENS), len(TOKENS)))
    elif kind == "attention":
        reach = influence(mix_by_likeness, x)
    else:
        reach = influence(lambda inputs: recurrence(inputs, W_x, W_h), x)
        reach[steps:] = 0.0  # those states have not been computed yet
    strongest = reach.max(axis=1, keepdims=True)
    reach = reach / np.where(strongest == 0, 1, strongest)
    ready = int((reach.max(axis=1) > 0).sum())
    return {
        "reach": reach,
        "tokens": TOKENS,
        "note": f"After {steps} step{'s' if steps != 1 else ''}, {ready} of {len(TOKENS)} tokens have a new vector; "
        f"{int((reach > 0).sum())} of {reach.size} pairs have met.\nThe weights are random: what counts here is who is heard at all, "
        "not how much.",
    }


def steps_until(kind: str, token: int, other: int) -> int:
    """The first step after which a token's vector depends on another token.

    >>> steps_until("recurrence", 7, 1), steps_until("attention", 7, 1)
    (8, 1)
    """
    return next(step for step in range(1, len(TOKENS) + 1) if reach_frame(kind, step)["reach"][token, other] > 0)


def reach_explorer() -> Explorer:
    """A sentence, and a slider for time: which tokens have been computed, and from what."""
    return Explorer(
        reach_frame,
        controls=[
            Choice("kind", {"one after another": "recurrence", "all at once": "attention"}, label="the sentence is read"),
            Slider("steps", list(range(len(TOKENS) + 1)), value=4, label="steps done", format="{:d}"),
        ],
        panels=[
            [TokenRow("tokens", weights="reach", title="Who is heard (random weights)", query_label="vector of")],
            [
                Heatmap(
                    "reach", rows="tokens", cols="tokens", row_label="this token's vector", col_label="depends on",
                    title="dependence, largest of a row = 1", vmin=0, vmax=1,
                ),
                Note("note"),
            ],
        ],
        title="Reading one after another, reading all at once",
        alt=lambda values, arrays: f"Reading by {values['kind']}, {values['steps']} steps done. {arrays['note']}",
        predict=Predict(
            "A sentence is read one word after another. Counted from the first word, after how many steps does “forest”, the "
            "eighth, have a new vector that knows about “fluffy”, the second?",
            choices=["1", "2", "6", "8"],
            answer=lambda arrays: [1, 2, 6, 8].index(steps_until("recurrence", 7, 1)),
            explain="It has to wait for all that stand before it. Now read all at once: how many steps are needed then?",
        ),
        name="start_here.reach",
        focus=(3, 1),
    )  # fmt: skip
