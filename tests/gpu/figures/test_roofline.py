"""A product under the roof, at both ends of every slider and at odd sizes."""

import itertools

import numpy as np
import pytest

from course_lib.explorer.frames import compute_all
from course_lib.gpu.by_hand import matmul_intensity, roofline
from course_lib.gpu.figures.roofline import SIZES, roofline_explorer, roofline_frame

PEAK, BANDWIDTH = 3e11, 2e10
ENDS = (SIZES[0], SIZES[-1])


@pytest.mark.parametrize("shape", [*itertools.product(ENDS, ENDS, ENDS), (7, 11, 13)])
@pytest.mark.parametrize("size", [2, 4])
def test_a_product_stands_where_the_formulas_say(shape, size):
    frame = roofline_frame(*shape, size, PEAK, BANDWIDTH)
    assert frame["intensity"] == matmul_intensity(*shape, size)
    assert frame["reached"] == roofline(float(frame["intensity"]), PEAK, BANDWIDTH)
    assert frame["waits_for_memory"] == (frame["intensity"] < PEAK / BANDWIDTH)
    assert frame["best_seconds"] > 0
    assert frame["x"].shape == frame["roof"].shape == (102,)
    assert (np.diff(frame["roof"]) >= 0).all()
    assert frame["roof"].max() == PEAK
    np.testing.assert_allclose(frame["roof"][frame["x"] == PEAK / BANDWIDTH], PEAK)
    assert frame["x"][0] < frame["intensity"] < frame["x"][-1]


def test_one_row_waits_for_memory_and_many_do_not():
    assert "it waits for memory" in roofline_frame(1, 1024, 1024, 4, PEAK, BANDWIDTH)["note"]
    assert "without waiting" in roofline_frame(1024, 1024, 1024, 4, PEAK, BANDWIDTH)["note"]


@pytest.mark.parametrize(("peak", "answer"), [(3e11, 0), (1e9, 1)])
def test_the_guess_is_judged_by_this_device(peak, answer):
    """A device that computes slower than it fetches is nobody's; but then arithmetic is the right answer."""
    assert roofline_explorer(peak, BANDWIDTH).answer == answer


@pytest.mark.parametrize(("peak", "bandwidth"), [(0, 1), (1, 0), (-1, 1), (float("nan"), 1)])
def test_a_roof_needs_two_numbers_above_zero(peak, bandwidth):
    with pytest.raises(ValueError, match="above zero"):
        roofline_explorer(peak, bandwidth)


def test_every_frame_of_the_roof_can_be_sent():
    explorer = roofline_explorer(PEAK, BANDWIDTH, "a test device")
    compute_all(explorer.compute, explorer.taken, explorer.names)
    assert "a test device" in explorer.alt()
    assert "waits for memory" in explorer.alt()
