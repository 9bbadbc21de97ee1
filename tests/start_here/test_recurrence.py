"""The recurrence against torch.nn.RNN, the mean of rows, and the counts of multiplications against loops that count."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.numeric import largest_difference, numerical_gradient
from course_lib.start_here import by_hand, in_torch
from course_lib.start_here.by_hand import attention_multiplications, recurrence_multiplications

N, D_IN, D = 7, 3, 5


def inputs(seed=0, n=N):
    rng = np.random.default_rng([seed, n])
    return [rng.normal(size=shape) for shape in ((n, D_IN), (D_IN, D), (D, D), (D,))]


def official(x, W_x, W_h, h):
    """torch.nn.RNN with our weights copied into it; it multiplies from the other side, so they are transposed."""
    network = torch.nn.RNN(D_IN, D, bias=False, dtype=torch.float64)
    with torch.no_grad():
        network.weight_ih_l0.copy_(W_x.T)
        network.weight_hh_l0.copy_(W_h.T)
    states, _ = network(x, h[None])
    return states, network


def test_the_mean_of_rows_worked_out_on_paper_and_by_numpy():
    x = np.array([[1.0, 2.0, 6.0], [3.0, -2.0, 0.0]])
    assert_array_equal(by_hand.mean_of_rows(x), [2.0, 0.0, 3.0])
    for shape in [(1, 5), (7, 1), (31, 2)]:
        x = np.random.default_rng(1).normal(size=shape) + 1e6
        assert_allclose(by_hand.mean_of_rows(x), x.mean(axis=0), rtol=1e-14)
        assert largest_difference(in_torch.mean_of_rows(torch.from_numpy(x)), x.mean(axis=0)) < 1e-8


@pytest.mark.parametrize("shape", [(0, 3), (5,), (2, 3, 5)])
def test_the_mean_of_rows_names_the_shape_it_cannot_use(shape):
    with pytest.raises(ValueError, match=rf"got shape \({shape[0]},"):
        by_hand.mean_of_rows(np.zeros(shape))


def test_two_steps_of_a_recurrence_on_paper():
    states = by_hand.recurrence(np.array([[1.0], [0.5]]), np.array([[2.0]]), np.array([[3.0]]), np.array([-0.5]))
    first = np.tanh(1.0 * 2 - 0.5 * 3)
    assert_allclose(states, [[first], [np.tanh(0.5 * 2 + first * 3)]], rtol=1e-15)


@pytest.mark.parametrize("n", [1, 2, N])
def test_it_is_the_network_of_torch_with_its_weights_copied(n):
    arrays = inputs(seed=2, n=n)
    states, _ = official(*map(torch.from_numpy, arrays))
    assert largest_difference(by_hand.recurrence(*arrays), states) < 1e-12
    assert largest_difference(in_torch.recurrence(*map(torch.from_numpy, arrays)), states) < 1e-12


def test_its_gradients_are_those_of_torch():
    leaves = [torch.tensor(one, requires_grad=True) for one in inputs(seed=3)]
    upstream = torch.from_numpy(np.random.default_rng(4).normal(size=(N, D)))
    ours = torch.autograd.grad(in_torch.recurrence(*leaves), leaves, upstream)
    x, _, _, h = leaves
    states, network = official(*leaves)
    g_x, g_ih, g_hh, g_h = torch.autograd.grad(states, [x, network.weight_ih_l0, network.weight_hh_l0, h], upstream)
    for own, expected in zip(ours, (g_x, g_ih.T, g_hh.T, g_h), strict=True):
        assert expected.abs().max() > 0.01
        assert largest_difference(own, expected) < 1e-12


@pytest.mark.parametrize("which", range(4), ids=["x", "W_x", "W_h", "h"])
def test_the_slope_measured_on_numpy_is_the_gradient_of_the_twin(which):
    arrays = inputs(seed=5)
    upstream = np.random.default_rng(6).normal(size=(N, D))
    leaves = [torch.tensor(one, requires_grad=True) for one in arrays]
    exact = torch.autograd.grad(in_torch.recurrence(*leaves), leaves[which], torch.from_numpy(upstream))[0]

    def weighted(changed):
        return float((by_hand.recurrence(*arrays[:which], changed, *arrays[which + 1 :]) * upstream).sum())

    assert largest_difference(numerical_gradient(weighted, arrays[which]), exact) < 1e-7


def test_without_a_first_state_it_begins_with_zeros():
    x, W_x, W_h, _ = inputs(seed=7)
    assert_array_equal(by_hand.recurrence(x, W_x, W_h), by_hand.recurrence(x, W_x, W_h, np.zeros(D)))
    assert (
        largest_difference(in_torch.recurrence(*map(torch.from_numpy, (x, W_x, W_h))), by_hand.recurrence(x, W_x, W_h))
        < 1e-12
    )


def test_no_tokens_have_no_states():
    x, W_x, W_h, _ = inputs()
    assert by_hand.recurrence(x[:0], W_x, W_h).shape == (0, D)
    empty = in_torch.recurrence(*map(torch.from_numpy, (x[:0], W_x, W_h)))
    assert empty.shape == (0, D)
    assert empty.dtype == torch.float64


@pytest.mark.parametrize("t", [0, 3, N - 1])
def test_a_token_changes_its_own_state_and_all_after_it_and_none_before(t):
    arrays = inputs(seed=8)
    before = by_hand.recurrence(*arrays)
    arrays[0][t] += 1
    after = by_hand.recurrence(*arrays)
    assert_array_equal(after[:t], before[:t])
    assert (after[t:] != before[t:]).any(axis=1).all()


@pytest.mark.parametrize("size", [1000.0, -1000.0])
def test_states_stay_between_minus_one_and_one(size):
    x, W_x, W_h, h = inputs(seed=9)
    states = by_hand.recurrence(x * size, W_x, W_h, h)
    assert (np.abs(states) <= 1).all()
    assert in_torch.recurrence(*(torch.from_numpy(one).float() for one in (x, W_x, W_h))).dtype == torch.float32


class Counted(float):
    """A number that counts the multiplications it takes part in."""

    made = 0

    def __mul__(self, other):
        Counted.made += 1
        return Counted(float(self) * float(other))

    def __add__(self, other):
        return Counted(float(self) + float(other))

    __radd__ = __add__


def product(A, B):
    return [
        [sum((a * row[j] for a, row in zip(line, B, strict=True)), Counted(0)) for j in range(len(B[0]))] for line in A
    ]


def ones(rows, columns):
    return [[Counted(1)] * columns for _ in range(rows)]


@pytest.mark.parametrize(("n", "d"), [(1, 1), (2, 3), (5, 2), (7, 3)])
def test_the_formulas_count_what_a_counting_loop_counts(n, d):
    Counted.made = 0
    h = ones(1, d)
    for token in ones(n, d):
        product([token], ones(d, d))
        h = product(h, ones(d, d))
    assert recurrence_multiplications(n, d) == Counted.made

    Counted.made = 0
    Q, K, V = (product(ones(n, d), ones(d, d)) for _ in "QKV")
    weights = product(Q, [list(column) for column in zip(*K, strict=True)])
    product(weights, V)
    assert attention_multiplications(n, d) == Counted.made
    assert attention_multiplications(n, d) > recurrence_multiplications(n, d)
