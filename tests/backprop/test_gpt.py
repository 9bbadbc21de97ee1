"""The whole GPT: the logits of lesson 07, every parameter's gradient by autograd and by finite differences, training."""

import copy

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.attention.by_hand import causal_mask
from course_lib.backprop import blocks, descent, heads, in_torch
from course_lib.backprop.by_hand import gelu_tanh_backward, layer_norm_backward
from course_lib.backprop.gpt import gpt, gpt_backward, loss_and_gradients, named, random_params
from course_lib.block import by_hand as block_by_hand
from course_lib.block import in_torch as block_in_torch
from course_lib.loss.by_hand import cross_entropy
from course_lib.multi_head import by_hand as heads_by_hand
from course_lib.numeric import numerical_gradient
from course_lib.transformer.by_hand import gpt_logits
from course_lib.transformer.in_torch import gpt_logits as logits_in_torch
from course_lib.transformer.models import GPT, ModelConfig

VOCAB, CONTEXT, D, HEADS, D_FF = 13, 7, 6, 3, 11
CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def params_for(seed, layers=2, head=False, biases=True, eps=None):
    """Params in which no entry is 0 or 1 any more, so that nothing can hide."""
    rng = np.random.default_rng([9, seed])
    params = random_params(VOCAB, CONTEXT, layers, D, HEADS, rng, D_FF)
    for array in named(params).values():
        array += rng.normal(size=array.shape) * 0.4
    if head:
        params["head"] = rng.normal(size=(VOCAB, D))
    if eps is not None:
        params["eps"] = eps
    if not biases:
        for one in params["blocks"]:
            for name in ("b_Q", "b_K", "b_V", "b_O"):
                del one[name]
    return params


def batch(seed, *shape):
    rng = np.random.default_rng([10, seed])
    return rng.integers(0, VOCAB, shape), rng.integers(0, VOCAB, shape)


VARIANTS = [{}, {"head": True}, {"biases": False}, {"layers": 0}, {"layers": 1, "eps": 1e-2}]


@pytest.mark.parametrize("options", VARIANTS, ids=str)
@pytest.mark.parametrize("shape", [(2, 5), (3, 7), (5,), (1, 1)])
def test_every_gradient_is_autograds_for_random_upstream_gradients(options, shape):
    params, (ids, _) = params_for(1, **options), batch(2, *shape)
    untouched = copy.deepcopy(params)
    logits, kept = gpt(ids, params)
    assert_allclose(logits, gpt_logits(ids, params), **CLOSE)
    d_logits = np.random.default_rng(3).normal(size=logits.shape)
    d_before = d_logits.copy()
    found = named(gpt_backward(d_logits, kept))
    leaves = in_torch.tensors(params)
    logits_in_torch(torch.tensor(ids), leaves).backward(torch.tensor(d_logits))
    expected = {name: one.grad.numpy() for name, one in named(leaves).items()}
    assert found.keys() == expected.keys()
    for name, gradient in found.items():
        assert gradient.shape == expected[name].shape
        assert_allclose(gradient, expected[name], **CLOSE, err_msg=name)
    assert_array_equal(d_logits, d_before)
    for name, array in named(untouched).items():
        assert_array_equal(array, named(params)[name])


def test_every_gradient_by_finite_differences():
    params, (ids, targets) = params_for(4), batch(5, 2, 5)
    _, gradients = loss_and_gradients(ids, targets, params)
    found, arrays = named(gradients), named(params)

    def loss_with(name):
        def loss(value):
            moved = copy.deepcopy(params)
            named(moved)[name][...] = value
            return cross_entropy(gpt(ids, moved)[0], targets)

        return loss

    assert len(arrays) == 2 + 2 * 16 + 2
    for name, array in arrays.items():
        assert_allclose(found[name], numerical_gradient(loss_with(name), array), atol=2e-9, err_msg=name)


def test_the_loss_and_gradients_of_the_module_that_trains():
    config = ModelConfig(vocab=VOCAB, context=CONTEXT, layers=2, d_model=D, n_heads=HEADS, d_ff=D_FF)
    model = GPT(config, torch.Generator().manual_seed(0)).double()
    with torch.no_grad():
        for one in model.parameters():
            one += 0.3 * torch.randn(one.shape, generator=torch.Generator().manual_seed(1), dtype=one.dtype)
    params = model.params()
    arrays = {k: v.detach().numpy() for k, v in params.items() if hasattr(v, "detach")} | {"eps": params["eps"]}
    arrays["blocks"] = [
        {k: v.detach().numpy() if hasattr(v, "detach") else v for k, v in one.items()} for one in params["blocks"]
    ]
    ids, targets = batch(6, 3, 5)
    loss, gradients = loss_and_gradients(ids, targets, arrays)
    theirs = torch.nn.functional.cross_entropy(
        model(torch.tensor(ids)).flatten(end_dim=-2), torch.tensor(targets).flatten()
    )
    theirs.backward()
    assert_allclose(loss, theirs.item(), rtol=1e-12)
    assert_allclose(gradients["table"], model.table.grad.numpy(), **CLOSE)
    fused = model.stack.blocks[1].attention.W_QKV.grad.numpy()
    ours = np.concatenate([gradients["blocks"][1][name] for name in ("W_Q", "W_K", "W_V")], axis=1)
    assert_allclose(ours, fused, **CLOSE)


def test_the_bias_of_the_keys_gets_nothing():
    """It raises all scores of a query alike, and softmax does not see that."""
    _, gradients = loss_and_gradients(*batch(7, 3, 5), params_for(8))
    for one in gradients["blocks"]:
        assert np.abs(one["b_K"]).max() < 1e-16
        assert min(np.abs(one[name]).max() for name in ("b_Q", "b_V", "b_O")) > 1e-4


