"""Four things people do with a mask: what each one keeps of the two promises, and what each one breaks."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention import by_hand, in_torch
from course_lib.attention.by_hand import attention_weights, causal_mask, scaled_scores
from course_lib.attention.masking import MASKINGS, masked_scores, masked_weights

N = 7
MASK = causal_mask(N)


def scores(seed=0):
    return np.random.default_rng(seed).normal(size=(2, 3, N, N))


def test_each_way_by_hand_for_a_query_that_may_see_one_of_two_keys():
    row, allowed = np.log([[1.0, 3.0]]), np.array([[True, False]])
    expected = {
        "none": [[0.25, 0.75]],
        "minus infinity before": [[1.0, 0.0]],
        "zero before": [[0.5, 0.5]],  # log 1 = 0 stays, log 3 becomes 0
        "zero after": [[0.25, 0.0]],
    }
    assert tuple(expected) == MASKINGS
    for masking, weights in expected.items():
        assert_allclose(masked_weights(row, allowed, masking), weights, rtol=0, atol=1e-15)


def test_the_scores_that_go_into_softmax_by_hand():
    row, allowed = np.array([[2.0, 3.0]]), np.array([[True, False]])
    expected = {"none": 3.0, "minus infinity before": -np.inf, "zero before": 0.0, "zero after": 3.0}
    assert tuple(expected) == MASKINGS
    for masking, forbidden in expected.items():
        assert_array_equal(masked_scores(row, allowed, masking), [[2.0, forbidden]])
    assert_array_equal(row, [[2.0, 3.0]])


def test_only_minus_infinity_keeps_both_promises():
    kept = {}
    for masking in MASKINGS:
        weights = masked_weights(scores(), MASK, masking)
        rows_sum_to_one = bool(np.allclose(weights.sum(axis=-1), 1.0))
        the_future_is_out = bool((weights[..., ~MASK] == 0).all())
        kept[masking] = (rows_sum_to_one, the_future_is_out)
    assert kept == {
        "none": (True, False),
        "minus infinity before": (True, True),
        "zero before": (True, False),
        "zero after": (False, True),
    }


def test_minus_infinity_is_what_attention_does():
    Q, K = np.random.default_rng(1).normal(size=(2, 3, N, 5))
    weights = masked_weights(scaled_scores(Q, K), MASK, "minus infinity before")
    assert_array_equal(weights, attention_weights(Q, K, MASK))


def test_erasing_afterwards_and_dividing_by_what_is_left_repairs_it():
    erased = masked_weights(scores(), MASK, "zero after")
    repaired = erased / erased.sum(axis=-1, keepdims=True)
    assert_allclose(repaired, masked_weights(scores(), MASK, "minus infinity before"), rtol=0, atol=1e-12)


@pytest.mark.parametrize("masking", MASKINGS)
def test_under_a_mask_that_forbids_nothing_all_ways_are_the_same(masking):
    everything = np.ones((N, N), bool)
    assert_array_equal(masked_weights(scores(), everything, masking), masked_weights(scores(), everything, "none"))


@pytest.mark.parametrize("masking", MASKINGS)
@pytest.mark.parametrize("size", [1.0, 1000.0])
def test_no_way_gives_nan_even_where_a_row_may_see_nothing(masking, size):
    mask = MASK.copy()
    mask[3] = False
    weights = masked_weights(scores() * size, mask, masking)
    assert np.isfinite(weights).all()
    expected = 0.0 if masking in ("minus infinity before", "zero after") else 1.0
    assert_allclose(weights[..., 3, :].sum(axis=-1), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("function", [masked_scores, masked_weights])
def test_an_unknown_way_is_told_the_four(function):
    with pytest.raises(ValueError, match=r"one of 'none', .*'zero after'; got 'before'"):
        function(scores(), MASK, "before")


NUMBERS = np.array([[1, 1, 0], [1, 0, 0]])


@pytest.mark.parametrize(
    "mask",
    [NUMBERS, NUMBERS.astype(float), np.where(NUMBERS > 0, 0.0, -np.inf)],
    ids=["whole numbers", "floats", "what is added to the scores"],
)
@pytest.mark.parametrize(
    "way",
    [
        by_hand.attention,
        by_hand.attention_by_loops,
        by_hand.attention_by_einsum,
        lambda Q, K, V, mask: masked_weights(by_hand.scaled_scores(Q, K), mask, "zero after") @ V,
        lambda Q, K, V, mask: in_torch.attention(*map(torch.from_numpy, (Q, K, V, mask))),
        lambda Q, K, V, mask: in_torch.fused_attention(*map(torch.from_numpy, (Q, K, V, mask))),
        lambda Q, K, V, mask: in_torch.single_head(torch.ones(2, 2), *[torch.eye(2)] * 3, torch.from_numpy(mask)),
    ],
    ids=["matrices", "loops", "einsum", "masking", "torch", "fused", "head"],
)
def test_a_mask_of_numbers_is_refused_in_every_way_of_computing_attention(way, mask):
    rng = np.random.default_rng(0)
    Q, K, V = rng.normal(size=(2, 2)), rng.normal(size=(3, 2)), rng.normal(size=(3, 2))
    with pytest.raises(TypeError, match="a mask holds True"):
        way(Q, K, V, mask)
