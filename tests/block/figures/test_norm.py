"""A row through layer norm, shifted and stretched."""

import itertools

import pytest
import torch
from numpy.testing import assert_allclose

from course_lib.block.figures.norm import ROW, norm_explorer, norm_frame


@pytest.mark.parametrize(("shift", "stretch"), list(itertools.product([-50, 0, 0.7, 50], [0.001, 1, 3.3, 100])))
def test_layer_norm_of_a_row_that_is_shifted_and_stretched(shift, stretch):
    frame = norm_frame(shift, stretch)
    assert_allclose(frame["row"], stretch * ROW + shift)
    expected = torch.nn.functional.layer_norm(torch.tensor(frame["row"]), (8,)).numpy()
    assert_allclose(frame["normed"], expected, atol=1e-9)
    assert (frame["moved"] < 1e-3) == (stretch >= 1)
    assert ("has not moved" in frame["note"]) == (stretch >= 1)


def test_what_is_asked_first_has_the_answer_that_is_measured():
    assert norm_explorer().answer == 2
