"""What a size may be. A calculator that takes anything answers nonsense with a straight face; this one says what is off."""

import math
import numbers

__all__ = ["positive", "share", "split_evenly", "whole"]

#: Past any model, cluster or corpus there is: above it, a unit was mistaken.
ABSURD = 10**18


def whole(name: str, value: object, at_most: int = ABSURD) -> int:
    """The value as a whole number of at least 1.

    Raises:
        ValueError: it is none, or larger than anything that could be meant.

    >>> whole("layers", 96.0)
    96
    >>> whole("layers", 0)
    Traceback (most recent call last):
    ...
    ValueError: layers must be a whole number of at least 1; got 0
    """
    number = positive(name, value, at_most, wanted="a whole number of at least 1")
    if number != int(number) or number < 1:
        raise ValueError(f"{name} must be a whole number of at least 1; got {value!r}")
    return int(number)


def positive(name: str, value: object, at_most: float = 1e40, wanted: str = "a number above 0") -> float:
    """The value, if it is a number above zero.

    >>> positive("peak_flops", -1.0)
    Traceback (most recent call last):
    ...
    ValueError: peak_flops must be a number above 0; got -1.0
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not math.isfinite(value) or value <= 0:
        raise ValueError(f"{name} must be {wanted}; got {value!r}")
    if value > at_most:
        raise ValueError(
            f"{name} is {float(value):.3g}, and nothing here goes beyond {float(at_most):.0e}: is the unit the right one?"
        )
    return value


def share(name: str, value: object) -> float:
    """The value, if it is above 0 and at most 1.

    >>> share("utilisation", 20)
    Traceback (most recent call last):
    ...
    ValueError: utilisation is a share, above 0 and at most 1; got 20. Twenty percent is 0.2.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not 0 < value <= 1:
        raise ValueError(f"{name} is a share, above 0 and at most 1; got {value!r}. Twenty percent is 0.2.")
    return value


def split_evenly(d_model: int, heads: int) -> int:
    """The width of a head, where the heads share the width.

    >>> split_evenly(12288, 96)
    128
    >>> split_evenly(2048, 24)
    Traceback (most recent call last):
    ...
    ValueError: 24 heads do not divide a width of 2048: 2048 / 24 leaves 8 over. Near it, 16 or 32 heads do.
    """
    d_model, heads = whole("d_model", d_model), whole("heads", heads)
    if d_model % heads:
        near = [n for n in range(heads, 0, -1) if d_model % n == 0][:1]
        near += [n for n in range(heads, min(d_model, 4096 * heads) + 1) if d_model % n == 0][:1]
        raise ValueError(
            f"{heads} heads do not divide a width of {d_model}: {d_model} / {heads} leaves {d_model % heads} over. "
            f"Near it, {' or '.join(map(str, near))} head{'s do' if near != [1] else ' does'}."
        )
    return d_model // heads
