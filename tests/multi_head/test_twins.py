"""One layer, four ways: by hand, in PyTorch, the module fused and readable, and PyTorch's own; forward and gradients."""

import numpy as np
import pytest
import torch

from course_lib.multi_head import by_hand, in_torch
from course_lib.multi_head.cache import KeyValueCache
from course_lib.multi_head.in_torch import MultiHeadAttention
from course_lib.multi_head.packed import as_torch_layer
from course_lib.numeric import largest_difference, numerical_gradient

CLOSE = 1e-12
BATCH, QUERIES, KEYS, HEADS, WIDTH = 2, 7, 11, 3, 5
D_MODEL = HEADS * WIDTH


def module(bias=True, seed=0, **options):
    torch.manual_seed(seed)
    made = MultiHeadAttention(D_MODEL, HEADS, bias=bias, **options).double()
    if bias:  # they start as zeros, which would hide a bias in the wrong place
        with torch.no_grad():
            made.b_QKV.copy_(torch.randn(3 * D_MODEL))
            made.b_O.copy_(torch.randn(D_MODEL))
    return made


def numpy_of(made):
    weights = [one.detach().numpy() for one in (made.W_Q, made.W_K, made.W_V, made.W_O)]
    return weights, None if made.biases is None else tuple(one.detach().numpy() for one in made.biases)


def gaps(queries, keys):
    mask = np.random.default_rng(5).random((queries, keys)) < 0.5
    mask[:, 2] = True
    return torch.from_numpy(mask)


MASKS = {"no mask": {}, "causal": {"causal": True}, "gaps": {"mask": gaps(QUERIES, QUERIES)}}
WITH_EVERY_MASK = pytest.mark.parametrize("how", MASKS.values(), ids=MASKS)


def allowed(how):
    if "causal" in how:
        return torch.ones(QUERIES, QUERIES, dtype=torch.bool).tril()
    return how.get("mask")


def run(made, x, upstream, **how):
    x = x.clone().requires_grad_()
    output = made(x, **how)
    names = [name for name, _ in made.named_parameters()]
    found = torch.autograd.grad(output, [x, *made.parameters()], upstream)
    return output, dict(zip(["x", *names], found, strict=True))


@WITH_EVERY_MASK
@pytest.mark.parametrize("bias", [True, False])
def test_pytorchs_own_layer_is_the_same_forward_and_in_every_gradient(how, bias):
    made, x = module(bias), torch.randn(BATCH, QUERIES, D_MODEL, dtype=torch.float64)
    upstream = torch.randn_like(x)
    theirs = as_torch_layer(made)
    mask = allowed(how)
    output, ours = run(made, x, upstream, **how)
    leaf = x.clone().requires_grad_()
    official = theirs(leaf, leaf, leaf, attn_mask=None if mask is None else ~mask, need_weights=False)[0]
    names = [name for name, _ in theirs.named_parameters()]
    grads = torch.autograd.grad(official, [leaf, *theirs.parameters()], upstream)
    other = dict(zip(["x", *names], grads, strict=True))
    assert largest_difference(output, official) < CLOSE
    assert largest_difference(ours["x"], other["x"]) < CLOSE
    assert largest_difference(ours["W_QKV"], other["in_proj_weight"].T) < CLOSE
    assert largest_difference(ours["W_O"], other["out_proj.weight"].T) < CLOSE
    if bias:
        assert largest_difference(ours["b_QKV"], other["in_proj_bias"]) < CLOSE
        assert largest_difference(ours["b_O"], other["out_proj.bias"]) < CLOSE
    assert min(float(one.abs().max()) for name, one in ours.items() if name != "b_QKV") > 0.01


@WITH_EVERY_MASK
def test_fused_is_readable_forward_and_in_every_gradient(how):
    made, plain = module(), module(fused=False)
    assert not plain.fused
    x = torch.randn(BATCH, QUERIES, D_MODEL, dtype=torch.float64)
    upstream = torch.randn_like(x)
    output, ours = run(made, x, upstream, **how)
    other_output, others = run(plain, x, upstream, **how)
    assert largest_difference(output, other_output) < CLOSE
    for name, one in ours.items():
        assert largest_difference(one, others[name]) < CLOSE, name


