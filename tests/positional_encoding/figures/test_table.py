"""The table of sinusoids at both ends of its sliders."""

import itertools

import numpy as np
import pytest

from course_lib.positional_encoding.by_hand import sinusoidal
from course_lib.positional_encoding.figures.table import table_frame


@pytest.mark.parametrize(("d_model", "pair"), list(itertools.product([8, 64], [0, 3])))
def test_the_table_figure_shows_the_table(d_model, pair):
    frame = table_frame(d_model, pair)
    np.testing.assert_array_equal(frame["table"], sinusoidal(24, d_model))
    np.testing.assert_array_equal(frame["sine"], frame["table"][:, 2 * pair])
    np.testing.assert_allclose(np.diag(frame["likeness"]), 1.0)
    diagonals = [np.ptp(np.diagonal(frame["likeness"], k)) for k in range(23)]
    assert max(diagonals) < 1e-12, "the likeness of two positions depends on their distance alone"
