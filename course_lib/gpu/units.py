"""Large numbers as one reads them: three digits and a prefix."""

__all__ = ["amount"]

UNITS = (("P", 1e15), ("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3))


def amount(number: float, unit: str) -> str:
    """A large number with its prefix, three digits.

    >>> amount(2.5e11, "FLOP/s"), amount(12, "B")
    ('250 GFLOP/s', '12 B')
    """
    for prefix, size in UNITS:
        if number >= 0.9995 * size:  # what rounds to 1000 of one prefix is 1 of the next
            return f"{number / size:.3g} {prefix}{unit}"
    return f"{number:.3g} {unit}"
