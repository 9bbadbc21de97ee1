"""The same merges and the same ids as by_hand, without starting over: a linked list, counts kept up to date, a heap.

Two facts make it short. A merge changes only the pairs beside the places where it happens. And a pair that holds the new
id has never been there before, while no merge ever makes more of an old pair: a count can only fall after the round in
which its pair arose. So the places of a pair are written down once, a heap entry that is too large is corrected when it
comes to the top, and a pair that occurs once at its birth is never looked at again.

Memory is linear in the text: a few integers for each byte, and places for pairs, of which each merged place makes two.
GPT-2 cuts a text into words with a regular expression first, so that no token crosses from one word into the next. There
is no such cut here: tokens may hold spaces, also in the middle. Where several texts are given, none crosses their borders.
"""

import heapq
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from course_lib.tokenization.by_hand import Pair, text_bytes

__all__ = ["TIES", "byte_symbols", "encode", "train"]

TIES = ("smallest", "huggingface")
SHIFT = 32  # a pair as one integer, left id above right id: its order is the order of (left, right)


def byte_symbols() -> list[str]:
    """The printable character by which GPT-2 and Hugging Face write each byte: its own where it has one, else U+0100 on.

    >>> byte_symbols()[65], byte_symbols()[32]
    ('A', 'Ġ')
    """
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    code = {byte: byte for byte in shown} | {byte: 256 + i for i, byte in enumerate(hidden)}
    return [chr(code[byte]) for byte in range(256)]


def train(texts: str | Sequence[str], n_merges: int, tie: str = "smallest") -> list[Pair]:
    """The merges of ``by_hand.train``, pair for pair.

    Args:
        texts: one text, or several; no pair reaches from one into the next.
        n_merges: how many at most; it ends early where no pair occurs twice.
        tie: which of equally frequent pairs goes first. "smallest": the smallest (left id, right id), as in by_hand.
            "huggingface": the same, but with the bytes in the order of the characters that stand for them there.
    Raises:
        TypeError, ValueError: something is no text, n_merges is negative, or there is no such tie rule.

    >>> train("abab ab", 2), train(["ab", "ab", "ba"], 5)
    ([(97, 98)], [(97, 98)])
    """
    if n_merges < 0:
        raise ValueError(f"n_merges is {n_merges}, expected 0 or more.")
    if tie not in TIES:
        raise ValueError(f"tie={tie!r}: expected one of {TIES}.")
    symbols = byte_symbols()
    # order[k] is the byte with the k-th place in a tie. Training runs on places, and speaks of bytes again at the end.
    order = list(range(256)) if tie == "smallest" else sorted(range(256), key=symbols.__getitem__)
    place = np.argsort(order)
    pieces = [np.array(text_bytes(text), dtype=np.int64) for text in ([texts] if isinstance(texts, str) else texts)]
    merges = _merges([place[piece] for piece in pieces if len(piece)], n_merges)
    return [tuple(order[token] if token < 256 else token for token in pair) for pair in merges]


def _merges(pieces: list[np.ndarray], n_merges: int) -> list[Pair]:
    """Training itself, on ids whose order decides ties."""
    ids, before, after = _linked(pieces)
    places: dict[int, np.ndarray] = {}
    counts: dict[int, int] = {}
    heap: list[tuple[int, int]] = []
    merges: list[Pair] = []

    def pairs_from(starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The places at which a pair really begins, and the pairs."""
        left, right = ids[starts], ids[after[starts]]
        real = (left >= 0) & (right >= 0)
        return starts[real], (left[real] << SHIFT) | right[real]

    def enter(starts: np.ndarray) -> None:
        """Write down the pairs that begin at these places, which are in the order of the text."""
        starts, pairs = pairs_from(starts)
        by_pair = np.argsort(pairs, kind="stable")
        starts, pairs = starts[by_pair], pairs[by_pair]
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        sizes = np.diff(first, append=len(pairs))
        often = sizes >= 2  # a pair that occurs once now will never occur twice
        for pair, at, size in zip(pairs[first[often]].tolist(), first[often], sizes[often].tolist(), strict=True):
            places[pair], counts[pair] = starts[at : at + size], size
            heapq.heappush(heap, (-size, pair))

    enter(np.arange(len(ids) - 1))
    while heap and len(merges) < n_merges:
        size, pair = heapq.heappop(heap)
        if counts[pair] != -size:  # it has fallen since; put it where it belongs now
            if counts[pair] >= 2:
                heapq.heappush(heap, (-counts[pair], pair))
            continue
        left, right = pair >> SHIFT, pair & ((1 << SHIFT) - 1)
        starts = places.pop(pair)
        del counts[pair]
        starts = starts[(ids[starts] == left) & (ids[after[starts]] == right)]
        if left == right:
            starts = _without_overlaps(starts, after[starts])
        seconds = after[starts]
        # Neighbouring merges share a border: unique, so that the pair between them is taken away once.
        _, gone = pairs_from(np.unique(np.concatenate([before[starts], seconds])))
        for old, times in zip(*(part.tolist() for part in np.unique(gone, return_counts=True)), strict=True):
            if old in counts:
                counts[old] -= times
        behind = after[seconds]
        ids[starts], ids[seconds] = 256 + len(merges), -1
        after[starts], before[behind] = behind, starts
        enter(np.unique(np.concatenate([before[starts], starts])))
        merges.append((left, right))
    return merges


def _linked(pieces: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The ids in a row with, for each, the places before and after it. The last place is nowhere: its id is -1."""
    ids = np.concatenate([*pieces, np.array([-1])])
    nowhere = len(ids) - 1
    before, after = np.arange(-1, nowhere), np.arange(1, nowhere + 2)
    ends = np.cumsum([0, *map(len, pieces)])
    before[ends], after[ends - 1] = nowhere, nowhere
    return ids, before, after


def _without_overlaps(starts: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Where x x x x is to become two pairs: every second start of a run, beginning with the first."""
    index = np.arange(len(starts))
    begins = np.concatenate([[True], seconds[:-1] != starts[1:]])
    return starts[(index - np.maximum.accumulate(np.where(begins, index, 0))) % 2 == 0]


def encode(text: str, merges: Sequence[Pair]) -> list[int]:
    """The ids of ``by_hand.encode``: the pair learned first, of several the leftmost; a heap knows which that is.

    >>> encode("abba", [(97, 98), (256, 98)])
    [257, 97]
    """
    ids = [*text_bytes(text), -1]  # the last is nowhere
    merges = [tuple(pair) for pair in merges]
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    before, after = list(range(-1, len(ids) - 1)), list(range(1, len(ids) + 1))
    pairs = enumerate(pairwise(ids))
    heap = [(ranks[pair], i) for i, pair in pairs if pair in ranks]
    heapq.heapify(heap)
    while heap:
        rank, i = heapq.heappop(heap)
        j = after[i]
        if ids[i] < 0 or (ids[i], ids[j]) != merges[rank]:
            continue  # one of the two has been merged with somebody else since
        k = after[j]
        ids[i], ids[j] = 256 + rank, -1
        after[i], before[k] = k, i
        for start in (before[i], i):
            if start >= 0 and (pair := (ids[start], ids[after[start]])) in ranks:
                heapq.heappush(heap, (ranks[pair], start))
    return [token for token in ids if token >= 0]
