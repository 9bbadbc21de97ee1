"""NumPy, PyTorch and Hugging Face with the same random numbers: equal outputs, equal gradients, equal counts."""

import numpy as np
import pytest
import torch

from course_lib.numeric import largest_difference, numerical_gradient
from course_lib.transformer.weights.conversion import ConversionError, as_arrays
from course_lib.vision import by_hand, in_torch, weights
from course_lib.vision.in_torch import ViT, ViTConfig

CLOSE = 1e-12


@pytest.fixture(scope="module")
def theirs():
    return weights.tiny_vit()


@pytest.fixture(scope="module")
def ours(theirs):
    return weights.from_theirs(theirs.state_dict(), weights.config_from(theirs.config))


def pixels(seed=1, n=3):
    return torch.randn(n, 12, 12, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_the_scores_of_hugging_faces_vit(theirs, ours):
    images = pixels()
    expected = theirs(images.permute(0, 3, 1, 2)).logits
    assert expected.abs().max() > 1
    assert theirs.config.layer_norm_eps == ours.config.eps == 1e-12
    assert largest_difference(ours(images), expected) < CLOSE
    assert largest_difference(by_hand.vit_logits(images.numpy(), as_arrays(ours.params())), expected) < CLOSE


def test_the_gradients_of_hugging_faces_vit_for_pixels_and_every_weight(theirs, ours):
    first, second = (pixels(2).requires_grad_() for _ in range(2))
    upstream = torch.randn(3, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    theirs.zero_grad()
    ours.zero_grad()
    (theirs(first.permute(0, 3, 1, 2)).logits * upstream).sum().backward()
    (ours(second) * upstream).sum().backward()
    assert first.grad.abs().max() > 1e-3
    assert largest_difference(first.grad, second.grad) < CLOSE
    state = {name: one.grad for name, one in theirs.named_parameters()}
    slopes = weights.from_theirs(state, ours.config)  # gradients lie where the weights lie
    for (name, one), (_, expected) in zip(ours.named_parameters(), slopes.named_parameters(), strict=True):
        assert expected.abs().max() > 1e-6, name
        assert largest_difference(one.grad, expected) < 1e-10, name


def test_the_slope_measured_on_numpy_is_the_gradient_of_the_twin(ours):
    image, params = pixels(4, n=1)[0, :4, :4], None
    config = ViTConfig(image=4, patch=2, channels=3, classes=5, layers=2, d_model=6, n_heads=3, position_start=1.0)
    model = ViT(config, torch.Generator().manual_seed(5)).double()
    params = as_arrays(model.params())
    upstream = np.random.default_rng(6).normal(size=5)
    leaf = image[None].clone().requires_grad_()
    (exact,) = torch.autograd.grad(model(leaf), leaf, torch.tensor(upstream)[None])
    measured = numerical_gradient(lambda x: float(by_hand.vit_logits(x, params) @ upstream), image.numpy())
    assert largest_difference(measured, exact[0]) < 1e-7


def test_names_of_published_checkpoints_are_known_too(theirs, ours):
    back = {today: old for today, old in zip(weights.TODAY.values(), weights.PUBLISHED.values(), strict=True)}
    old = {}
    for name, one in theirs.state_dict().items():
        for i in range(2):
            if f".layers.{i}." in name:
                for today, published in back.items():
                    name = name.replace(today.format(i), published.format(i))
        old[name] = one
    assert "vit.encoder.layer.1.attention.attention.query.weight" in old
    again = weights.from_theirs(old, ours.config)
    assert largest_difference(again(pixels()), ours(pixels())) == 0


def test_what_does_not_fit_is_refused_by_name(theirs, ours):
    state = dict(theirs.state_dict())
    del state["vit.layernorm.bias"]
    state["vit.pooler.dense.weight"] = torch.ones(2, 2)
    state["classifier.weight"] = torch.ones(7, 3)
    with pytest.raises(ConversionError) as refused:
        weights.from_theirs(state, ours.config)
    for said in ("unknown: pooler.dense.weight", "missing: layernorm.bias", "classifier.weight has (7, 3)"):
        assert said in str(refused.value)
    with pytest.raises(ConversionError, match="hidden_act='relu'"):
        weights.config_from(theirs.config.to_dict() | {"hidden_act": "relu"})


def test_patches_maps_and_roll_out_agree(ours):
    images = pixels(7)
    assert torch.equal(in_torch.patchify(images, 4), torch.tensor(by_hand.patchify(images.numpy(), 4)))
    maps = by_hand.attention_maps(images.numpy(), as_arrays(ours.params()))
    assert largest_difference(in_torch.attention_maps(ours, images), maps) < CLOSE
    assert largest_difference(in_torch.roll_out(torch.tensor(maps)), by_hand.roll_out(maps)) < CLOSE


def test_the_maps_are_those_of_hugging_face(theirs, ours):
    theirs.set_attn_implementation("eager")
    found = theirs(pixels(8).permute(0, 3, 1, 2), output_attentions=True).attentions
    # where theirs shows its weights, it takes their softmax in single precision
    assert largest_difference(torch.stack(found, dim=1), in_torch.attention_maps(ours, pixels(8))) < 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_every_shape_has_as_many_parameters_as_the_formula_says(seed):
    rng = np.random.default_rng(seed)
    patch, side, heads, width, layers, channels, classes, d_ff = (int(n) for n in rng.integers(1, 6, size=8))
    config = ViTConfig(patch * side, patch, channels, classes, layers, heads * width, heads, d_ff)
    with torch.device("meta"):
        counted = sum(one.numel() for one in ViT(config).parameters())
    said = by_hand.vit_parameters(patch * side, patch, channels, layers, heads * width, d_ff, classes)
    assert counted == said


def test_patches_that_do_not_cover_the_image_are_refused():
    with pytest.raises(ValueError, match="do not cover"):
        in_torch.patchify(torch.zeros(6, 9, 1), 4)
    with pytest.raises(ValueError, match="do not cover"):
        ViTConfig(image=8, patch=3, channels=1, classes=2, layers=1, d_model=2, n_heads=1)
