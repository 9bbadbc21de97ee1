"""Large numbers in words."""

import pytest

from course_lib.gpu.units import amount


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0.5, "0.5 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (2.5e6, "2.5 MB"),
        (3e12, "3 TB"),
        (4e16, "40 PB"),
        (999.9e9, "1 TB"),
    ],
)
def test_amounts_in_words(number, said):
    assert amount(number, "B") == said
