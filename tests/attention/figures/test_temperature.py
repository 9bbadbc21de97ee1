"""A temperature at both ends of the slider and between: what softmax makes of it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import softmax
from course_lib.attention.figures.temperature import KEYS, LOGITS, temperature_explorer, temperature_frame


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
    bits = [temperature_frame(temperature)["entropy"][0] for temperature in (0.1, 0.4, 1, 4, 10)]
    assert bits == sorted(bits)
    assert bits[0] < 0.01
    assert bits[-1] > 2.29


def test_at_temperature_one_the_ratio_of_two_weights_is_e_to_the_difference_of_their_scores():
    weights = temperature_frame(1.0)["weights"]
    assert_allclose(weights[0] / weights[1], np.e)
    assert_allclose(weights[3] / weights[4], np.e)


def test_the_temperature_figure_builds_and_says_what_it_shows_at_every_setting():
    figure = temperature_explorer()
    assert figure.name == "attention.temperature"
    for value in figure.controls[0].options:
        figure.set(temperature=value)
        weights = temperature_frame(value)["weights"]
        assert f"At temperature {value:g} " in figure.alt()
        assert all(f"{key} {weight:.2f}" in figure.alt() for key, weight in zip(KEYS, weights, strict=True))
