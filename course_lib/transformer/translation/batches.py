"""Sentence pairs as rows of numbers: words as ids, shorter sentences filled up, and a note of which places are filled.

Adds to ``corpus``: what a model that translates is fed with. The decoder reads a start token and then the target's own
words, and at every place it has to name the next one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from course_lib.corpus import Translation, parallel_corpus

__all__ = ["FILL", "START", "STOP", "Batch", "Words", "languages", "prepare"]

FILL, START, STOP = "<fill>", "<start>", "."


class Words:
    """The words of one language and their ids: 0 fills up a batch, 1 starts a sentence, the rest by the alphabet.

    >>> words = Words(["b", "a", "b"])
    >>> len(words), words.ids(["b", "a"]), words.texts([2, 3])
    (4, [3, 2], ('a', 'b'))
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = (FILL, START, *sorted(set(words)))
        self._ids = {word: number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def ids(self, words: Sequence[str]) -> list[int]:
        """The id of each word.

        Raises:
            KeyError: a word that this language does not have.
        """
        missing = [word for word in words if word not in self._ids]
        if missing:
            raise KeyError(f"{', '.join(missing)}: not among the {len(self)} words of this language")
        return [self._ids[word] for word in words]

    def texts(self, ids: Iterable[int]) -> tuple[str, ...]:
        """The word of each id."""
        return tuple(self.words[number] for number in ids)


@cache
def languages() -> tuple[Words, Words]:
    """Lumi and Toka, as the training sentences have them.

    >>> [len(words) for words in languages()]
    [36, 55]
    """
    train = parallel_corpus("train")
    return (
        Words(word for pair in train for word in pair.source),
        Words(word for pair in train for word in pair.target),
    )


@dataclass(frozen=True)
class Batch:
    """Pairs as tensors.

    Attributes:
        source: ids in Lumi, filled up to the longest sentence.
        present: True where a source word stands, False where the row is only filled up.
        target_in: what the decoder reads: the start token and the target without its last word.
        target_out: what it has to answer: the target; the same shape.
    """

    source: Int[Tensor, "batch source"]
    present: Bool[Tensor, "batch source"]
    target_in: Int[Tensor, "batch target"]
    target_out: Int[Tensor, "batch target"]


def prepare(pairs: Sequence[Translation]) -> Batch:
    """Pairs as one batch.

    >>> batch = prepare(parallel_corpus("train", 3))
    >>> batch.source.shape == batch.present.shape, batch.target_in[:, 0].tolist()
    (True, [1, 1, 1])
    """
    lumi, toka = languages()
    source = _filled([lumi.ids(pair.source) for pair in pairs])
    target_in = _filled([toka.ids((START, *pair.target[:-1])) for pair in pairs])
    return Batch(source, source != 0, target_in, _filled([toka.ids(pair.target) for pair in pairs]))


def _filled(rows: Sequence[Sequence[int]]) -> Int[Tensor, "row place"]:
    longest = max(map(len, rows), default=0)
    return torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows], dtype=torch.long).reshape(
        len(rows), longest
    )
