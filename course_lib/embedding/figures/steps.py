"""A step from a word in the direction that other pairs suggest, and who is near where it ends."""

from functools import cache

import numpy as np

from course_lib.embedding.by_hand import cosines, nearest_to, unit_rows
from course_lib.embedding.groups import RELATIONS, relations
from course_lib.embedding.meaning import learned_steps, step_ranks
from course_lib.embedding.trained_table import load
from course_lib.explorer import Bars, Choice, Explorer, Note, Slider

__all__ = ["PAIRS", "steps_explorer", "steps_frame"]

PAIRS = (
    ("king", "queen"), ("uncle", "aunt"), ("cow", "calf"), ("dog", "puppy"), ("horse", "foal"), ("clock", "clocks"),
    ("book", "books"), ("hot", "cold"), ("new", "old"),
)  # fmt: skip


@cache
def _steps() -> dict[str, tuple[str, np.ndarray]]:
    """For every first word of PAIRS: its relation, and the step learned from the other pairs of the relation."""
    shipped, found = load(), {}
    for relation in RELATIONS:
        pairs = relations(shipped.ids)[relation]
        for (first, _), step in zip(pairs, learned_steps(shipped.after, pairs), strict=True):
            found[shipped.words[first]] = relation, step
    return found


def steps_frame(pair: int, strength: float) -> dict[str, object]:
    """Start at the first word of a pair and go some way in the direction that the other pairs of its relation suggest.

    Args:
        pair: which of PAIRS.
        strength: how far, 1 for as far as the other pairs go on average.

    >>> steps_frame(3, 1.0)["words"][0]
    'puppy'
    """
    shipped = load()
    first, second = PAIRS[pair]
    relation, step = _steps()[first]
    ids = np.array([[shipped.ids[first], shipped.ids[second]]])
    unit = unit_rows(shipped.after)
    end = unit[ids[0, 0]] + strength * step
    best = nearest_to(shipped.after, end, 7, exclude=[ids[0, 0]])
    rank = int(step_ranks(shipped.after, ids, strength * step[None])[0])
    return {
        "closeness": cosines(shipped.after[best], end[None])[:, 0],
        "words": [shipped.words[i] for i in best],
        "rank": rank,
        "note": f"From “{first}”, {strength:g} times the way that the other pairs of the relation “{relation}” go: "
        f"“{second}” is number {rank}.",
    }


def steps_explorer() -> Explorer:
    """Walk from a word along a direction learned from other pairs, and see who comes near."""
    return Explorer(
        steps_frame,
        controls=[
            Choice("pair", {f"{a} → {b}": i for i, (a, b) in enumerate(PAIRS)}, value=3, label="pair, held out"),
            Slider("strength", [-1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0], value=0.0, label="how far"),
        ],
        panels=[[Bars("closeness", labels="words", low=0, high=1, title="the seven words nearest to where we are", width=1.4),
                 Note("note")]],
        title="Follow a direction",
        alt=lambda values, arrays: f"{arrays['note']} Nearest: {', '.join(arrays['words'])}.",
        name="embedding.steps",
    )  # fmt: skip
