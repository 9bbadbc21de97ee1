"""The width at both ends of the slider and between, with the scale and without."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import softmax
from course_lib.attention.figures.scale import WIDTHS, scale_explorer, scale_frame


@pytest.mark.parametrize(("d_k", "scale"), list(itertools.product([WIDTHS[0], WIDTHS[-1], 3, 97], [False, True])))
def test_scale_frame_at_both_ends_and_at_odd_widths(d_k, scale):
    frame = scale_frame(d_k, scale)
    assert_allclose(frame["weights"], softmax(frame["scores"]))
    assert_allclose(frame["spread"], 1.0 if scale else np.sqrt(d_k), rtol=0.1)
    assert 1 / 8 < frame["largest"] < 1
    assert 0 < frame["gradient"] < 1 / 4, "w (1 - w) is at most a quarter"
    assert len(frame["keys"]) == 8
    assert f"±{frame['spread']:.2f}" in frame["note"]


@pytest.mark.parametrize("d_k", [2, 64, 251])
def test_the_switch_divides_by_the_root_of_the_width_and_changes_nothing_else(d_k):
    assert_allclose(scale_frame(d_k, False)["scores"], scale_frame(d_k, True)["scores"] * np.sqrt(d_k))


def test_without_the_scale_softmax_saturates_with_it_it_does_not():
    wide, narrow = scale_frame(512, False), scale_frame(2, False)
    assert wide["largest"] > 0.95 > narrow["largest"]
    assert wide["gradient"] < narrow["gradient"] / 5
    assert_allclose(scale_frame(512, True)["largest"], scale_frame(16, True)["largest"], atol=0.05)


def test_the_same_width_draws_the_same_numbers_every_time():
    assert_array_equal(scale_frame(61, True)["scores"], scale_frame(61, True)["scores"])


def test_the_scale_figure_builds_asks_first_and_knows_the_answer():
    figure = scale_explorer()
    assert figure.name == "attention.scale"
    assert_allclose(figure.answer, scale_frame(256, False)["largest"])
    for d_k, scale in itertools.product(WIDTHS, [True, False]):
        figure.set(d_k=d_k, scale=scale)
        assert f"At d_k {d_k} {'with' if scale else 'without'} the scale" in figure.alt()
