"""tokenization.merge: one pair replaced by a new id, from the left."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.tokenization import by_hand
from course_lib.tokenization.exercises.merging import merge_by_slices, merge_looking_back

ASKED = Asked(
    "Given a list `ids`, a `pair` `(left, right)` and an integer `new_id`, return a **new** list in which every "
    "occurrence of the pair has become `new_id`. Go from left to right; an id belongs to one occurrence only: "
    "`merge([1, 1, 1], (1, 1), 256)` is `[256, 1]`.",
    reference=by_hand.merge,
    points=2,
    minutes=10,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    a, b, c = rng.choice(250, size=3, replace=False).tolist()
    new = int(rng.integers(256, 400))
    return [
        Case(([a, b, c, a, b], (a, b), new)),
        Case(([c, a, b, b, a, c, a, b, a, b], (a, b), new), "two places side by side"),
        Case(([a, a, a], (a, a), new), "three in a row: from left to right, new and one left over"),
        Case(([b, a, a, a, a, a, c], (a, a), new), "five in a row"),
        Case(([b, a, c, b, a], (a, b), new), "the pair is not there, only its reverse"),
        Case(([7, 3, 7, 7, 3, 3, 5, 7], (7, 3), 256), "each half of the pair also stands alone"),
        Case(([5, 1, 1, 1, 1, 2, 1, 1, 1], (1, 1), 256), "runs of four and of three"),
        Case(([12, 34, 2, 3, 23, 2, 34], (2, 3), 300), "12 34 and 2 34 hold the digits 2 3, and are other ids"),
        Case((np.array([400, 300, 65, 400, 300]).tolist(), (400, 300), 401), "ids above 256, as merges make them"),
        Case(([8, 9], (8, 9), 256), "nothing but the pair"),
        Case(([8], (8, 9), 256), "a single id"),
        Case(([c, b, a], (a, b), new), "the first half of the pair at the very end"),
        Case(([], (a, b), new), "an empty list"),
    ]


looking_back = right(merge_looking_back)

by_slices = right(merge_by_slices)


@wrong(
    1,
    "overlapping replacement",
    "In a run of equal ids you use one id for two merges: the second half of one pair is the first half of the "
    "next. After a merge, go on two places further.",
)
def merge_overlapping(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == tuple(pair):
            merged.append(new_id)
            # Where the same pair begins again inside this one, it is taken as well.
            i += 1 if tuple(ids[i + 1 : i + 3]) == tuple(pair) else 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


@wrong(
    2,
    "keeps the second half",
    "The first id of each pair has become the new one, but the second one is still there. The new id stands for both.",
)
def merge_keeping_the_second(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    hits = [i for i in range(len(ids) - 1) if (ids[i], ids[i + 1]) == tuple(pair)]
    return [new_id if i in hits else token for i, token in enumerate(ids)]


@wrong(
    3,
    "goes on by one place after a merge",
    "After a merge your loop visits the second id of the pair once more and keeps it; and it ends before the last id, "
    "which is lost. A merge uses up two places.",
)
def merge_by_places(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    return [new_id if (ids[i], ids[i + 1]) == tuple(pair) else ids[i] for i in range(len(ids) - 1)]


@wrong(
    4,
    "replaces only the first",
    "You stop after the first occurrence. A merge replaces all of them.",
)
def merge_first(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    for i in range(len(ids) - 1):
        if (ids[i], ids[i + 1]) == tuple(pair):
            return [*ids[:i], new_id, *ids[i + 2 :]]
    return list(ids)


@wrong(
    5,
    "changes its arguments",
    "Your list is right, and it is the list you were given: whoever called you has lost theirs. Build a new list.",
)
def merge_in_place(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    i = 0
    while i < len(ids) - 1:
        if (ids[i], ids[i + 1]) == tuple(pair):
            ids[i : i + 2] = [new_id]
        i += 1
    return ids


@wrong(
    6,
    "matches from the right",
    "In a run of three equal ids the first two belong together: you have merged the last two. Go from left to right.",
)
def merge_from_the_right(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    return by_hand.merge(ids[::-1], tuple(pair)[::-1], new_id)[::-1]


@wrong(
    7,
    "takes the reverse as well",
    "You also merge (right, left). A pair has an order.",
)
def merge_either_order(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids):
        hit = i + 1 < len(ids) and sorted(ids[i : i + 2]) == sorted(pair)
        merged.append(new_id if hit else ids[i])
        i += 2 if hit else 1
    return merged


@wrong(
    8,
    "loses the last id",
    "Your loop ends before the last id, and where that is not part of a merge it is missing. What happens at the "
    "place that has no right neighbour?",
)
def merge_without_the_end(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids) - 1:
        hit = (ids[i], ids[i + 1]) == tuple(pair)
        merged.append(new_id if hit else ids[i])
        i += 2 if hit else 1
    return merged


@wrong(
    9,
    "the last id once too often",
    "Your loop ends before the last id and you append that one afterwards, always. Where the last id belongs to a merge it is "
    "in the list already, inside the new id.",
)
def merge_with_a_second_end(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    return [*merge_without_the_end(ids, pair, new_id), *ids[-1:]]


@wrong(
    10,
    "looks beyond the last id",
    "At the last place there is no right neighbour, and `ids[i + 1]` raises IndexError there. Ask whether there is one before "
    "you look.",
)
def merge_beyond_the_end(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids):
        hit = ids[i] == pair[0] and ids[i + 1] == pair[1]
        merged.append(new_id if hit else ids[i])
        i += 2 if hit else 1
    return merged


@wrong(
    11,
    "never finds the pair",
    "Your list is the old one: the pair was never found. A slice of a list is a list, and `[1, 2] == (1, 2)` is False. Compare "
    "a tuple with a tuple.",
)
def merge_nothing(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    return list(ids)


@wrong(
    12,
    "looks at the left half only",
    "You merge wherever the left id stands, whatever follows it. Both halves have to be there, side by side.",
)
def merge_by_the_left_half(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids):
        merged.append(new_id if ids[i] == pair[0] else ids[i])
        i += 2 if ids[i] == pair[0] else 1
    return merged


@wrong(
    13,
    "looks for the reverse",
    "You merge (right, left): the right half of the pair, followed by the left one. The left half comes first.",
)
def merge_the_reverse(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    return by_hand.merge(ids, (pair[1], pair[0]), new_id)


@wrong(
    14,
    "leaves the new id out",
    "The pairs are gone, and nothing stands in their place. Each of them becomes `new_id`.",
)
def merge_without_the_new_id(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    return [one for one in by_hand.merge(ids, pair, -1) if one != -1]


@wrong(
    15,
    "shortens the list under a for loop",
    "`range(len(ids) - 1)` was worked out when the loop began. With every merge the list becomes shorter, and in the end i "
    "points beyond it: IndexError. A `while` loop asks for the length anew.",
)
def merge_under_a_for_loop(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    merged = list(ids)
    for i in range(len(merged) - 1):
        if (merged[i], merged[i + 1]) == tuple(pair):
            merged[i : i + 2] = [new_id]
    return merged


@wrong(
    16,
    "goes on by two places always",
    "You cut the list into twos, so a pair that begins at an odd place is never seen. Go on by two after a merge, by one "
    "otherwise.",
)
def merge_in_twos(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    twos = [ids[i : i + 2] for i in range(0, len(ids), 2)]
    return [one for two in twos for one in ([new_id] if tuple(two) == tuple(pair) else two)]


@wrong(
    17,
    "compares with is",
    "`is` asks whether two names mean one and the same object. Python keeps a single object for every number up to 256, and "
    "larger ids are found equal by `==` alone.",
)
def merge_by_identity(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    small = [one if one <= 256 else -1 for one in ids]
    found = by_hand.merge(small, pair, new_id)
    return found if -1 not in small else list(ids)


HINTS = (
    "A `for` loop goes on by one place each time; here one has to go on by two after a merge. Which loop lets you choose?",
    "`while i < len(ids):` with `i += 2` after a merge and `i += 1` otherwise. Look out for the last place, which has no "
    "right neighbour.",
    "`if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:` append `new_id`; else append `ids[i]`.",
)
