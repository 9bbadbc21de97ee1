"""A reader that counts which token follows which: what a model has to be better than."""

import numpy as np
from jaxtyping import Int

__all__ = ["bigram_loss"]


def bigram_loss(
    train: Int[np.ndarray, "token"], held_out: Int[np.ndarray, "token"], vocab: int, extra: float = 0.05
) -> float:
    """The mean loss, in nats, of a model that counts which token follows which, and knows nothing else.

    Args:
        extra: added to every count, so that a pair never met is not impossible.

    >>> bigram_loss(np.array([0, 1, 0, 1, 0]), np.array([0, 1, 0]), 2, extra=0.0)
    0.0
    """
    counts = np.full((vocab, vocab), float(extra))
    np.add.at(counts, (train[:-1], train[1:]), 1.0)
    chances = counts[held_out[:-1], held_out[1:]] / counts.sum(axis=1)[held_out[:-1]]
    return float(np.abs(-np.log(chances).mean()))
