"""Attention in NumPy: cases worked out on paper, properties that hold for every input, and the extremes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import (
    attention,
    attention_by_einsum,
    attention_by_loops,
    attention_weights,
    causal_mask,
    entropy,
    scaled_scores,
    single_head,
    softmax,
)

BY_EVERY_WAY = pytest.mark.parametrize("way", [attention, attention_by_loops, attention_by_einsum])
EXACT = {"rtol": 0, "atol": 1e-12}


def draw(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def test_softmax_of_logarithms_is_the_numbers_divided_by_their_sum():
    assert_allclose(softmax(np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]])), [[0.125, 0.25, 0.625], [0.375, 0.375, 0.25]])


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 5, 7)])
def test_softmax_gives_positive_rows_that_sum_to_one_in_the_order_of_the_scores(shape):
    scores = draw(*shape) * 5
    weights = softmax(scores)
    assert (weights > 0).all()
    assert_allclose(weights.sum(axis=-1), 1.0, **EXACT)
    assert_array_equal(weights.argsort(axis=-1), scores.argsort(axis=-1))


@pytest.mark.parametrize("shift", [-1000.0, 3.5, 1000.0, 1e6])
def test_softmax_does_not_notice_a_number_added_to_all_scores(shift):
    scores = draw(3, 5)
    assert_allclose(softmax(scores + shift), softmax(scores), rtol=0, atol=1e-9)


def test_softmax_survives_scores_of_plus_and_minus_one_thousand():
    assert_array_equal(softmax(np.array([1000.0, -1000.0, 0.0])), [1.0, 0.0, 0.0])
    assert_array_equal(softmax(np.array([-1000.0, -1000.0])), [0.5, 0.5])


def test_softmax_gives_no_weight_to_minus_infinity_and_zeros_to_a_row_of_it():
    scores = np.array([[-np.inf, 0.0, 0.0], [-np.inf, -np.inf, -np.inf]])
    assert_array_equal(softmax(scores), [[0.0, 0.5, 0.5], [0.0, 0.0, 0.0]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_type_of_the_numbers_stays_what_it_was(dtype):
    Q, K, V = (draw(*shape).astype(dtype) for shape in [(3, 5), (7, 5), (7, 2)])
    assert softmax(Q).dtype == dtype
    assert attention(Q, K, V, np.ones((3, 7), bool)).dtype == dtype
    assert_allclose(
        attention(Q, K, V), attention(*(one.astype(float) for one in (Q, K, V))), atol=5 * np.finfo(dtype).eps
    )


def test_scores_are_dot_products_divided_by_the_root_of_the_width():
    Q, K = np.array([[1.0, 2.0, 3.0, 0.0], [0.0, 0.0, 0.0, 1.0]]), np.array([[2.0, 2.0, 2.0, 6.0]])
    assert_array_equal(scaled_scores(Q, K), [[6.0], [3.0]])


@pytest.mark.parametrize("d_k", [2, 31, 257])
def test_scores_of_random_vectors_have_variance_one_at_every_width(d_k):
    scores = scaled_scores(draw(211, d_k), draw(223, d_k, seed=1))
    assert_allclose(scores.var(), 1.0, atol=0.2)
    assert_allclose((scores * np.sqrt(d_k)).var(), d_k, rtol=0.2)


def test_widths_that_do_not_match_are_named_in_the_complaint():
    with pytest.raises(ValueError, match=r"got Q \(3, 5\) and K \(7, 2\)"):
        scaled_scores(draw(3, 5), draw(7, 2))


def test_a_mask_of_numbers_is_refused_by_its_type():
    with pytest.raises(TypeError, match=r"got an array of float64: try mask > 0"):
        attention_weights(draw(3, 5), draw(3, 5), np.tri(3))


def test_the_causal_mask_lets_each_token_see_itself_and_the_past():
    assert_array_equal(causal_mask(3), [[True, False, False], [True, True, False], [True, True, True]])
    assert causal_mask(0).shape == (0, 0)
    assert causal_mask(7).sum() == 7 * 8 / 2
    with pytest.raises(ValueError, match="at least 0, got -1"):
        causal_mask(-1)


@BY_EVERY_WAY
def test_a_query_worked_out_on_paper(way):
    # d_k = 4 divides the dot products 2 ln 3 and 0 by 2: the weights are 3/4 and 1/4.
    Q, K = np.array([[1.0, 0, 0, 0]]), np.array([[2 * np.log(3.0), 1, 1, 1], [0.0, 5, 5, 5]])
    assert_allclose(way(Q, K, np.array([[4.0, 0.0], [0.0, 8.0]])), [[3.0, 2.0]], **EXACT)


@BY_EVERY_WAY
def test_a_query_that_may_see_nothing_gets_zeros(way):
    mask = np.array([[True, False, True], [False, False, False]])
    output = way(draw(2, 5), draw(3, 5), draw(3, 7), mask)
    assert_array_equal(output[1], np.zeros(7))
    assert (output[0] != 0).all()


@BY_EVERY_WAY
@pytest.mark.parametrize(("n_queries", "n_keys"), [(3, 7), (7, 3), (1, 1), (0, 3), (0, 0)])
def test_queries_and_keys_may_come_from_sequences_of_different_lengths(way, n_queries, n_keys):
    output = way(draw(n_queries, 5), draw(n_keys, 5), draw(n_keys, 2))
    assert output.shape == (n_queries, 2)
    if n_keys == 1:
        assert_allclose(output, draw(1, 2), **EXACT)


def test_without_keys_there_is_nothing_to_take():
    assert_array_equal(attention(draw(3, 5), draw(0, 5), draw(0, 2)), np.zeros((3, 2)))


@pytest.mark.parametrize("size", [1e3, 1e30, 1e150])
def test_large_vectors_end_in_a_choice_and_not_in_nan(size):
    Q, K, V = draw(3, 5) * size, draw(7, 5), draw(7, 2)
    assert_allclose(attention(Q, K, V), V[(Q @ K.T).argmax(axis=1)], atol=1e-6)


@BY_EVERY_WAY
def test_shuffled_tokens_give_shuffled_outputs(way):
    x, weights, order = draw(7, 5), draw(3, 5, 5), np.random.default_rng(1).permutation(7)
    Q, K, V = (x @ W for W in weights)
    assert_allclose(way(Q[order], K[order], V[order]), way(Q, K, V)[order], **EXACT)
    assert_allclose(way(Q, K[order], V[order]), way(Q, K, V), **EXACT)


@BY_EVERY_WAY
@pytest.mark.parametrize("t", [0, 3, 6])
def test_under_the_causal_mask_a_token_changes_no_output_before_it_by_a_single_bit(way, t):
    Q, K, V = draw(3, 7, 5)
    before = way(Q, K, V, causal_mask(7))
    for matrix in (Q, K, V):
        matrix[t] += 10
    after = way(Q, K, V, causal_mask(7))
    assert_array_equal(after[:t], before[:t])
    assert (after[t:] != before[t:]).all()


def test_every_output_lies_between_the_smallest_and_the_largest_value():
    V = draw(7, 2)
    output = attention(draw(31, 5) * 3, draw(7, 5), V)
    assert (output >= V.min(axis=0)).all()
    assert (output <= V.max(axis=0)).all()


def test_a_head_projects_three_times_and_attends():
    x, (W_Q, W_K, W_V) = draw(2, 7, 5), draw(3, 5, 3)
    expected = np.stack([attention_by_loops(one @ W_Q, one @ W_K, one @ W_V, causal_mask(7)) for one in x])
    assert_allclose(single_head(x, W_Q, W_K, W_V, causal_mask(7)), expected, **EXACT)


@pytest.mark.parametrize("n", [1, 2, 31])
def test_entropy_runs_from_no_bits_for_one_key_to_the_logarithm_for_equal_shares(n):
    assert entropy(np.eye(n)[0]) == 0.0
    assert_allclose(entropy(np.full(n, 1 / n)), np.log2(n), **EXACT)
    bits = entropy(softmax(draw(3, 5, n)))
    assert bits.shape == (3, 5)
    assert (bits >= 0).all()
    assert (bits <= np.log2(n) + 1e-12).all()


def test_entropy_of_a_half_and_two_quarters_is_one_bit_and_a_half():
    assert_allclose(entropy(np.array([0.25, 0.0, 0.5, 0.25])), 1.5, **EXACT)
