"""Every backward pass: a case on paper, autograd with random upstream gradients, and finite differences."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import attention, attention_weights, causal_mask, softmax
from course_lib.backprop import by_hand, in_torch
from course_lib.block.by_hand import gelu, gelu_tanh, layer_norm, relu
from course_lib.loss.by_hand import cross_entropy
from course_lib.numeric import numerical_gradient

CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def rng_for(*key):
    return np.random.default_rng([9, *key])


def tensors(*arrays):
    return [None if one is None else torch.tensor(one) if isinstance(one, np.ndarray) else one for one in arrays]


def cases(seed):
    """Every function with its arguments; sizes are different primes."""
    rng = rng_for(seed)
    x, W = rng.normal(size=(2, 5, 3)), rng.normal(size=(3, 7))
    Q, K, V = rng.normal(size=(2, 3, 5, 7)), rng.normal(size=(2, 3, 11, 7)), rng.normal(size=(2, 3, 11, 13))
    mask = rng.random((5, 11)) < 0.6
    mask[:, 4] = True
    logits = rng.normal(size=(2, 5, 11)) * 3
    return {
        "reused_value": (x[0], W, rng.normal(size=(3, 7)), rng.normal(size=(5, 7))),
        "linear_backward": (x, W, rng.normal(size=(2, 5, 7))),
        "relu_backward": (x, rng.normal(size=x.shape)),
        "gelu_backward": (x, rng.normal(size=x.shape)),
        "gelu_tanh_backward": (x, rng.normal(size=x.shape)),
        "softmax_backward": (softmax(logits), rng.normal(size=logits.shape)),
        "cross_entropy_backward": (logits, rng.integers(0, 11, (2, 5))),
        "layer_norm_backward": (x, rng.normal(size=3), rng.normal(size=x.shape), 10.0 ** -(3 + seed)),
        "attention_backward": (Q, K, V, mask, rng.normal(size=(2, 3, 5, 13))),
        "look_up_backward": (rng.integers(0, 5, (2, 7)), rng.normal(size=(2, 7, 3)), 11),
        "dropout_backward": (rng.random((5, 3)) > 0.3, 0.3, rng.normal(size=(5, 3))),
    }


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", cases(0))
def test_equal_to_autograd(name, seed):
    arguments = cases(seed)[name]
    before = [one.copy() if isinstance(one, np.ndarray) else one for one in arguments]
    found = getattr(by_hand, name)(*arguments)
    expected = getattr(in_torch, name)(*tensors(*arguments))
    found, expected = (one if isinstance(one, tuple) else (one,) for one in (found, expected))
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        assert mine.shape == tuple(theirs.shape)
        assert_allclose(mine, theirs.numpy(), **CLOSE)
    for one, other in zip(before, arguments, strict=True):
        assert_array_equal(one, other)


def test_linear_and_reused_against_finite_differences():
    x, W_1, W_2, d_out = cases(3)["reused_value"]
    numerical = numerical_gradient(lambda x: ((x @ W_1) * (x @ W_2) * d_out).sum(), x)
    assert_allclose(by_hand.reused_value(x, W_1, W_2, d_out), numerical, atol=1e-8)
    x, W, d_out = cases(3)["linear_backward"]
    b = rng_for(4).normal(size=7)
    d_x, d_W, d_b = by_hand.linear_backward(x, W, d_out)
    assert_allclose(d_x, numerical_gradient(lambda x: ((x @ W + b) * d_out).sum(), x), atol=1e-8)
    assert_allclose(d_W, numerical_gradient(lambda W: ((x @ W + b) * d_out).sum(), W), atol=1e-8)
    assert_allclose(d_b, numerical_gradient(lambda b: ((x @ W + b) * d_out).sum(), b), atol=1e-8)


@pytest.mark.parametrize(
    ("function", "back"),
    [(relu, by_hand.relu_backward), (gelu, by_hand.gelu_backward), (gelu_tanh, by_hand.gelu_tanh_backward)],
)
def test_activations_against_finite_differences_and_far_out(function, back):
    x, d_out = np.array([-7.0, -1.3, -0.2, 0.4, 2.9, 11.0]), rng_for(5).normal(size=6)
    assert_allclose(back(x, d_out), numerical_gradient(lambda x: (function(x) * d_out).sum(), x), atol=1e-8)
    far = back(np.array([-1000.0, 1000.0]), np.array([3.0, 3.0]))
    assert_allclose(far, [0.0, 3.0], atol=1e-12)


def test_norm_attention_softmax_and_loss_against_finite_differences():
    x, gain, d_out, eps = cases(2)["layer_norm_backward"]
    bias = rng_for(6).normal(size=3)
    d_x, d_gain, d_bias = by_hand.layer_norm_backward(x, gain, d_out, eps)
    assert_allclose(d_x, numerical_gradient(lambda x: (layer_norm(x, gain, bias, eps) * d_out).sum(), x), atol=1e-7)
    assert_allclose(
        d_gain, numerical_gradient(lambda gain: (layer_norm(x, gain, bias, eps) * d_out).sum(), gain), atol=1e-8
    )
    assert_allclose(
        d_bias, numerical_gradient(lambda bias: (layer_norm(x, gain, bias, eps) * d_out).sum(), bias), atol=1e-8
    )
    Q, K, V, mask, d_out = (one[0, 0] if one.ndim == 4 else one for one in cases(2)["attention_backward"])
    d_Q, d_K, d_V = by_hand.attention_backward(Q, K, V, mask, d_out)
    assert_allclose(d_Q, numerical_gradient(lambda Q: (attention(Q, K, V, mask) * d_out).sum(), Q), atol=1e-8)
    assert_allclose(d_K, numerical_gradient(lambda K: (attention(Q, K, V, mask) * d_out).sum(), K), atol=1e-8)
    assert_allclose(d_V, numerical_gradient(lambda V: (attention(Q, K, V, mask) * d_out).sum(), V), atol=1e-8)
    scores, d_weights = rng_for(7).normal(size=(2, 5, 3))
    numerical = numerical_gradient(lambda scores: (softmax(scores) * d_weights).sum(), scores)
    assert_allclose(by_hand.softmax_backward(softmax(scores), d_weights), numerical, atol=1e-9)
    logits, targets = cases(2)["cross_entropy_backward"]
    numerical = numerical_gradient(lambda logits: cross_entropy(logits, targets), logits)
    assert_allclose(by_hand.cross_entropy_backward(logits, targets), numerical, atol=1e-9)


def test_the_loss_is_pytorchs_and_survives_large_logits():
    logits, targets = cases(0)["cross_entropy_backward"]
    for shift in (0.0, 1000.0, -1000.0):
        theirs = torch.nn.functional.cross_entropy(
            *[torch.tensor(one) for one in ((logits + shift).reshape(-1, 11), targets.ravel())]
        )
        assert_allclose(cross_entropy(logits + shift, targets), theirs.item(), rtol=1e-10)
    certain = by_hand.cross_entropy_backward(np.array([[1000.0, -1000.0]]), np.array([1]))
    assert certain.tolist() == [[1.0, -1.0]]


def test_what_the_gradients_of_softmax_loss_and_norm_must_sum_to():
    """Raise all scores, all logits, or all entries of a row alike: nothing changes, so those gradients sum to zero."""
    weights, d_weights = cases(1)["softmax_backward"]
    assert_allclose(by_hand.softmax_backward(weights, d_weights).sum(axis=-1), 0.0, atol=1e-14)
    assert_allclose(by_hand.cross_entropy_backward(*cases(1)["cross_entropy_backward"]).sum(axis=-1), 0.0, atol=1e-15)
    x, gain, d_out, _ = cases(1)["layer_norm_backward"]
    d_x = by_hand.layer_norm_backward(x, gain, d_out, 0.0)[0]
    assert_allclose(d_x.sum(axis=-1), 0.0, atol=1e-12)
    assert_allclose((d_x * (x - x.mean(axis=-1, keepdims=True))).sum(axis=-1), 0.0, atol=1e-12)


def test_nothing_comes_back_through_a_mask():
    Q, K, V, d_out = rng_for(8).normal(size=(4, 7, 7))
    mask = causal_mask(7)
    mask[3] = False
    d_Q, d_K, d_V = by_hand.attention_backward(Q, K, V, mask, d_out)
    assert_array_equal(d_Q[3], 0.0)
    only_early = d_out.copy()
    only_early[2:] = 0.0
    _, d_K, d_V = by_hand.attention_backward(Q, K, V, mask, only_early)
    assert_array_equal(d_K[2:], 0.0)
    assert_array_equal(d_V[2:], 0.0)
    assert np.abs(d_V[:2]).min() > 0


def test_rows_that_nobody_looked_up_get_nothing_and_no_tokens_at_all():
    d_table = by_hand.look_up_backward(np.array([3, 3, 0]), np.ones((3, 2)), 5)
    assert d_table.tolist() == [[1, 1], [0, 0], [0, 0], [2, 2], [0, 0]]
    assert_array_equal(by_hand.look_up_backward(np.array([], dtype=int), np.zeros((0, 2)), 3), np.zeros((3, 2)))
    slow = np.zeros((11, 3))
    ids, d_out, _ = cases(1)["look_up_backward"]
    np.add.at(slow, ids, d_out)
    assert_allclose(by_hand.look_up_backward(ids, d_out, 11), slow, **CLOSE)


def test_residual_adds_and_weights_that_were_kept_give_the_same():
    assert by_hand.residual_backward(np.array([1.0, -2.0]), np.array([0.5, 2.0])).tolist() == [1.5, 0.0]
    Q, K, V, mask, d_out = cases(1)["attention_backward"]
    kept = by_hand.mix_backward(Q, K, V, attention_weights(Q, K, mask), d_out)
    for one, other in zip(kept, by_hand.attention_backward(Q, K, V, mask, d_out), strict=True):
        assert_allclose(one, other, **CLOSE)
