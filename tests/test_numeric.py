"""The three measurements against closed forms, and the two clocks against calls whose cost is known."""

import time
import tracemalloc

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.numeric import influence, largest_difference, numerical_gradient
from course_lib.timing import median_seconds, peak_bytes


def draw(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def test_the_largest_difference_is_found_wherever_it_is_and_whatever_its_sign():
    first = draw(3, 5, 7)
    for place in [(0, 0, 0), (2, 4, 6), (1, 3, 2)]:
        second = first.copy()
        second[place] -= 0.5
        assert_allclose(largest_difference(first, second), 0.5)
        assert_allclose(largest_difference(second, first), 0.5)


def test_arrays_tensors_and_lists_can_be_compared_with_each_other():
    tensor = torch.tensor([1.0, 2.0], requires_grad=True)
    assert largest_difference(tensor, [1.0, 5.0]) == 3.0
    assert largest_difference(np.array([1.0, 2.0]), tensor) == 0.0
    assert largest_difference([], []) == 0.0
    assert largest_difference(2.0, 5.0) == 3.0


def test_shapes_are_not_broadcast():
    with pytest.raises(ValueError, match=r"got \(3, 1\) and \(3,\)"):
        largest_difference(np.zeros((3, 1)), np.zeros(3))


def test_a_difference_that_is_not_a_number_is_not_small():
    assert not largest_difference([np.nan, 1.0], [0.0, 1.0]) < 1e9


def test_the_numerical_gradient_of_a_quadratic_form_is_its_closed_form():
    A, x = draw(7, 7), draw(7)
    assert_allclose(numerical_gradient(lambda v: float(v @ A @ v), x), (A + A.T) @ x, atol=1e-8)


@pytest.mark.parametrize("shape", [(), (5,), (3, 2), (2, 3, 5), (0,)])
def test_the_numerical_gradient_has_the_shape_of_its_point(shape):
    x = draw(*shape)
    assert_allclose(numerical_gradient(lambda v: float(np.sin(v).sum()), x), np.cos(x), atol=1e-9)


def test_the_point_may_hold_integers_and_is_never_written_to():
    assert_allclose(numerical_gradient(lambda v: float((v**3).sum()), np.array([1, 2, 3])), [3, 12, 27], atol=1e-8)
    x = draw(5)
    x.flags.writeable = False
    assert_allclose(numerical_gradient(lambda v: float((v**2).sum()), x), 2 * x, atol=1e-8)


def test_a_step_ten_times_as_long_has_an_error_a_hundred_times_as_large():
    errors = [abs(numerical_gradient(lambda v: float(np.exp(v)), np.array(1.0), h) - np.e) for h in (1e-1, 1e-2)]
    assert_allclose(errors[0] / errors[1], 100, rtol=0.01)


def test_influence_of_a_mixing_matrix_is_its_entries_times_the_root_of_the_width():
    A, x = draw(3, 7), draw(7, 5)
    assert_allclose(influence(lambda rows: A @ rows, x), np.abs(A) * np.sqrt(5), rtol=1e-6)


def test_influence_is_the_norm_of_the_blocks_of_the_jacobian():
    x, W = draw(5, 2), draw(2, 3)

    def function(rows):
        return torch.tanh(torch.cumsum(torch.as_tensor(rows), dim=0) @ torch.from_numpy(W))

    jacobian = torch.autograd.functional.jacobian(function, torch.from_numpy(x))  # output, 3, token, 2
    expected = jacobian.square().sum(dim=(1, 3)).sqrt()
    assert_allclose(influence(lambda rows: function(rows).numpy(), x), expected, atol=1e-5)


def test_influence_is_exactly_zero_where_nothing_arrives():
    reached = influence(lambda rows: np.cumsum(rows, axis=0), draw(7, 3))
    assert_array_equal(reached > 0, np.tri(7, dtype=bool))
    assert_array_equal(influence(lambda rows: rows[:0], draw(3, 2)), np.zeros((0, 3)))


def test_a_call_that_sleeps_takes_as_long_as_it_sleeps():
    assert 0.01 <= median_seconds(lambda: time.sleep(0.01), repeats=3) < 0.1


def test_one_slow_call_among_quick_ones_does_not_move_the_median():
    delays = iter([0, 0, 0, 0.2, 0])
    assert median_seconds(lambda: time.sleep(0.002 + next(delays)), repeats=3, at_least=0) < 0.05


@pytest.mark.parametrize("repeats", [1, 3, 5])
def test_it_is_called_once_to_warm_up_once_to_look_and_once_a_round(repeats):
    calls = []
    median_seconds(lambda: calls.append(time.sleep(0.001)), repeats=repeats, at_least=0)
    assert len(calls) == 2 + repeats


def test_short_calls_are_repeated_until_a_round_is_long_enough():
    calls = []
    seconds = median_seconds(lambda: calls.append(None), repeats=2, at_least=0.005)
    assert len(calls) > 100
    assert 0 < seconds < 1e-3


@pytest.mark.parametrize("kilobytes", [101, 1009])
def test_peak_bytes_sees_memory_that_is_given_back(kilobytes):
    def needs_two_and_keeps_none():
        first = np.zeros(kilobytes * 1000, np.uint8)
        return (first + 1)[-1]

    assert_allclose(peak_bytes(needs_two_and_keeps_none), 2000 * kilobytes, rtol=0.1)


def test_peak_bytes_leaves_tracing_as_it_found_it():
    assert not tracemalloc.is_tracing()
    with pytest.raises(ZeroDivisionError):
        peak_bytes(lambda: 1 / 0)
    assert not tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        np.zeros(10**6, np.uint8)  # a higher peak, before the call
        assert 101_000 <= peak_bytes(lambda: np.zeros(101_000, np.uint8)) < 200_000
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()
