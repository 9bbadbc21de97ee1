"""Six ways to compute one thing: loops, matrices, einsum, PyTorch twice over, and PyTorch's own kernel; with gradients."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from course_lib.attention import by_hand, in_torch
from course_lib.numeric import largest_difference, numerical_gradient

CLOSE = 1e-12
N_QUERIES, N_KEYS, D_K, D_V = 5, 7, 3, 11


def gaps(n_queries, n_keys):
    """A mask with holes in it, and at least one key for every query."""
    mask = np.random.default_rng(5).random((n_queries, n_keys)) < 0.5
    mask[:, 2] = True
    return mask


MASKS = {"no mask": None, "causal": np.tri(N_QUERIES, N_KEYS, dtype=bool), "gaps": gaps(N_QUERIES, N_KEYS)}
WITH_EVERY_MASK = pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)


def inputs(lead=(), seed=0):
    rng = np.random.default_rng([seed, len(lead)])
    return [rng.normal(size=(*lead, *shape)) for shape in ((N_QUERIES, D_K), (N_KEYS, D_K), (N_KEYS, D_V))]


def tensors(arrays):
    return [torch.tensor(one, requires_grad=True) for one in arrays]


def gradients(function, arrays, mask, upstream):
    leaves = tensors(arrays)
    output = function(*leaves, None if mask is None else torch.from_numpy(mask))
    return output, torch.autograd.grad(output, leaves, torch.from_numpy(upstream))


@WITH_EVERY_MASK
@pytest.mark.parametrize("lead", [(), (2,), (2, 3)], ids=["one", "batch", "batch and heads"])
def test_all_ways_agree_forward(mask, lead):
    arrays = inputs(lead)
    expected = by_hand.attention(*arrays, mask)
    assert expected.shape == (*lead, N_QUERIES, D_V)
    one_by_one = [by_hand.attention_by_loops(*(one[place] for one in arrays), mask) for place in np.ndindex(lead)]
    assert largest_difference(np.reshape(one_by_one, expected.shape), expected) < CLOSE
    assert largest_difference(by_hand.attention_by_einsum(*arrays, mask), expected) < CLOSE
    torch_mask = None if mask is None else torch.from_numpy(mask)
    official = torch.nn.functional.scaled_dot_product_attention(*tensors(arrays), attn_mask=torch_mask)
    for result in (
        official,
        in_torch.attention(*tensors(arrays), torch_mask),
        in_torch.fused_attention(*tensors(arrays), torch_mask),
    ):
        assert largest_difference(result, expected) < CLOSE


@WITH_EVERY_MASK
@pytest.mark.parametrize("lead", [(), (2, 3)], ids=["one", "batch and heads"])
def test_readable_and_fused_have_the_same_gradients(mask, lead):
    arrays = inputs(lead, seed=1)
    upstream = np.random.default_rng(2).normal(size=(*lead, N_QUERIES, D_V))
    readable, ours = gradients(in_torch.attention, arrays, mask, upstream)
    fused, theirs = gradients(in_torch.fused_attention, arrays, mask, upstream)
    assert largest_difference(readable, fused) < CLOSE
    for own, official in zip(ours, theirs, strict=True):
        assert official.abs().max() > 0.01
        assert largest_difference(own, official) < CLOSE


@WITH_EVERY_MASK
@pytest.mark.parametrize("which", [0, 1, 2], ids=["Q", "K", "V"])
def test_the_slope_measured_on_numpy_is_the_gradient_of_the_twin(mask, which):
    arrays = inputs(seed=3)
    upstream = np.random.default_rng(4).normal(size=(N_QUERIES, D_V))

    def weighted(changed):
        return float((by_hand.attention(*arrays[:which], changed, *arrays[which + 1 :], mask) * upstream).sum())

    _, exact = gradients(in_torch.attention, arrays, mask, upstream)
    assert largest_difference(numerical_gradient(weighted, arrays[which]), exact[which]) < 1e-8


def test_a_query_that_may_see_nothing_gives_zeros_and_a_gradient_without_nan():
    arrays, mask = inputs(seed=6), gaps(N_QUERIES, N_KEYS)
    mask[3] = False
    output, slopes = gradients(in_torch.attention, arrays, mask, np.random.default_rng(7).normal(size=(N_QUERIES, D_V)))
    assert (output[3] == 0).all()
    assert largest_difference(output, by_hand.attention(*arrays, mask)) < CLOSE
    assert all(torch.isfinite(slope).all() for slope in slopes)
    assert (slopes[0][3] == 0).all()
    assert (slopes[0][2] != 0).all()


def test_softmax_is_that_of_torch_where_torch_has_an_answer():
    rng = np.random.default_rng(8)
    for size in (1.0, 1000.0):
        scores, upstream = rng.normal(size=(3, 7)) * size, torch.from_numpy(rng.normal(size=(3, 7)))
        ours, theirs = tensors([scores, scores])
        weights, official = in_torch.softmax(ours), torch.softmax(theirs, dim=-1)
        assert largest_difference(weights, official) < CLOSE
        assert largest_difference(by_hand.softmax(scores), official) < CLOSE
        (own,), (other,) = (
            torch.autograd.grad(weights, [ours], upstream),
            torch.autograd.grad(official, [theirs], upstream),
        )
        assert largest_difference(own, other) < CLOSE


def test_a_row_of_minus_infinity_is_zeros_in_both_and_nan_in_torch():
    scores = np.full((2, 3), -np.inf)
    assert (by_hand.softmax(scores) == 0).all()
    assert (in_torch.softmax(torch.from_numpy(scores)) == 0).all()
    assert torch.softmax(torch.from_numpy(scores), dim=-1).isnan().all()


@pytest.mark.parametrize("n", [0, 1, 7])
def test_the_two_causal_masks_are_one(n):
    assert torch.equal(in_torch.causal_mask(n), torch.from_numpy(by_hand.causal_mask(n)))


def test_scores_and_heads_agree():
    rng = np.random.default_rng(9)
    x, weights = rng.normal(size=(2, 7, 5)), rng.normal(size=(3, 5, 3))
    expected = by_hand.single_head(x, *weights, by_hand.causal_mask(7))
    result = in_torch.single_head(torch.from_numpy(x), *torch.from_numpy(weights), in_torch.causal_mask(7))
    assert largest_difference(result, expected) < CLOSE
    scores = in_torch.scaled_scores(torch.from_numpy(x), torch.from_numpy(x))
    assert largest_difference(scores, by_hand.scaled_scores(x, x)) < CLOSE


@pytest.mark.parametrize("function", [in_torch.attention, in_torch.fused_attention])
def test_float32_stays_float32(function):
    Q, K, V = (torch.from_numpy(one).float() for one in inputs())
    output = function(Q, K, V)
    assert output.dtype == torch.float32
    assert_allclose(output.numpy(), by_hand.attention(*inputs()), atol=1e-6)


@pytest.mark.parametrize("function", [in_torch.attention, in_torch.fused_attention])
@pytest.mark.parametrize(("n_queries", "n_keys"), [(0, 5), (3, 0), (0, 0)])
def test_without_queries_or_keys_there_is_nothing_and_no_slope(function, n_queries, n_keys):
    Q, K, V = (torch.ones(*shape, requires_grad=True) for shape in [(n_queries, 3), (n_keys, 3), (n_keys, 2)])
    output = function(Q, K, V)
    assert torch.equal(output, torch.zeros(n_queries, 2))
    upstream = torch.randn(n_queries, 2, generator=torch.Generator().manual_seed(11))
    for leaf, slope in zip((Q, K, V), torch.autograd.grad(output, (Q, K, V), upstream), strict=True):
        assert torch.equal(slope, torch.zeros_like(leaf))


def test_one_token_passes_its_own_value_on():
    x = torch.randn(1, 3, generator=torch.Generator().manual_seed(10))
    assert torch.equal(in_torch.attention(x, x, x), x)
