"""Three logits at both ends of their sliders, at odd values, and the answer."""

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import softmax
from course_lib.loss.figures.logits import WORDS, logits_explorer, logits_frame


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
