"""The arrows lie where the angle says, and the shadow on the line of u."""

import itertools

import numpy as np
import pytest

from course_lib.embedding.figures.arrows import arrows_explorer, arrows_frame


@pytest.mark.parametrize(("angle", "length"), list(itertools.product([0, 60, 90, 135, 180], [0.5, 3.0])))
def test_the_arrows_are_at_their_angle_and_the_shadow_lies_on_u(angle, length):
    frame = arrows_frame(angle, length)
    u, v, shadow = frame["arrows"]
    assert frame["cosine"] == pytest.approx(np.cos(np.radians(angle)), abs=1e-12)
    assert frame["dot"] == pytest.approx(u @ v)
    assert np.linalg.norm(v) == pytest.approx(length)
    assert shadow @ (v - shadow) == pytest.approx(0.0, abs=1e-12)  # the light falls at a right angle


def test_the_right_guess_is_the_right_angle():
    assert arrows_explorer().answer == 1
