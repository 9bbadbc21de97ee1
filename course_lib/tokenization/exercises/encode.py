"""tokenization.encode: a text becomes ids, by the merges that were learned."""

from itertools import pairwise

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.tokenization import by_hand
from course_lib.tokenization.exercises.inputs import words
from course_lib.tokenization.exercises.merging import merge_looking_back

ASKED = Asked(
    "Given a `text` and the list `merges` (the i-th pair makes the id 256 + i), return the list of ids. Begin "
    "with the UTF-8 bytes. Of all pairs that are in the list, merge the one that was learned first, everywhere; go on until "
    "none of the pairs is in `merges`.",
    reference=by_hand.encode,
    points=2,
    minutes=12,
    difficulty=2,
    library=("tiktoken.encode",),
)

# bc was learned before ab, so that abc is a + bc, while from left to right it would be ab + c. And aaa is a token, while
# aaaa is two times aa: learned first, longest first and leftmost first all part ways.
LEARNED = [(98, 99), (97, 98), (99, 100), (256, 100), (257, 258), (97, 97), (261, 97), (97, 256)]


def cases(rng: np.random.Generator) -> list[Case]:
    text = words(rng, 60, "abcd")
    merges = by_hand.train(text, 9)
    wide = by_hand.train("é漢🌲é漢🌲" * 2 + text, 12)
    return [
        Case((words(rng, 30, "abcd"), merges)),
        Case((words(rng, 17, "abcde"), merges), "a letter that training never saw"),
        Case(("abcab", LEARNED), "bc was learned before ab"),
        Case(("cdabcdab", LEARNED), "pairs compete for a letter"),
        Case(("abcabcab, bcd", LEARNED), "what is frequent, early and last are three different pairs"),
        Case(("aaaaaaaa", LEARNED), "one letter, again and again"),
        Case(("é🌲漢" + words(rng, 7), wide), "characters of several bytes"),
        Case((words(rng, 11, "abc"), []), "no merges: the bytes"),
        Case(("", merges), "an empty text"),
    ]


@right
def encode_in_order(text: str, merges: list) -> list[int]:
    ids = list(text.encode())
    for new_id, pair in enumerate(merges, 256):
        ids = merge_looking_back(ids, tuple(pair), new_id)
    return ids


@right
def encode_one_at_a_time(text: str, merges: list) -> list[int]:
    ids, order = list(text.encode()), [tuple(pair) for pair in merges]
    while True:
        found = [(order.index(pair), i) for i, pair in enumerate(pairwise(ids)) if pair in order]
        if not found:
            return ids
        rank, i = min(found)
        ids = [*ids[:i], 256 + rank, *ids[i + 2 :]]


@wrong(
    1,
    "longest match first",
    "At each place you take the longest token that fits. The vocabulary is right, and yet the ids differ from those "
    "of training, where pairs were merged in the order in which they were learned. Let the rank decide, not the length.",
)
def encode_longest(text: str, merges: list) -> list[int]:
    data, pieces, ids, i = text.encode(), by_hand.vocabulary(merges), [], 0
    while i < len(data):
        token = max((k for k, piece in enumerate(pieces) if data.startswith(piece, i)), key=lambda k: len(pieces[k]))
        ids.append(token)
        i += len(pieces[token])
    return ids


@wrong(
    2,
    "merges by position instead of rank",
    "You merge whatever pair comes first in the text. Of all the pairs that are there, the one learned first goes "
    "first, wherever it stands.",
)
def encode_by_position(text: str, merges: list) -> list[int]:
    ids, ranks = list(text.encode()), {tuple(pair): rank for rank, pair in enumerate(merges)}
    while True:
        hit = next((i for i, pair in enumerate(pairwise(ids)) if pair in ranks), None)
        if hit is None:
            return ids
        ids[hit : hit + 2] = [256 + ranks[ids[hit], ids[hit + 1]]]


@wrong(
    3,
    "one pass only",
    "You go through the text once. A new id can be half of another pair: after each merge, look again.",
)
def encode_in_one_pass(text: str, merges: list) -> list[int]:
    ids, ranks, out, i = list(text.encode()), {tuple(pair): rank for rank, pair in enumerate(merges)}, [], 0
    while i < len(ids):
        pair = tuple(ids[i : i + 2])
        out.append(256 + ranks[pair] if pair in ranks else ids[i])
        i += 2 if pair in ranks else 1
    return out


@wrong(
    4,
    "one merge only",
    "You merge the right pair, and stop. Repeat until no pair of the list is in `merges`.",
)
def encode_one_merge(text: str, merges: list) -> list[int]:
    ids, ranks = list(text.encode()), {tuple(pair): rank for rank, pair in enumerate(merges)}
    best = min(by_hand.count_pairs(ids), key=lambda pair: ranks.get(pair, len(ranks)), default=None)
    return by_hand.merge(ids, best, 256 + ranks[best]) if best in ranks else ids


@wrong(
    5,
    "last learned first",
    "Of the pairs that are there you merge the one that was learned last. The order of learning is the order of "
    "merging: the lowest rank first.",
)
def encode_last_first(text: str, merges: list) -> list[int]:
    ids, ranks = list(text.encode()), {tuple(pair): rank for rank, pair in enumerate(merges)}
    while True:
        best = max(by_hand.count_pairs(ids), key=lambda pair: ranks.get(pair, -1), default=None)
        if best not in ranks:
            return ids
        ids = by_hand.merge(ids, best, 256 + ranks[best])


@wrong(
    6,
    "most frequent first",
    "You merge the pair that is most frequent in this text. That is how training chooses; encoding follows the order "
    "that training has found, whatever is frequent here.",
)
def encode_most_frequent(text: str, merges: list) -> list[int]:
    ids, ranks = list(text.encode()), {tuple(pair): rank for rank, pair in enumerate(merges)}
    while True:
        counts = {pair: count for pair, count in by_hand.count_pairs(ids).items() if pair in ranks}
        if not counts:
            return ids
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        ids = by_hand.merge(ids, best, 256 + ranks[best])


HINTS = (
    "The rank of a pair is its place in `merges`. A dictionary from pair to rank answers both questions: is it there, and "
    "how early was it learned?",
    "`ranks = {pair: rank for rank, pair in enumerate(merges)}`, and in each round the pair of `count_pairs(ids)` with the "
    "lowest rank; then `merge(ids, pair, 256 + rank)`.",
    "There is a second way: go through `merges` in order and apply each one with your `merge`. Why does it give the same?",
)
