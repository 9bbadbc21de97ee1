"""Dropout keeps the mean in training and does nothing in use."""

import itertools

import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.block.figures.dropout import UNITS, dropout_frame


@pytest.mark.parametrize(("p", "which"), list(itertools.product([0.0, 0.37, 0.9], [0, 4])))
def test_dropout_keeps_the_mean_in_training_if_it_rescales(p, which):
    frame = dropout_frame(p, True, True, which)
    assert_allclose(frame["average"], UNITS.mean(), rtol=0.03)
    assert_allclose(frame["dropped"], p, atol=0.01)
    survivors = frame["after"] != 0
    assert_allclose(frame["after"][survivors], frame["before"][survivors] / (1 - p))
    assert_allclose(dropout_frame(p, True, False, which)["average"], (1 - p) * UNITS.mean(), rtol=0.03)
    assert_allclose(frame["share"].sum(), 1.0, atol=0.02)


@pytest.mark.parametrize("rescale", [False, True])
def test_dropout_does_nothing_in_use(rescale):
    frame = dropout_frame(0.9, False, rescale, 2)
    assert_array_equal(frame["after"], frame["before"])
    assert frame["dropped"] == 0
    assert frame["share"].max() == 1.0
