"""How a number is written: one rule, which page/numbers.js follows too; both are held to the same table of texts.

A value is taken as a decimal number of six digits, which is as much as survives the way to the page in float32, and that
decimal number is rounded half away from zero, as by hand: 1/8 is 0.13, and 0.145 is 0.15 though it is stored as 0.14499….
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SIX, FOUR, THREE, ONE = (Context(prec=digits, rounding=ROUND_HALF_UP) for digits in (6, 4, 3, 1))


def short(value: float, whole: bool = False) -> str:
    """A number for a cell: two decimals, fewer where it is large, none where all its neighbours are ``whole``.

    >>> [short(v) for v in (0.123, 0.125, -0.001, 12.34, -345.6, 250_000.0, float("-inf"))]
    ['0.12', '0.13', '0.00', '12.3', '−346', '3×10⁵', '−∞']
    """
    if not math.isfinite(value):
        return special(value)
    size = SIX.create_decimal_from_float(abs(float(value)))
    if size >= 100_000:
        rounded = ONE.plus(size)
        digit = rounded.as_tuple().digits[0]
        text = power(rounded.adjusted()) if digit == 1 else f"{digit}×{power(rounded.adjusted())}"
    else:
        places = 0 if whole or size >= 100 else 1 if size >= Decimal("9.995") else 2
        text = f"{size.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return f"−{text}" if value < 0 and text.strip("0.") else text


def long(value: float) -> str:
    """A number for a sentence: four digits.

    >>> [long(v) for v in (0.123456, -2.0, 0.00001234, 123456.0)]
    ['0.1235', '−2', '1.23×10⁻⁵', '123500']
    """
    if not math.isfinite(value):
        return special(value)
    size = SIX.create_decimal_from_float(abs(float(value)))
    if size != 0 and (size < Decimal("0.001") or size >= 1_000_000):
        rounded = THREE.plus(size)
        text = f"{rounded.scaleb(-rounded.adjusted()):.2f}×{power(rounded.adjusted())}"
    else:
        text = f"{FOUR.plus(size).normalize():f}"
    return f"−{text}" if value < 0 else text


def tick(value: float) -> str:
    """A number beside an axis, which is round already: all its digits.

    >>> [tick(v) for v in (0.25, -3.0, 1e5, 0.0005)]
    ['0.25', '−3', '10⁵', '5×10⁻⁴']
    """
    size = SIX.create_decimal_from_float(abs(float(value))).normalize()
    if size != 0 and not Decimal("0.001") <= size < 100_000:
        digits = size.scaleb(-size.adjusted())
        text = power(size.adjusted()) if digits == 1 else f"{digits.normalize():f}×{power(size.adjusted())}"
    else:
        text = f"{size:f}"
    return f"−{text}" if value < 0 and size != 0 else text


def power(exponent: int) -> str:
    """A power of ten.

    >>> power(-5)
    '10⁻⁵'
    """
    return "10" + str(exponent).translate(RAISED)


def special(value: float) -> str:
    """A value that is no number to calculate with."""
    return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
