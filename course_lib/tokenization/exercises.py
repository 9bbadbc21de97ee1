"""What the learner writes in lesson 01: count, merge, train, encode, decode."""

from collections import Counter
from itertools import pairwise

import numpy as np

from course_lib.practice.exercise import Case, Exercise, WrongAnswer
from course_lib.tokenization import by_hand

__all__ = ["EXERCISES"]


def _ids(rng: np.random.Generator, size: int, kinds: int = 3) -> list[int]:
    """A list in which pairs repeat: ids of a few kinds, some of them above 255."""
    chosen = rng.choice(400, size=kinds, replace=False)
    return chosen[rng.integers(0, kinds, size)].tolist()


def _words(rng: np.random.Generator, size: int, letters: str = "abcd") -> str:
    return "".join(rng.choice(list(letters), size))


# --- count_pairs --------------------------------------------------------------------------------------------------


def _count_cases(rng: np.random.Generator) -> list[Case]:
    one, other = rng.choice(200, size=2, replace=False).tolist()
    return [
        Case((_ids(rng, 7),)),
        Case((_ids(rng, 23),)),
        Case(([one, one, one, other],), "the same id three times in a row"),
        Case(([one, other, one, other, one],), "each of two ids before the other"),
        Case(([one],), "a single id: no pair"),
        Case(([],), "no ids at all"),
    ]


def _count_without_overlaps(ids: list[int]) -> dict:
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


def _count_every_second(ids: list[int]) -> dict:
    return dict(Counter(zip(ids[::2], ids[1::2], strict=False)))


def _count_unordered(ids: list[int]) -> dict:
    return dict(Counter(tuple(sorted(pair)) for pair in pairwise(ids)))


def _count_with_set(ids: list[int]) -> dict:
    return {pair: 1 for pair in pairwise(ids)}


def _count_around(ids: list[int]) -> dict:
    return dict(Counter(zip(ids, [*ids[1:], *ids[:1]], strict=True)))


def _count_with_counter(ids: list[int]) -> dict:
    return dict(Counter(pairwise(ids)))


def _count_by_index(ids: list[int]) -> dict:
    pairs = [(ids[i], ids[i + 1]) for i in range(len(ids) - 1)]
    return {pair: pairs.count(pair) for pair in pairs}


COUNT_PAIRS = Exercise(
    id="tokenization.count_pairs",
    specification="Given a list of integers `ids`, return a dictionary from each pair of neighbours `(left, right)` to how "
    "often it occurs. Pairs may overlap: in `[1, 1, 1]` the pair `(1, 1)` occurs twice.",
    reference=by_hand.count_pairs,
    cases=_count_cases,
    points=1,
    minutes=5,
    wrong=(
        WrongAnswer(
            "skips overlapping pairs",
            "In a run of equal ids you count every second pair only. 1 1 1 has two pairs of neighbours, the first and "
            "second, and the second and third. (Merging is different: there an id can be used once.)",
            _count_without_overlaps,
        ),
        WrongAnswer(
            "looks at every second place",
            "You cut the list into pairs, the first two, the next two, and so on. Neighbours stand at every place: the "
            "second and third are neighbours too.",
            _count_every_second,
        ),
        WrongAnswer(
            "unordered pairs",
            "You count (left, right) and (right, left) together. Order is part of a pair: 'th' is not 'ht'.",
            _count_unordered,
        ),
        WrongAnswer(
            "notes which pairs there are, not how often",
            "Every pair has the count 1. Where a pair is already in the dictionary, its count has to go up.",
            _count_with_set,
        ),
        WrongAnswer(
            "joins the end to the beginning",
            "You also count the last id with the first one. The text does not go round in a circle: n ids have n - 1 "
            "pairs of neighbours.",
            _count_around,
        ),
    ),
    hints=(
        "Which are the neighbours? The id at place i and the one at place i + 1, for every i but the last.",
        "`zip(ids, ids[1:])` goes through all pairs of neighbours. It ends with the shorter of the two.",
        "`counts[pair] = counts.get(pair, 0) + 1` raises a count that may not be there yet.",
    ),
    also_right=(_count_with_counter, _count_by_index),
)


# --- merge --------------------------------------------------------------------------------------------------------