@WITH_EVERY_MASK
@pytest.mark.parametrize("bias", [True, False])
def test_by_hand_and_in_torch_are_the_module(how, bias):
    made, x = module(bias), torch.randn(BATCH, QUERIES, D_MODEL, dtype=torch.float64)
    weights, biases = numpy_of(made)
    mask = allowed(how)
    expected = made(x, **how).detach()
    hand = by_hand.multi_head_attention(
        x.numpy(), *weights, HEADS, None if mask is None else mask.numpy(), biases=biases
    )
    torch_biases = None if biases is None else tuple(map(torch.tensor, biases))
    functions = in_torch.multi_head_attention(x, *map(torch.tensor, weights), HEADS, mask, biases=torch_biases)
    assert largest_difference(hand, expected) < CLOSE
    assert largest_difference(functions, expected) < CLOSE
    heads = by_hand.head_outputs(x.numpy(), *weights[:3], HEADS, None if mask is None else mask.numpy(), biases=biases)
    torch_heads = torch.tensor(heads)
    for numpy_name in ("contributions", "sum_over_heads"):
        one = getattr(by_hand, numpy_name)(heads, weights[3])
        two = getattr(in_torch, numpy_name)(torch_heads, torch.tensor(weights[3]))
        assert largest_difference(one, two) < CLOSE
    assert largest_difference(in_torch.merge_heads(torch_heads), by_hand.merge_heads(heads)) == 0


def test_cross_attention_asks_another_sequence():
    made = module()
    x = torch.randn(BATCH, QUERIES, D_MODEL, dtype=torch.float64)
    source = torch.randn(BATCH, KEYS, D_MODEL, dtype=torch.float64)
    mask = gaps(QUERIES, KEYS)
    output = made(x, source, mask=mask)
    weights, biases = numpy_of(made)
    hand = by_hand.multi_head_attention(x.numpy(), *weights, HEADS, mask.numpy(), source.numpy(), biases)
    official = as_torch_layer(made)(x, source, source, attn_mask=~mask, need_weights=False)[0]
    assert largest_difference(output, hand) < CLOSE
    assert largest_difference(output, official) < CLOSE


def test_gradients_by_finite_differences():
    made = module(bias=False)
    weights, _ = numpy_of(made)
    x = np.random.default_rng(2).normal(size=(5, D_MODEL))
    upstream = np.random.default_rng(3).normal(size=(5, D_MODEL))
    mask = np.tri(5, dtype=bool)
    leaf = torch.tensor(x[None], requires_grad=True)
    exact = torch.autograd.grad(made(leaf, causal=True), leaf, torch.tensor(upstream[None]))[0][0]
    numerical = numerical_gradient(
        lambda one: float((by_hand.multi_head_attention(one, *weights, HEADS, mask) * upstream).sum()), x
    )
    assert largest_difference(numerical, exact) < 1e-8


def test_causal_goes_with_nothing_else():
    made, x = module(), torch.randn(1, 3, D_MODEL, dtype=torch.float64)
    for wrong in ({"mask": gaps(3, 3)}, {"source": x}):
        with pytest.raises(ValueError, match="leave out mask and source, or causal"):
            made(x, causal=True, **wrong)


def test_dropout_works_in_training_alone():
    made, x = module(dropout=0.5), torch.randn(1, QUERIES, D_MODEL, dtype=torch.float64)
    assert largest_difference(made(x), made(x)) > 0.01
    made.eval()
    assert largest_difference(made(x), made(x)) == 0
    assert "dropout=0.5" in repr(made)


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("chunks", [[1] * 13, [5, 1, 7], [13], [2, 11]], ids=str)
def test_a_cache_gives_what_reading_everything_at_once_gives(chunks, fused):
    made = module(fused=fused).eval()
    x = torch.randn(BATCH, 13, D_MODEL, dtype=torch.float64)
    cache, read = KeyValueCache(), []
    with torch.no_grad():
        whole = made(x, causal=True)
        for chunk in x.split(chunks, dim=1):
            read.append(made(chunk, causal=True, cache=cache))
    assert largest_difference(torch.cat(read, dim=1), whole) < CLOSE
    assert len(cache) == 13
    assert cache.bytes == 2 * BATCH * 13 * D_MODEL * 8


