"""The figure of schedules at both ends of every slider."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.training import by_hand
from course_lib.training.figures.schedule import gpt3_rate, schedule_explorer, schedule_frame


@pytest.mark.parametrize(("warmup", "floor"), list(itertools.product([0, 10, 400], [0.0, 0.1, 1.0])))
def test_the_curve_of_the_figure_is_the_schedule(warmup, floor):
    frame = schedule_frame("cosine", warmup, floor)
    assert_allclose(
        frame["rate"], [by_hand.learning_rate(s, warmup, 1000, 1e-3, floor * 1e-3) for s in range(1, 1201, 4)]
    )
    assert_allclose(frame["rate"][-1], floor * 1e-3)
    assert schedule_frame("noam", warmup, floor)["rate"].argmax() == pytest.approx(max(warmup, 1) / 4, abs=1)


def test_gpt_3_warms_up_from_zero_and_comes_down_to_a_tenth():
    assert gpt3_rate(0) == 0
    assert gpt3_rate(187.5e6) == pytest.approx(3e-5)
    assert gpt3_rate(375e6) == pytest.approx(6e-5)
    assert gpt3_rate(260e9) == gpt3_rate(300e9) == pytest.approx(6e-6)
    frame = schedule_frame("gpt3", 0, 0.0)
    assert "375 million tokens" in frame["note"]
    assert frame["x"][frame["rate"].argmax()] == pytest.approx(375e6, rel=0.15)
    with pytest.raises(ValueError, match="there are cosine, noam, gpt3"):
        schedule_frame("step", 1, 0.1)


def test_the_figure_declares_what_it_draws():
    figure = schedule_explorer()
    for control in figure.controls:
        for value in (control.options[0], control.options[-1]):
            figure.set(**{control.name: value})
            assert figure.alt()
            assert all(np.isfinite(array).all() for array in figure.frame().values() if isinstance(array, np.ndarray))
    assert figure.png()[:4] == b"\x89PNG"
