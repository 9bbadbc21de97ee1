"""Averaging over all elements is off by the size of the vocabulary."""

import itertools

import pytest
from numpy.testing import assert_allclose

from course_lib.loss.by_hand import cross_entropy
from course_lib.loss.figures.averaging import STEPS, averaging_explorer, averaging_frame


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
    for sureness, step in itertools.product([0, 4], range(len(STEPS))):
        figure.set(sureness=sureness, step=step)
        assert figure.alt().startswith(f"{STEPS[step]} of seven predictions")
        assert f"{float(averaging_frame(sureness)['right']):.3f}" in figure.alt()
    figure.set(sureness=1, step=3)
    assert figure.png()[:4] == b"\x89PNG"
