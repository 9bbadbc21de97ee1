"""Positions as vectors to add and as rotations, in NumPy. Rows are positions: a table is (position, d_model).

Source of the sinusoids: Vaswani et al. 2017, arXiv:1706.03762, section 3.5; of the rotation of queries and keys: Su et al.
2021, arXiv:2104.09864, section 3.2.
"""

import numpy as np
from jaxtyping import Float

__all__ = [
    "add_positions",
    "angular_frequencies",
    "integers",
    "rotate",
    "rotate_by_loops",
    "shift_matrix",
    "sinusoidal",
    "sinusoidal_by_loops",
]

BASE = 10000.0  # the paper's; the longest wave is BASE * 2 pi positions long


def angular_frequencies(d_model: int, base: float = BASE) -> Float[np.ndarray, "pair"]:
    """How far each pair of columns turns from one position to the next, in radians: base^(-2i / d_model) for pair i.

    Raises:
        ValueError: d_model is odd or below 2; columns come in pairs of a sine and a cosine.

    >>> angular_frequencies(4).tolist()
    [1.0, 0.01]
    """
    if d_model < 2 or d_model % 2:
        raise ValueError(
            f"columns come in pairs of a sine and a cosine: d_model must be even and at least 2, got {d_model}"
        )
    return base ** (-np.arange(0, d_model, 2) / d_model)


def sinusoidal(n_positions: int, d_model: int) -> Float[np.ndarray, "n_positions d_model"]:
    """The paper's table: PE[p, 2i] = sin(p / 10000^(2i / d_model)), PE[p, 2i + 1] = cos of the same; positions from 0.

    >>> sinusoidal(2, 4).round(4).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.01, 1.0]]
    """
    if n_positions < 0:
        raise ValueError(f"a table needs a number of positions of at least 0, got {n_positions}")
    angles = np.arange(n_positions)[:, None] * angular_frequencies(d_model)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(n_positions, d_model)


def sinusoidal_by_loops(n_positions: int, d_model: int) -> Float[np.ndarray, "n_positions d_model"]:
    """The same as `sinusoidal`, one number at a time.

    >>> bool(np.allclose(sinusoidal_by_loops(3, 6), sinusoidal(3, 6)))
    True
    """
    angular_frequencies(d_model)  # says so where the width is odd
    table = np.zeros((n_positions, d_model))
    for p in range(n_positions):
        for i in range(d_model // 2):
            angle = p / BASE ** (2 * i / d_model)
            table[p, 2 * i], table[p, 2 * i + 1] = np.sin(angle), np.cos(angle)
    return table


def shift_matrix(k: int, d_model: int) -> Float[np.ndarray, "d_model d_model"]:
    """The matrix M with M @ PE[p] = PE[p + k] for every position p: each pair of columns is turned by k times its frequency.

    sin(a + b) = sin a cos b + cos a sin b and cos(a + b) = cos a cos b - sin a sin b, so the block of pair i is
    [[cos b, sin b], [-sin b, cos b]] with b = k / 10000^(2i / d_model). k may be negative.

    >>> bool(np.allclose(shift_matrix(3, 8) @ sinusoidal(20, 8)[5], sinusoidal(20, 8)[8]))
    True
    """
    turns = k * angular_frequencies(d_model)
    matrix = np.zeros((d_model, d_model))
    even, odd = np.arange(0, d_model, 2), np.arange(1, d_model, 2)
    matrix[even, even] = matrix[odd, odd] = np.cos(turns)
    matrix[even, odd] = np.sin(turns)
    matrix[odd, even] = -np.sin(turns)
    return matrix


def integers(n_positions: int, d_model: int) -> Float[np.ndarray, "n_positions d_model"]:
    """The plainest encoding: row p holds the number p in every column.

    >>> integers(3, 2).tolist()
    [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]
    """
    return np.repeat(np.arange(n_positions, dtype=float)[:, None], d_model, axis=1)


def add_positions(
    embeddings: Float[np.ndarray, "batch token d_model"], table: Float[np.ndarray, "max d_model"]
) -> Float[np.ndarray, "batch token d_model"]:
    """Add row p of the table to the token at position p of every sequence.

    Raises:
        ValueError: the sequences are longer than the table, or the widths differ.

    >>> add_positions(np.zeros((2, 1, 2)), np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [[[1.0, 2.0]], [[1.0, 2.0]]]
    """
    n_tokens = embeddings.shape[-2]
    if n_tokens > len(table) or embeddings.shape[-1] != table.shape[-1]:
        raise ValueError(
            f"the table of shape {table.shape} has no row for every token of embeddings of shape {embeddings.shape}: it "
            "needs at least as many rows as there are tokens, and the same width"
        )
    return embeddings + table[:n_tokens]


def rotate(
    x: Float[np.ndarray, "... token d"], positions: Float[np.ndarray, "token"], base: float = BASE
) -> Float[np.ndarray, "... token d"]:
    """Rotary positions: turn features 2i and 2i + 1 of the token at position p by the angle p base^(-2i / d).

    (a, b) becomes (a cos - b sin, a sin + b cos). Queries and keys are turned, values are not; the product of a query at m
    and a key at n then depends on m - n alone.

    Args:
        x: queries or keys; any axes in front, such as batch and head.
        positions: the position of each token, in any order; they need not begin at 0.
        base: 10000 in the paper; larger in models for long texts.

    Raises:
        ValueError: d is odd, or there is not one position for each token.
    Differs from many libraries: the pairs are neighbours, as in the paper; others pair feature i with feature i + d / 2.

    >>> rotate(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1])).round(4).tolist()
    [[1.0, 0.0], [0.5403, 0.8415]]
    """
    if x.ndim < 2 or np.shape(positions) != (x.shape[-2],):
        raise ValueError(
            f"x of shape {x.shape} needs one position for each token of its last axis but one; got positions of shape "
            f"{np.shape(positions)}"
        )
    angles = np.asarray(positions)[:, None] * angular_frequencies(x.shape[-1], base)
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = x[..., 0::2], x[..., 1::2]
    return np.stack([first * cos - second * sin, first * sin + second * cos], axis=-1).reshape(x.shape)


def rotate_by_loops(
    x: Float[np.ndarray, "... token d"], positions: Float[np.ndarray, "token"], base: float = BASE
) -> Float[np.ndarray, "... token d"]:
    """The same as `rotate`, one pair at a time.

    >>> bool(np.allclose(rotate_by_loops(np.ones((3, 4)), np.arange(3)), rotate(np.ones((3, 4)), np.arange(3))))
    True
    """
    d = x.shape[-1]
    angular_frequencies(d, base)  # says so where the width is odd
    turned = np.empty(x.shape)
    for t, p in enumerate(positions):
        for i in range(d // 2):
            angle = p * base ** (-2 * i / d)
            a, b = x[..., t, 2 * i], x[..., t, 2 * i + 1]
            turned[..., t, 2 * i] = a * np.cos(angle) - b * np.sin(angle)
            turned[..., t, 2 * i + 1] = a * np.sin(angle) + b * np.cos(angle)
    return turned
