"""The decoder with switches: all off it is lesson 07's GPT, on they are Hugging Face's models; counts agree with the published."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from course_lib.modern import peers, weights
from course_lib.modern.counting import by_formula, cache_bytes, on_meta, published
from course_lib.modern.model import Decoder, turns
from course_lib.modern.shape import LLAMA, Shape
from course_lib.numeric import largest_difference
from course_lib.positional_encoding.in_torch import rotate
from course_lib.transformer.weights.conversion import ConversionError

SMALL = Shape(vocab=31, context=13, layers=2, d_model=12, n_heads=3)
IDS = torch.randint(0, 97, (2, 13), generator=torch.Generator().manual_seed(0))
EVERY = pytest.mark.parametrize("name", peers.PEERS)
SWITCHES = [
    {"rotary": True}, {"rms": True}, {"swiglu": True}, {"bias": False}, {"n_kv_heads": 1}, {"qk_norm": True}, {"window": 4},
    {"experts": 5, "chosen": 2}, {"experts": 3, "chosen": 3, "swiglu": True}, {"activation": "relu_squared"}, {"tied": False},
    {"d_head": 6}, LLAMA,
]  # fmt: skip


def stirred(model, seed=0):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for one in model.parameters():
            one.add_(0.2 * torch.randn(one.shape, generator=generator))
    return model.double().eval()


def test_all_switches_off_it_is_the_gpt_of_lesson_07_forward_and_gradients():
    ours = stirred(Decoder(SMALL))
    gpt, ids = weights.to_gpt(ours), IDS % 31
    assert largest_difference(ours(ids), gpt(ids)) < 1e-12
    upstream = torch.randn(2, 13, 31, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for model in (ours, gpt):
        (model(ids) * upstream).sum().backward()
    assert largest_difference(ours.table.grad, gpt.table.grad) < 1e-11
    joined = torch.cat(
        [ours.stack.blocks[0].attention.get_parameter(name).grad for name in ("W_Q", "W_K", "W_V")], dim=1
    )
    assert largest_difference(joined, gpt.stack.blocks[0].attention.W_QKV.grad) < 1e-11


def test_a_decoder_with_a_switch_on_is_no_gpt():
    with pytest.raises(ConversionError, match="none of the switches"):
        weights.to_gpt(Decoder(replace(SMALL, rms=True)))


@pytest.mark.parametrize("on", SWITCHES, ids=str)
def test_every_switch_gives_logits_a_gradient_for_every_tensor_and_no_look_ahead(on):
    model = stirred(Decoder(replace(SMALL, **on)))
    ids = IDS % 31
    out = model(ids)
    assert out.shape == (2, 13, 31)
    functional.cross_entropy(out.flatten(0, 1), ids.flatten()).backward()
    assert [name for name, one in model.named_parameters() if one.grad is None or not one.grad.any()] == []
    changed = ids.clone()
    changed[:, 7] = (changed[:, 7] + 1) % 31
    moved = (model(changed) - out).abs().amax(dim=(0, 2))
    assert moved[:7].max() < 1e-12 < moved[7]


def test_the_turns_are_those_of_lesson_03():
    heads = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    by = turns(5, Shape(vocab=1, context=5, layers=0, d_model=24, n_heads=3, rotary=True, base=70.0))
    turned = torch.view_as_real(torch.view_as_complex(heads.unflatten(-1, (-1, 2))) * by).flatten(-2)
    assert largest_difference(turned, rotate(heads, torch.arange(5), 70.0)) < 1e-12


@EVERY
def test_hugging_faces_models_agree_to_twelve_digits_forward_by_hand_and_all_gradients(name):
    found = peers.gaps(name, IDS)
    assert found.pop("theirs as it is") < 1e-4
    assert max(found.values()) < 1e-12, found


def test_the_window_of_mistral_is_in_use():
    theirs = peers.tiny("Mistral")
    shape = weights.shape_from(theirs.config)
    ours = weights.from_theirs(theirs.state_dict(), replace(shape, window=None))
    assert shape.window == 4
    assert largest_difference(ours(IDS), theirs(IDS).logits) > 0.1


@EVERY
def test_there_and_back(name):
    theirs = peers.tiny(name)
    state = theirs.state_dict()
    back = weights.to_theirs(weights.from_theirs(state, weights.shape_from(theirs.config)))
    assert back.keys() == state.keys()
    assert [key for key in state if not torch.equal(back[key], state[key])] == []


@EVERY
def test_every_single_tensor_is_missed_by_name(name):
    theirs = peers.tiny(name)
    shape, state = weights.shape_from(theirs.config), dict(theirs.state_dict())
    for key in state:
        if key == "lm_head.weight" and shape.tied:
            continue
        others = {
            other: one
            for other, one in state.items()
            if other != key and not (shape.tied and other == "lm_head.weight")
        }
        with pytest.raises(ConversionError, match=f"missing: {key}"):
            weights.from_theirs(others, shape)


@pytest.mark.parametrize(
    "strange",
    [
        {"attention_bias": True},
        {"hidden_act": "gelu"},
        {"model_type": "gpt2"},
        {"rope_parameters": {"rope_type": "yarn"}},
    ],
)
def test_a_model_that_ours_cannot_be_is_refused(strange):
    with pytest.raises(ConversionError, match=str(next(iter(strange))).replace("rope_parameters", "rope_type")):
        weights.shape_from(peers.tiny("Llama").config.to_dict() | strange)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n_kv_heads": 2}, "cannot share 2 heads"),
        ({"d_model": 13}, "do not divide a width of 13"),
        ({"rotary": True, "d_head": 5}, "one left over"),
        ({"experts": 4}, "1 to 4 of 4 experts; got 0"),
        ({"window": 0}, "at least the token itself"),
        ({"activation": "tanh"}, "got 'tanh'"),
        ({"vocab": 0}, "vocab must be at least 1"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        replace(SMALL, **wrong)


def test_a_text_longer_than_the_context_is_refused():
    with pytest.raises(ValueError, match="14 tokens do not fit into a context of 13"):
        Decoder(SMALL)(torch.zeros(1, 14, dtype=torch.long))


@pytest.mark.parametrize("name", published())
def test_every_published_model_is_counted_exactly_both_ways(name):
    model = published()[name]
    assert by_formula(model.shape) == model.count
    assert on_meta(model.shape) == model.count


def test_the_cache_of_published_models():
    models = published()
    assert cache_bytes(models["LLaMA-2 7B"].shape, 2048) == 2**30  # LLaMA's exact GiB
    assert cache_bytes(models["LLaMA-3 8B"].shape, 2048) == 2**28
    assert cache_bytes(models["Mistral 7B"].shape, 10**6) == cache_bytes(models["Mistral 7B"].shape, 4096)
