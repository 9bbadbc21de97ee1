"""tokenization.train: merges learned from a text."""

from collections import Counter
from itertools import pairwise

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.tokenization import by_hand
from course_lib.tokenization.exercises.inputs import words
from course_lib.tokenization.exercises.merging import merge_by_slices, merge_looking_back

ASKED = Asked(
    "Given a `text` and a number `n_merges`, return the list of merged pairs, in order. Begin with the UTF-8 "
    "bytes of the text, `list(text.encode())`. Each round: count the pairs, take the most frequent one (of equally frequent "
    "ones the smallest, comparing as tuples), merge it everywhere; the first new id is 256, the next 257, and so on. End "
    "after `n_merges` rounds, or earlier when no pair occurs twice.",
    reference=by_hand.train,
    points=3,
    minutes=15,
    difficulty=3,
    library=("tokenizers.train_from_iterator",),
)


def cases(rng: np.random.Generator) -> list[Case]:
    accents = "".join(rng.permutation(["é", "漢", "🌲", "é", "漢", "🌲"]))
    return [
        Case((words(rng, 40, "abc"), 5)),
        Case((words(rng, 90, "abcd"), 13)),
        Case(("blue bluebell bluebird", 5)),
        Case(("zyzyxwxwbaba", 3), "ties: three pairs occur twice, the last in the text is the smallest"),
        Case((accents * 2 + words(rng, 11), 7), "characters of several bytes"),
        Case((words(rng, 2, "ab") * 3, 40), "more merges asked for than there are pairs that occur twice"),
        Case(("a" * int(rng.integers(9, 13)), 4), "one letter, again and again"),
        Case(("abcdefg", 3), "nothing occurs twice: no merge"),
        Case(("", 3), "an empty text"),
        Case((words(rng, 20, "ab"), 0), "no merges asked for"),
    ]


@right
def train_by_comparing(text: str, n_merges: int) -> list:
    ids, merges = [*text.encode()], []
    for _ in range(n_merges):
        counts, best = {}, None
        for i in range(1, len(ids)):
            pair = ids[i - 1], ids[i]
            counts[pair] = counts.setdefault(pair, 0) + 1
        for pair, count in counts.items():
            if count > 1 and (best is None or count > counts[best] or (count == counts[best] and pair < best)):
                best = pair
        if best is None:
            return merges
        ids = merge_by_slices(ids, best, 256 + len(merges))
        merges.append(best)
    return merges


@right
def train_by_sorting(text: str, n_merges: int) -> list:
    ids, merges = list(text.encode()), []
    for new_id in range(256, 256 + n_merges):
        ranking = sorted((-count, pair) for pair, count in Counter(pairwise(ids)).items())
        if not ranking or ranking[0][0] > -2:
            break
        merges.append(ranking[0][1])
        ids = merge_looking_back(ids, ranking[0][1], new_id)
    return merges


def _trainer(
    symbols: object = by_hand.text_bytes,
    best: object = lambda counts, ids: min(counts, key=lambda pair: (-counts[pair], pair)),
    least: int = 2,
    first_id: int = 256,
) -> object:
    """Training with one part exchanged."""

    def train(text, n_merges):
        ids, merges = symbols(text), []
        while len(merges) < n_merges:
            counts = by_hand.count_pairs(ids)
            if not counts or max(counts.values()) < least:
                break
            pair = best(counts, ids)
            ids = by_hand.merge(ids, pair, first_id + len(merges))
            merges.append(pair)
        return merges

    return train


ties_to_the_first_seen = wrong(
    1,
    "ties to the first seen",
    "Among equally frequent pairs you take the one that occurs first in the text (`max` keeps the first it meets). "
    "The rule here is the smallest pair; without one rule for ties, two right programs learn different merges.",
    _trainer(best=lambda counts, ids: max(counts, key=counts.get)),
)

ties_to_the_largest_pair = wrong(
    2,
    "ties to the largest pair",
    "Among equally frequent pairs you take the largest, as `max` does with tuples of count and pair. The count has "
    "to be large and the pair small: which sign would let one `min` do both?",
    _trainer(best=lambda counts, ids: max(counts, key=lambda pair: (counts[pair], pair))),
)

characters_instead_of_bytes = wrong(
    3,
    "characters instead of bytes",
    "You begin with the characters of the text (`ord`), not with its bytes. Right for plain English; but there are "
    "150 000 characters, and the ids from 256 on belong to merges. Begin with `text.encode()`.",
    _trainer(symbols=lambda text: [ord(character) for character in text]),
)

goes_on_merging_pairs_that_occur_once = wrong(
    4,
    "goes on merging pairs that occur once",
    "You go on when the most frequent pair occurs only once. Such a merge learns nothing but this very text by "
    "heart. End when no pair occurs twice.",
    _trainer(least=1),
)

first_seen_of_the_most_frequent_and_no_end = wrong(
    5,
    "first seen of the most frequent, and no end",
    "Two things: among equally frequent pairs you take the first that `max` meets, where the rule is the smallest; and "
    "you go on when nothing occurs twice any more.",
    _trainer(best=lambda counts, ids: max(counts, key=counts.get), least=1),
)


@wrong(
    6,
    "counts once and takes the top",
    "These are the most frequent pairs of the text before any merge. After each merge the pairs are different "
    "ones, and some contain the new id: count again in every round.",
)
def train_by_one_count(text: str, n_merges: int) -> list:
    counts = by_hand.count_pairs(by_hand.text_bytes(text))
    often = sorted((pair for pair in counts if counts[pair] >= 2), key=lambda pair: (-counts[pair], pair))
    return often[:n_merges]


new_ids_begin_at_257 = wrong(
    7,
    "new ids begin at 257",
    "Your first new id is 257. Bytes are 0 to 255, so that the first free id is 256.",
    _trainer(first_id=257),
)

HINTS = (
    "A loop of at most `n_merges` rounds, and in each: count_pairs, choose, merge, write down the pair.",
    "`min(counts, key=lambda pair: (-counts[pair], pair))` is the most frequent pair, and of those the smallest. `min` of "
    "an empty dictionary raises: look before.",
    "In round i (from 0): `ids = merge(ids, pair, 256 + i)`, then `merges.append(pair)`. Leave the loop with `break` where "
    "`counts` is empty or `counts[pair] < 2`.",
)
