"""The graph as a figure shows at every step what the graph says."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.backprop.figures.graph import NAMES, STEPS, B, T, graph_explorer, graph_frame
from course_lib.backprop.graph import NEURON, backward, evaluate

ENDS = list(itertools.product([-2.0, 3.0, 0.3], [-2.0, 3.0, 0.5], [False, True]))


@pytest.mark.parametrize(("x", "w", "overwrite"), ENDS)
def test_the_figure_shows_what_the_graph_says(x, w, overwrite):
    values = evaluate(NEURON, {"x": x, "w": w, "b": B, "t": T})
    steps = backward(NEURON, values, overwrite)
    assert len(steps) + 1 == len(STEPS)
    for step in range(len(STEPS)):
        frame = graph_frame(x, w, step, overwrite)
        assert_allclose(frame["values"], [values[name] for name in NAMES])
        known = dict(zip(NAMES, frame["gradients"], strict=True))
        expected = steps[step - 1].gradients if step else {}
        assert {name: gradient for name, gradient in known.items() if np.isfinite(gradient)} == expected
        sent = np.isfinite(frame["messages"]).sum()
        assert sent == (len(steps[step - 1].messages) if step else 0)
        assert frame["note"].count("Next:") == (step < len(STEPS) - 1)
    assert_array_equal(frame["final"], frame["gradients"])


def test_a_step_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="there are the steps 0 to 7; got 8"):
        graph_frame(step=8)


def test_the_graph_figure_is_sent_whole_and_says_what_it_shows():
    figure = graph_explorer()
    assert figure.mode == "frames"
    assert figure.alt().endswith("L is 9; gradients known so far: none.")
    figure.set(step=7, overwrite=True)
    assert "x 9," in figure.alt()
    assert "6 is overwritten by 9" in figure.frame()["note"]
    assert "The right gradient is 15." in figure.frame()["note"]


def test_without_an_error_nobody_gets_anything():
    frame = graph_frame(-2.0, -2.0, 7)
    assert frame["values"][-1] == 0.0
    assert_array_equal(frame["final"], [0.0] * 9 + [1.0])
    assert not np.signbit(frame["final"]).any()
