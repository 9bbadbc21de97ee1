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
    library=("tokenizers.Tokenizer.train_from_iterator",),
)


def cases(rng: np.random.Generator) -> list[Case]:
    accents = "".join(rng.permutation(["é", "漢", "🌲", "é", "漢", "🌲"]))
    return [
        Case((words(rng, 40, "abc"), 5)),
        Case((words(rng, 90, "abcd"), 13)),
        Case(("blue bluebell bluebird", 5)),
        Case(("zyzyxwxwbaba", 3), "ties: three pairs occur twice, the last in the text is the smallest"),
        Case(("acabacab", 2), "ties: the left ids are equal, the right ones decide"),
        Case((accents * 2 + words(rng, 11), 7), "characters of several bytes"),
        Case(("é é é", 2), "characters of several bytes"),
        Case(("  ab  ab  ", 3), "white space at both ends"),
        Case(("aBaB Abab AB", 4), "capitals and small letters"),
        Case(("a b a b a b a b", 4), "pairs that reach over a space"),
        Case(("xyxyz", 4), "a pair that occurs just twice"),
        Case(("abcabd", 1), "one merge"),
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
    new_id: object = lambda rank: 256 + rank,
    rounds: object = lambda n_merges: n_merges,
    merge: object = by_hand.merge,
) -> object:
    """Training with one part exchanged."""

    def train(text, n_merges):
        ids, merges = symbols(text), []
        while len(merges) < rounds(n_merges):
            counts = by_hand.count_pairs(ids)
            if not counts or max(counts.values()) < least:
                break
            pair = best(counts, ids)
            ids = merge(ids, pair, new_id(len(merges)))
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
    _trainer(new_id=lambda rank: 257 + rank),
)

the_ids_never_change = wrong(
    8,
    "the ids never change",
    "You learn one pair again and again. `merge` returns a new list and leaves the old one as it is: keep what it returns.",
    _trainer(merge=lambda ids, pair, new_id: ids),
)

one_id_for_all_merges = wrong(
    9,
    "one id for all merges",
    "Every merge gets the same new id, so two different pairs cannot be told apart afterwards. Each merge takes the next free "
    "number.",
    _trainer(new_id=lambda rank: 256),
)

rounds_counted_from_1 = wrong(
    10,
    "rounds counted from 1",
    "`range(1, n)` has n - 1 rounds and begins with 1: one merge is missing, and your first new id is 257 where 256 is free.",
    _trainer(rounds=lambda n_merges: n_merges - 1, new_id=lambda rank: 257 + rank),
)

a_round_too_many = wrong(
    11,
    "a round too many",
    "You learn one merge more than you were asked for. `range(n + 1)` has n + 1 rounds, and so has `<=` counted from 0.",
    _trainer(rounds=lambda n_merges: n_merges + 1),
)

ends_where_a_pair_occurs_twice = wrong(
    12,
    "ends where a pair occurs twice",
    "You stop as soon as the most frequent pair occurs twice. Twice is enough: end when no pair does.",
    _trainer(least=3),
)


@wrong(
    13,
    "asks an empty dictionary for its best",
    "Where fewer than two ids are left there is no pair, and `min` or `max` of nothing raises ValueError. Look whether there "
    "is any pair before you choose.",
)
def train_on_empty_counts(text: str, n_merges: int) -> list:
    ids, merges = by_hand.text_bytes(text), []
    for new_id in range(256, 256 + n_merges):
        counts = by_hand.count_pairs(ids)
        pair = min(counts, key=lambda pair: (-counts[pair], pair))
        if counts[pair] < 2:
            break
        ids = by_hand.merge(ids, pair, new_id)
        merges.append(pair)
    return merges


@wrong(
    14,
    "no end but the number of rounds",
    "You go on merging what occurs once, until no pair is left, and then `min` or `max` of nothing raises ValueError. There "
    "is a second reason to end: no pair occurs twice.",
)
def train_without_an_end(text: str, n_merges: int) -> list:
    ids, merges = by_hand.text_bytes(text), []
    for new_id in range(256, 256 + n_merges):
        counts = by_hand.count_pairs(ids)
        pair = min(counts, key=lambda pair: (-counts[pair], pair))
        ids = by_hand.merge(ids, pair, new_id)
        merges.append(pair)
    return merges


@wrong(
    15,
    "only one merge learned",
    "Your list holds the first merge and no other. A `return` inside a loop ends the function in its first round: set it to "
    "the left, below the loop.",
)
def train_once(text: str, n_merges: int) -> list:
    return by_hand.train(text, min(n_merges, 1))


@wrong(
    16,
    "word by word",
    "You cut the text at its spaces first, so no pair reaches over a space. GPT-2 does something of the kind; here the text is "
    "one list of bytes, spaces included.",
)
def train_word_by_word(text: str, n_merges: int) -> list:
    words, merges = [list(word.encode()) for word in text.split()], []
    while len(merges) < n_merges:
        counts = Counter(pair for word in words for pair in pairwise(word))
        pair = min(counts, key=lambda pair: (-counts[pair], pair), default=None)
        if counts[pair] < 2:
            break
        words = [by_hand.merge(word, pair, 256 + len(merges)) for word in words]
        merges.append(pair)
    return merges


strips_the_text = wrong(
    17,
    "white space at the ends cut off",
    "You train on a text without the white space at its ends. Spaces are bytes like all others, and pairs with them count.",
    _trainer(symbols=lambda text: list(text.strip().encode())),
)

in_small_letters = wrong(
    18,
    "in small letters",
    "You turn capitals into small letters first. A capital is another byte, and a tokenizer has to give back what it was given.",
    _trainer(symbols=lambda text: list(text.lower().encode())),
)

the_rarest_pair = wrong(
    19,
    "the rarest pair",
    "You take the pair with the smallest count. `min` is right for the pair and wrong for the count: which sign turns the "
    "order of the counts round?",
    _trainer(best=lambda counts, ids: min(counts, key=lambda pair: (counts[pair], pair))),
)


@wrong(
    20,
    "first seen of the most frequent, until nothing is left",
    "Two things: among equally frequent pairs you take the first that `max` meets, where the rule is the smallest; and you go "
    "on until there is no pair left, where `max` of nothing raises ValueError. End when no pair occurs twice.",
)
def train_by_max_without_an_end(text: str, n_merges: int) -> list:
    ids, merges = by_hand.text_bytes(text), []
    for new_id in range(256, 256 + n_merges):
        counts = by_hand.count_pairs(ids)
        pair = max(counts, key=counts.get)
        ids = by_hand.merge(ids, pair, new_id)
        merges.append(pair)
    return merges


@wrong(
    21,
    "the ids instead of the merges",
    "You returned the text in its shortest form, as ids. Asked for are the pairs that were merged, in order: they are the "
    "tokenizer.",
)
def train_returning_ids(text: str, n_merges: int) -> list:
    return by_hand.encode(text, by_hand.train(text, n_merges))


HINTS = (
    "A loop of at most `n_merges` rounds, and in each: count_pairs, choose, merge, write down the pair.",
    "`min(counts, key=lambda pair: (-counts[pair], pair))` is the most frequent pair, and of those the smallest. `min` of "
    "an empty dictionary raises: look before.",
    "In round i (from 0): `ids = merge(ids, pair, 256 + i)`, then `merges.append(pair)`. Leave the loop with `break` where "
    "`counts` is empty or `counts[pair] < 2`.",
)
