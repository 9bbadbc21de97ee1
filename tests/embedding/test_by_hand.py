"""Looking up, multiplying, comparing: cases worked out by hand, an independent reference, and what must not happen."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.embedding import by_hand
from course_lib.numeric import numerical_gradient

VOCAB, D, TOKENS = 11, 5, 7


def table(seed=0, vocab=VOCAB, d=D):
    return np.random.default_rng(seed).normal(size=(vocab, d))


def test_a_look_up_takes_rows_in_the_order_of_the_text_repeats_included():
    rows = np.array([[0.0, 1.0, 2.0], [10.0, 11.0, 12.0]])
    assert_array_equal(by_hand.look_up(rows, np.array([1, 0, 1])), [[10, 11, 12], [0, 1, 2], [10, 11, 12]])


@pytest.mark.parametrize("shape", [(TOKENS,), (2, 3), (1,), (0,), (2, 0)])
def test_look_up_and_one_hot_product_are_the_same_to_the_bit(shape):
    ids = np.random.default_rng(1).integers(0, VOCAB, size=shape)
    found, product = by_hand.look_up(table(), ids), by_hand.look_up_by_product(table(), ids)
    assert found.shape == (*shape, D)
    assert_array_equal(found, product)


@pytest.mark.parametrize("function", [by_hand.look_up, by_hand.look_up_by_product])
@pytest.mark.parametrize("ids", [[0, VOCAB], [-1, 2], [1.0, 2.0]])
def test_an_id_that_no_row_has_is_refused(function, ids):
    with pytest.raises(IndexError, match="ids"):
        function(table(), np.array(ids))


def test_the_gradient_of_a_look_up_is_that_of_finite_differences():
    ids, upstream = np.array([3, 1, 3, 10, 3]), table(2, 5)
    numerical = numerical_gradient(lambda t: float((by_hand.look_up(t, ids) * upstream).sum()), table())
    ours = by_hand.look_up_gradient(table(), ids, upstream)
    assert_allclose(ours, numerical, atol=1e-9)
    assert_allclose(ours, by_hand.one_hot(ids, VOCAB).T @ upstream, atol=1e-14)
    assert_array_equal(np.flatnonzero(ours.any(axis=1)), [1, 3, 10])


def test_a_matrix_product_worked_out_by_hand():
    a, b = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]]), np.array([[2.0, 1.0], [0.0, 4.0], [1.0, -1.0]])
    assert_array_equal(by_hand.matmul_by_loops(a, b), [[2, 9], [3, -7]])
    assert_array_equal(by_hand.matmul(a, b), [[2, 9], [3, -7]])


@pytest.mark.parametrize(("n", "k", "m"), [(2, 3, 5), (7, 1, 2), (1, 11, 1), (3, 0, 2), (0, 2, 3)])
def test_loops_and_numpy_and_torch_agree(n, k, m):
    a, b = table(1, n, k), table(2, k, m)
    assert_allclose(by_hand.matmul_by_loops(a, b), by_hand.matmul(a, b), atol=1e-13)
    assert_allclose(by_hand.matmul_by_loops(a, b), (torch.tensor(a) @ torch.tensor(b)).numpy(), atol=1e-13)


@pytest.mark.parametrize("function", [by_hand.matmul, by_hand.matmul_by_loops])
@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((3,), (3, 2)), ((2, 3), (3,))])
def test_shapes_that_do_not_fit_are_named(function, shapes):
    with pytest.raises(ValueError, match=r"columns of the first") as raised:
        function(*map(np.ones, shapes))
    assert str(shapes[0]) in str(raised.value)
    assert str(shapes[1]) in str(raised.value)


def test_a_dot_product_needs_vectors_of_one_length():
    assert by_hand.dot(np.array([]), np.array([])) == 0.0
    with pytest.raises(ValueError, match="3 and 2"):
        by_hand.dot(np.ones(3), np.ones(2))


@given(st.integers(0, 10**6), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_a_cosine_ignores_lengths_and_agrees_with_torch(seed, first, second):
    u, v = np.random.default_rng(seed).normal(size=(2, D))
    cosine = by_hand.cosine_similarity(u, v)
    assert -1.0 - 1e-12 <= cosine <= 1.0 + 1e-12
    assert by_hand.cosine_similarity(first * u, second * v) == pytest.approx(cosine, abs=1e-12)
    assert by_hand.cosine_similarity(-u, v) == pytest.approx(-cosine, abs=1e-12)
    assert torch.cosine_similarity(torch.tensor(u), torch.tensor(v), dim=0).item() == pytest.approx(cosine)


def test_the_cosine_of_a_vector_of_zeros_is_zero():
    assert by_hand.cosine_similarity(np.zeros(3), np.ones(3)) == 0.0
    assert by_hand.cosine_similarity(np.zeros(3), np.zeros(3)) == 0.0
    rows = np.vstack([np.zeros(D), table(3, 2)])
    assert_array_equal(by_hand.cosines(rows)[0], 0.0)


def test_cosines_of_a_table_are_the_cosines_of_its_rows():
    rows, others = table(), table(4, 3)
    expected = [[by_hand.cosine_similarity(row, other) for other in others] for row in rows]
    assert_allclose(by_hand.cosines(rows, others), expected, atol=1e-14)
    assert_allclose(np.diag(by_hand.cosines(rows)), 1.0)


def test_nearest_leaves_itself_out_and_puts_the_closest_first():
    rows = np.array([[1.0, 0.0], [10.0, 1.0], [0.0, 1.0], [-1.0, 0.0], [1.0, 1.0]])
    assert_array_equal(by_hand.nearest(rows, 0, 4), [1, 4, 2, 3])
    assert_array_equal(by_hand.nearest(rows, 3, 2), [2, 4])
    assert_array_equal(by_hand.nearest(rows, 0, 0), [])


def test_of_two_rows_equally_close_the_smaller_id_comes_first():
    rows = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
    assert_array_equal(by_hand.nearest(rows, 1, 3), [2, 3, 0])


@pytest.mark.parametrize("k", [-1, VOCAB])
def test_more_neighbours_than_rows_are_refused(k):
    with pytest.raises(ValueError, match=f"the {k} nearest of {VOCAB} rows"):
        by_hand.nearest(table(), 0, k)


def test_the_principal_plane_holds_the_widest_spread_whatever_the_turn():
    rng = np.random.default_rng(6)
    flat = np.hstack([rng.normal(size=(13, 2)) * [5.0, 2.0], np.zeros((13, 3))])
    turned = flat @ np.linalg.qr(rng.normal(size=(5, 5)))[0] + rng.normal(size=5)
    mean, directions = by_hand.principal_plane(turned)
    shadows = (turned - mean) @ directions
    assert_allclose(directions.T @ directions, np.eye(2), atol=1e-12)
    distances = [np.linalg.norm(x[:, None] - x, axis=2) for x in (shadows, flat)]
    assert_allclose(*distances, atol=1e-12)
    assert shadows[:, 0].std() > shadows[:, 1].std()


@pytest.mark.parametrize("shape", [(2, 5), (5, 1)])
def test_a_plane_needs_three_rows_of_two_numbers(shape):
    with pytest.raises(ValueError, match="a plane needs"):
        by_hand.principal_plane(np.ones(shape))
