"""The figures on temperature and width: their pure functions at both ends of every slider and between, and the promises."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import softmax
from course_lib.attention.explore_scale import (
    KEYS,
    LOGITS,
    WIDTHS,
    scale_explorer,
    scale_frame,
    temperature_explorer,
    temperature_frame,
)


@pytest.mark.parametrize("temperature", [0.1, 10, 1, 1e-3, 0.7, 1e6])
def test_temperature_divides_the_scores_before_softmax(temperature):
    frame = temperature_frame(temperature)
    assert_array_equal(frame["scores"], LOGITS)
    assert_allclose(frame["scaled"] * temperature, LOGITS)
    assert_allclose(frame["weights"], softmax(LOGITS / temperature))
    assert_allclose(frame["weights"].sum(), 1.0)
    assert len(frame["keys"]) == len(frame["weights"]) == 5
    assert f"Entropy {frame['entropy'][0]:.2f} bits of at most 2.32" in frame["note"]


def test_a_low_temperature_chooses_and_a_high_one_averages():
    assert_allclose(temperature_frame(1e-3)["weights"], [1, 0, 0, 0, 0], atol=1e-12)
    assert_allclose(temperature_frame(1e6)["weights"], 0.2, atol=1e-5)
    bits = [temperature_frame(one)["entropy"][0] for one in (0.1, 0.4, 1, 4, 10)]
    assert bits == sorted(bits)
    assert bits[0] < 0.01
    assert bits[-1] > 2.29


def test_at_temperature_one_the_ratio_of_two_weights_is_e_to_the_difference_of_their_scores():
    weights = temperature_frame(1.0)["weights"]
    assert_allclose(weights[0] / weights[1], np.e)
    assert_allclose(weights[3] / weights[4], np.e)


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


def test_the_temperature_figure_builds_and_says_what_it_shows_at_every_setting():
    figure = temperature_explorer()
    assert figure.name == "attention.temperature"
    for value in figure.controls[0].options:
        figure.set(temperature=value)
        weights = temperature_frame(value)["weights"]
        assert f"At temperature {value:g} " in figure.alt()
        assert all(f"{key} {weight:.2f}" in figure.alt() for key, weight in zip(KEYS, weights, strict=True))


def test_the_scale_figure_builds_asks_first_and_knows_the_answer():
    figure = scale_explorer()
    assert figure.name == "attention.scale"
    assert_allclose(figure.answer, scale_frame(256, False)["largest"])
    for d_k, scale in itertools.product(WIDTHS, [True, False]):
        figure.set(d_k=d_k, scale=scale)
        assert f"At d_k {d_k} {'with' if scale else 'without'} the scale" in figure.alt()
