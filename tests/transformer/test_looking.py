"""The weights that are shown are those that the layer used."""

import pytest
import torch

from course_lib.multi_head.in_torch import MultiHeadAttention, merge_heads, split_heads
from course_lib.numeric import largest_difference
from course_lib.transformer.by_hand import attention_mask
from course_lib.transformer.looking import attention_weights, looking_at
from course_lib.transformer.models import GPT, EncoderDecoder, ModelConfig

SIZES = {"vocab": 13, "context": 11, "layers": 2, "d_model": 6, "n_heads": 3, "d_ff": 7}


def random_numbers(model, seed=0):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.randn(weight.shape, generator=generator) * 0.5)
    return model.eval()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("how", ["all", "causal", "mask", "source", "source and mask"])
def test_the_weights_give_the_layers_own_output(bias, how):
    layer = random_numbers(MultiHeadAttention(6, 3, bias=bias)).double()
    generator = torch.Generator().manual_seed(1)
    x, source = (torch.randn(2, n, 6, generator=generator, dtype=torch.float64) for n in (5, 7))
    present = torch.ones(2, 1, 7 if "source" in how else 5, dtype=torch.bool)
    present[1, :, 3:] = False
    said = {
        "all": {}, "causal": {"causal": True}, "mask": {"mask": present}, "source": {"source": source},
        "source and mask": {"source": source, "mask": present},
    }[how]  # fmt: skip
    weights = attention_weights(layer, x, **said)
    assert largest_difference(weights.sum(dim=-1), torch.ones(2, 3, 5)) < 1e-12
    asked = said.get("source", x)
    values = asked @ layer.W_V + (layer.biases[2] if bias else 0)
    output = merge_heads(weights @ split_heads(values, 3)) @ layer.W_O + (layer.biases[3] if bias else 0)
    assert largest_difference(output, layer(x, **said)) < 1e-12


def test_every_layer_of_an_encoder_decoder_is_seen_and_the_model_is_left_as_it_was():
    model = random_numbers(EncoderDecoder(ModelConfig(**SIZES)))
    source, target = torch.tensor([[1, 2, 3, 4, 5]]), torch.tensor([[6, 7, 8]])
    before = model(source, target)
    found = looking_at(model, lambda: model(source, target))
    shapes = {name: tuple(weights.shape[2:]) for name, weights in found.items()}
    for i in range(2):
        assert shapes[f"encoder.blocks.{i}.attention"] == (5, 5)
        assert shapes[f"decoder.blocks.{i}.attention"] == (3, 3)
        assert shapes[f"decoder.blocks.{i}.cross"] == (3, 5)
        future = ~attention_mask("decoder", 0, 3)["decoder"]
        assert not found[f"decoder.blocks.{i}.attention"].numpy()[..., future].any()
    assert torch.equal(model(source, target), before)
    assert looking_at(model, lambda: None) == {}


def test_hooks_are_taken_off_when_the_run_fails_and_caches_are_refused():
    model = random_numbers(GPT(ModelConfig(**SIZES)))
    with pytest.raises(ZeroDivisionError):
        looking_at(model, lambda: 1 / 0)
    with pytest.raises(ValueError, match="without caches"):
        looking_at(model, lambda: model(torch.tensor([[1, 2]]), model.new_caches()))
    assert all(not layer._forward_hooks for layer in model.modules())
