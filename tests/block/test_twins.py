"""NumPy, readable PyTorch, the module, and torch.nn.TransformerEncoderLayer: one function, with all its gradients."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.block import by_hand, in_torch
from course_lib.block.in_torch import Block, BlockConfig
from course_lib.block.inventory import inventory
from course_lib.block.peers import OUR_NAMES, encoder_layer_of, gaps, in_our_names, in_their_names, load_encoder_layer
from course_lib.numeric import largest_difference, numerical_gradient

CLOSE = 1e-12
BATCH, TOKENS, D_MODEL, HEADS, D_FF = 3, 7, 10, 2, 13
EVERY_KIND = [
    pytest.mark.parametrize("norm", ["pre", "post"]),
    pytest.mark.parametrize("activation", ["relu", "gelu", "gelu_tanh"]),
]


def both(test):
    for mark in EVERY_KIND:
        test = mark(test)
    return test


def random_block(seed=0, **changed):
    """A block in double precision whose every tensor is random, biases and gains included."""
    torch.manual_seed(seed)
    config = BlockConfig(**{"d_model": D_MODEL, "n_heads": HEADS, "d_ff": D_FF, "fused": False} | changed)
    block = Block(config).double()
    for parameter in block.parameters():
        nn.init.normal_(parameter, std=0.5)
    return block


def noise(*shape, seed=1):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def gapped():
    mask = np.random.default_rng(5).random((TOKENS, TOKENS)) < 0.5
    np.fill_diagonal(mask, True)
    return torch.from_numpy(mask)


MASKS = {"no mask": None, "causal": torch.ones(TOKENS, TOKENS, dtype=torch.bool).tril(), "gaps": gapped()}


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
@both
def test_equal_to_pytorchs_encoder_layer_forward_and_in_every_gradient(norm, activation, mask):
    block = random_block(norm=norm, activation=activation)
    x, upstream = noise(2, BATCH, TOKENS, D_MODEL)
    found = gaps(block, x, upstream, mask)
    assert set(found) == {"output", "x", *dict(block.named_parameters())}
    assert {name: gap for name, gap in found.items() if gap > CLOSE} == {}


def test_the_comparison_with_the_peer_can_fail():
    block = random_block()
    x = noise(BATCH, TOKENS, D_MODEL)
    layer = encoder_layer_of(block)
    with torch.no_grad():
        block.feed_forward.W_1[2, 3] += 0.1
    assert largest_difference(block(x), layer(x)) > 1e-4
    wrong_way_round = encoder_layer_of(block)(x, src_mask=MASKS["causal"].T)  # True means the opposite there
    assert largest_difference(block(x, MASKS["causal"]), wrong_way_round) > 1e-3
    assert largest_difference(block(x, MASKS["causal"]), encoder_layer_of(block)(x, src_mask=~MASKS["causal"])) < CLOSE


@both
def test_numpy_readable_torch_module_and_fused_module_agree(norm, activation):
    block, x = random_block(norm=norm, activation=activation), noise(BATCH, TOKENS, D_MODEL)
    mask = MASKS["gaps"]
    params = block.params()
    arrays = {name: one if name == "n_heads" else one.detach().numpy() for name, one in params.items()}
    expected = by_hand.block(x.numpy(), arrays, norm, mask.numpy(), by_hand.ACTIVATIONS[activation])
    readable = in_torch.block(x, params, norm, mask, in_torch.ACTIVATIONS[activation])
    fused = random_block(norm=norm, activation=activation, fused=True)
    assert largest_difference(readable, expected) < CLOSE
    assert largest_difference(block(x, mask), expected) < CLOSE
    assert largest_difference(fused(x, mask), expected) < CLOSE


@both
def test_the_slopes_measured_on_numpy_are_the_gradients_of_the_module(norm, activation):
    block, (x, upstream) = random_block(d_model=6, d_ff=5, norm=norm, activation=activation), noise(2, 3, 6)
    params = block.params()
    arrays = {name: one if name == "n_heads" else one.detach().numpy() for name, one in params.items()}
    names = [name for name in ("W_O", "W_1", "b_1", "W_2", "gain_1", "bias_2")]
    exact = torch.autograd.grad(block(x[None])[0], [params[name] for name in names], upstream)
    for name, slope in zip(names, exact, strict=True):

        def weighted(changed, name=name):
            out = by_hand.block(x.numpy(), arrays | {name: changed}, norm, activation=by_hand.ACTIVATIONS[activation])
            return float((out * upstream.numpy()).sum())

        assert largest_difference(numerical_gradient(weighted, arrays[name]), slope) < 1e-7


def test_activations_and_norm_are_those_of_torch_with_their_slopes():
    x, upstream = noise(2, 5, 7) * 3
    official = {
        "relu": nn.functional.relu,
        "gelu": nn.functional.gelu,
        "gelu_tanh": lambda x: nn.functional.gelu(x, approximate="tanh"),
    }
    for name, theirs in official.items():
        leaf, other = x.clone().requires_grad_(), x.clone().requires_grad_()
        own, result = in_torch.ACTIVATIONS[name](leaf), theirs(other)
        assert largest_difference(own, result) < CLOSE
        assert largest_difference(by_hand.ACTIVATIONS[name](x.numpy()), result) < CLOSE
        assert (
            largest_difference(*(torch.autograd.grad(o, i, upstream)[0] for o, i in ((own, leaf), (result, other))))
            < CLOSE
        )
    gain, bias = noise(2, 7, seed=3)
    for eps in (1e-5, 0.3):
        result = nn.functional.layer_norm(x, (7,), gain, bias, eps)
        assert largest_difference(in_torch.layer_norm(x, gain, bias, eps), result) < CLOSE
        assert largest_difference(by_hand.layer_norm(x.numpy(), gain.numpy(), bias.numpy(), eps), result) < CLOSE


def test_rms_norm_is_that_of_torch_with_its_slopes():
    x, upstream = noise(2, 5, 7) * 3
    gain = noise(7, seed=3)
    for eps in (1e-6, 0.3):
        leaf, other = x.clone().requires_grad_(), x.clone().requires_grad_()
        own, result = in_torch.rms_norm(leaf, gain, eps), nn.functional.rms_norm(other, (7,), gain, eps)
        slopes = torch.autograd.grad(own, leaf, upstream)[0], torch.autograd.grad(result, other, upstream)[0]
        assert largest_difference(own, result) < CLOSE
        assert largest_difference(*slopes) < CLOSE
        assert largest_difference(by_hand.rms_norm(x.numpy(), gain.numpy(), eps), result) < CLOSE


def test_a_gated_network_is_that_of_torchs_modules_with_its_slopes():
    x, upstream = noise(2, 5, 7) * 3
    gate, up, down = (nn.Linear(a, b, bias=False).double() for a, b in ((7, 11), (7, 11), (11, 7)))
    weights = [layer.weight.T for layer in (gate, up, down)]
    leaf, other = x.clone().requires_grad_(), x.clone().requires_grad_()
    own, result = in_torch.swiglu(leaf, *weights), down(nn.SiLU()(gate(other)) * up(other))
    slopes = torch.autograd.grad(own, leaf, upstream)[0], torch.autograd.grad(result, other, upstream)[0]
    assert largest_difference(own, result) < CLOSE
    assert largest_difference(*slopes) < CLOSE
    arrays = [weight.detach().numpy() for weight in weights]
    assert largest_difference(by_hand.swiglu(x.numpy(), *arrays), result) < CLOSE
    assert largest_difference(in_torch.silu(x), nn.functional.silu(x)) < CLOSE


def test_float32_stays_float32_and_close():
    block = random_block()
    x = noise(BATCH, TOKENS, D_MODEL)
    expected = block(x)
    out = block.float()(x.float())
    assert out.dtype == torch.float32
    assert largest_difference(out, expected) < 1e-4


def test_weights_travel_to_the_peer_and_back():
    block, other = random_block(seed=1), random_block(seed=2)
    x = noise(BATCH, TOKENS, D_MODEL)
    layer = encoder_layer_of(block)
    load_encoder_layer(other, layer)
    assert torch.equal(other(x), block(x))
    state = block.state_dict()
    assert {
        name: torch.equal(one, state[name]) for name, one in in_our_names(in_their_names(state)).items()
    } == dict.fromkeys(state, True)
    assert set(OUR_NAMES) == set(layer.state_dict())
    with torch.no_grad():
        layer.linear1.weight += 1
    assert torch.equal(block(x), other(x)), "the weights were copied"


def test_the_peer_keeps_mode_eps_and_dropout():
    block = random_block(norm="post", eps=0.2, dropout=0.4, dropout_inside=True).eval()
    layer, x = encoder_layer_of(block), noise(BATCH, TOKENS, D_MODEL)
    assert not layer.training
    assert (layer.dropout.p, layer.norm1.eps) == (0.4, 0.2)
    x.requires_grad_()  # without it PyTorch takes a shortcut in evaluation
    assert largest_difference(block(x), layer(x)) < CLOSE


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cross": True}, r"has cross\.W_O.*bias=True, cross=False"),
        ({"bias": False}, r"lacks attention\.b_O"),
        ({"residual": False}, "residual=False"),
    ],
)
def test_a_block_that_the_peer_cannot_be_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        encoder_layer_of(random_block(**changed))


@pytest.mark.parametrize(
    ("d_model", "d_ff", "message"),
    [
        (
            D_MODEL,
            17,
            r"linear1\.weight, turned, has shape \(10, 17\), and the block's feed_forward\.W_1 has \(10, 13\)",
        ),
        (
            6,
            D_FF,
            r"self_attn\.in_proj_weight, turned, has shape \(6, 18\), and the block's attention\.W_QKV has \(10, 30\)",
        ),
    ],
)
def test_a_peer_of_another_shape_is_refused_by_the_name_of_its_tensor_and_nothing_is_copied(d_model, d_ff, message):
    block = random_block()
    before = {name: one.clone() for name, one in block.state_dict().items()}
    with pytest.raises(ValueError, match=message):
        load_encoder_layer(block, nn.TransformerEncoderLayer(d_model, 2, d_ff))
    assert all(torch.equal(one, before[name]) for name, one in block.state_dict().items())


def test_a_peer_without_biases_is_refused():
    with pytest.raises(ValueError, match=r"lacks linear1\.bias"):
        load_encoder_layer(random_block(), nn.TransformerEncoderLayer(D_MODEL, 2, D_FF, bias=False))


@pytest.mark.parametrize("p", [0.2, 0.7])
def test_dropout_in_torch_has_the_right_share_mean_and_scale(p):
    x = torch.ones(401, 499, dtype=torch.float64)
    out = in_torch.dropout(x, p, torch.Generator().manual_seed(3), training=True)
    assert abs(float((out == 0).double().mean()) - p) < 4 * (p * (1 - p) / x.numel()) ** 0.5
    assert torch.allclose(out[out != 0], torch.tensor(1 / (1 - p), dtype=torch.float64))
    assert abs(float(out.mean()) - 1) < 4 * (p / (1 - p) / x.numel()) ** 0.5
    assert in_torch.dropout(x, p, torch.Generator(), training=False) is x


def test_a_block_drops_in_training_and_not_in_use():
    block, x = random_block(dropout=0.5, dropout_inside=True, fused=True), noise(BATCH, TOKENS, D_MODEL)
    assert not torch.equal(block.train()(x), block(x))
    plain = random_block()
    assert largest_difference(block.eval()(x), plain(x)) < CLOSE


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_a_decoders_block_reads_its_source(norm):
    block, x, source = (
        random_block(cross=True, norm=norm),
        noise(BATCH, TOKENS, D_MODEL),
        noise(BATCH, 5, D_MODEL, seed=2),
    )
    out = block(x, causal=True, source=source)
    assert out.shape == x.shape
    assert largest_difference(block(x, causal=True, source=source.flip(1)), out) < CLOSE, (
        "no order in a source without positions"
    )
    assert largest_difference(block(x, causal=True, source=source + noise(1, 5, D_MODEL, seed=3)), out) > 1e-3
    with pytest.raises(ValueError, match="needs a source"):
        block(x)
    with pytest.raises(ValueError, match="takes no source"):
        random_block()(x, source=source)


@pytest.mark.parametrize("bad", [{"norm": "before"}, {"activation": "tanh"}, {"dropout": 1.0}, {"dropout": -0.1}])
def test_a_configuration_that_cannot_be_built_is_refused(bad):
    with pytest.raises(ValueError, match=str(next(iter(bad.values())))):
        BlockConfig(**{"d_model": 6, "n_heads": 2} | bad)


@pytest.mark.parametrize(("cross", "bias"), list(itertools.product([False, True], [False, True])))
def test_the_inventory_names_every_part_and_counts_every_parameter(cross, bias):
    block = Block(BlockConfig(D_MODEL, HEADS, D_FF, cross=cross, bias=bias))
    parts = inventory(block)
    middle = ["attention", "norm"] if cross else []
    assert [part.kind for part in parts] == ["attention", "norm", *middle, "feed-forward", "norm"]
    total = sum(parameter.numel() for parameter in block.parameters())
    assert sum(part.parameters for part in parts) == total
    network = next(part for part in parts if part.kind == "feed-forward")
    assert network.parameters == 2 * D_MODEL * D_FF + (D_FF + D_MODEL if bias else 0)
    assert network.shapes["W_1"] == (D_MODEL, D_FF)


def test_the_block_of_2017_has_three_million_parameters_as_pytorchs_has():
    ours = sum(p.numel() for p in Block(BlockConfig(512, 8, 2048)).parameters())
    theirs = sum(p.numel() for p in nn.TransformerEncoderLayer(512, 8, 2048).parameters())
    assert ours == theirs == 3_152_384
