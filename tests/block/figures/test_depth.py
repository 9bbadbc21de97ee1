"""Both ends of the depth, and what the question's answer is."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from course_lib.block.depth import NORMS, flow
from course_lib.block.figures.depth import LIMIT, depth_explorer, depth_frame


@pytest.mark.parametrize(("depth", "norm", "residual"), list(itertools.product([1, 64], NORMS, [False, True])))
def test_both_ends_of_the_depth(depth, norm, residual):
    frame = depth_frame(depth, norm, residual)
    assert_array_equal(frame["blocks"], np.arange(depth + 1))
    assert frame["gradient"].shape == frame["scale"].shape == frame["apart"].shape == (depth + 1,)
    for name in ("gradient", "scale"):
        assert np.isfinite(frame[name]).all()
        assert (frame[name] >= 1 / LIMIT).all()
        assert (frame[name] <= LIMIT).all()
    assert f"above block {depth}" in frame["note"]
    if depth == 64 and not residual:
        assert "alike to a thousandth" in frame["note"]


def test_a_frame_is_what_flow_measured():
    measured = flow("post", True, [3, 5])
    frame = depth_frame(3, "post", True, measured)
    assert_array_equal(frame["gradient"], measured.gradients[3])
    assert_array_equal(frame["scale"], measured.scale[:4])


def test_the_depth_figure_sends_all_frames_and_its_answer_is_measured():
    explorer = depth_explorer([1, 3, 64])
    assert explorer.mode == "frames"
    assert explorer.answer == 3
    explorer.set(depth=1, norm="post", residual=True)
    assert "1 random blocks" in explorer.alt()
