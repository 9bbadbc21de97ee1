"""Attention that never holds its table of scores: the keys come in tiles, and the softmax runs along.

What flash attention does on a GPU (Dao et al. 2022, arXiv:2205.14135, algorithm 1), with the running softmax of Milakov and
Gimelshein 2018, arXiv:1805.02867. Forward, without a mask; the same function as lesson 04's.
"""

import numpy as np
from jaxtyping import Float

__all__ = ["tiled_attention"]


def tiled_attention(
    Q: Float[np.ndarray, "token d_k"], K: Float[np.ndarray, "other d_k"], V: Float[np.ndarray, "other d_v"], tile: int
) -> Float[np.ndarray, "token d_v"]:
    """softmax(Q Kᵀ / √d_k) V, exactly, with at most `tile` scores of each query in memory at a time.

    For each query three things run along: the largest score so far, the sum of the exponentials less that largest one, and
    the mix of values with the same weights. A larger score turns up? Then both sums shrink by exp(old largest - new largest).

    Args:
        Q, K, V: queries, keys and values.
        tile: how many keys are looked at together; the last tile may hold fewer.
    Raises:
        ValueError: a tile of less than one key.

    >>> Q, K, V = np.zeros((1, 2)), np.zeros((3, 2)), np.array([[1.0], [2.0], [6.0]])
    >>> tiled_attention(Q, K, V, tile=2)  # equal scores: the mean of the values
    array([[3.]])
    """
    if tile < 1:
        raise ValueError(f"a tile holds at least one key; got {tile}")
    largest = np.full((len(Q), 1), -np.inf)
    total = np.zeros((len(Q), 1))
    mix = np.zeros((len(Q), V.shape[1]))
    for start in range(0, len(K), tile):
        scores = Q @ K[start : start + tile].T / np.sqrt(Q.shape[1])
        new_largest = np.maximum(largest, scores.max(axis=1, keepdims=True))
        shrink = np.exp(largest - new_largest)
        exponentials = np.exp(scores - new_largest)
        total = shrink * total + exponentials.sum(axis=1, keepdims=True)
        mix = shrink * mix + exponentials @ V[start : start + tile]
        largest = new_largest
    return mix / total
