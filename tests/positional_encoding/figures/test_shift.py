"""A shift turns each pair by its own angle."""

import itertools

import numpy as np
import pytest

from course_lib.positional_encoding.figures.shift import shift_frame


@pytest.mark.parametrize(("p", "k"), list(itertools.product([0, 7, 24], [-6, 0, 1, 6])))
def test_the_shift_figure_turns_each_pair_by_its_own_angle(p, k):
    frame = shift_frame(p, k)
    assert frame["residual"] < 1e-13
    for i in range(4):
        before, after = frame[f"pair {i}"]
        assert np.linalg.norm(after) == pytest.approx(np.linalg.norm(before)) == pytest.approx(1.0)
        assert before @ after == pytest.approx(np.cos(k / 10**i))
