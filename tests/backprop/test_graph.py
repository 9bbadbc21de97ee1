"""The small graph against autograd and finite differences, the gradient by distance against whole Jacobians."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from course_lib.attention.in_torch import attention
from course_lib.backprop.graph import NEURON, OPERATIONS, Box, backward, evaluate, slopes
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
    nodes = (Box("x"), Box("y", "times", ("x", "x")), Box("z", "times", ("y", "x")))
    assert backward(nodes, evaluate(nodes, {"x": 2.0}))[-1].gradients["x"] == 12.0  # x³


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_slope_by_finite_differences(name):
    operation = OPERATIONS[name]
    count = operation.written.count("{}")
    at = [1.3, -0.7][:count]
    node = Box("y", name, tuple("pq"[:count]))
    for i, slope in enumerate(slopes(node, dict(zip("pq", at, strict=False)))):
        up, down = ([v + (h if j == i else 0) for j, v in enumerate(at)] for h in (1e-6, -1e-6))
        assert_allclose(slope, (operation.value(*up) - operation.value(*down)) / 2e-6, atol=1e-7)


def test_the_mistake_keeps_only_the_last_message():
    values = evaluate(NEURON, {"x": 2.0, "w": 1.5, "b": -1.0, "t": 1.0})
    assert backward(NEURON, values, overwrite=True)[-1].gradients["x"] == 9.0
    assert slopes(Box("x"), values) == ()


@pytest.mark.parametrize(("nodes", "given", "message"), [
    ((Box("x"),), {}, "'x' has to be given a number; known so far: nothing"),
    ((Box("x"), Box("y", "plus", ("x", "z")), Box("z")), {"x": 1.0, "z": 1.0}, "'y' needs z, which must stand before it"),
])  # fmt: skip
def test_a_graph_that_cannot_be_computed_is_refused(nodes, given, message):
    with pytest.raises(ValueError, match=message):
        evaluate(nodes, given)


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
    assert_allclose(recurrence_reach(*(tensor.numpy() for tensor in (x, W_x, W_h)), linear=linear), expected, rtol=1e-9)


@pytest.mark.parametrize("n", [1, 7])
def test_the_reach_of_attention_is_the_norm_of_its_jacobian(n):
    rng = np.random.default_rng(n)
    x, W_Q, W_K, W_V = (torch.tensor(rng.normal(size=shape)) for shape in ((n, 3), (3, 5), (3, 5), (3, 2)))
    jacobian = torch.autograd.functional.jacobian(lambda x: attention(x @ W_Q, x @ W_K, x @ W_V)[-1], x)
    expected = jacobian.square().sum(dim=(0, 2)).sqrt().flip(0)
    assert_allclose(attention_reach(*(tensor.numpy() for tensor in (x, W_Q, W_K, W_V))), expected, rtol=1e-9)


def test_a_turning_matrix_keeps_angles_and_scales_lengths():
    W = turning_matrix(7, 1.5, np.random.default_rng(0))
    assert_allclose(W @ W.T, 2.25 * np.eye(7), atol=1e-12)
