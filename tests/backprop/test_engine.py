"""The engine against autograd, finite differences and the figure's graph; a block from its parts; a GPT as a graph of nodes."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import causal_mask
from course_lib.backprop import blocks, by_hand, by_parts, graph, in_torch
from course_lib.backprop.engine import backward, given, minus, plus, product, relu, square, times, total
from course_lib.backprop.gpt import loss_and_gradients, named, random_params

CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def block_params(rng, d_model=6, n_heads=3, d_ff=7):
    params = random_params(3, 2, 1, d_model, n_heads, rng, d_ff)["blocks"][0]
    return {
        name: value if name == "n_heads" else value + rng.normal(size=value.shape) for name, value in params.items()
    }


def test_the_neuron_as_the_figure_walks_it():
    numbers = {"x": 2.0, "w": 1.5, "b": -1.0, "t": 1.0}
    of = {name: given(name, value) for name, value in numbers.items()}
    of["s"] = plus("s", times("m", of["w"], of["x"]), of["b"])
    of["r"] = plus("r", of["x"], relu("a", of["s"]))
    found = backward(square("L", minus("e", of["r"], of["t"])))
    assert found == graph.backward(graph.NEURON, graph.evaluate(graph.NEURON, numbers))[-1].gradients


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_arrays_by_autograd(seed):
    rng = np.random.default_rng([9, seed])
    x, W, V = rng.normal(size=(3, 5)), rng.normal(size=(5, 7)), rng.normal(size=(7, 5))
    leaves = [torch.tensor(one, requires_grad=True) for one in (x, W, V)]
    out = leaves[0] + torch.relu(leaves[0] @ leaves[1]) @ leaves[2]
    (out**2 * out).sum().backward()
    start = given("x", x)
    y = plus("y", start, product("p", relu("a", product("m", start, given("W", W))), given("V", V)))
    found = backward(total("L", times("c", square("q", y), y)))
    for name, leaf in zip("xWV", leaves, strict=True):
        assert_allclose(found[name], leaf.grad.numpy(), **CLOSE)


def test_one_array_sent_to_two_inputs_is_not_written_into():
    x = given("x", np.ones((1, 2)))
    part = times("f", x, given("c", np.full((1, 2), 3.0)))
    found = backward(total("L", plus("y", x, part)))
    assert [found[name].tolist() for name in ("y", "f", "x")] == [[[1, 1]], [[1, 1]], [[4, 4]]]


def test_many_ways_cost_no_more_than_few():
    y = given("x", 1.0)
    for i in range(200):  # 2^200 ways
        y = plus(f"y{i}", y, y)
    assert backward(y)["x"] == 2.0**200


@pytest.mark.parametrize("sizes", [(5, 6, 3, 7), (1, 4, 1, 3), (3, 2, 2, 5)])
def test_a_block_from_its_parts(sizes):
    tokens, *rest = sizes
    rng = np.random.default_rng(sizes)
    params, x, d_out = block_params(rng, *rest), rng.normal(size=(tokens, rest[0])), rng.normal(size=(tokens, rest[0]))
    before = x.copy()
    d_x, found = by_parts.block_backward(x, params, d_out)
    out, kept = blocks.block(x, params, causal_mask(tokens))
    assert_allclose(by_parts.block_values(x, params)["out"], out, **CLOSE)
    fast_x, fast = blocks.block_backward(d_out, kept)
    tensors = {name: torch.tensor(value) if name != "n_heads" else value for name, value in params.items()}
    torch_x, by_autograd = in_torch.block_backward(torch.tensor(x), tensors, torch.tensor(d_out))
    assert found.keys() == fast.keys() == by_autograd.keys() == params.keys() - {"n_heads"}
    for one, other, third in [(d_x, fast_x, torch_x), *((found[k], fast[k], by_autograd[k]) for k in found)]:
        assert_allclose(one, other, **CLOSE)
        assert_allclose(one, third.numpy(), **CLOSE)
    assert_array_equal(x, before)


def test_a_gpt_of_nodes_has_the_loss_and_gradients_of_the_fast_one():
    rng = np.random.default_rng(3)
    params = random_params(11, 5, 2, 6, 3, rng)
    for array in named(params).values():
        array += 0.4 * rng.normal(size=array.shape)
    ids, targets = rng.integers(0, 11, (2, 3, 5))
    node = by_parts.gpt_loss(ids, targets, params)
    loss, expected = loss_and_gradients(ids, targets, params)
    found = backward(node)
    assert_allclose(node.value, loss)
    for name, gradient in named(expected).items():
        assert_allclose(found[name], gradient, err_msg=name, **CLOSE)


def test_the_parts_can_be_exchanged():
    params = random_params(5, 3, 1, 4, 2, np.random.default_rng(0))
    ids = np.array([[4, 0, 4]])
    nothing = by_parts.PARTS | {"look_up": lambda ids, d_out, vocab: np.zeros((vocab, d_out.shape[1]))}
    one, other = (backward(by_parts.gpt_loss(ids, ids, params, parts))["table"] for parts in (by_parts.PARTS, nothing))
    assert abs(one - other).max() > 1e-3
    assert_array_equal(one[[1, 2, 3]], other[[1, 2, 3]])


def test_slopes_and_centring_on_paper_and_by_autograd():
    assert by_hand.softmax_slopes(np.array([0.5, 0.25, 0.25]))[0].tolist() == [0.25, -0.125, -0.125]
    weights = np.random.default_rng(0).dirichlet(np.ones(7))
    slopes = by_hand.softmax_slopes(weights)
    assert_allclose(slopes, in_torch.softmax_slopes(torch.tensor(weights)).numpy(), atol=1e-12)
    assert_allclose(slopes.sum(axis=1), 0.0, atol=1e-15)
    d_out = np.random.default_rng(1).normal(size=(3, 5))
    assert_allclose(slopes @ np.ones(7), by_hand.softmax_backward(weights, np.ones(7)), atol=1e-15)
    assert_allclose(by_hand.centre_backward(d_out), in_torch.centre_backward(torch.tensor(d_out)).numpy(), **CLOSE)
