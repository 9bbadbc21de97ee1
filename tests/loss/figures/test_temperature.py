"""A temperature divides the logits, and the loss is smallest at 1."""

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.loss.by_hand import cross_entropy
from course_lib.loss.figures.temperature import (
    BEFORE,
    TEMPERATURES,
    temperature_explorer,
    temperature_frame,
    temperature_losses,
)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("temperature", [0.1, 10, 1, 0.77, 1e6])
def test_temperature_frame_divides_the_logits(before, temperature):
    frame = temperature_frame(before, temperature)
    assert_allclose(frame["scaled"] * temperature, frame["logits"])
    ratio = frame["probabilities"][0] / frame["probabilities"][5]
    assert_allclose(ratio, math.exp(frame["scaled"][0] - frame["scaled"][5]))
    assert (np.diff(frame["probabilities"]) <= 0).all()
    assert 0 <= frame["entropy"] <= math.log2(633) + 1e-9
    assert len(frame["words"]) == 6


def test_entropy_grows_with_the_temperature_and_zero_is_refused():
    bits = [float(temperature_frame("a", temperature)["entropy"]) for temperature in TEMPERATURES]
    assert bits == sorted(bits)
    with pytest.raises(ValueError, match="above 0; got 0"):
        temperature_frame("a", 0)


def test_the_loss_is_smallest_at_temperature_one_and_its_left_wall_is_steeper():
    losses = temperature_losses()
    assert TEMPERATURES[int(losses.argmin())] == 1
    assert losses[0] > losses[-1] > losses.min() + 2
    from course_lib.loss.ladder import next_word_logits, tokens_of

    ids, _ = tokens_of("held_out", "word")
    slow = cross_entropy(next_word_logits()[ids[:-1]] / 0.4, ids[1:])
    assert_allclose(losses[TEMPERATURES.index(0.4)], slow)


def test_the_temperature_figure_asks_first_and_knows_the_answer():
    figure = temperature_explorer()
    assert figure.answer == 1
    for before, temperature in itertools.product(BEFORE, [0.1, 10]):
        figure.set(before=before, temperature=temperature)
        assert f"After {before} at temperature {temperature:g}" in figure.alt()
