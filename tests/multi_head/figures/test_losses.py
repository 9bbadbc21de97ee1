"""A point for every run, by depth, over the number of heads."""

import numpy as np
from numpy.testing import assert_allclose

from course_lib.multi_head.figures.losses import show_losses


def test_every_run_is_a_point(monkeypatch):
    shown = []
    monkeypatch.setattr("course_lib.multi_head.figures.losses.picture", lambda figure, alt: shown.append((figure, alt)))
    show_losses({1: {1: np.array([2.0, 2.5]), 2: np.array([1.0, 1.5])}, 2: {1: np.array([3.0]), 2: np.array([4.0])}})
    lines = shown[0][0].axes[0].get_lines()
    assert [line.get_ydata().tolist() for line in lines] == [[2.0, 2.5, 1.0, 1.5], [3.0, 4.0]]
    assert_allclose(lines[1].get_xdata() - lines[0].get_xdata()[::2], 0.16)
    assert (
        shown[0][1] == "Mean loss of the runs. 1 layer: 1 head 2.25, 2 heads 1.25; 2 layers: 1 head 3.00, 2 heads 4.00."
    )
