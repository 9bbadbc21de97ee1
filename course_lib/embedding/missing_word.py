"""The game by which the table learns: a word is hidden, and its neighbours' vectors have to point to it. In NumPy.

A small relative of word2vec's CBOW (Mikolov et al. 2013, arXiv:1301.3781). Differs from the paper: one table does both jobs,
every place around the gap has weights of its own, and all words are scored, not a sample of them.
"""

import numpy as np
from jaxtyping import Float, Int

from course_lib.embedding.by_hand import look_up

__all__ = ["around", "scores_for_gap"]


def around(ids: Int[np.ndarray, "token"], gap: int, reach: int) -> Int[np.ndarray, "place"]:
    """The ids of the `reach` words before the gap and the `reach` words after it, in order.

    Raises:
        IndexError: there are not so many words on one side.

    >>> around(np.array([10, 11, 12, 13, 14]), 2, 1).tolist()
    [11, 13]
    """
    if gap - reach < 0 or gap + reach >= len(ids):
        raise IndexError(f"the word at {gap} of {len(ids)} has fewer than {reach} words on one side")
    return np.concatenate([ids[gap - reach : gap], ids[gap + 1 : gap + reach + 1]])


def scores_for_gap(
    table: Float[np.ndarray, "vocab d_model"],
    places: Float[np.ndarray, "place d_model"],
    bias: Float[np.ndarray, "vocab"],
    neighbours: Int[np.ndarray, "place"],
) -> Float[np.ndarray, "vocab"]:
    """How well every word of the vocabulary fits into the gap: its row's dot product with the mix of the neighbours' rows.

    mix = √d_model / n times the sum over the n places of places[p] * table[neighbours[p]]; scores = table · mix + bias.

    >>> table = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> scores_for_gap(table, np.ones((2, 2)), np.zeros(3), np.array([0, 1])).round(3).tolist()
    [0.707, 0.707, 1.414]
    """
    mix = (places * look_up(table, neighbours)).mean(axis=0) * np.sqrt(table.shape[1])
    return table @ mix + bias
