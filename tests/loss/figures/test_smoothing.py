"""The smoothed loss and its best lead, at both ends of every slider."""

import itertools
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.attention.by_hand import softmax
from course_lib.loss.by_hand import cross_entropy, label_smoothed
from course_lib.loss.figures.smoothing import smoothing_explorer, smoothing_frame


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