def _merge_cases(rng: np.random.Generator) -> list[Case]:
    a, b, c = rng.choice(250, size=3, replace=False).tolist()
    new = int(rng.integers(256, 400))
    return [
        Case(([a, b, c, a, b], (a, b), new)),
        Case(([c, a, b, b, a, c, a, b, a, b], (a, b), new), "two places side by side"),
        Case(([a, a, a], (a, a), new), "three in a row: from left to right, new and one left over"),
        Case(([b, a, a, a, a, a, c], (a, a), new), "five in a row"),
        Case(([b, a, c, b, a], (a, b), new), "the pair is not there, only its reverse"),
        Case(([c, b, a], (a, b), new), "the first half of the pair at the very end"),
        Case(([], (a, b), new), "an empty list"),
    ]


def _merge_overlapping(ids: list[int], pair: tuple, new_id: int) -> list[int]:
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


def _merge_first(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    for i in range(len(ids) - 1):
        if (ids[i], ids[i + 1]) == tuple(pair):
            return [*ids[:i], new_id, *ids[i + 2 :]]
    return list(ids)


def _merge_in_place(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    i = 0
    while i < len(ids) - 1:
        if (ids[i], ids[i + 1]) == tuple(pair):
            ids[i : i + 2] = [new_id]
        i += 1
    return ids


def _merge_from_the_right(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    return by_hand.merge(ids[::-1], tuple(pair)[::-1], new_id)[::-1]


def _merge_either_order(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids):
        hit = i + 1 < len(ids) and sorted(ids[i : i + 2]) == sorted(pair)
        merged.append(new_id if hit else ids[i])
        i += 2 if hit else 1
    return merged


def _merge_without_the_end(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids) - 1:
        hit = (ids[i], ids[i + 1]) == tuple(pair)
        merged.append(new_id if hit else ids[i])
        i += 2 if hit else 1
    return merged


def _merge_keeping_the_second(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    hits = [i for i in range(len(ids) - 1) if (ids[i], ids[i + 1]) == tuple(pair)]
    return [new_id if i in hits else one for i, one in enumerate(ids)]


def _merge_by_places(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    return [new_id if (ids[i], ids[i + 1]) == tuple(pair) else ids[i] for i in range(len(ids) - 1)]


def _merge_looking_back(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    merged, free = [], False  # free: the last one in `merged` is an id that no merge has used
    for one in ids:
        if free and (merged[-1], one) == tuple(pair):
            merged[-1], free = new_id, False
        else:
            merged.append(one)
            free = True
    return merged


def _merge_by_slices(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    rest, merged = list(ids), []
    while rest:
        size = 2 if rest[:2] == list(pair) else 1
        merged.append(new_id if size == 2 else rest[0])
        rest = rest[size:]
    return merged


MERGE = Exercise(
    id="tokenization.merge",
    specification="Given a list `ids`, a `pair` `(left, right)` and an integer `new_id`, return a **new** list in which every "
    "occurrence of the pair has become `new_id`. Go from left to right; an id belongs to one occurrence only: "
    "`merge([1, 1, 1], (1, 1), 256)` is `[256, 1]`.",
    reference=by_hand.merge,
    cases=_merge_cases,
    points=2,
    minutes=10,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "overlapping replacement",
            "In a run of equal ids you use one id for two merges: the second half of one pair is the first half of the "
            "next. After a merge, go on two places further.",
            _merge_overlapping,
        ),
        WrongAnswer(
            "keeps the second half",
            "The first id of each pair has become the new one, but the second one is still there. The new id stands for "
            "both.",
            _merge_keeping_the_second,
        ),
        WrongAnswer(
            "goes on by one place after a merge",
            "After a merge your loop visits the second id of the pair once more and keeps it; and it ends before the last id, "
            "which is lost. A merge uses up two places.",
            _merge_by_places,
        ),
        WrongAnswer(
            "replaces only the first",
            "You stop after the first occurrence. A merge replaces all of them.",
            _merge_first,
        ),
        WrongAnswer(
            "changes its arguments",
            "Your list is right, and it is the list you were given: whoever called you has lost theirs. Build a new list.",
            _merge_in_place,
        ),
        WrongAnswer(
            "matches from the right",
            "In a run of three equal ids the first two belong together: you have merged the last two. Go from left to "
            "right.",
            _merge_from_the_right,
        ),
        WrongAnswer(
            "takes the reverse as well",
            "You also merge (right, left). A pair has an order.",
            _merge_either_order,
        ),
        WrongAnswer(
            "loses the last id",
            "Your loop ends before the last id, and where that is not part of a merge it is missing. What happens at the "
            "place that has no right neighbour?",
            _merge_without_the_end,
        ),
    ),
    hints=(
        "A `for` loop goes on by one place each time; here one has to go on by two after a merge. Which loop lets you choose?",
        "`while i < len(ids):` with `i += 2` after a merge and `i += 1` otherwise. Look out for the last place, which has no "
        "right neighbour.",
        "`if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:` append `new_id`; else append `ids[i]`.",
    ),
    also_right=(_merge_looking_back, _merge_by_slices),
)


# --- train --------------------------------------------------------------------------------------------------------


def _train_cases(rng: np.random.Generator) -> list[Case]:
    accents = "".join(rng.permutation(["é", "漢", "🌲", "é", "漢", "🌲"]))
    return [
        Case((_words(rng, 40, "abc"), 5)),
        Case((_words(rng, 90, "abcd"), 13)),
        Case(("blue bluebell bluebird", 5)),
        Case(("zyzyxwxwbaba", 3), "ties: three pairs occur twice, the last in the text is the smallest"),
        Case((accents * 2 + _words(rng, 11), 7), "characters of several bytes"),
        Case((_words(rng, 2, "ab") * 3, 40), "more merges asked for than there are pairs that occur twice"),
        Case(("a" * int(rng.integers(9, 13)), 4), "one letter, again and again"),
        Case(("abcdefg", 3), "nothing occurs twice: no merge"),
        Case(("", 3), "an empty text"),
        Case((_words(rng, 20, "ab"), 0), "no merges asked for"),
    ]


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


def _train_by_one_count(text: str, n_merges: int) -> list:
    counts = by_hand.count_pairs(by_hand.text_bytes(text))
    often = sorted((pair for pair in counts if counts[pair] >= 2), key=lambda pair: (-counts[pair], pair))
    return often[:n_merges]


def _train_by_comparing(text: str, n_merges: int) -> list:
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
        ids = _merge_by_slices(ids, best, 256 + len(merges))
        merges.append(best)
    return merges


def _train_by_sorting(text: str, n_merges: int) -> list:
    ids, merges = list(text.encode()), []
    for new_id in range(256, 256 + n_merges):
        ranking = sorted((-count, pair) for pair, count in Counter(pairwise(ids)).items())
        if not ranking or ranking[0][0] > -2:
            break
        merges.append(ranking[0][1])
        ids = _merge_looking_back(ids, ranking[0][1], new_id)
    return merges


TRAIN = Exercise(
    id="tokenization.train",
    specification="Given a `text` and a number `n_merges`, return the list of merged pairs, in order. Begin with the UTF-8 "
    "bytes of the text, `list(text.encode())`. Each round: count the pairs, take the most frequent one (of equally frequent "
    "ones the smallest, comparing as tuples), merge it everywhere; the first new id is 256, the next 257, and so on. End "
    "after `n_merges` rounds, or earlier when no pair occurs twice.",
    reference=by_hand.train,
    cases=_train_cases,
    points=3,
    minutes=15,
    difficulty=3,
    wrong=(
        WrongAnswer(
            "ties to the first seen",
            "Among equally frequent pairs you take the one that occurs first in the text (`max` keeps the first it meets). "
            "The rule here is the smallest pair; without one rule for ties, two right programs learn different merges.",
            _trainer(best=lambda counts, ids: max(counts, key=counts.get)),
        ),
        WrongAnswer(
            "ties to the largest pair",
            "Among equally frequent pairs you take the largest, as `max` does with tuples of count and pair. The count has "
            "to be large and the pair small: which sign would let one `min` do both?",
            _trainer(best=lambda counts, ids: max(counts, key=lambda pair: (counts[pair], pair))),
        ),
        WrongAnswer(
            "characters instead of bytes",
            "You begin with the characters of the text (`ord`), not with its bytes. Right for plain English; but there are "
            "150 000 characters, and the ids from 256 on belong to merges. Begin with `text.encode()`.",
            _trainer(symbols=lambda text: [ord(character) for character in text]),
        ),
        WrongAnswer(
            "goes on merging pairs that occur once",
            "You go on when the most frequent pair occurs only once. Such a merge learns nothing but this very text by "
            "heart. End when no pair occurs twice.",
            _trainer(least=1),
        ),
        WrongAnswer(
            "first seen of the most frequent, and no end",
            "Two things: among equally frequent pairs you take the first that `max` meets, where the rule is the smallest; and "
            "you go on when nothing occurs twice any more.",
            _trainer(best=lambda counts, ids: max(counts, key=counts.get), least=1),
        ),
        WrongAnswer(
            "counts once and takes the top",
            "These are the most frequent pairs of the text before any merge. After each merge the pairs are different "
            "ones, and some contain the new id: count again in every round.",
            _train_by_one_count,
        ),
        WrongAnswer(
            "new ids begin at 257",
            "Your first new id is 257. Bytes are 0 to 255, so that the first free id is 256.",
            _trainer(first_id=257),
        ),
    ),
    hints=(
        "A loop of at most `n_merges` rounds, and in each: count_pairs, choose, merge, write down the pair.",
        "`min(counts, key=lambda pair: (-counts[pair], pair))` is the most frequent pair, and of those the smallest. `min` of "
        "an empty dictionary raises: look before.",
        "In round i (from 0): `ids = merge(ids, pair, 256 + i)`, then `merges.append(pair)`. Leave the loop with `break` where "
        "`counts` is empty or `counts[pair] < 2`.",
    ),
    also_right=(_train_by_comparing, _train_by_sorting),
    library=("tokenizers.train_from_iterator",),
)


# --- encode -------------------------------------------------------------------------------------------------------

# bc was learned before ab, so that abc is a + bc, while from left to right it would be ab + c. And aaa is a token, while
# aaaa is two times aa: learned first, longest first and leftmost first all part ways.
LEARNED = [(98, 99), (97, 98), (99, 100), (256, 100), (257, 258), (97, 97), (261, 97), (97, 256)]


def _encode_cases(rng: np.random.Generator) -> list[Case]:
    text = _words(rng, 60, "abcd")
    merges = by_hand.train(text, 9)
    wide = by_hand.train("é漢🌲é漢🌲" * 2 + text, 12)
    return [
        Case((_words(rng, 30, "abcd"), merges)),
        Case((_words(rng, 17, "abcde"), merges), "a letter that training never saw"),
        Case(("abcab", LEARNED), "bc was learned before ab"),
        Case(("cdabcdab", LEARNED), "pairs compete for a letter"),
        Case(("abcabcab, bcd", LEARNED), "what is frequent, early and last are three different pairs"),
        Case(("aaaaaaaa", LEARNED), "one letter, again and again"),
        Case(("é🌲漢" + _words(rng, 7), wide), "characters of several bytes"),
        Case((_words(rng, 11, "abc"), []), "no merges: the bytes"),
        Case(("", merges), "an empty text"),
    ]


def _encode_longest(text: str, merges: list) -> list[int]:
    data, pieces, ids, i = text.encode(), by_hand.vocabulary(merges), [], 0
    while i < len(data):
        token = max((k for k, piece in enumerate(pieces) if data.startswith(piece, i)), key=lambda k: len(pieces[k]))
        ids.append(token)
        i += len(pieces[token])
    return ids


def _encode_by_position(text: str, merges: list) -> list[int]:
    ids, ranks = list(text.encode()), {tuple(pair): rank for rank, pair in enumerate(merges)}
    while True:
        hit = next((i for i, pair in enumerate(pairwise(ids)) if pair in ranks), None)
        if hit is None:
            return ids
        ids[hit : hit + 2] = [256 + ranks[ids[hit], ids[hit + 1]]]


def _encode_in_one_pass(text: str, merges: list) -> list[int]:
    ids, ranks, out, i = list(text.encode()), {tuple(pair): rank for rank, pair in enumerate(merges)}, [], 0
    while i < len(ids):
        pair = tuple(ids[i : i + 2])
        out.append(256 + ranks[pair] if pair in ranks else ids[i])
        i += 2 if pair in ranks else 1
    return out


def _encode_one_merge(text: str, merges: list) -> list[int]:
    ids, ranks = list(text.encode()), {tuple(pair): rank for rank, pair in enumerate(merges)}
    best = min(by_hand.count_pairs(ids), key=lambda pair: ranks.get(pair, len(ranks)), default=None)
    return by_hand.merge(ids, best, 256 + ranks[best]) if best in ranks else ids


def _encode_last_first(text: str, merges: list) -> list[int]:
    ids, ranks = list(text.encode()), {tuple(pair): rank for rank, pair in enumerate(merges)}
    while True:
        best = max(by_hand.count_pairs(ids), key=lambda pair: ranks.get(pair, -1), default=None)
        if best not in ranks:
            return ids
        ids = by_hand.merge(ids, best, 256 + ranks[best])


def _encode_most_frequent(text: str, merges: list) -> list[int]:
    ids, ranks = list(text.encode()), {tuple(pair): rank for rank, pair in enumerate(merges)}
    while True:
        counts = {pair: count for pair, count in by_hand.count_pairs(ids).items() if pair in ranks}
        if not counts:
            return ids
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        ids = by_hand.merge(ids, best, 256 + ranks[best])


def _encode_in_order(text: str, merges: list) -> list[int]:
    ids = list(text.encode())
    for new_id, pair in enumerate(merges, 256):
        ids = _merge_looking_back(ids, tuple(pair), new_id)
    return ids


def _encode_one_at_a_time(text: str, merges: list) -> list[int]:
    ids, order = list(text.encode()), [tuple(pair) for pair in merges]
    while True:
        found = [(order.index(pair), i) for i, pair in enumerate(pairwise(ids)) if pair in order]
        if not found:
            return ids
        rank, i = min(found)
        ids = [*ids[:i], 256 + rank, *ids[i + 2 :]]


ENCODE = Exercise(
    id="tokenization.encode",
    specification="Given a `text` and the list `merges` (the i-th pair makes the id 256 + i), return the list of ids. Begin "
    "with the UTF-8 bytes. Of all pairs that are in the list, merge the one that was learned first, everywhere; go on until "
    "none of the pairs is in `merges`.",
    reference=by_hand.encode,
    cases=_encode_cases,
    points=2,
    minutes=12,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "longest match first",
            "At each place you take the longest token that fits. The vocabulary is right, and yet the ids differ from those "
            "of training, where pairs were merged in the order in which they were learned. Let the rank decide, not the length.",
            _encode_longest,
        ),
        WrongAnswer(
            "merges by position instead of rank",
            "You merge whatever pair comes first in the text. Of all the pairs that are there, the one learned first goes "
            "first, wherever it stands.",
            _encode_by_position,
        ),
        WrongAnswer(
            "one pass only",
            "You go through the text once. A new id can be half of another pair: after each merge, look again.",
            _encode_in_one_pass,
        ),
        WrongAnswer(
            "one merge only",
            "You merge the right pair, and stop. Repeat until no pair of the list is in `merges`.",
            _encode_one_merge,
        ),
        WrongAnswer(
            "last learned first",
            "Of the pairs that are there you merge the one that was learned last. The order of learning is the order of "
            "merging: the lowest rank first.",
            _encode_last_first,
        ),
        WrongAnswer(
            "most frequent first",
            "You merge the pair that is most frequent in this text. That is how training chooses; encoding follows the order "
            "that training has found, whatever is frequent here.",
            _encode_most_frequent,
        ),
    ),
    hints=(
        "The rank of a pair is its place in `merges`. A dictionary from pair to rank answers both questions: is it there, and "
        "how early was it learned?",
        "`ranks = {pair: rank for rank, pair in enumerate(merges)}`, and in each round the pair of `count_pairs(ids)` with the "
        "lowest rank; then `merge(ids, pair, 256 + rank)`.",
        "There is a second way: go through `merges` in order and apply each one with your `merge`. Why does it give the same?",
    ),
    also_right=(_encode_in_order, _encode_one_at_a_time),
    library=("tiktoken.encode",),
)


# --- decode -------------------------------------------------------------------------------------------------------


def _decode_cases(rng: np.random.Generator) -> list[Case]:
    text = _words(rng, 40, "abcd") + "é漢🌲" * 3
    merges = by_hand.train(text, 12)
    ids = by_hand.encode(_words(rng, 15, "abcd"), merges)
    nested = [(97, 98), (256, 97), (257, 256), (258, 258)]
    return [
        Case((ids, merges)),
        Case(([259, 99, *rng.integers(256, 260, 3).tolist()], nested), "a merge of merges of merges"),
        Case((list("né 漢".encode()), []), "characters of several bytes, spread over several ids"),
        Case((by_hand.encode("a漢b🌲é", merges[:4]), merges), "ids that end inside a character"),
        Case(([100, 0xE6, 0xBC, 97], []), "a character that is never completed: it becomes �"),
        Case(([0xBC, *ids], merges), "a byte that begins no character"),
        Case(([], merges), "no ids: an empty text"),
    ]


def _decode_token_by_token(ids: list[int], merges: list) -> str:
    pieces = by_hand.vocabulary(merges)
    return "".join(pieces[token].decode("utf-8", errors="replace") for token in ids)


def _decode_strictly(ids: list[int], merges: list) -> str:
    return by_hand.decode_bytes(ids, merges).decode("utf-8")


def _decode_leaving_out(ids: list[int], merges: list) -> str:
    return by_hand.decode_bytes(ids, merges).decode("utf-8", errors="ignore")


def _decode_as_latin(ids: list[int], merges: list) -> str:
    return "".join(map(chr, by_hand.decode_bytes(ids, merges)))


def _decode_with_spaces(ids: list[int], merges: list) -> str:
    pieces = by_hand.vocabulary(merges)
    return b" ".join(pieces[token] for token in ids).decode("utf-8", errors="replace")


def _decode_reversed(ids: list[int], merges: list) -> str:
    pieces = [bytes([byte]) for byte in range(256)]
    for left, right in merges:
        pieces.append(pieces[right] + pieces[left])
    return b"".join(pieces[token] for token in ids).decode("utf-8", errors="replace")


def _decode_by_expanding(ids: list[int], merges: list) -> str:
    stack, data = list(ids)[::-1], bytearray()
    while stack:
        token = stack.pop()
        if token < 256:
            data.append(token)
        else:
            stack.extend(reversed(merges[token - 256]))
    return data.decode("utf-8", errors="replace")


def _decode_by_recursion(ids: list[int], merges: list) -> str:
    def expand(token: int) -> bytes:
        return bytes([token]) if token < 256 else b"".join(map(expand, merges[token - 256]))

    return b"".join(map(expand, ids)).decode("utf-8", "replace")


DECODE = Exercise(
    id="tokenization.decode",
    specification="Given a list `ids` and the list `merges`, return the text. An id below 256 is a byte; the id 256 + i stands "
    "for the two ids of the i-th merge. Bytes that do not form a complete character become �, which "
    '`.decode("utf-8", errors="replace")` does.',
    reference=by_hand.decode,
    cases=_decode_cases,
    points=2,
    minutes=8,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "decodes token by token",
            "You turn each token into text and join the texts. A character of several bytes can be spread over several "
            "tokens, and then none of them is a character. Join the bytes first, and decode once.",
            _decode_token_by_token,
        ),
        WrongAnswer(
            "raises on an incomplete character",
            'Right for whole texts. But a model may stop in the middle of a character, and `.decode("utf-8")` raises there. '
            'Let it put a � in that place: `errors="replace"`.',
            _decode_strictly,
        ),
        WrongAnswer(
            "leaves incomplete characters out",
            "Bytes that form no character disappear without a trace. They are to become �, so that one sees that something "
            "is missing.",
            _decode_leaving_out,
        ),
        WrongAnswer(
            "each byte as a character",
            "You turn each byte into a character of its own, with `chr` or as Latin-1. Right for plain English; é has two "
            "bytes and becomes two wrong characters. The bytes are UTF-8.",
            _decode_as_latin,
        ),
        WrongAnswer(
            "puts spaces between tokens",
            "You have put spaces between the tokens. The spaces of the text are bytes like all others, and part of the tokens.",
            _decode_with_spaces,
        ),
        WrongAnswer(
            "halves of a pair exchanged",
            "The two halves of your merged tokens have changed places: the bytes of the left id come first.",
            _decode_reversed,
        ),
    ),
    hints=(
        "What does id 256 stand for? The two ids of `merges[0]`, and each of these for bytes. Build a list of bytes for all ids, "
        "in order.",
        "`pieces = [bytes([i]) for i in range(256)]`, and for each `(left, right)` in `merges` append "
        "`pieces[left] + pieces[right]`.",
        '`b"".join(pieces[i] for i in ids)` joins the bytes; decode them once, with `errors="replace"`.',
    ),
    also_right=(_decode_by_expanding, _decode_by_recursion),
    library=("tiktoken.decode",),
)

EXERCISES = (COUNT_PAIRS, MERGE, TRAIN, ENCODE, DECODE)
