"""The figure of sampling at both ends of every slider."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.training import by_hand
from course_lib.training.figures.sampling import sampling_explorer, sampling_frame

WORDS = [f"w{i}" for i in range(23)]
LOGITS = np.random.default_rng(0).normal(size=23) * 2


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p", "draws"),
    list(itertools.product([0.1, 1.0, 5.0], [1, 5, 23], [0.1, 1.0], [1, 500])),
)
def test_the_figure_shows_the_distribution_and_draws_from_it(temperature, top_k, top_p, draws):
    frame = sampling_frame(LOGITS, WORDS, temperature, top_k, top_p, draws)
    weights = by_hand.probabilities(LOGITS, temperature, top_k, top_p)
    assert_allclose(frame["after"].sum(), 1.0)
    assert_allclose(frame["drawn"].sum(), 1.0)
    assert_allclose(frame["after"][0], weights.max())
    assert frame["shown"][0] == WORDS[LOGITS.argmax()]
    assert_allclose(frame["scaled"] * temperature, frame["logits"])
    assert f"{(weights > 0).sum()} of 23 words" in frame["note"]
    assert np.abs(frame["drawn"] - frame["after"]).max() < (0.1 if draws == 500 else 1.01)
    if top_k == 1:
        assert frame["entropy"][0] == 0
        assert frame["drawn"][0] == 1


def test_a_cut_word_is_never_drawn():
    frame = sampling_frame(LOGITS, WORDS, 5.0, 3, 1.0, 500)
    assert (frame["drawn"][frame["after"] == 0] == 0).all()


def test_the_figure_declares_what_it_draws():
    figure = sampling_explorer(LOGITS, WORDS, "a")
    for control in figure.controls:
        for value in (control.options[0], control.options[-1]):
            figure.set(**{control.name: value})
            assert figure.alt()
            assert all(np.isfinite(array).all() for array in figure.frame().values() if isinstance(array, np.ndarray))
    assert figure.png()[:4] == b"\x89PNG"
