"""Byte-pair encoding as it can be read aloud: count the pairs, merge the most frequent one, begin again.

A text is its UTF-8 bytes, the integers 0 to 255. Every merge joins one pair of ids into a new id: 256 the first, 257 the
second, and so on, so that the list of merged pairs is the whole tokenizer. Sources: Gage 1994, "A New Algorithm for Data
Compression"; Sennrich, Haddow and Birch 2016, arXiv:1508.07909; on bytes, Radford et al. 2019.
"""

from collections.abc import Sequence
from itertools import pairwise

__all__ = ["count_pairs", "decode", "decode_bytes", "encode", "merge", "text_bytes", "train", "vocabulary"]

Pair = tuple[int, int]


def text_bytes(text: str) -> list[int]:
    """The UTF-8 bytes of a text.

    Raises:
        TypeError: this is not a text.
        ValueError: it holds half a surrogate pair, which is no character and has no bytes.

    >>> text_bytes("né")
    [110, 195, 169]
    """
    if not isinstance(text, str):
        raise TypeError(f"expected a text (str), got {type(text).__name__}: decode bytes first, read files as text.")
    try:
        return list(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        lone = ord(text[error.start])
        raise ValueError(
            f"position {error.start} of the text holds U+{lone:04X}, half of a surrogate pair and no character of its own. "
            "Remove it, or read the text again as UTF-8."
        ) from None


def count_pairs(ids: Sequence[int]) -> dict[Pair, int]:
    """How often each pair of neighbours occurs, overlapping ones included: 1 1 1 holds the pair (1, 1) twice.

    >>> count_pairs([1, 2, 1, 2, 2])
    {(1, 2): 2, (2, 1): 1, (2, 2): 1}
    """
    counts: dict[Pair, int] = {}
    for pair in pairwise(ids):
        counts[pair] = counts.get(pair, 0) + 1
    return counts


def merge(ids: Sequence[int], pair: Pair, new_id: int) -> list[int]:
    """A new list in which `pair` has become `new_id`, from left to right: 1 1 1 becomes new 1.

    >>> merge([1, 2, 3, 1, 2], (1, 2), 256)
    [256, 3, 256]
    """
    merged, i = [], 0
    while i < len(ids):
        if i + 1 < len(ids) and (ids[i], ids[i + 1]) == tuple(pair):
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def train(text: str, n_merges: int) -> list[Pair]:
    """The pairs that are merged, in order; the i-th becomes the id 256 + i.

    Each round merges the most frequent pair, among equally frequent ones the smallest (left id, right id). It ends early
    where no pair occurs twice. Every round counts all over again: O(merges x bytes). ``fast.train`` does not.

    Raises:
        TypeError, ValueError: text is no text (see `text_bytes`), or n_merges is negative.

    >>> train("abab ab", 2)
    [(97, 98)]
    """
    if n_merges < 0:
        raise ValueError(f"n_merges is {n_merges}, expected 0 or more.")
    ids, merges = text_bytes(text), []
    while len(merges) < n_merges:
        counts = count_pairs(ids)
        best = min(counts, key=lambda pair: (-counts[pair], pair), default=None)
        if best is None or counts[best] < 2:
            break
        ids = merge(ids, best, 256 + len(merges))
        merges.append(best)
    return merges


def encode(text: str, merges: Sequence[Pair]) -> list[int]:
    """The ids of a text: of all pairs that are there, merge the one that was learned first; until none is left.

    >>> encode("abba", [(97, 98), (256, 98)])
    [257, 97]
    """
    ids = text_bytes(text)
    ranks = {tuple(pair): rank for rank, pair in enumerate(merges)}
    while True:
        best = min(count_pairs(ids), key=lambda pair: ranks.get(pair, len(ranks)), default=None)
        if best not in ranks:
            return ids
        ids = merge(ids, best, 256 + ranks[best])


def vocabulary(merges: Sequence[Pair]) -> list[bytes]:
    """The bytes that every id stands for, id by id.

    Raises:
        ValueError: a merge joins an id that does not exist yet.

    >>> vocabulary([(97, 98), (256, 256)])[256:]
    [b'ab', b'abab']
    """
    pieces = [bytes([byte]) for byte in range(256)]
    for rank, (left, right) in enumerate(merges):
        if not (0 <= left < len(pieces) and 0 <= right < len(pieces)):
            raise ValueError(
                f"merge {rank} joins {left} and {right}, but before it there are only the ids 0 to {len(pieces) - 1}. "
                "Give the merges in the order in which they were learned."
            )
        pieces.append(pieces[left] + pieces[right])
    return pieces


def decode_bytes(ids: Sequence[int], merges: Sequence[Pair]) -> bytes:
    """The bytes that a list of ids stands for: for every byte string b, decode_bytes(list(b), ...) is b.

    Raises:
        ValueError: an id is not in the vocabulary.

    >>> decode_bytes([256, 33], [(104, 105)])
    b'hi!'
    """
    pieces = vocabulary(merges)
    unknown = [token for token in ids if not 0 <= token < len(pieces)]
    if unknown:
        raise ValueError(
            f"the id {unknown[0]} is not in the vocabulary, which has the ids 0 to {len(pieces) - 1}. "
            "Decode with the merges that the ids were encoded with."
        )
    return b"".join(pieces[token] for token in ids)


def decode(ids: Sequence[int], merges: Sequence[Pair]) -> str:
    """The text that a list of ids stands for. Bytes that are no complete character become U+FFFD, the sign �.

    >>> decode([226, 130, 172], []), decode([226, 130], [])
    ('€', '�')
    """
    return decode_bytes(ids, merges).decode("utf-8", errors="replace")
