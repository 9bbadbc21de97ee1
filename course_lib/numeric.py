"""What many lessons use: how far apart, how steep, who influences whom, and a mask that is one."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from jaxtyping import Float

__all__ = ["checked_mask", "influence", "largest_difference", "numerical_gradient"]

Mask = TypeVar("Mask")


def checked_mask(mask: Mask) -> Mask:
    """The mask itself, an array or a tensor, if it holds True and False.

    A mask of numbers would not fail by itself: minus infinity counts as True, PyTorch's kernel adds floats to the scores,
    and ``~`` of the integer 1 is -2. Each of these gives attention that is wrong without a word.

    Raises:
        TypeError: it holds anything else.

    >>> checked_mask(np.array([1.0, 0.0]))
    Traceback (most recent call last):
    ...
    TypeError: a mask holds True (may attend) and False; got an array of float64: try mask > 0
    """
    kind = str(getattr(mask, "dtype", type(mask).__name__)).rpartition(".")[2]
    if kind != "bool":
        raise TypeError(f"a mask holds True (may attend) and False; got an array of {kind}: try mask > 0")
    return mask


def largest_difference(first: object, second: object) -> float:
    """The largest absolute difference between two arrays or tensors of the same shape.

    Raises:
        ValueError: the shapes differ (they are not broadcast: that would hide a mistake).

    >>> largest_difference([1.0, 2.0], np.array([1.0, 2.5]))
    0.5
    """
    first, second = (
        value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value) for value in (first, second)
    )
    if first.shape != second.shape:
        raise ValueError(f"only arrays of one shape can be compared; got {first.shape} and {second.shape}")
    return float(np.abs(first - second).max(initial=0.0))


def numerical_gradient(
    function: Callable[[np.ndarray], float], x: Float[np.ndarray, "..."], step: float = 1e-5
) -> Float[np.ndarray, "..."]:
    """The gradient by central differences: (f(x + h) - f(x - h)) / 2h, one entry of x at a time.

    Args:
        function: from an array to one number.
        x: where; not changed.
        step: h. The error is about h² from the formula and 1e-16 / h from rounding; 1e-5 balances them in float64.

    >>> numerical_gradient(lambda x: float((x**2).sum()), np.array([1.0, -3.0])).round(6).tolist()
    [2.0, -6.0]
    """
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):
        kept = x[place]
        x[place] = kept + step
        above = function(x)
        x[place] = kept - step
        gradient[place] = (above - function(x)) / (2 * step)
        x[place] = kept
    return gradient


def influence(
    function: Callable[[np.ndarray], np.ndarray], x: Float[np.ndarray, "token d_in"], size: float = 1e-6
) -> Float[np.ndarray, "output token"]:
    """How strongly each input row moves each output row: entry [i, j] is how much output i moves when row j does.

    Row j is moved by `size` in every direction in turn; the entry is the length of all the answers of output i together
    (the Frobenius norm of the Jacobian block d output_i / d x_j, by forward differences). An entry of exactly zero means
    that nothing reached output i: it is the same to the last bit.

    >>> influence(lambda x: x[::-1] * 2, np.zeros((2, 1))).round(6).tolist()
    [[0.0, 2.0], [2.0, 0.0]]
    """
    before = function(x)
    total = np.zeros((len(before), len(x)))
    for j in range(len(x)):
        for k in range(x.shape[1]):
            moved = x.copy()
            moved[j, k] += size
            squares = ((function(moved) - before) / size) ** 2
            total[:, j] += squares.sum(axis=tuple(range(1, squares.ndim)))
    return np.sqrt(total)
