"""tokenization.count_pairs: how often each pair of neighbours occurs."""

from collections import Counter
from itertools import pairwise

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.tokenization import by_hand

ASKED = Asked(
    "Given a list of integers `ids`, return a dictionary from each pair of neighbours `(left, right)` to how "
    "often it occurs. Pairs may overlap: in `[1, 1, 1]` the pair `(1, 1)` occurs twice.",
    reference=by_hand.count_pairs,
    points=1,
    minutes=5,
)


def _ids(rng: np.random.Generator, size: int, kinds: int = 3) -> list[int]:
    """A list in which pairs repeat: ids of a few kinds, some of them above 255."""
    chosen = rng.choice(400, size=kinds, replace=False)
    return chosen[rng.integers(0, kinds, size)].tolist()


def cases(rng: np.random.Generator) -> list[Case]:
    one, other = rng.choice(200, size=2, replace=False).tolist()
    return [
        Case((_ids(rng, 7),)),
        Case((_ids(rng, 23),)),
        Case(([one, one, one, other],), "the same id three times in a row"),
        Case(([one, other, one, other, one],), "each of two ids before the other"),
        Case(([one],), "a single id: no pair"),
        Case(([],), "no ids at all"),
    ]


@right
def count_with_counter(ids: list[int]) -> dict:
    return dict(Counter(pairwise(ids)))


@right
def count_by_index(ids: list[int]) -> dict:
    pairs = [(ids[i], ids[i + 1]) for i in range(len(ids) - 1)]
    return {pair: pairs.count(pair) for pair in pairs}


@wrong(
    1,
    "skips overlapping pairs",
    "In a run of equal ids you count every second pair only. 1 1 1 has two pairs of neighbours, the first and "
    "second, and the second and third. (Merging is different: there an id can be used once.)",
)
def count_without_overlaps(ids: list[int]) -> dict:
    counts, i = {}, 0
    last = None
    while i + 1 < len(ids):
        pair = (ids[i], ids[i + 1])
        # The second half of a run's pair does not begin another one of the same kind.
        if last != (pair, i - 1):
            counts[pair] = counts.get(pair, 0) + 1
            last = (pair, i)
        i += 1
    return counts


@wrong(
    2,
    "looks at every second place",
    "You cut the list into pairs, the first two, the next two, and so on. Neighbours stand at every place: the "
    "second and third are neighbours too.",
)
def count_every_second(ids: list[int]) -> dict:
    return dict(Counter(zip(ids[::2], ids[1::2], strict=False)))


@wrong(
    3,
    "unordered pairs",
    "You count (left, right) and (right, left) together. Order is part of a pair: 'th' is not 'ht'.",
)
def count_unordered(ids: list[int]) -> dict:
    return dict(Counter(tuple(sorted(pair)) for pair in pairwise(ids)))


@wrong(
    4,
    "notes which pairs there are, not how often",
    "Every pair has the count 1. Where a pair is already in the dictionary, its count has to go up.",
)
def count_with_set(ids: list[int]) -> dict:
    return {pair: 1 for pair in pairwise(ids)}


@wrong(
    5,
    "joins the end to the beginning",
    "You also count the last id with the first one. The text does not go round in a circle: n ids have n - 1 "
    "pairs of neighbours.",
)
def count_around(ids: list[int]) -> dict:
    return dict(Counter(zip(ids, [*ids[1:], *ids[:1]], strict=True)))


HINTS = (
    "Which are the neighbours? The id at place i and the one at place i + 1, for every i but the last.",
    "`zip(ids, ids[1:])` goes through all pairs of neighbours. It ends with the shorter of the two.",
    "`counts[pair] = counts.get(pair, 0) + 1` raises a count that may not be there yet.",
)
