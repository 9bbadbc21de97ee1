"""Relations, removal, adjectives, minimal pairs and probes on the trained models, and the parts they are made of."""

import numpy as np
import pytest
import torch

from course_lib import corpus
from course_lib.interpretation import adjectives, by_hand, minimal_pairs, probing, relations, removal
from course_lib.interpretation.opened import look, loss_by_token
from course_lib.interpretation.trained import SEEDS, load_trained, untrained


@pytest.fixture(scope="module")
def model():
    return load_trained(0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_models_have_learned_and_differ(seed):
    ids = removal.windows(8)
    trained, fresh = load_trained(seed), untrained(seed)
    assert trained.config == fresh.config
    assert loss_by_token(look(trained, ids).logits, ids).mean() < 1.2
    assert loss_by_token(look(fresh, ids).logits, ids).mean() > 6
    assert not torch.equal(trained.table, load_trained((seed + 1) % 3).table)


def test_links_are_those_of_the_corpus():
    told = relations.sentences_for_relations(40)
    found = relations.links(told)
    assert set(found) == set(relations.RELATIONS)
    for triples in found.values():
        assert (triples[:, 1] >= triples[:, 2]).all()
    for s, noun, adjective in found["noun to its adjective"]:
        assert (told[s].pos[noun], told[s].pos[adjective]) == ("NOUN", "ADJ")
    for s, i, j in found["same word"]:
        assert told[s].words[i] == told[s].words[j]
        assert told[s].words[i] not in told[s].words[j + 1 : i]


def test_a_head_that_looks_near_is_no_expert_on_what_stands_near():
    """Its score is high and its excess is not: words at the same distances get as much."""
    rng = np.random.default_rng(0)
    weights = np.stack([np.eye(12, k=-1)[None].repeat(80, 0), np.tril(rng.dirichlet(np.ones(12), size=(80, 12)))])
    triples = np.array([(s, i, i - 1 - (i + s) % 2) for s in range(80) for i in range(3, 12)])
    found = relations.score_heads(weights, triples)
    assert found.score[0] > 0.4
    assert found.heads == []


def test_a_head_that_looks_at_the_right_ones_is_found():
    rng = np.random.default_rng(1)
    triples = np.array([(s, i, rng.integers(0, i)) for s in range(80) for i in range(3, 12)])
    expert = np.zeros((80, 12, 12))
    expert[tuple(triples.T)] = 0.6
    weights = np.stack([np.tril(rng.dirichlet(np.ones(12), size=(80, 12))), expert])
    assert relations.score_heads(weights, triples).heads == [1]


def test_removal_agrees_with_a_loss_by_hand(model):
    ids = removal.windows(4, 16)
    for way, ablate in removal.ways().items():
        lost = removal.losses_without(model, ids, ablate)
        assert lost.shape == (3, 4)
        assert lost.max() > 0.05, way
    whole = removal.loss_without(model, ids, [], by_hand.mean_ablate)
    assert whole == pytest.approx(loss_by_token(model(ids).detach(), ids).mean())
    both = removal.pairs(model, ids, by_hand.mean_ablate)
    np.testing.assert_allclose(both, both.T)
    np.testing.assert_allclose(np.diag(both), removal.losses_without(model, ids, by_hand.mean_ablate).ravel())


def test_a_head_of_the_last_layer_is_read_by_its_feed_forward_network_and_the_output_alone(model):
    """Without that network, the loss at the output alone is the whole loss."""
    with torch.no_grad():
        block = load_trained(0)
        block.stack.blocks[-1].feed_forward.W_2.zero_()
        block.stack.blocks[-1].feed_forward.b_2.zero_()
    ids = removal.windows(4, 16)
    direct = removal.direct_losses(block, ids)
    np.testing.assert_allclose(direct[-1], removal.losses_without(block, ids, by_hand.mean_ablate)[-1], atol=1e-5)


def test_a_word_that_cannot_be_reached_moves_nothing(model):
    words = ["the", "king", "lost", "his", "crown"]
    found = adjectives.moves_in_world(model, words, [4])
    assert [each.source for each in found] == [0, 1, 2, 3]
    assert all(each.cut > 0 and each.exchange > 0 and 0 < each.attention < 1 for each in found)
    ids = torch.tensor([corpus.vocabulary().encode(words)])
    cut = look(model, ids, weights=adjectives._cutting(4, 1))
    assert (cut.weights[:, 0, :, 4, 1] == 0).all()
    torch.testing.assert_close(cut.weights.sum(-1), torch.ones_like(cut.weights[..., 0]))


def test_nouns_with_and_without_adjectives():
    for sentence, noun in adjectives.noun_pairs(10):
        assert sentence.heads.count(noun) == 2
        bare = adjectives.bare_noun(sentence)
        assert bare is None or (sentence.pos[bare] == "NOUN" and bare not in sentence.heads)


@pytest.mark.parametrize("pair", minimal_pairs.PAIRS, ids=lambda pair: pair.name)
def test_a_minimal_pair_differs_in_one_word_and_patching_its_ends_is_certain(model, pair):
    for each in minimal_pairs.variants(pair):
        clean, corrupted = each.ids()
        assert (clean != corrupted).sum() == 1
        assert each.answer in corpus.vocabulary()
        assert each.other in corpus.vocabulary()
    clean, corrupted = pair.ids()
    place = int((clean != corrupted).argmax())
    for grid in minimal_pairs.both_directions(model, pair).values():
        assert grid.shape == (4, len(clean))
        assert grid[0, place] == pytest.approx(1.0, abs=1e-4)
        assert grid[-1, -1] == pytest.approx(1.0, abs=1e-4)
        np.testing.assert_allclose(grid[:, :place], 0.0, atol=1e-4)


def test_occurrences_keep_the_parts_apart_and_controls_are_fixed_for_a_cue():
    found = probing.occurrences("mole", n_train=60)
    told = [tuple(row) for row in found.ids.tolist()]
    assert not {told[row] for row in found.train} & {told[row] for row in found.test}
    control = found.controls(3)
    for cue in np.unique(found.cue):
        assert len(set(control[found.cue == cue])) == 1
    assert set(control) == set(range(4))
    assert (found.controls(4) != control).any()


def test_four_bars_before_any_layer_are_at_chance(model):
    found = probing.occurrences("tower", n_train=300)
    bars = probing.four_bars(probing.vectors(model, found), probing.vectors(untrained(0), found), found)
    assert tuple(bars) == probing.BARS
    assert all(abs(bar[0] - 0.5) < 0.12 for bar in bars.values())
    assert bars["trained"][-1] > 0.9
    assert bars["trained"][-1] > bars["random labels"][-1] + 0.2


def test_a_stronger_probe_reads_what_is_faint():
    rng = np.random.default_rng(0)
    y = np.arange(400) % 2
    x = np.stack([0.1 * y, 50 * rng.normal(size=400)], axis=1)
    parts = (x[:200], y[:200], x[200:], y[200:])
    assert probing.least_squares_accuracy(*parts) == 1.0
    assert by_hand.nearest_centroid_accuracy(*parts) < 0.65
    control, rows = rng.permutation(y), np.arange(400)
    gained = probing.selectivity_of(probing.least_squares_accuracy)(x, y, control, rows[:200], rows[200:])
    assert 0.35 < gained < 0.65


def test_what_fills_a_sentence_up_changes_nothing(model):
    found = probing.occurrences("mole", n_train=3)
    alone = found.ids[:1, : found.place[0] + 1]
    hidden = look(model, torch.from_numpy(alone)).hidden[:, 0, -1].double().numpy()
    np.testing.assert_allclose(probing.vectors(model, found)[:, 0], hidden, atol=1e-4)
