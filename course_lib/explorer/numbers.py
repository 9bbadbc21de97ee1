"""How a number is written: one rule, which page/numbers.js follows too; both are held to the same table of texts.

A value is taken as a decimal number of six digits, which is as much as survives the way to the page in float32, and that
decimal number is rounded half away from zero, as by hand: 1/8 is 0.13, and 0.145 is 0.15 though it is stored as 0.14499….
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

SIX, FOUR, THREE, ONE = (Context(prec=digits, rounding=ROUND_HALF_UP) for digits in (6, 4, 3, 1))


def short(value: float, whole: bool = False) -> str:
    """A number for a cell: two decimals, fewer where it is large, none where all its neighbours are ``whole``.

    >>> [short(v) for v in (0.123, 0.125, -0.001, 12.34, -345.6, 250_000.0, float("-inf"))]
    ['0.12', '0.13', '0.00', '12.3', '−346', '3e5', '−∞']
    """
    if not math.isfinite(value):
        return special(value)
    size = SIX.create_decimal_from_float(abs(float(value)))
    if size >= 100_000:
        rounded = ONE.plus(size)
        text = f"{rounded.as_tuple().digits[0]}e{rounded.adjusted()}"
    else:
        places = 0 if whole or size >= 100 else 1 if size >= Decimal("9.995") else 2
        text = f"{size.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return f"−{text}" if value < 0 and float(text) != 0 else text


def long(value: float) -> str:
    """A number for a sentence: four digits.

    >>> [long(v) for v in (0.123456, -2.0, 0.00001234, 123456.0)]
    ['0.1235', '−2', '1.23e−5', '123500']
    """
    if not math.isfinite(value):
        return special(value)
    size = SIX.create_decimal_from_float(abs(float(value)))
    if size != 0 and (size < Decimal("0.001") or size >= 1_000_000):
        rounded = THREE.plus(size)
        power = rounded.adjusted()
        text = f"{rounded.scaleb(-power):.2f}e{'−' if power < 0 else '+'}{abs(power)}"
    else:
        text = f"{FOUR.plus(size).normalize():f}"
    return f"−{text}" if value < 0 else text


def special(value: float) -> str:
    """A value that is no number to calculate with."""
    return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
