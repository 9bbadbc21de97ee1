"""The small graph against autograd and finite differences, the gradient by distance against whole Jacobians, the figures."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.in_torch import attention
from course_lib.backprop import explore, explore_distance
from course_lib.backprop.graph import NEURON, OPERATIONS, Node, backward, evaluate, slopes
from course_lib.backprop.recurrence import attention_reach, recurrence_reach, turning_matrix

GIVEN = {"x": 1.7, "w": -2.3, "b": 5.1, "t": 0.6}


def test_the_neuron_worked_out_on_paper():
    values = evaluate(NEURON, {"x": 2.0, "w": 1.5, "b": -1.0, "t": 1.0})
    assert [values[name] for name in ("m", "s", "a", "r", "e", "L")] == [3.0, 2.0, 2.0, 4.0, 3.0, 9.0]
    last = backward(NEURON, values)[-1].gradients
    assert last == {"L": 1, "e": 6, "r": 6, "t": -6, "x": 15, "a": 6, "s": 6, "m": 6, "b": 6, "w": 12}


@pytest.mark.parametrize("given", [GIVEN, {**GIVEN, "b": -5.0}, dict.fromkeys(GIVEN, 1.3)])
def test_the_neuron_by_autograd(given):
    leaves = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in given.items()}
    x, w, b, t = (leaves[name] for name in "xwbt")
    loss = (x + torch.relu(w * x + b) - t) ** 2
    loss.backward()
    values = evaluate(NEURON, given)
    assert_allclose(values["L"], loss.item())
    found = backward(NEURON, values)[-1].gradients
    for name, leaf in leaves.items():
        assert_allclose(found[name], leaf.grad.item(), err_msg=name)


def test_a_value_that_stands_twice_in_one_operation():
    nodes = (Node("x"), Node("y", "times", ("x", "x")), Node("z", "times", ("y", "x")))
    assert backward(nodes, evaluate(nodes, {"x": 2.0}))[-1].gradients["x"] == 12.0  # x³


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_slope_by_finite_differences(name):
    operation = OPERATIONS[name]
    count = operation.written.count("{}")
    at = [1.3, -0.7][:count]
    node = Node("y", name, tuple("pq"[:count]))
    for i, slope in enumerate(slopes(node, dict(zip("pq", at, strict=False)))):
        up, down = ([v + (h if j == i else 0) for j, v in enumerate(at)] for h in (1e-6, -1e-6))
        assert_allclose(slope, (operation.value(*up) - operation.value(*down)) / 2e-6, atol=1e-7)


def test_the_mistake_keeps_only_the_last_message():
    values = evaluate(NEURON, {"x": 2.0, "w": 1.5, "b": -1.0, "t": 1.0})
    assert backward(NEURON, values, overwrite=True)[-1].gradients["x"] == 9.0
    assert slopes(Node("x"), values) == ()


@pytest.mark.parametrize(("nodes", "given", "message"), [
    ((Node("x"),), {}, "'x' has to be given a number; known so far: nothing"),
    ((Node("x"), Node("y", "plus", ("x", "z")), Node("z")), {"x": 1.0, "z": 1.0}, "'y' needs z, which must stand before it"),
])  # fmt: skip
def test_a_graph_that_cannot_be_computed_is_refused(nodes, given, message):
    with pytest.raises(ValueError, match=message):
        evaluate(nodes, given)


# ---------------------------------------------------------------- by distance


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("n", [1, 7])
def test_the_reach_of_a_recurrence_is_the_norm_of_its_jacobian(linear, n):
    rng = np.random.default_rng(n)
    x, W_x, W_h = (torch.tensor(rng.normal(size=shape)) for shape in ((n, 3), (3, 5), (5, 5)))

    def last(x):
        h = torch.zeros(5, dtype=torch.float64)
        for row in x:
            h = row @ W_x + h @ W_h
            h = h if linear else torch.tanh(h)
        return h

    jacobian = torch.autograd.functional.jacobian(last, x)  # (5, n, 3)
    expected = jacobian.square().sum(dim=(0, 2)).sqrt().flip(0)
    assert_allclose(recurrence_reach(*(one.numpy() for one in (x, W_x, W_h)), linear=linear), expected, rtol=1e-9)


@pytest.mark.parametrize("n", [1, 7])
def test_the_reach_of_attention_is_the_norm_of_its_jacobian(n):
    rng = np.random.default_rng(n)
    x, W_Q, W_K, W_V = (torch.tensor(rng.normal(size=shape)) for shape in ((n, 3), (3, 5), (3, 5), (3, 2)))
    jacobian = torch.autograd.functional.jacobian(lambda x: attention(x @ W_Q, x @ W_K, x @ W_V)[-1], x)
    expected = jacobian.square().sum(dim=(0, 2)).sqrt().flip(0)
    assert_allclose(attention_reach(*(one.numpy() for one in (x, W_Q, W_K, W_V))), expected, rtol=1e-9)


def test_a_turning_matrix_keeps_angles_and_scales_lengths():
    W = turning_matrix(7, 1.5, np.random.default_rng(0))
    assert_allclose(W @ W.T, 2.25 * np.eye(7), atol=1e-12)


@pytest.mark.parametrize("size", [explore_distance.SIZES[0], 1.0, explore_distance.SIZES[-1], 0.63])
def test_the_distance_figure_at_both_ends_and_in_between(size):
    linear, bent = (explore_distance.distance_frame(size, tanh) for tanh in (False, True))
    assert_allclose(linear["recurrence"], linear["power"], rtol=1e-9)
    assert (bent["recurrence"] <= linear["recurrence"] * (1 + 1e-9)).all() or size > 1
    assert_array_equal(linear["attention"], bent["attention"])
    assert linear["attention"].min() > 0.2
    assert linear["attention"].max() < 5


def test_it_vanishes_survives_and_explodes():
    left = {size: float(explore_distance.distance_frame(size)["left"]) for size in explore_distance.SIZES}
    assert left[0.5] < 1e-15
    assert left[0.9] < 1e-3
    assert left[2.0] > 1e3
    assert sorted(left.values()) == list(left.values())
    figure = explore_distance.distance_explorer()
    assert explore_distance.CHOICES[figure.answer] == "less than a thousandth"
    assert figure.mode == "frames"
    assert "in attention between" in figure.alt()


# ---------------------------------------------------------------- the graph as a figure


ENDS = list(itertools.product([-2.0, 3.0, 0.3], [-2.0, 3.0, 0.5], [False, True]))


@pytest.mark.parametrize(("x", "w", "overwrite"), ENDS)
def test_the_figure_shows_what_the_graph_says(x, w, overwrite):
    values = evaluate(NEURON, {"x": x, "w": w, "b": explore.B, "t": explore.T})
    steps = backward(NEURON, values, overwrite)
    assert len(steps) + 1 == len(explore.STEPS)
    for step in range(len(explore.STEPS)):
        frame = explore.graph_frame(x, w, step, overwrite)
        assert_allclose(frame["values"], [values[name] for name in explore.NAMES])
        known = dict(zip(explore.NAMES, frame["gradients"], strict=True))
        expected = steps[step - 1].gradients if step else {}
        assert {name: gradient for name, gradient in known.items() if np.isfinite(gradient)} == expected
        sent = np.isfinite(frame["messages"]).sum()
        assert sent == (len(steps[step - 1].messages) if step else 0)
        assert frame["note"].count("Next:") == (step < len(explore.STEPS) - 1)
    assert_array_equal(frame["final"], frame["gradients"])


def test_a_step_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="there are the steps 0 to 7; got 8"):
        explore.graph_frame(step=8)


def test_the_graph_figure_is_sent_whole_and_says_what_it_shows():
    figure = explore.graph_explorer()
    assert figure.mode == "frames"
    assert figure.alt().endswith("L is 9; gradients known so far: none.")
    figure.set(step=7, overwrite=True)
    assert "x 9," in figure.alt()
    assert "6 is overwritten by 9" in figure.frame()["note"]
    assert "The right gradient is 15." in figure.frame()["note"]


def test_without_an_error_nobody_gets_anything():
    frame = explore.graph_frame(-2.0, -2.0, 7)
    assert frame["values"][-1] == 0.0
    assert_array_equal(frame["final"], [0.0] * 9 + [1.0])
    assert not np.signbit(frame["final"]).any()
