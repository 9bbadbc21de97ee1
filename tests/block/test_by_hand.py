"""The block in NumPy: cases worked out on paper, properties that hold for every input, the extremes, and dropout's statistics."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.block.by_hand import (
    ACTIVATIONS,
    block,
    dropout,
    feed_forward,
    gelu,
    gelu_tanh,
    layer_norm,
    relu,
    rms_norm,
    silu,
    swiglu,
)
from course_lib.block.stages import STATIONS, random_params, stages

EXACT = {"rtol": 0, "atol": 1e-12}


def draw(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def some_params(d_model=6, n_heads=2, d_ff=11, seed=1):
    """Random weights with biases and gains that do something."""
    params = random_params(np.random.default_rng(seed), d_model, n_heads, d_ff)
    for i, name in enumerate(name for name in params if name.startswith(("b_", "bias_", "gain_"))):
        params[name] = draw(*params[name].shape, seed=100 + i)
    return params


def test_relu_keeps_what_is_positive():
    assert_array_equal(relu(np.array([-3.0, -0.0, 0.0, 5.0])), [0.0, 0.0, 0.0, 5.0])


def test_gelu_is_the_input_times_the_share_of_a_normal_distribution_below_it():
    # Phi(0) = 1/2 and Phi(1.959963984540054) = 0.975, from any table.
    assert_allclose(gelu(np.array([0.0, 1.959963984540054])), [0.0, 0.975 * 1.959963984540054], **EXACT)
    assert_allclose(gelu(np.array([1.0])), [0.841344746069], atol=1e-11)
    assert_allclose(gelu_tanh(np.array([1.0])), [0.841191990608], atol=1e-11)


@pytest.mark.parametrize("function", [gelu, gelu_tanh])
def test_gelu_is_relu_far_from_zero_and_odd_up_to_the_input(function):
    assert_allclose(function(np.array([-30.0, 30.0, 1000.0, -1000.0])), [0.0, 30.0, 1000.0, 0.0], **EXACT)
    x = draw(31)
    assert_allclose(function(x) - function(-x), x, **EXACT)


def test_the_two_forms_of_gelu_are_nowhere_further_apart_than_4_73e_4_near_2_7():
    x = np.linspace(-9, 9, 180_001)
    gap = np.abs(gelu(x) - gelu_tanh(x))
    assert_allclose(gap.max(), 4.73e-4, atol=5e-7)
    assert_allclose(abs(x[gap.argmax()]), 2.70, atol=0.01)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_keeps_the_type_of_its_numbers(name, dtype):
    assert ACTIVATIONS[name](draw(7).astype(dtype)).dtype == dtype


def test_a_feed_forward_network_worked_out_on_paper():
    # Inside: (1 - 2 + 1, 3 + 4 - 8, 0.5) = (0, -1, 0.5) -> ReLU (0, 0, 0.5) -> times W_2 plus b_2.
    x, W_1, b_1 = np.array([[1.0, 2.0]]), np.array([[1.0, 3.0, 0.0], [-1.0, 2.0, 0.0]]), np.array([1.0, -8.0, 0.5])
    W_2, b_2 = np.array([[9.0, 9.0], [9.0, 9.0], [2.0, -4.0]]), np.array([10.0, 20.0])
    assert_array_equal(feed_forward(x, W_1, b_1, W_2, b_2), [[11.0, 18.0]])


def test_the_feed_forward_network_does_not_mix_tokens():
    weights = [draw(*shape) for shape in ((5, 11), (11,), (11, 5), (5,))]
    x, order = draw(7, 5), np.random.default_rng(2).permutation(7)
    before = feed_forward(x, *weights)
    assert_allclose(feed_forward(x[order], *weights), before[order], **EXACT)
    x[3] += 10
    changed = np.abs(feed_forward(x, *weights) - before).max(axis=1) > 1e-9
    assert_array_equal(changed, np.arange(7) == 3)


def test_layer_norm_worked_out_on_paper():
    # mean 4, squares (9, 1, 4, 4... ) -> (1, 3, 6, 6): mean 4, distances (-3, -1, 2, 2), variance 18 / 4 = 4.5
    row, gain, bias = np.array([1.0, 3.0, 6.0, 6.0]), np.array([1.0, 2.0, 1.0, 0.0]), np.array([0.0, 0.0, 10.0, 7.0])
    expected = np.array([-3.0, -2.0, 2.0, 0.0]) / math.sqrt(4.5) + bias
    assert_allclose(layer_norm(row, gain, bias, eps=0.0), expected, **EXACT)
    assert_allclose(layer_norm(row, gain, bias, eps=4.5), (expected - bias) / math.sqrt(2) + bias, **EXACT)


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 5, 7)])
def test_rows_leave_layer_norm_with_mean_zero_and_variance_one(shape):
    ones = np.ones(shape[-1])
    normed = layer_norm(100 * draw(*shape) + 7, ones, 0 * ones)
    assert_allclose(normed.mean(axis=-1), 0.0, atol=1e-12)
    assert_allclose(normed.var(axis=-1), 1.0, atol=1e-6)


@pytest.mark.parametrize(("shift", "stretch"), [(0.0, 31.0), (1000.0, 1.0), (-3.0, 0.5)])
def test_layer_norm_does_not_notice_a_shift_or_a_positive_stretch(shift, stretch):
    x, gain, bias = draw(3, 7), draw(7), draw(7, seed=1)
    assert_allclose(layer_norm(stretch * x + shift, gain, bias, 0.0), layer_norm(x, gain, bias, 0.0), atol=1e-10)


def test_a_row_of_equal_entries_becomes_the_bias():
    assert_array_equal(layer_norm(np.full((2, 5), 3.0), draw(5), np.arange(5.0)), np.tile(np.arange(5.0), (2, 1)))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_drops_the_share_p_and_keeps_mean_and_scale_of_the_rest(p):
    x = np.ones((401, 499))
    out = dropout(x, p, np.random.default_rng(3), training=True)
    n = x.size
    assert abs((out == 0).mean() - p) < 4 * math.sqrt(p * (1 - p) / n)
    assert_allclose(out[out != 0], 1 / (1 - p))
    # the mean of n entries, each 0 or 1/(1-p), has the variance p / (1 - p) / n
    assert abs(out.mean() - 1) < 4 * math.sqrt(p / (1 - p) / n)


def test_every_entry_is_dropped_on_its_own():
    out = dropout(np.ones((997, 31)), 0.3, np.random.default_rng(4), training=True) != 0
    together = np.corrcoef(out.T) - np.eye(31)
    assert abs(together).max() < 5 / math.sqrt(997)
    assert (out.mean(axis=1) < 1).all()
    assert len({tuple(row) for row in out}) > 990


def test_dropout_repeats_with_its_generator_and_does_nothing_in_use():
    x = draw(5, 7)
    first, again = (dropout(x, 0.4, np.random.default_rng(5), True) for _ in range(2))
    assert_array_equal(first, again)
    rng = np.random.default_rng(5)
    assert_array_equal(dropout(x, 0.4, rng, False), x)
    assert rng.random() == np.random.default_rng(5).random(), "nothing was drawn"
    assert_array_equal(dropout(x, 0.0, rng, True), x)


@pytest.mark.parametrize("p", [-0.1, 1.0, 2.0])
def test_a_probability_that_is_none_is_refused(p):
    with pytest.raises(ValueError, match=f"at least 0 and below 1; got {p}"):
        dropout(draw(3), p, np.random.default_rng(0), True)


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_a_block_whose_parts_add_nothing_leaves_the_tokens_or_norms_them(norm):
    params = some_params()
    params |= {name: 0 * params[name] for name in ("W_O", "W_2", "b_2")}
    x = draw(5, 6)
    out = block(x, params, norm)
    if norm == "pre":
        assert_array_equal(out, x)
    else:
        once = layer_norm(x, params["gain_1"], params["bias_1"])
        assert_allclose(out, layer_norm(once, params["gain_2"], params["bias_2"]), **EXACT)


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_a_block_knows_no_order_and_under_a_causal_mask_no_future(norm):
    x, params, order = draw(7, 6), some_params(), np.random.default_rng(2).permutation(7)
    assert_allclose(block(x[order], params, norm), block(x, params, norm)[order], **EXACT)
    causal = np.tri(7, dtype=bool)
    before = block(x, params, norm, causal)
    changed = x.copy()
    changed[4:] += 3.0
    after = block(changed, params, norm, causal)
    assert_array_equal(after[:4], before[:4])
    assert (np.abs(after[4:] - before[4:]).max(axis=1) > 1e-3).all()


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_a_batch_of_sequences_is_each_on_its_own(norm):
    x, params = draw(3, 5, 6), some_params()
    assert_allclose(block(x, params, norm), np.stack([block(one, params, norm) for one in x]), **EXACT)


def test_pre_norm_does_not_notice_what_a_constant_on_the_path_does_and_post_norm_takes_it_away():
    x, params = draw(5, 6), some_params()
    assert_allclose(block(x + 10.0, params, "pre"), block(x, params, "pre") + 10.0, atol=1e-10)


def test_an_unknown_place_of_the_norm_is_refused():
    for function in (block, stages):
        with pytest.raises(ValueError, match="got 'before'"):
            function(draw(3, 6), some_params(), "before")


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("n", [1, 5])
def test_the_stations_end_where_the_block_ends(norm, n):
    x, params = draw(n, 6), some_params()
    found = stages(x, params, norm)
    assert tuple(found) == STATIONS
    assert_array_equal(found["leaves"], block(x, params, norm))
    if norm == "pre":
        assert_array_equal(found["leaves"], x + found["attention adds"] + found["feed-forward adds"])


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_without_residual_paths_what_is_added_is_all_there_is(norm):
    found = stages(draw(5, 6), some_params(), norm, residual=False)
    params = some_params()
    if norm == "pre":
        assert_array_equal(found["between"], found["attention adds"])
        assert_array_equal(found["leaves"], found["feed-forward adds"])
    else:
        assert_allclose(
            found["leaves"], layer_norm(found["feed-forward adds"], params["gain_2"], params["bias_2"]), **EXACT
        )


def test_silu_is_the_input_times_its_sigmoid_and_never_overflows():
    # sigmoid(ln 3) = 3 / 4
    assert_allclose(silu(np.array([0.0, math.log(3), -math.log(3)])), math.log(3) * np.array([0, 0.75, -0.25]), **EXACT)
    x = draw(31)
    assert_allclose(silu(x) - silu(-x), x, **EXACT)
    assert_allclose(silu(np.array([-1e4, 1e4])), [0.0, 1e4], **EXACT)
    assert silu(x.astype(np.float32)).dtype == np.float32


def test_a_root_mean_square_worked_out_on_paper():
    # squares 1, 49, 25, 25: mean 25, root 5
    row, gain = np.array([1.0, 7.0, -5.0, 5.0]), np.array([1.0, 2.0, 0.5, -1.0])
    expected = np.array([0.2, 2.8, -0.5, -1.0])
    assert_allclose(rms_norm(row, gain, eps=0.0), expected, **EXACT)
    assert_allclose(rms_norm(row, gain, eps=75.0), expected / 2, **EXACT)


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 5, 7)])
def test_rms_norm_is_layer_norm_for_rows_of_mean_zero_and_keeps_the_mean_of_others(shape):
    ones, x = np.ones(shape[-1]), draw(*shape)
    centred = x - x.mean(axis=-1, keepdims=True)
    assert_allclose(rms_norm(centred, ones, 1e-5), layer_norm(x, ones, 0 * ones), **EXACT)
    normed = rms_norm(x + 3.0, ones)
    assert_allclose((normed**2).mean(axis=-1), 1.0, atol=1e-6)
    assert (normed.mean(axis=-1) > 0.5).all()
    assert_allclose(rms_norm(31.0 * x, ones, 0.0), rms_norm(x, ones, 0.0), **EXACT)


def test_a_gated_network_worked_out_on_paper():
    # gate (ln 3, 0): SiLU (0.75 ln 3, 0); up (2, 5); inside (1.5 ln 3, 0)
    x, W_gate = np.array([[math.log(3), 1.0]]), np.array([[1.0, 0.0], [0.0, 0.0]])
    W_up, W_down = np.array([[0.0, 0.0], [2.0, 5.0]]), np.array([[1.0, -2.0], [9.0, 9.0]])
    assert_allclose(swiglu(x, W_gate, W_up, W_down), math.log(3) * np.array([[1.5, -3.0]]), **EXACT)


def test_a_gated_network_does_not_mix_tokens_and_is_shut_by_a_gate_of_zeros():
    x, W_gate, W_up, W_down = draw(7, 5), draw(5, 11), draw(5, 11, seed=1), draw(11, 5)
    order = np.random.default_rng(2).permutation(7)
    assert_allclose(swiglu(x[order], W_gate, W_up, W_down), swiglu(x, W_gate, W_up, W_down)[order], **EXACT)
    assert_array_equal(swiglu(x, 0 * W_gate, W_up, W_down), np.zeros((7, 5)))
