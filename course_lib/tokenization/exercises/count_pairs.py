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
        Case(([4, 9, 4, 4, 4, 4, 9, 9, 9, 9, 9, 4],), "runs of four and of five equal ids"),
        Case(([5, 8, 8, 5, 8, 5, 5],), "the same two ids in either order"),
        Case(([300, 65, 300, 65, 321, 300, 65],), "ids above 255, as merges make them"),
        Case(([1, 2, 3, 4],), "every pair once, the last one too"),
        Case(([6, 6],), "two ids: one pair"),
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


@wrong(
    6,
    "one pair short",
    "The last pair is missing. n ids have n - 1 pairs of neighbours, and `range` already stops before the number it is given.",
)
def count_one_short(ids: list[int]) -> dict:
    return dict(Counter(pairwise(ids[:-1])))


@wrong(
    7,
    "the first time counts 0",
    "Every count is one too low: a pair that is met for the first time has been met once, and starts with 1.",
)
def count_from_zero(ids: list[int]) -> dict:
    return {pair: count - 1 for pair, count in Counter(pairwise(ids)).items()}


@wrong(
    8,
    "the first time counts 2",
    "Every count is one too high. `get(pair, 1)` says that a pair which is not there yet has been met once already; then you "
    "add one.",
)
def count_from_two(ids: list[int]) -> dict:
    return {pair: count + 1 for pair, count in Counter(pairwise(ids)).items()}


@wrong(
    9,
    "left and right exchanged",
    "Your pairs are turned round: the id that stands first in the list is the left one.",
)
def count_turned(ids: list[int]) -> dict:
    return dict(Counter((right, left) for left, right in pairwise(ids)))


@wrong(
    10,
    "ids instead of pairs",
    "You counted the ids themselves. What is counted here is two neighbours together, as a tuple `(left, right)`.",
)
def count_ids(ids: list[int]) -> dict:
    return dict(Counter(ids))


@wrong(
    11,
    "looks beyond the last id",
    "At the last place there is no right neighbour, and `ids[i + 1]` raises IndexError. How far may i go?",
)
def count_beyond_the_end(ids: list[int]) -> dict:
    return dict(Counter((ids[i], ids[i + 1]) for i in range(len(ids))))


@wrong(
    12,
    "raises a count that is not there",
    "`counts[pair] += 1` reads the old count first, and a pair that is met for the first time has none: KeyError. Which "
    "method of a dictionary answers for a key that is missing?",
)
def count_without_a_start(ids: list[int]) -> dict:
    counts = {}
    for pair in pairwise(ids):
        counts[pair] += 1
    return counts


@wrong(
    13,
    "a run of equal ids counts once",
    "Where a pair follows an equal pair, as in 1 1 1 1, you count it once only. Each place counts: that run holds the pair "
    "three times.",
)
def count_each_run_once(ids: list[int]) -> dict:
    pairs = list(pairwise(ids))
    return dict(Counter(pair for i, pair in enumerate(pairs) if i == 0 or pair != pairs[i - 1]))


@wrong(
    14,
    "leaves out pairs of equal ids",
    "You skip places where both ids are equal. (1, 1) is a pair like any other.",
)
def count_different_only(ids: list[int]) -> dict:
    return dict(Counter((left, right) for left, right in pairwise(ids) if left != right))


@wrong(
    15,
    "only one pair counted",
    "Your dictionary holds the first pair and nothing else. A `return` inside a loop ends the function in its first round: set "
    "it to the left, below the loop.",
)
def count_the_first(ids: list[int]) -> dict:
    for pair in pairwise(ids):
        return {pair: 1}


@wrong(
    16,
    "jumps over the pair after two equal ids",
    "After two equal ids you go on by two places, so the pair that begins at the second of them is never counted. (Merging is "
    "different: there an id can be used once.) Count at every place.",
)
def count_with_jumps(ids: list[int]) -> dict:
    counts, i = {}, 0
    while i + 1 < len(ids):
        pair = (ids[i], ids[i + 1])
        counts[pair] = counts.get(pair, 0) + 1
        i += 2 if pair[0] == pair[1] else 1
    return counts


@wrong(
    17,
    "first pair left out",
    "The pair at the very beginning is missing. Places count from 0.",
)
def count_without_the_first(ids: list[int]) -> dict:
    return dict(Counter(pairwise(ids[1:])))


@wrong(
    18,
    "a list as a key",
    "A slice such as `ids[i : i + 2]` is a list, and a list cannot be the key of a dictionary: TypeError. A key must not "
    "change later; a tuple cannot.",
)
def count_lists(ids: list[int]) -> dict:
    counts = {}
    for i in range(len(ids) - 1):
        counts[ids[i : i + 2]] = 1
    return counts


HINTS = (
    "Which are the neighbours? The id at place i and the one at place i + 1, for every i but the last.",
    "`zip(ids, ids[1:])` goes through all pairs of neighbours. It ends with the shorter of the two.",
    "`counts[pair] = counts.get(pair, 0) + 1` raises a count that may not be there yet.",
)
