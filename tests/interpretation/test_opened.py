"""A model laid open: nothing changes by looking, and what is changed is what later layers see."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from course_lib.block.by_hand import layer_norm
from course_lib.interpretation import by_hand
from course_lib.interpretation.opened import last_norm, look, loss_by_token, removing, run_of
from course_lib.loss.in_torch import fused_cross_entropy
from course_lib.multi_head.in_torch import merge_heads
from course_lib.transformer.models import GPT, ModelConfig

IDS = torch.tensor([[1, 4, 2, 7, 5], [3, 3, 0, 10, 6]])


@pytest.fixture
def model():
    config = ModelConfig(vocab=11, context=7, layers=3, d_model=12, n_heads=3)
    made = GPT(config, torch.Generator().manual_seed(5)).double().eval()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)) * 0.3)
    return made


def test_what_is_seen_is_what_the_model_does(model):
    seen = look(model, IDS)
    assert_allclose(seen.logits, model(IDS).detach(), atol=1e-9)
    assert_allclose(seen.weights.sum(dim=-1), 1.0, atol=1e-9)
    assert_allclose(seen.hidden[0], (model.table[IDS] + model.positions[:5]).detach(), atol=1e-12)
    read = by_hand.logit_lens(seen.hidden[:, 0].numpy(), last_norm(model), model.table.detach().numpy())
    assert_allclose(read[-1], seen.logits[0], atol=1e-9)
    attention = model.stack.blocks[1].attention
    written = merge_heads(seen.heads[1]) @ attention.W_O + attention.b_O
    normed = model.stack.blocks[1].norm_1(seen.hidden[1])
    assert_allclose(written.detach(), attention(normed, causal=True).detach(), atol=1e-9)


def test_looking_leaves_no_trace(model):
    model.train()
    before = model(IDS).detach()
    look(model, IDS, heads=removing([(0, 1), (2, 0)], by_hand.ablate_head))
    assert model.training
    assert torch.equal(model(IDS), before)
    assert all(not part._forward_hooks and not part._forward_pre_hooks for part in model.modules())


def test_hooks_go_where_a_change_fails(model):
    def breaks(layer, x):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        look(model, IDS, hidden=breaks)
    assert all(not part._forward_hooks and not part._forward_pre_hooks for part in model.modules())


def test_a_head_without_its_rows_of_w_o_is_a_head_taken_out(model):
    without = look(model, IDS, heads=removing([(1, 2)], by_hand.ablate_head)).logits
    with torch.no_grad():
        model.stack.blocks[1].attention.W_O[8:12] = 0.0
        assert_allclose(without, model(IDS), atol=1e-9)


def test_a_vector_put_in_is_seen_by_later_words_and_layers_alone(model):
    run = run_of(model)
    clean, corrupted = IDS[0].numpy(), IDS[1].numpy()
    there, _ = run(clean)
    hidden, logits = run(corrupted, {(1, 2): there[1, 2]})
    plain, before = run(corrupted)
    assert_allclose(hidden[1, 2], there[1, 2])
    assert_allclose(hidden[:, :2], plain[:, :2])
    assert_allclose(hidden[0], plain[0])
    assert np.abs(hidden[2:, 2:] - plain[2:, 2:]).min(axis=-1).max() > 0
    assert_allclose(logits[:2], before[:2])
    assert_allclose(by_hand.patch(run, clean, corrupted, 1, 2), logits)


def test_all_vectors_of_the_clean_run_make_it_the_clean_run(model):
    run = run_of(model)
    there, logits = run(IDS[0].numpy())
    for layer in range(4):
        put = {(layer, place): there[layer, place] for place in range(5)}
        assert_allclose(run(IDS[1].numpy(), put)[1], logits, atol=1e-9)


def test_the_last_norm_and_the_losses(model):
    x = np.random.default_rng(0).normal(size=(5, 12))
    gain, bias = model.stack.norm.weight.detach().numpy(), model.stack.norm.bias.detach().numpy()
    assert_allclose(last_norm(model)(x), layer_norm(x, gain, bias), atol=1e-12)
    logits = model(IDS).detach()
    assert loss_by_token(logits, IDS).mean() == pytest.approx(float(fused_cross_entropy(logits[:, :-1], IDS[:, 1:])))
