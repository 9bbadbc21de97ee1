"""The positive control: each method finds the two heads that are known, and no others; and what is known to fool one fools it."""

import numpy as np
import pytest
import torch

from course_lib.interpretation import adjectives, by_hand, relations, removal
from course_lib.interpretation.induction import DECOY, INDUCTION, PREVIOUS, WORDS, built_by_hand, repeated
from course_lib.interpretation.opened import look, loss_by_token, run_of

IDS = repeated(np.random.default_rng(3), 48)
KNOWN = [PREVIOUS, INDUCTION]


@pytest.fixture(params=[0, 1, 2])
def seed(request):
    return request.param


def test_it_copies_and_cannot_foresee_the_first_time(seed):
    model = built_by_hand(seed=seed)
    losses = loss_by_token(model(torch.from_numpy(IDS)).detach(), torch.from_numpy(IDS))
    assert losses[:, 8:].max() < 0.01
    assert losses[:, :7].mean() > 2.0


def test_it_copies_other_lengths():
    model, ids = built_by_hand(), torch.from_numpy(repeated(np.random.default_rng(0), 5, length=4))
    assert loss_by_token(model(ids).detach(), ids)[:, 5:].max() < 0.01


@pytest.mark.parametrize("decoy", [False, True])
def test_ablation_finds_the_two_in_each_way(seed, decoy):
    model, ids = built_by_hand(decoy, seed), torch.from_numpy(IDS)
    for ablate in removal.ways().values():
        lost = removal.losses_without(model, ids, ablate, first=8)
        assert [head for head in removal.all_heads(model) if lost[head] > 1e-5] == KNOWN
        assert lost[PREVIOUS] > 1
        assert lost[INDUCTION] > 1


def test_relations_find_the_two_and_are_fooled_by_the_decoy(seed):
    for decoy, before in ((False, [PREVIOUS]), (True, [PREVIOUS, DECOY])):
        weights = relations.weights_at(built_by_hand(decoy, seed), IDS)
        found = {
            name: sorted(divmod(head, 4) for head in relations.score_heads(weights, links).heads)
            for name, links in relations.of_repeated(len(IDS)).items()
        }
        assert found["word before"] == before
        assert found["after the same word"] == [INDUCTION]


def test_no_idle_head_of_twenty_models_reaches_the_least_that_counts():
    for number in range(20):
        weights = relations.weights_at(built_by_hand(seed=number), IDS)
        found = {name: relations.score_heads(weights, links, 20) for name, links in relations.of_repeated(48).items()}
        named = {name: [divmod(head, 4) for head in each.heads] for name, each in found.items()}
        assert named == {"word before": [PREVIOUS], "same word": [], "after the same word": [INDUCTION]}


def test_patching_finds_the_path(seed):
    model = built_by_hand(seed=seed)
    clean = IDS[0, :10]
    corrupted = clean.copy()
    corrupted[3] = next(word for word in range(1, 16) if word not in clean)
    run = run_of(model)

    def lead(logits):
        return logits[-1, clean[3]] - logits[-1, corrupted[3]]

    low, high = lead(run(corrupted)[1]), lead(run(clean)[1])
    for source, into, start, end in ((clean, corrupted, low, high), (corrupted, clean, high, low)):
        shares = [
            [(lead(by_hand.patch(run, source, into, layer, place)) - start) / (end - start) for place in range(10)]
            for layer in range(3)
        ]
        expected = np.zeros((3, 10))
        expected[0, 3] = expected[1, 3] = expected[2, 9] = 1.0
        np.testing.assert_allclose(shares, expected, atol=0.01)


def test_the_word_before_is_there_after_layer_1_and_was_not_there_before(seed):
    hidden = look(built_by_hand(seed=seed), torch.from_numpy(IDS)).hidden[:, :, 1:].double().numpy()
    before, rows = IDS[:, :-1].ravel(), hidden.reshape(3, -1, 64)
    half = len(before) // 2
    right = [by_hand.nearest_centroid_accuracy(x[:half], before[:half], x[half:], before[half:]) for x in rows]
    assert right[0] < 0.25
    assert right[1] > 0.95


def test_the_lens_sees_the_answer_after_the_last_layer_alone(seed):
    model = built_by_hand(seed=seed)
    hidden, table = look(model, torch.from_numpy(IDS)).hidden.double().numpy(), model.table.detach().numpy()
    said = np.stack([by_hand.logit_lens(hidden[:, row], lambda x: x, table).argmax(-1) for row in range(len(IDS))], 1)
    right = (said[:, :, 8:-1] == IDS[:, 9:]).mean(axis=(1, 2))
    assert right.tolist() == [0.0, 0.0, 1.0]


def test_cutting_names_the_one_word_and_exchange_the_two(seed):
    ids = IDS[1, :10]
    unused = [word for word in range(1, len(WORDS)) if word not in ids]
    found = adjectives.moves(built_by_hand(seed=seed), ids, [9], lambda word: unused)
    assert [each.source for each in found if each.cut > 0.1] == [3]
    assert [each.source for each in found if each.exchange > 0.1] == [2, 3]
