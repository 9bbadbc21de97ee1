"""How a text was written: how much it repeats itself, and how often it joins words as the corpus never does."""

import functools
from collections.abc import Sequence

from course_lib import corpus

__all__ = ["written_quality"]


def written_quality(texts: Sequence[str]) -> tuple[float, float]:
    """How much a model repeats itself, and how often it joins three words that the corpus never joins.

    Returns:
        The share of runs of six words that had been written before, in this text or in one before it, and the share of
        runs of three words that the training part of the corpus does not have.

    >>> written_quality(["the creature", "the creature"])
    (0.0, 0.0)
    """
    strange, sixes, threes, seen = 0, 0, 0, set()
    for text in texts:
        words = corpus.words(text.replace(corpus.START, ""))
        runs = list(zip(*(words[i:] for i in range(6)), strict=False))
        seen, sixes = seen | set(runs), sixes + len(runs)
        runs = list(zip(*(words[i:] for i in range(3)), strict=False))
        strange, threes = strange + sum(run not in _threes() for run in runs), threes + len(runs)
    return (sixes - len(seen)) / max(sixes, 1), strange / max(threes, 1)


@functools.cache
def _threes() -> frozenset[tuple[str, str, str]]:
    words = [word for word in corpus.stream("train") if word != corpus.START]
    return frozenset(zip(words, words[1:], words[2:], strict=False))
