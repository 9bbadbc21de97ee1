"""Does a computed number round to what was printed? No tolerance: the printed digits decide."""

from decimal import ROUND_HALF_UP, Decimal

__all__ = ["rounds_to"]

SCALES = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


def rounds_to(printed: str, value: float) -> bool:
    """Whether a value, rounded to the last printed digit (halves up), is the printed number.

    Zeros at the end of a whole number fill it up and are no digits: 1320 stands for 1315 to 1325. Behind a point or in
    powers of ten they were printed on purpose: 13.0B stands for 12.95 to 13.05 billion.

    Args:
        printed: such as "124M", "2.60E+00" or "1320".
        value: what was computed; give whole numbers as whole numbers, and nothing is lost.

    >>> rounds_to("1320", 1315.7), rounds_to("13.0B", 12_853_386_240), rounds_to("5.33E+20", 5325 * 10**17)
    (True, False, True)
    """
    number, scale = (printed[:-1], SCALES[printed[-1]]) if printed[-1:] in SCALES else (printed, 1)
    shown = Decimal(number)
    if shown == 0:
        raise ValueError(f"{printed!r} has no digit to round to")
    exact = Decimal(value) if isinstance(value, int) else Decimal(repr(float(value)))
    written_out = "." not in number and "e" not in number.lower()
    step = Decimal(1).scaleb((shown.normalize() if written_out else shown).as_tuple().exponent) * scale
    return (exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step == shown * scale
