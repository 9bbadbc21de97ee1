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
    library=("tiktoken.Encoding.encode",),
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
        Case(("bc bc abc", [(98, 99), (97, 98)]), "the smaller pair was learned later"),
        Case(("aaaaaaaa", LEARNED), "one letter, again and again"),
        Case(("é🌲漢" + words(rng, 7), wide), "characters of several bytes"),
        Case(("né é", [(195, 169), (110, 256), (257, 32)]), "characters of several bytes"),
        Case(("  ab ab  \n", [(97, 98), (32, 256), (32, 32)]), "white space at both ends"),
        Case(("ABab aB", [(97, 98), (65, 66)]), "capitals and small letters"),
        Case(("ab abab b", [(98, 32), (97, 98), (256, 97), (257, 258)]), "pairs that reach over a space"),
        Case(("xyz", [(97, 98), (98, 99)]), "none of the pairs occurs"),
        Case(("ababab", [(97, 98), (256, 256)]), "an odd run: three equal ids"),
        Case(("a", [(97, 97)]), "a single byte"),
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


def _encoder(
    symbols: object = by_hand.text_bytes,
    order: object = list,
    merge: object = by_hand.merge,
    new_id: object = lambda rank: 256 + rank,
) -> object:
    """Encoding, one merge of the list after the other, with one part exchanged."""

    def encode(text, merges):
        ids = symbols(text)
        for rank, pair in order(enumerate(merges)):
            ids = merge(ids, tuple(pair), new_id(rank))
        return ids

    return encode


characters_instead_of_bytes = wrong(
    7,
    "characters instead of bytes",
    "You begin with the characters of the text (`ord`). Right for plain English; é is one character and two bytes. Begin with "
    "`text.encode()`.",
    _encoder(symbols=lambda text: [ord(character) for character in text]),
)

the_rank_as_the_id = wrong(
    8,
    "the rank as the id",
    "You write the rank of a merge where its id belongs. The ids 0 to 255 are bytes already.",
    _encoder(new_id=lambda rank: rank),
)

new_ids_begin_at_257 = wrong(
    9,
    "new ids begin at 257",
    "Your first merge makes the id 257. The merge of rank 0 is 256.",
    _encoder(new_id=lambda rank: 257 + rank),
)

new_ids_begin_at_255 = wrong(
    10,
    "new ids begin at 255",
    "Your first merge makes the id 255, which is a byte. The merge of rank 0 is 256.",
    _encoder(new_id=lambda rank: 255 + rank),
)

through_the_list_backwards = wrong(
    11,
    "through the list backwards",
    "You go through `merges` from its end, once. A late merge is made of earlier ones, which are not there yet: begin with "
    "the one that was learned first.",
    _encoder(order=lambda ranked: reversed(list(ranked))),
)

the_bytes_unmerged = wrong(
    12,
    "the bytes, unmerged",
    "These are the bytes of the text; nothing was merged. `merge` returns a new list and leaves the old one as it is: keep what "
    "it returns.",
    _encoder(merge=lambda ids, pair, new_id: ids),
)


@wrong(
    13,
    "asks an empty dictionary for its best",
    "Where fewer than two ids are left there is no pair, and `min` of nothing raises ValueError. That happens for an empty text "
    "and where everything has become one id.",
)
def encode_on_empty_counts(text: str, merges: list) -> list[int]:
    ids, ranks = by_hand.text_bytes(text), {tuple(pair): rank for rank, pair in enumerate(merges)}
    while True:
        best = min(by_hand.count_pairs(ids), key=lambda pair: ranks.get(pair, len(ranks)))
        if best not in ranks:
            return ids
        ids = by_hand.merge(ids, best, 256 + ranks[best])


@wrong(
    14,
    "no end where no pair has a rank",
    "You go on where none of the pairs is in `merges`, and look up the rank of a pair that has none: KeyError. End there.",
)
def encode_without_an_end(text: str, merges: list) -> list[int]:
    ids, ranks = by_hand.text_bytes(text), {tuple(pair): rank for rank, pair in enumerate(merges)}
    while len(ids) > 1:
        best = min(by_hand.count_pairs(ids), key=lambda pair: ranks[pair])
        ids = by_hand.merge(ids, best, 256 + ranks[best])
    return ids


def _first_place_only(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    at = next((i for i, there in enumerate(pairwise(ids)) if there == pair), None)
    return ids if at is None else [*ids[:at], new_id, *ids[at + 2 :]]


each_merge_at_one_place = wrong(
    15,
    "each merge at one place only",
    "Each pair is merged where it occurs first, and its other places are left as they are. Merge it everywhere.",
    _encoder(merge=_first_place_only),
)

the_smallest_pair_first = wrong(
    16,
    "smallest pair first",
    "Of the pairs that are there you merge the smallest. Smallest first decides ties while training; here the order of learning "
    "decides, the place in `merges`.",
    lambda text, merges: _encode_by(text, merges, min),
)


def _encode_by(text: str, merges: list, choose: object) -> list[int]:
    ids, ranks = by_hand.text_bytes(text), {tuple(pair): rank for rank, pair in enumerate(merges)}
    while present := [pair for pair in by_hand.count_pairs(ids) if pair in ranks]:
        best = choose(present)
        ids = by_hand.merge(ids, best, 256 + ranks[best])
    return ids


@wrong(
    17,
    "words without their spaces",
    "You cut the text into words, and the white space between them is lost. It is part of the text: decoded, the ids must give "
    "the text back.",
)
def encode_words(text: str, merges: list) -> list[int]:
    return [one for word in text.split() for one in by_hand.encode(word, merges)]


strips_the_text = wrong(
    18,
    "white space at the ends cut off",
    "You encode a text without the white space at its ends. Decoded, the ids must give back every byte of the text.",
    _encoder(symbols=lambda text: list(text.strip().encode())),
)

in_small_letters = wrong(
    19,
    "in small letters",
    "You turn capitals into small letters first. A capital is another byte: decoded, the ids must give back what was written.",
    _encoder(symbols=lambda text: list(text.lower().encode())),
)

HINTS = (
    "The rank of a pair is its place in `merges`. A dictionary from pair to rank answers both questions: is it there, and "
    "how early was it learned?",
    "`ranks = {pair: rank for rank, pair in enumerate(merges)}`, and in each round the pair of `count_pairs(ids)` with the "
    "lowest rank; then `merge(ids, pair, 256 + rank)`.",
    "There is a second way: go through `merges` in order and apply each one with your `merge`. Why does it give the same?",
)
