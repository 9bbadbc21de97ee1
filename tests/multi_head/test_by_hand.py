"""Split, join and heads by hand: small cases one can check on paper, properties, extremes, what is a view and what a copy."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import attention, causal_mask, single_head
from course_lib.multi_head import by_hand
from course_lib.numeric import influence

TOKENS, HEADS, WIDTH = 7, 3, 5
D_MODEL = HEADS * WIDTH


def layer(n_tokens=TOKENS, d_model=D_MODEL, seed=0, lead=()):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(*lead, n_tokens, d_model)), *rng.normal(size=(4, d_model, d_model)) / np.sqrt(d_model)


def test_split_by_hand():
    x = np.array([[11, 12, 13, 14, 15, 16], [21, 22, 23, 24, 25, 26]])
    assert by_hand.split_heads(x, 3).tolist() == [
        [[11, 12], [21, 22]],
        [[13, 14], [23, 24]],
        [[15, 16], [25, 26]],
    ]
    assert by_hand.split_heads(x, 2).tolist() == [[[11, 12, 13], [21, 22, 23]], [[14, 15, 16], [24, 25, 26]]]


@pytest.mark.parametrize("n_heads", [1, HEADS, WIDTH, D_MODEL])
@pytest.mark.parametrize("lead", [(), (2,), (2, 11)], ids=str)
def test_merge_undoes_split(n_heads, lead):
    x = np.random.default_rng(1).normal(size=(*lead, TOKENS, D_MODEL))
    heads = by_hand.split_heads(x, n_heads)
    assert heads.shape == (*lead, n_heads, TOKENS, D_MODEL // n_heads)
    assert_array_equal(by_hand.merge_heads(heads), x)
    assert_array_equal(heads[..., -1, :, :], x[..., D_MODEL - D_MODEL // n_heads :])


def test_the_split_is_a_view_and_the_join_of_what_attention_returns_a_copy():
    x = layer()[0]
    heads = by_hand.split_heads(x, HEADS)
    assert np.shares_memory(x, heads)
    assert heads.strides == (WIDTH * 8, D_MODEL * 8, 8)
    found = by_hand.head_outputs(*layer()[:4], n_heads=HEADS)
    assert not np.shares_memory(found, by_hand.merge_heads(found))


@pytest.mark.parametrize("n_heads", [0, -1, 2, 7, 16])
def test_heads_that_do_not_divide_are_refused_with_those_that_do(n_heads):
    for function in (
        lambda: by_hand.head_width(D_MODEL, n_heads),
        lambda: by_hand.split_heads(layer()[0], n_heads),
        lambda: by_hand.multi_head_attention(*layer(), n_heads=n_heads),
    ):
        with pytest.raises(ValueError, match=rf"among {n_heads} heads.*choose one of 1, 3, 5, 15\."):
            function()


@pytest.mark.parametrize("mask", [None, causal_mask(TOKENS)], ids=["no mask", "causal"])
@pytest.mark.parametrize("n_heads", [1, HEADS, D_MODEL])
def test_loops_and_sums_and_all_at_once_are_one_function(n_heads, mask):
    x, *weights = layer()
    at_once = by_hand.multi_head_attention(x, *weights, n_heads, mask)
    assert_allclose(by_hand.multi_head_by_loops(x, *weights, n_heads, mask), at_once, atol=1e-13)
    heads = by_hand.head_outputs(x, *weights[:3], n_heads, mask)
    assert_allclose(by_hand.sum_over_heads(heads, weights[3]), at_once, atol=1e-13)
    assert by_hand.contributions(heads, weights[3]).shape == (n_heads, TOKENS, D_MODEL)


def test_one_head_is_single_head_and_a_matrix():
    x, W_Q, W_K, W_V, W_O = layer()
    expected = single_head(x, W_Q, W_K, W_V) @ W_O
    assert_allclose(by_hand.multi_head_attention(x, W_Q, W_K, W_V, W_O, 1), expected, atol=1e-13)


def test_a_batch_is_every_sequence_on_its_own():
    x, *weights = layer(lead=(2, 11))
    masks = np.random.default_rng(3).random((2, 11, TOKENS, TOKENS)) < 0.6
    whole = by_hand.multi_head_attention(x, *weights, HEADS, masks)
    for place in np.ndindex(2, 11):
        one = by_hand.multi_head_attention(x[place], *weights, HEADS, masks[place])
        assert_allclose(whole[place], one, atol=1e-13)


def test_sum_over_heads_by_hand():
    heads = np.array([[[1.0, 2.0]], [[3.0, 4.0]]])
    W_O = np.diag([1.0, 10.0, 100.0, 1000.0])
    assert by_hand.sum_over_heads(heads, W_O).tolist() == [[1.0, 20.0, 300.0, 4000.0]]


def test_every_head_reads_the_whole_embedding():
    x, W_Q, W_K, W_V, _ = layer()
    for feature in range(D_MODEL):
        nudged = x.copy()
        nudged[2, feature] += 1.0
        before, after = (by_hand.head_outputs(one, W_Q, W_K, W_V, HEADS) for one in (x, nudged))
        assert (abs(after - before).max(axis=(1, 2)) > 1e-3).all()


def test_nothing_later_matters_under_a_causal_mask():
    x, *weights = layer()
    reach = influence(lambda t: by_hand.multi_head_attention(t, *weights, HEADS, causal_mask(TOKENS)), x)
    assert_array_equal(np.triu(reach, 1), 0.0)
    assert (reach[causal_mask(TOKENS)] > 0).all()


def test_a_token_that_may_attend_to_nothing_gets_zeros_and_the_bias():
    x, *weights = layer()
    mask = causal_mask(TOKENS)
    mask[3] = False
    assert_array_equal(by_hand.multi_head_attention(x, *weights, HEADS, mask)[3], np.zeros(D_MODEL))
    biases = np.random.default_rng(4).normal(size=(4, D_MODEL))
    got = by_hand.multi_head_attention(x, *weights, HEADS, mask, biases=tuple(biases))[3]
    assert_allclose(got, biases[3], atol=1e-15)


@pytest.mark.parametrize("n_tokens", [1, 2])
def test_short_sequences(n_tokens):
    x, *weights = layer(n_tokens)
    assert by_hand.multi_head_attention(x, *weights, HEADS).shape == (n_tokens, D_MODEL)
    if n_tokens == 1:  # all weight on the only token: the value, mixed
        assert_allclose(by_hand.multi_head_attention(x, *weights, HEADS), x @ weights[2] @ weights[3], atol=1e-13)


@pytest.mark.parametrize("size", [1e3, 1e-3])
def test_large_and_small_tokens_stay_finite(size):
    x, *weights = layer()
    assert np.isfinite(by_hand.multi_head_attention(x * size, *weights, HEADS)).all()


def test_nothing_changes_its_arguments():
    arguments = layer()
    kept = [one.copy() for one in arguments]
    by_hand.multi_head_attention(*arguments, HEADS, causal_mask(TOKENS))
    for one, before in zip(arguments, kept, strict=True):
        assert_array_equal(one, before)


def test_grouped_attention_by_hand():
    Q = np.zeros((4, 1, 1))  # all scores are zero: each head takes over the mean of its group's values
    K, V = np.zeros((2, 2, 1)), np.array([[[1.0], [3.0]], [[10.0], [30.0]]])
    assert by_hand.grouped_attention(Q, K, V).ravel().tolist() == [2.0, 2.0, 20.0, 20.0]
    mask = np.array([[True, False]])
    assert by_hand.grouped_attention(Q, K, V, mask).ravel().tolist() == [1.0, 1.0, 10.0, 10.0]


@pytest.mark.parametrize("n_groups", [1, 2, 3, 6])
@pytest.mark.parametrize("mask", [None, causal_mask(TOKENS)], ids=["no mask", "causal"])
def test_heads_of_a_group_are_heads_with_the_same_keys_and_values(n_groups, mask):
    rng = np.random.default_rng(6)
    Q, K, V = rng.normal(size=(6, TOKENS, 5)), *rng.normal(size=(2, n_groups, TOKENS, 5))
    found = by_hand.grouped_attention(Q, K, V, mask)
    for h, head in enumerate(found):
        group = h * n_groups // 6
        assert_allclose(head, attention(Q[h], K[group], V[group], mask), atol=1e-14)


@pytest.mark.parametrize("n_groups", [0, 4, 7])
def test_groups_that_do_not_divide_the_heads_are_refused(n_groups):
    with pytest.raises(ValueError, match=f"6 heads cannot share {n_groups} groups evenly"):
        by_hand.grouped_attention(np.zeros((6, 3, 2)), *np.zeros((2, n_groups, 3, 2)))


def test_one_token_at_a_time_with_a_cache_is_all_at_once():
    rng = np.random.default_rng(7)
    Q, K, V = rng.normal(size=(3, HEADS, TOKENS, WIDTH))
    cache = (K[:, :0], V[:, :0])
    rows = []
    for t in range(TOKENS):
        before = [one.copy() for one in cache]
        out, longer = by_hand.attend_with_cache(Q[:, t : t + 1], K[:, t : t + 1], V[:, t : t + 1], cache)
        assert_array_equal(cache[0], before[0])
        assert longer[0].shape == (HEADS, t + 1, WIDTH)
        rows.append(out)
        cache = longer
    assert_allclose(np.concatenate(rows, axis=1), attention(Q, K, V, causal_mask(TOKENS)), atol=1e-14)
    assert_array_equal(cache[0], K)
    assert_array_equal(cache[1], V)
