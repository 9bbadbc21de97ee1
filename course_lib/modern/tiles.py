"""A window in tiles: attention that never multiplies what its mask would hide.

Adds to lesson 11, whose tiles keep the table of scores out of memory, that most of its tiles need not be computed at all.
"""

import numpy as np
from jaxtyping import Bool, Float

from course_lib.attention.by_hand import attention
from course_lib.modern.by_hand import sliding_mask

__all__ = ["tiles_needed", "window_attention"]


def window_attention(
    Q: Float[np.ndarray, "token d_k"],
    K: Float[np.ndarray, "token d_k"],
    V: Float[np.ndarray, "token d_v"],
    window: int,
    tile: int,
) -> Float[np.ndarray, "token d_v"]:
    """Attention under `sliding_mask`, for `tile` queries at a time, each time with the keys alone that any of them may see.

    Raises:
        ValueError: a tile of less than one query.

    >>> Q = K = np.zeros((3, 2))
    >>> window_attention(Q, K, np.array([[1.0], [3.0], [8.0]]), window=2, tile=2).tolist()
    [[1.0], [2.0], [5.5]]
    """
    if tile < 1:
        raise ValueError(f"a tile holds at least one query; got {tile}")
    out = np.empty((len(Q), V.shape[1]))
    for start in range(0, len(Q), tile):
        first, end = max(0, start - window + 1), min(start + tile, len(Q))
        mask = sliding_mask(end - first, window)[start - first :]
        out[start:end] = attention(Q[start:end], K[first:end], V[first:end], mask)
    return out


def tiles_needed(mask: Bool[np.ndarray, "query key"], tile: int) -> tuple[int, int]:
    """Of the square tiles that a mask is cut into: in how many anybody may attend to anything, and how many there are.

    >>> tiles_needed(np.tri(4, dtype=bool), 2)
    (3, 4)
    """
    edges = np.arange(0, len(mask), tile)
    touched = np.add.reduceat(np.add.reduceat(np.asarray(mask, dtype=int), edges, axis=0), edges, axis=1) > 0
    return int(touched.sum()), touched.size