def test_the_parts_are_those_of_the_lessons_before():
    params, x = params_for(9)["blocks"][0], np.random.default_rng(9).normal(size=(2, 5, D))
    mask = causal_mask(5)
    W = [params[name] for name in ("W_Q", "W_K", "W_V", "W_O")]
    biases = tuple(params[name] for name in ("b_Q", "b_K", "b_V", "b_O"))
    assert_allclose(
        heads.attend(x, params, mask)[0], heads_by_hand.multi_head_attention(x, *W, HEADS, mask, biases=biases), **CLOSE
    )
    expected = block_by_hand.block(x, params, mask=mask, activation=block_by_hand.gelu_tanh)
    assert_allclose(blocks.block(x, params, mask)[0], expected, **CLOSE)
    value, slope = blocks.gelu_and_slope(x * 3)
    assert_allclose(value, block_by_hand.gelu_tanh(x * 3), **CLOSE)
    assert_allclose(slope, gelu_tanh_backward(x * 3, np.ones_like(x)), **CLOSE)
    _, kept = blocks.norm(x, params["gain_1"], params["bias_1"], 1e-3)
    d_out = np.random.default_rng(10).normal(size=x.shape)
    for one, other in zip(
        blocks.norm_backward(d_out, kept), layer_norm_backward(x, params["gain_1"], d_out, 1e-3), strict=True
    ):
        assert_allclose(one, other, **CLOSE)


@pytest.mark.parametrize("mask", [None, causal_mask(5)])
def test_a_block_backward_is_autograds(mask):
    params, rng = params_for(11)["blocks"][1], np.random.default_rng(11)
    x, d_out = rng.normal(size=(2, 2, 5, D))
    d_x, gradients = blocks.block_backward(d_out, blocks.block(x, params, mask)[1])
    leaves, x_leaf = in_torch.tensors(params), torch.tensor(x, requires_grad=True)
    allowed = None if mask is None else torch.tensor(mask)
    block_in_torch.block(x_leaf, leaves, mask=allowed, activation=block_in_torch.gelu_tanh).backward(
        torch.tensor(d_out)
    )
    assert_allclose(d_x, x_leaf.grad.numpy(), **CLOSE)
    assert gradients.keys() == named(leaves).keys()
    for name, one in named(leaves).items():
        assert_allclose(gradients[name], one.grad.numpy(), **CLOSE, err_msg=name)


def test_a_text_longer_than_the_context_is_refused():
    with pytest.raises(ValueError, match="8 tokens do not fit into a context of 7"):
        gpt(np.zeros((1, 8), dtype=int), params_for(0))


def test_the_start_is_as_the_models_are_started():
    rng = np.random.default_rng(0)
    arrays = named(random_params(101, 53, 3, 34, 2, rng))
    model = GPT(ModelConfig(vocab=101, context=53, layers=3, d_model=34, n_heads=2), torch.Generator().manual_seed(0))
    assert sum(array.size for array in arrays.values()) == sum(one.numel() for one in model.parameters())
    theirs = named(model.params())
    assert arrays.keys() == theirs.keys()
    for name, array in arrays.items():
        assert abs(array.std() - theirs[name].std(correction=0).item()) < 2e-3, name


# ---------------------------------------------------------------- training


def test_the_curve_is_pytorchs_from_the_same_weights_and_batches():
    rng = np.random.default_rng(12)
    params = random_params(VOCAB, CONTEXT, 2, D, HEADS, rng, D_FF)
    stream = np.arange(400) * 5 % VOCAB
    batches = descent.draw_batches(stream, 60, 3, 5, rng)
    untouched = copy.deepcopy(params)
    journey = descent.train_gpt(params, batches, rate=0.5, watch=("table", "positions"))
    assert_allclose(journey.losses, in_torch.train_gpt(params, batches, rate=0.5), rtol=1e-10)
    assert np.mean(journey.losses[-5:]) < np.mean(journey.losses[:5]) - 0.3
    for name, array in named(untouched).items():
        assert_array_equal(array, named(params)[name])
    for name, far in journey.distances.items():
        assert len(far) == 60
        assert_allclose(far[-1], np.linalg.norm(named(journey.params)[name] - named(params)[name]))
        assert far[0] > 0


def test_what_is_constant_stays_and_the_rest_moves():
    rng = np.random.default_rng(13)
    params = random_params(VOCAB, CONTEXT, 1, D, HEADS, rng, D_FF)
    batches = descent.draw_batches(np.arange(100) % VOCAB, 3, 2, 5, rng)
    journey = descent.train_gpt(params, batches, rate=0.5, constant=("positions",), watch=("table", "positions"))
    assert journey.distances["positions"] == [0.0, 0.0, 0.0]
    assert min(journey.distances["table"]) > 0


def test_windows_are_pieces_of_the_text_one_token_apart():
    stream = np.arange(11) ** 2
    found = descent.draw_batches(stream, 50, 2, 3, np.random.default_rng(0))
    starts = {int(np.sqrt(row[0])) for ids, _ in found for row in ids}
    assert starts == set(range(8)), "every window that fits, the last one included"
    for ids, targets in found:
        assert_array_equal(np.sqrt(targets), np.sqrt(ids) + 1)
    with pytest.raises(ValueError, match="a window needs 3 tokens and one more; the text has 3"):
        descent.draw_batches([1, 2, 3], 1, 1, 3, np.random.default_rng(0))
