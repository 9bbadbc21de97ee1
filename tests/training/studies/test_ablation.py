"""Models with a part taken out: which of them makes which difference."""

import numpy as np
import pytest
import torch

from course_lib.training.studies.ablation import PARTS, BrokenGPT, small_model, writing_loss
from course_lib.training.studies.story_model import stream
from course_lib.transformer.generation import generate
from course_lib.transformer.models import GPT, ModelConfig

SHAPE = ModelConfig(vocab=13, context=7, layers=2, d_model=12, n_heads=3)
IDS = torch.tensor([[1, 2, 3, 5, 7, 11]])


def model(*without):
    made = BrokenGPT(SHAPE, torch.Generator().manual_seed(0), without).eval()
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(1)) * 0.3)
    return made


def test_with_nothing_missing_it_is_a_gpt():
    whole = GPT(SHAPE)
    whole.load_state_dict(model().state_dict())
    assert torch.equal(whole(IDS), model()(IDS))
    assert torch.equal(generate(whole, IDS, 5), generate(model(), IDS, 5))


def test_only_without_the_mask_does_the_future_matter():
    later = IDS.clone()
    later[0, -1] = 4
    assert torch.equal(model()(IDS)[:, :-1], model()(later)[:, :-1])
    assert not torch.allclose(model("mask")(IDS)[:, 0], model("mask")(later)[:, 0])
    with pytest.raises(ValueError, match="no caches"):
        model("mask")(IDS, model().new_caches())


def test_without_mask_and_positions_order_is_unknown():
    both = model("mask", "positions")
    turned = torch.flip(IDS, dims=(1,))
    assert torch.allclose(both(IDS), torch.flip(both(turned), dims=(1,)), atol=1e-5)
    assert not torch.allclose(model("mask")(IDS), torch.flip(model("mask")(turned), dims=(1,)), atol=1e-2)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_makes_a_difference(part):
    assert not torch.allclose(model(part)(IDS), model()(IDS), atol=1e-3)


def test_a_part_that_there_is_not_is_named():
    with pytest.raises(ValueError, match="can be left out are mask, positions, residual, norm; got heads"):
        BrokenGPT(SHAPE, without=("heads",))
    with pytest.raises(ValueError, match="do not fit into a context of 7"):
        model()(torch.zeros(1, 8, dtype=torch.long))


def test_the_loss_of_writing_is_that_of_the_last_word():
    ids = stream("held_out")[:60]
    made = small_model(context=16, d_model=16).eval()
    expected = []
    for start in range(0, 4 * ((60 - 5) // 4), (60 - 5) // 4):
        logits = made(ids[None, start : start + 4])[0, -1].log_softmax(-1)
        expected.append(-logits[ids[start + 4]].item())
    assert writing_loss(made, ids, length=4, windows=4) == pytest.approx(np.mean(expected), rel=1e-5)
