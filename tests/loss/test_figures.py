"""The figures of lesson 08: their pure functions at both ends of every slider and at odd values, and what they promise."""

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import softmax
from course_lib.loss import explore, explore_options
from course_lib.loss.by_hand import cross_entropy, label_smoothed
from course_lib.loss.explore import WORDS, averaging_explorer, averaging_frame, logits_explorer, logits_frame
from course_lib.loss.explore_options import (
    TEMPERATURES,
    smoothing_explorer,
    smoothing_frame,
    temperature_explorer,
    temperature_frame,
    temperature_losses,
)


@pytest.mark.parametrize("target", WORDS)
@pytest.mark.parametrize("logits", [*itertools.product([-5, 5], repeat=3), (0, 0, 0), (0.3, -2.7, 400)])
def test_logits_frame_holds_what_it_says(logits, target):
    frame = logits_frame(*logits, target)
    place = WORDS.index(target)
    p = softmax(np.array(logits, dtype=float))
    assert_allclose(frame["probabilities"], p)
    assert_allclose(frame["gradient"], p - np.eye(3)[place], atol=1e-15)
    assert_allclose(frame["gradient"].sum(), 0.0, atol=1e-12)
    expected = np.logaddexp.reduce(logits) - logits[place]
    assert_allclose(frame["loss"], expected, atol=1e-12)
    assert f"= {expected:.2f} nats" in frame["note"]
    assert_array_equal(frame["one_hot"], np.eye(3)[place])


def test_one_logit_up_moves_all_probabilities_and_all_of_them_up_moves_none():
    before, after = logits_frame(1, 0, -1, "forest"), logits_frame(2, 0, -1, "forest")
    moved = after["probabilities"] - before["probabilities"]
    assert moved[0] > 0
    assert (moved[1:] < 0).all()
    together = logits_frame(2, 1, 0, "forest")
    assert_allclose(together["probabilities"], before["probabilities"])
    assert_allclose(together["loss"], before["loss"])


def test_a_word_that_is_not_there_is_told_the_three():
    with pytest.raises(ValueError, match="got 'verdant'"):
        logits_frame(0, 0, 0, "verdant")


def test_the_logits_figure_asks_first_sends_all_frames_and_speaks():
    figure = logits_explorer()
    assert_allclose(figure.answer, math.log(math.exp(5) + 2), rtol=1e-12)
    assert figure.mode == "frames"
    for values in ({"creature": -5, "forest": 5, "roamed": 5}, {"creature": 5, "forest": -5, "roamed": -5}):
        for target in WORDS:
            figure.set(**values, target=target)
            loss = float(logits_frame(**values, target=target)["loss"])
            assert f"the loss {loss:.2f} nats" in figure.alt()


@pytest.mark.parametrize("sureness", [0, 4, 1, 0.37, 1000])
def test_averaging_frame_is_off_by_the_vocabulary(sureness):
    frame = averaging_frame(sureness)
    assert frame["product"].shape == (7, 8) == (len(frame["inputs"]), len(frame["words"]))
    assert (frame["one_hot"].sum(axis=1) == 1).all()
    assert ((frame["product"] != 0) <= (frame["one_hot"] == 1)).all()
    assert_allclose(frame["row_sums"].mean(), frame["right"])
    assert_allclose(frame["right"] / frame["wrong"], 8)
    assert_allclose(frame["right"], cross_entropy(frame["logits"], frame["one_hot"].argmax(axis=1)))
    assert "by a factor of 8" in frame["about product"]


def test_the_averaging_figure_builds_at_every_step():
    figure = averaging_explorer()
    for sureness, step in itertools.product([0, 4], range(len(explore.STEPS))):
        figure.set(sureness=sureness, step=step)
        assert figure.alt().startswith(f"{explore.STEPS[step]} of seven predictions")
        assert f"{float(averaging_frame(sureness)['right']):.3f}" in figure.alt()
    figure.set(sureness=1, step=3)
    assert figure.png()[:4] == b"\x89PNG"


@pytest.mark.parametrize("before", explore_options.BEFORE)
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
    bits = [float(temperature_frame("a", one)["entropy"]) for one in TEMPERATURES]
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
    for before, temperature in itertools.product(explore_options.BEFORE, [0.1, 10]):
        figure.set(before=before, temperature=temperature)
        assert f"After {before} at temperature {temperature:g}" in figure.alt()


@pytest.mark.parametrize("epsilon", [0.01, 0.4, 0.1, 1.0])
@pytest.mark.parametrize("vocab", [2, 50_257, 13])
def test_smoothing_frame_is_the_smoothed_loss(epsilon, vocab):
    frame = smoothing_frame(epsilon, vocab)
    for place in (0, 17, 80):
        logits = np.zeros((1, vocab))
        logits[0, 0] = frame["leads"][place]
        assert_allclose(frame["smoothed"][place], label_smoothed(logits, np.array([0]), epsilon), rtol=1e-9)
        assert_allclose(frame["plain"][place], cross_entropy(logits, np.array([0])), rtol=1e-6, atol=1e-12)
    logits[0, 0] = frame["best"]
    assert_allclose(frame["floor"], label_smoothed(logits, np.array([0]), epsilon), rtol=1e-9)
    assert (frame["smoothed"] >= frame["floor"] - 1e-9).all()
    assert_allclose(softmax(logits)[0, 0], 1 - epsilon + epsilon / vocab)


@pytest.mark.parametrize(("epsilon", "vocab"), [(0, 5), (1.1, 5), (0.1, 1)])
def test_smoothing_frame_refuses_what_has_no_best_lead(epsilon, vocab):
    with pytest.raises(ValueError, match=f"epsilon={epsilon}, vocab={vocab}"):
        smoothing_frame(epsilon, vocab)


def test_the_smoothing_figure_asks_first_and_speaks_at_both_ends():
    figure = smoothing_explorer()
    assert_allclose(figure.answer, math.log(91))
    for epsilon, vocab in itertools.product([0.01, 0.4], [2, 50_257]):
        figure.set(epsilon=epsilon, vocab=vocab)
        assert f"With epsilon {epsilon:g} and {vocab} words" in figure.alt()
        assert 0 < float(smoothing_frame(epsilon, vocab)["best"]) < 20, "the mark lies inside the picture"
