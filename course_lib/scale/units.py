"""Large numbers for human readers: 9.66 GB is 9 GiB, and 3.14e23 operations are 3640 petaflop-days."""

__all__ = ["PF_DAY", "bytes_text", "count_text", "three_digits"]

#: A petaflop-day: 10^15 operations a second for a day (Brown et al. 2020, table D.1).
PF_DAY = 1e15 * 86_400


def bytes_text(size: float) -> str:
    """Bytes in powers of 1000 and, where they differ, of 1024: GB are not GiB.

    >>> bytes_text(9 * 2**30), bytes_text(36 * 2**20), bytes_text(12)
    ('9.66 GB = 9 GiB', '37.7 MB = 36 MiB', '12 B')
    """
    if size < 1000:
        return f"{size:.3g} B"
    step = min(int((len(str(int(size))) - 1) / 3), 6)
    return (
        f"{three_digits(size / 1000**step)} {' KMGTPE'[step]}B = {three_digits(size / 1024**step)} {' KMGTPE'[step]}iB"
    )


def count_text(number: float) -> str:
    """A count in thousands, millions, billions, trillions.

    >>> count_text(174_604_259_328), count_text(804_096), count_text(65)
    ('174.6 billion', '804.1 thousand', '65')
    """
    for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if number >= size:
            return f"{number / size:,.4g} {name}" if number < 1e16 else f"{number:.2e}"
    return f"{number:g}"


def three_digits(number: float) -> str:
    """At least three digits, without powers of ten where it can be read without them.

    >>> three_digits(3637.5), three_digits(9.663), three_digits(0.00731)
    ('3,638', '9.66', '0.00731')
    """
    return f"{number:,.0f}" if 99.95 <= number < 1e15 else f"{number:.3g}"
