"""Byte-pair encoding as it can be read aloud: count the pairs, merge the most frequent one, begin again.

A text is its UTF-8 bytes, the integers 0 to 255. Every merge joins one pair of ids into a new id: 256 the first, 257 the
second, and so on, so that the list of merged pairs is the whole tokenizer. Sources: Gage 1994, "A New Algorithm for Data
Compression"; Sennrich, Haddow and Birch 2016, arXiv:1508.07909; on bytes and inside words, Radford et al. 2019.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import regex

__all__ = [
    "WORD_PATTERN",
    "count_pairs",
    "decode",
    "decode_bytes",
    "encode",
    "encode_with_special",
    "merge",
    "split_words",
    "split_words_by_loops",
    "text_bytes",
    "train",
    "train_on_words",
    "vocabulary",
]

Pair = tuple[int, int]

#: GPT-2's rule, as it stands in its source: endings after an apostrophe, then letters, digits and other signs, each with the one
#: space before it, then white space, of which the last is left to what follows. \p{L} is any letter, \p{N} any number.
WORD_PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
ENDINGS = ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d")


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


def split_words(text: str) -> list[str]:
    """A text cut into words as GPT-2 cuts it, each with the space before it; joined they are the text again.

    Raises:
        TypeError: this is not a text.

    >>> split_words("I'll count 12 foxes,  twice.")
    ['I', "'ll", ' count', ' 12', ' foxes', ',', ' ', ' twice', '.']
    """
    if not isinstance(text, str):
        raise TypeError(f"expected a text (str), got {type(text).__name__}: decode bytes first, read files as text.")
    return regex.findall(WORD_PATTERN, text)


def _kind(character: str) -> str:
    if character.isspace():
        return "space"
    return {"L": "letter", "N": "number"}.get(unicodedata.category(character)[0], "sign")


def split_words_by_loops(text: str) -> list[str]:
    """The same as `split_words`, one character at a time.

    >>> split_words_by_loops("I'll count 12 foxes,  twice.") == split_words("I'll count 12 foxes,  twice.")
    True
    """
    words, i = [], 0
    while i < len(text):
        ending = next((ending for ending in ENDINGS if text.startswith(ending, i)), "")
        j = i + len(ending)
        if not ending:
            space_first = text[i] == " " and i + 1 < len(text) and _kind(text[i + 1]) != "space"
            kind, j = _kind(text[i + space_first]), i + space_first + 1
            while j < len(text) and _kind(text[j]) == kind:
                j += 1
            if kind == "space" and j < len(text) and j - i > 1:
                j -= 1  # the last white space is left to what follows
        words.append(text[i:j])
        i = j
    return words


def train_on_words(words: Sequence[str], n_merges: int) -> list[Pair]:
    """The merges of `train`, learned inside words alone: no pair reaches from one word into the next.

    Equal words are kept once, with the number of their occurrences. Ties and the end are as in `train`.

    >>> train_on_words(["low", " low", " lower"], 2)
    [(108, 111), (256, 119)]
    """
    spelled = {tuple(text_bytes(word)): times for word, times in Counter(words).items()}
    merges: list[Pair] = []
    while len(merges) < n_merges:
        counts: Counter[Pair] = Counter()
        for ids, times in spelled.items():
            for pair, occurs in count_pairs(ids).items():
                counts[pair] += occurs * times
        best = min(counts, key=lambda pair: (-counts[pair], pair), default=None)
        if best is None or counts[best] < 2:
            break
        new_id = 256 + len(merges)
        spelled = {tuple(merge(ids, best, new_id)): times for ids, times in spelled.items()}
        merges.append(best)
    return merges


def encode_with_special(text: str, merges: Sequence[Pair], special: Mapping[str, int]) -> list[int]:
    """The ids of a text in which some strings have an id of their own; what lies between is cut into words and encoded.

    Args:
        special: the special tokens and their ids. Where two begin at the same place, the longer one counts.

    >>> encode_with_special("ab<|end|>ab", [(97, 98)], {"<|end|>": 300})
    [256, 300, 256]
    """
    longest_first = sorted(special, key=len, reverse=True)
    pattern = f"({'|'.join(map(re.escape, longest_first))})" if special else r"(?!)"
    ids: list[int] = []
    for part in re.split(pattern, text):
        if part in special:
            ids.append(special[part])
        else:
            for word in split_words(part):
                ids.extend(encode(word, merges))
    return ids


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
