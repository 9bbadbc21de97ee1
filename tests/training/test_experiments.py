"""The experiments, small; the parts that can be taken out; Muon; tokens; the model that is shipped."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from course_lib import corpus
from course_lib.training import experiments, world
from course_lib.training.broken import PARTS, BrokenGPT
from course_lib.training.evaluate import mean_loss
from course_lib.training.muon import muon, orthogonalised
from course_lib.training.tokens import KINDS, TextTokens, learn
from course_lib.transformer.generation import generate
from course_lib.transformer.models import GPT, ModelConfig

SHAPE = ModelConfig(vocab=13, context=7, layers=2, d_model=12, n_heads=3)
IDS = torch.tensor([[1, 2, 3, 5, 7, 11]])


def model(*without):
    made = BrokenGPT(SHAPE, torch.Generator().manual_seed(0), without).eval()
    with torch.no_grad():
        for one in made.parameters():
            one.add_(torch.randn(one.shape, generator=torch.Generator().manual_seed(1)) * 0.3)
    return made


# ---------------------------------------------------------------- a part taken out


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
    ids = world.stream("held_out")[:60]
    made = experiments.small_model(context=16, d_model=16).eval()
    expected = []
    for start in range(0, 4 * ((60 - 5) // 4), (60 - 5) // 4):
        logits = made(ids[None, start : start + 4])[0, -1].log_softmax(-1)
        expected.append(-logits[ids[start + 4]].item())
    assert experiments.writing_loss(made, ids, length=4, windows=4) == pytest.approx(np.mean(expected), rel=1e-5)


# ---------------------------------------------------------------- experiments


def test_the_same_settings_give_the_same_numbers():
    first, second = (experiments.overfit(0.2, tokens=200, steps=12, every=6) for _ in range(2))
    assert first.steps.tolist() == [6, 12]
    assert first.held_out.tolist() == second.held_out.tolist()
    assert experiments.overfit(0.0, tokens=200, steps=12, every=6).train.tolist() != first.train.tolist()


def test_a_rate_that_is_far_too_high_is_worse_than_none_and_the_sweep_keeps_no_nan():
    losses = experiments.sweep([1e-3, 3.0, 1e30], steps=12)
    assert losses[1e-3][-1] < losses[1e-3][0] == losses[3.0][0]
    assert losses[3.0][-1] > losses[3.0][0]
    assert not np.isnan(losses[1e30]).any()


def test_memory_is_counted_once_for_each_storage():
    made = experiments.small_model()
    one, four = (experiments.saved_bytes(made, torch.zeros(n, 32, dtype=torch.long)) for n in (1, 4))
    assert 3.5 < four / one <= 4
    # At least the logits' log-softmax must be kept, (token, vocab) in single precision.
    assert one > 32 * 633 * 4
    costs = experiments.batch_costs((1, 3), context=8)
    assert [cost.batch_size for cost in costs] == [1, 3]
    assert all(cost.tokens_per_second == pytest.approx(cost.batch_size * 8 / cost.seconds) for cost in costs)


def test_the_copy_task_can_be_answered_by_reading_it():
    rows, answers, distances = experiments.copy_task(np.random.default_rng(0), 500, 11)
    marked = (rows >= 8) & (rows < 16)
    assert (marked.sum(axis=1) == 1).all()
    assert (rows[marked] - 8 == answers).all()
    assert (10 - marked.argmax(axis=1) == distances).all()
    assert set(distances) == set(range(1, 11))


def test_one_block_learns_to_copy_from_every_distance():
    assert experiments.copy_accuracy(experiments.train_to_copy(length=11, steps=150), n=800).min() > 0.9
    assert experiments.copy_accuracy(experiments.train_to_copy(length=11, steps=1), n=800).mean() < 0.4


def test_quality_counts_repeats_and_joins_that_the_corpus_never_makes():
    sentence = "the king lives in a castle ."
    assert experiments.written_quality(["a b c d e f a b c d e f"])[0] == pytest.approx(1 / 7)
    assert experiments.written_quality([sentence])[0] == 0
    assert experiments.written_quality([sentence, sentence, "a b c d e f"])[0] == pytest.approx(2 / 5)
    assert experiments.written_quality(["castle castle castle"])[1] == 1
    known = corpus.sentences("train")[0].words
    assert experiments.written_quality([" ".join(known)]) == (0, 0)


def test_a_model_that_counts_pairs():
    train, held_out = np.array([0, 1, 2, 0, 1, 1]), np.array([0, 1, 2])
    # after 0: 1 twice; after 1: 2 and 1 once each; with 1 added to every count of three words
    expected = -(np.log(3 / 5) + np.log(2 / 5)) / 2
    assert_allclose(world.bigram_loss(train, held_out, 3, extra=1.0), expected)


# ---------------------------------------------------------------- Muon


@pytest.mark.parametrize("shape", [(5, 5), (3, 11), (11, 3), (2, 7, 13)])
def test_orthogonalised_is_near_the_product_of_the_singular_vectors(shape):
    M = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    U, _, Vt = torch.linalg.svd(M, full_matrices=False)
    ours = orthogonalised(M)
    assert ours.shape == M.shape
    singular = torch.linalg.svdvals(ours)
    assert singular.min() > 0.3
    assert singular.max() < 1.3
    # the directions are those of M: U' ours V is diagonal
    turned = U.mT @ ours @ Vt.mT
    assert (turned - torch.diag_embed(turned.diagonal(dim1=-2, dim2=-1))).abs().max() < 0.02


def test_muon_moves_matrices_and_leaves_the_rest_to_adamw():
    from course_lib.training.config import TrainConfig

    made = model()
    optimizer = muon(made, TrainConfig(weight_decay=0.0))
    matrices = {id(one) for some in optimizer.of_one_shape.values() for one in some}
    names = {name for name, one in made.named_parameters() if id(one) in matrices}
    assert names == {n for n, one in made.named_parameters() if n.startswith("stack") and one.dim() == 2}
    before = {name: one.detach().clone() for name, one in made.named_parameters()}
    made(IDS).square().mean().backward()
    optimizer.step()
    moved = {name: one.detach() - before[name] for name, one in made.named_parameters()}
    # every singular value of a step is about the rate, times the root of d_out / d_in where that is above 1
    singular = torch.linalg.svdvals(moved["stack.blocks.0.attention.W_O"])
    assert singular.max() < 0.03 * 1.3
    assert moved["table"].abs().max() == pytest.approx(0.01, rel=1e-3)
    optimizer.zero_grad()
    assert all(one.grad is None for one in made.parameters())


# ---------------------------------------------------------------- tokens


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_comes_back_from_its_ids(kind):
    text = "the mole digs, the mole sleeps; naïve 森林"
    tokens = learn(text, kind, 50)
    back = tokens.decode(tokens.encode(text))
    assert back == text if kind != "words" else "".join(back.split()) == "".join(text.split())
    assert max(tokens.encode(text)) < len(tokens)
    assert TextTokens.from_json(tokens.as_json()) == tokens


def test_rare_words_become_one_unknown_word():
    tokens = learn("a a a b b c", "words", 2)
    assert tokens.table == ("<unknown>", "a", "b")
    assert tokens.encode("c a d") == [0, 1, 0]
    with pytest.raises(ValueError, match="can be cut into characters, words, bpe"):
        learn("a", "syllables")


# ---------------------------------------------------------------- the shipped model


def test_the_shipped_model_is_a_good_one():
    shipped = world.shipped()
    assert corpus.entropy() - 0.05 < mean_loss(shipped, world.stream("held_out")[:4096]) < 0.9
    assert not shipped.training


def test_writing_is_the_same_with_and_without_the_cache_and_differs_by_seed():
    made = world.shipped()
    texts = [
        world.write(made, "the mole", 30, seed=seed, cached=cached)
        for seed, cached in ((1, True), (1, False), (2, True))
    ]
    assert texts[0] == texts[1] != texts[2]
    with pytest.raises(KeyError, match="not in the vocabulary"):
        world.write(made, "a dragon")


def test_several_prompts_are_gone_on_with_in_one_batch():
    made = world.shipped()
    greedy = world.write_all(made, ["the mole", "a tower"], 12, temperature=0)
    assert greedy == [world.write(made, prompt, 12, temperature=0) for prompt in ("the mole", "a tower")]
    with pytest.raises(ValueError, match="prompts of equal length"):
        world.write_all(made, ["the", "the mole"], 3)
