"""A gradient by distance: it vanishes, survives and explodes."""

import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.backprop.figures.distance import CHOICES, SIZES, distance_explorer, distance_frame


@pytest.mark.parametrize("size", [SIZES[0], 1.0, SIZES[-1], 0.63])
def test_the_distance_figure_at_both_ends_and_in_between(size):
    linear, bent = (distance_frame(size, tanh) for tanh in (False, True))
    assert_allclose(linear["recurrence"], linear["power"], rtol=1e-9)
    assert (bent["recurrence"] <= linear["recurrence"] * (1 + 1e-9)).all() or size > 1
    assert_array_equal(linear["attention"], bent["attention"])
    assert linear["attention"].min() > 0.2
    assert linear["attention"].max() < 5


def test_it_vanishes_survives_and_explodes():
    left = {size: float(distance_frame(size)["left"]) for size in SIZES}
    assert left[0.5] < 1e-15
    assert left[0.9] < 1e-3
    assert left[2.0] > 1e3
    assert sorted(left.values()) == list(left.values())
    figure = distance_explorer()
    assert CHOICES[figure.answer] == "less than a thousandth"
    assert figure.mode == "frames"
    assert "in attention between" in figure.alt()
