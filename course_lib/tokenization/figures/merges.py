"""The merges that the figures share, learned once."""

import functools

from course_lib.tokenization import fast
from course_lib.tokenization.by_hand import Pair
from course_lib.tokenization.texts import documentation

__all__ = ["MERGES", "learned"]

MERGES = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]


@functools.cache
def learned() -> tuple[Pair, ...]:
    """The merges that both figures use: the most that a slider offers, learned from NumPy's documentation in a second."""
    return tuple(fast.train(documentation(), MERGES[-1]))