def test_a_cache_keeps_what_it_was_given():
    cache = KeyValueCache()
    assert (len(cache), cache.bytes) == (0, 0)
    pieces = [torch.randn(BATCH, HEADS, n, WIDTH) for n in (3, 1, 1, 11, 2)]
    for piece in pieces:
        K, V = cache.extend(piece, -piece)
    assert largest_difference(K, torch.cat(pieces, dim=2)) == 0
    assert largest_difference(V, -K) == 0


@pytest.mark.parametrize("shape", [(3, HEADS, 1, WIDTH), (BATCH, 2, 1, WIDTH), (BATCH, HEADS, 1, 7)])
def test_a_cache_refuses_another_batch(shape):
    cache = KeyValueCache()
    cache.extend(*torch.zeros(2, BATCH, HEADS, 2, WIDTH))
    with pytest.raises(ValueError, match="must stay the same"):
        cache.extend(*torch.zeros(2, *shape))


def test_the_split_of_a_tensor_is_a_view_and_so_are_the_three_matrices():
    x = torch.randn(QUERIES, D_MODEL)
    assert in_torch.split_heads(x, HEADS).data_ptr() == x.data_ptr()
    made = module()
    assert made.W_Q.data_ptr() == made.W_QKV.data_ptr()
    assert largest_difference(torch.cat([made.W_Q, made.W_K, made.W_V], dim=1), made.W_QKV) == 0


def test_single_precision_is_near_double():
    made = module().float()
    x = torch.randn(BATCH, QUERIES, D_MODEL)
    assert largest_difference(made(x, causal=True), made.double()(x.double(), causal=True)) < 1e-5


@pytest.mark.parametrize("fused", [True, False])
def test_a_mask_of_numbers_is_refused(fused):
    layer = in_torch.MultiHeadAttention(4, 2, fused=fused)
    with pytest.raises(TypeError, match="got an array of float32"):
        layer(torch.zeros(1, 3, 4), mask=torch.ones(3, 3).tril())


@pytest.mark.parametrize("n_groups", [1, 2, 6])
def test_grouped_queries_are_those_of_torch_forward_and_gradients(n_groups):
    rng = np.random.default_rng(8)
    arrays = [rng.normal(size=(6, 5, WIDTH)), *rng.normal(size=(2, n_groups, 5, WIDTH))]
    mask = np.tri(5, dtype=bool)
    leaves = [torch.tensor(one, requires_grad=True) for one in arrays]
    ours = in_torch.grouped_attention(*leaves, torch.tensor(mask))
    theirs = torch.nn.functional.scaled_dot_product_attention(
        *[one[None] for one in leaves], attn_mask=torch.tensor(mask), enable_gqa=True
    )[0]
    assert largest_difference(by_hand.grouped_attention(*arrays, mask), ours) < CLOSE
    assert largest_difference(ours, theirs) < CLOSE
    upstream = torch.tensor(rng.normal(size=ours.shape))
    pairs = zip(torch.autograd.grad(ours, leaves, upstream), torch.autograd.grad(theirs, leaves, upstream), strict=True)
    for one, other in pairs:
        assert largest_difference(one, other) < CLOSE
    with pytest.raises(ValueError, match="6 heads cannot share 4 groups"):
        in_torch.grouped_attention(leaves[0], *torch.zeros(2, 4, 5, WIDTH))


def test_the_cache_by_hand_in_torch_and_of_the_layer_are_one():
    made = module(bias=False)
    x = torch.randn(1, 5, D_MODEL, dtype=torch.float64)
    Q, K, V = (in_torch.split_heads(x[0] @ W, HEADS) for W in (made.W_Q, made.W_K, made.W_V))
    whole = in_torch.split_heads((made(x, causal=True)[0] @ torch.linalg.inv(made.W_O)).detach(), HEADS)
    cache = (K[:, :0], V[:, :0])
    for t in range(5):
        new = [one[:, t : t + 1].detach() for one in (Q, K, V)]
        hand, _ = by_hand.attend_with_cache(*(one.numpy() for one in new), tuple(one.detach().numpy() for one in cache))
        out, cache = in_torch.attend_with_cache(*new, cache)
        assert largest_difference(out, hand) < CLOSE
        assert largest_difference(out, whole[:, t : t + 1]) < 1e-10
