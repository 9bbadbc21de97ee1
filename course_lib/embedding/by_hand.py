"""A table of vectors in NumPy: rows looked up, multiplied, compared. First as loops, then as matrix products.

What it adds to lesson 01: there a text became a list of ids; here every id becomes a row of numbers.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

__all__ = [
    "cosine_similarity",
    "cosines",
    "dot",
    "look_up",
    "look_up_by_product",
    "look_up_gradient",
    "matmul",
    "matmul_by_loops",
    "nearest",
    "nearest_to",
    "one_hot",
    "principal_plane",
    "unit_rows",
]


def look_up(
    table: Float[np.ndarray, "vocab d_model"], ids: Int[np.ndarray, "*token"]
) -> Float[np.ndarray, "*token d_model"]:
    """The vector of every token: row ids[t] of the table for token t.

    Args:
        table: one row per token of the vocabulary, one column per dimension.
        ids: whole numbers from 0 to vocab - 1; an id that occurs twice gives the same row twice.
    Raises:
        IndexError: an id is negative, or not below the number of rows. (NumPy would count a negative one from the end.)

    >>> look_up(np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]), np.array([2, 0, 2])).tolist()
    [[4.0, 5.0], [0.0, 1.0], [4.0, 5.0]]
    """
    return table[_checked(ids, len(table))]


def one_hot(ids: Int[np.ndarray, "*token"], vocab: int) -> Float[np.ndarray, "*token vocab"]:
    """A row for every token: 1 in the column of its id, 0 elsewhere.

    >>> one_hot(np.array([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    return (_checked(ids, vocab)[..., None] == np.arange(vocab)).astype(np.float64)


def look_up_by_product(
    table: Float[np.ndarray, "vocab d_model"], ids: Int[np.ndarray, "*token"]
) -> Float[np.ndarray, "*token d_model"]:
    """The same as `look_up`, as a matrix product: one-hot rows times the table.

    Every product but one is a zero, and a sum of zeros and one number is that number: the same to the bit, as long as
    the table holds neither infinity nor NaN.

    >>> look_up_by_product(np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([1, 1])).tolist()
    [[2.0, 3.0], [2.0, 3.0]]
    """
    return one_hot(ids, len(table)) @ table


def look_up_gradient(
    table: Float[np.ndarray, "vocab d_model"], ids: Int[np.ndarray, "token"], d_out: Float[np.ndarray, "token d_model"]
) -> Float[np.ndarray, "vocab d_model"]:
    """What reaches the table when d_out reaches the vectors that were looked up: each row goes back where it came from.

    d_table[i] = sum of d_out[t] over all tokens t with ids[t] = i, which is one_hotᵀ times d_out. Rows that nobody looked
    up get zeros.

    >>> look_up_gradient(np.zeros((3, 1)), np.array([2, 0, 2]), np.array([[1.0], [10.0], [100.0]])).tolist()
    [[10.0], [0.0], [101.0]]
    """
    d_table = np.zeros(table.shape, dtype=np.float64)
    np.add.at(d_table, _checked(ids, len(table)), d_out)  # d_table[ids] += d_out would keep one of the repeats
    return d_table


def dot(u: Float[np.ndarray, "d"], v: Float[np.ndarray, "d"]) -> float:
    """Multiply entry by entry, and add up: sum of u_c v_c.

    Raises:
        ValueError: the vectors differ in length.

    >>> dot(np.array([1.0, 2.0, 3.0]), np.array([4.0, 0.0, -1.0]))
    1.0
    """
    if len(u) != len(v):
        raise ValueError(f"a dot product pairs the entries of two vectors; got {len(u)} and {len(v)} of them")
    total = 0.0
    for first, second in zip(u, v, strict=True):
        total += float(first) * float(second)
    return total


def matmul_by_loops(a: Float[np.ndarray, "n k"], b: Float[np.ndarray, "k m"]) -> Float[np.ndarray, "n m"]:
    """The matrix product, one number at a time: entry [i, j] is the dot product of row i of a and column j of b.

    Raises:
        ValueError: a has another number of columns than b has rows.

    >>> matmul_by_loops(np.array([[1.0, 2.0]]), np.array([[3.0, 5.0], [4.0, 6.0]])).tolist()
    [[11.0, 17.0]]
    """
    _check_inner(a, b)
    product = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for c in range(a.shape[1]):
                product[i, j] += a[i, c] * b[c, j]
    return product


def matmul(a: Float[np.ndarray, "n k"], b: Float[np.ndarray, "k m"]) -> Float[np.ndarray, "n m"]:
    """The same as `matmul_by_loops`, by NumPy: a @ b.

    >>> matmul(np.eye(2), np.array([[3.0], [4.0]])).tolist()
    [[3.0], [4.0]]
    """
    _check_inner(a, b)
    return a @ b


def unit_rows(table: Float[np.ndarray, "... d"]) -> Float[np.ndarray, "... d"]:
    """Every row divided by its length √(x · x), so that it has length 1; a row of zeros stays as it is.

    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    lengths = np.sqrt((table * table).sum(axis=-1, keepdims=True))
    return table / np.where(lengths == 0.0, 1.0, lengths)


def cosine_similarity(u: Float[np.ndarray, "d"], v: Float[np.ndarray, "d"]) -> float:
    """How much two vectors point the same way: 1 the same, 0 at right angles, -1 opposite, whatever their lengths.

    ``cos(u, v) = u · v / (|u| |v|)`` with ``|u| = √(u · u)``. A vector of zeros points nowhere: its cosine is defined as 0.0.

    >>> cosine_similarity(np.array([3.0, 4.0]), np.array([6.0, 8.0])), cosine_similarity(np.zeros(2), np.ones(2))
    (1.0, 0.0)
    """
    lengths = np.sqrt(u @ u) * np.sqrt(v @ v)
    return float(u @ v / lengths) if lengths > 0.0 else 0.0


def cosines(
    table: Float[np.ndarray, "row d"], others: Float[np.ndarray, "other d"] | None = None
) -> Float[np.ndarray, "row other"]:
    """The cosine of every row with every other row: the rows brought to length 1, then one matrix product.

    Args:
        table: the rows.
        others: rows to compare them with; the table itself if left out.

    >>> cosines(np.array([[2.0, 0.0], [0.0, 5.0]])).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return unit_rows(table) @ unit_rows(table if others is None else others).T


def nearest(table: Float[np.ndarray, "vocab d"], i: int, k: int) -> Int[np.ndarray, "k"]:
    """The ids of the k rows whose cosine with row i is largest, closest first, row i itself left out.

    Of two rows equally close the one with the smaller id comes first.

    Raises:
        ValueError: there are fewer than k other rows.

    >>> nearest(np.array([[1.0, 0.0], [0.0, 1.0], [5.0, 1.0], [-1.0, 0.0]]), 0, 2).tolist()
    [2, 1]
    """
    return nearest_to(table, table[i], k, exclude=(i,))


def nearest_to(
    table: Float[np.ndarray, "vocab d"], vector: Float[np.ndarray, "d"], k: int, exclude: Sequence[int] = ()
) -> Int[np.ndarray, "k"]:
    """The ids of the k rows whose cosine with a vector is largest, closest first; the rows in `exclude` do not count.

    Raises:
        ValueError: there are fewer than k rows to choose from.

    >>> nearest_to(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([1.0, 0.1]), 2, exclude=[0]).tolist()
    [2, 1]
    """
    if not 0 <= k <= len(table) - len(set(exclude)):
        raise ValueError(f"asked for the {k} nearest of {len(table)} rows, {len(set(exclude))} of which do not count")
    closeness = cosines(table, vector[None])[:, 0]
    closeness[list(exclude)] = -np.inf
    return np.argsort(-closeness, kind="stable")[:k]


def principal_plane(rows: Float[np.ndarray, "row d"]) -> tuple[Float[np.ndarray, "d"], Float[np.ndarray, "d 2"]]:
    """The plane on which the shadows of the rows are spread most widely, to draw vectors that have many dimensions.

    Returns their mean, and two directions of length 1 at right angles: (rows - mean) @ directions are the shadows.
    They are the first two right singular vectors of rows - mean (principal component analysis). The sign of each is
    chosen so that its largest entry is positive: any library then draws the same picture.

    Raises:
        ValueError: there are fewer than two dimensions or fewer than three rows.

    >>> principal_plane(np.array([[0.0, 0.0], [4.0, 0.0], [2.0, 1.0]]))[1].round(6).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if rows.shape[0] < 3 or rows.shape[1] < 2:
        raise ValueError(f"a plane needs at least 3 rows of at least 2 numbers; got {rows.shape}")
    mean = rows.mean(axis=0)
    directions = np.linalg.svd(rows - mean, full_matrices=False)[2][:2].T
    largest = np.abs(directions).argmax(axis=0)
    return mean, directions * np.sign(directions[largest, [0, 1]])


def _checked(ids: Int[np.ndarray, "*token"], vocab: int) -> Int[np.ndarray, "*token"]:
    """The ids as an array of whole numbers, all of them rows of the table."""
    ids = np.asarray(ids)
    if ids.size == 0:
        return ids.astype(np.int64)
    if ids.dtype.kind not in "iu":
        raise IndexError(f"ids are whole numbers; got an array of {ids.dtype}")
    if ids.min() < 0 or ids.max() >= vocab:
        raise IndexError(
            f"ids go from 0 to {vocab - 1}, one for each row of the table; got {ids.min()} to {ids.max()}. "
            "Were they made with another vocabulary?"
        )
    return ids


def _check_inner(a: np.ndarray, b: np.ndarray) -> None:
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise ValueError(
            f"a product of {a.shape} and {b.shape} does not exist: the columns of the first must be as many as the rows "
            "of the second. Turn one of them (.T), or look for the axis that went astray."
        )
