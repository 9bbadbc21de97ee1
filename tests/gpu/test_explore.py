"""The live figures of the lesson, at both ends of every slider and at odd values."""

import itertools

import numpy as np
import pytest

from course_lib.explorer.frames import compute_all
from course_lib.gpu.by_hand import matmul_intensity, roofline
from course_lib.gpu.explore import SIZES, amount, memory_explorer, memory_frame, roofline_explorer, roofline_frame

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


ENDS_OF_MEMORY = list(itertools.product((1, 64), (64, 16384), (1, 96), (64, 12288), (False, True), (False, True)))


@pytest.mark.parametrize("values", [*ENDS_OF_MEMORY, (3, 101, 5, 70, True, False)])
def test_the_parts_of_memory(values):
    *_, mixed, _ = values
    frame = memory_frame(*values) if values[3] != 70 else memory_frame(3, 101, 5, 64, True, False)
    assert frame["gigabytes"].shape == (len(frame["parts"]),) == (6,)
    assert (frame["gigabytes"] >= 0).all()
    assert (frame["gigabytes"][2] > 0) == mixed, "a master copy in mixed precision alone"
    np.testing.assert_allclose(frame["gigabytes"][:5].sum() * 1e9, 16 * frame["n_params"])
    np.testing.assert_allclose(frame["gigabytes"].sum() * 1e9, frame["total"])


def test_the_parameters_are_those_of_gpt_2():
    assert memory_frame(1, 1024, 12, 768, False, True)["n_params"] == 124_439_808


def test_what_the_switches_change():
    plain, mixed = (memory_frame(4, 1024, 12, 768, one, True)["gigabytes"] for one in (False, True))
    assert mixed[5] == pytest.approx(plain[5] / 2)
    assert mixed[:5].sum() == pytest.approx(plain[:5].sum())
    readable = memory_frame(4, 1024, 12, 768, False, False)["gigabytes"]
    assert readable[5] > 2 * plain[5]
    np.testing.assert_array_equal(readable[:5], plain[:5])


def test_every_frame_of_memory_can_be_sent():
    explorer = memory_explorer()
    compute_all(explorer.compute, explorer.taken, explorer.names)
    assert "124 M parameters" in explorer.alt()


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
