"""Where a translator looks, against the truth."""

import numpy as np
import pytest
import torch

from course_lib.corpus import Translation, parallel_corpus
from course_lib.transformer.translation import alignment
from course_lib.transformer.translation.translator import train_translator

HELD_OUT = parallel_corpus("held_out", 23)
TOY = Translation(("le", "palo", "."), ("ziri", "."), ((1, 0), (2, 1)), ("child", "."))


@pytest.fixture(scope="module")
def briefly():
    return train_translator(steps=20, seed=3)


def test_hits_by_hand():
    weights = np.array([[0.1, 0.8, 0.1], [0.6, 0.3, 0.1]])
    assert alignment.hits(weights, TOY).tolist() == [True, False]
    assert alignment.true_alignment(TOY).tolist() == [[False, True, False], [False, False, True]]
    measured = alignment.agreement([np.stack([[weights, weights], [weights, np.eye(2, 3, 1)]])], [TOY])
    assert measured.heads.tolist() == [[0.5, 0.5], [0.5, 1.0]]
    assert measured.layers.tolist() == [0.5, 1.0]
    assert measured.words == 2


def test_the_truth_itself_agrees_wholly_and_every_counted_word_has_one_partner():
    for pair in HELD_OUT:
        truth = alignment.true_alignment(pair)
        assert truth.sum(axis=1).tolist() == [1] * len(pair.target)
        assert alignment.hits(truth.astype(float), pair).all()


def test_guessing_any_word_is_one_in_as_many_as_there_are():
    drawn = np.random.default_rng(2)
    share = np.mean([alignment.hits(drawn.random((300, len(p.target), len(p.source))), p).mean() for p in HELD_OUT])
    each = np.mean([1 / len(pair.source) for pair in HELD_OUT])
    assert share == pytest.approx(each, rel=0.1)
    assert 0 < alignment.baselines(HELD_OUT)["any word"] < 0.2


def test_cross_weights_are_cut_to_the_sentences_and_sum_to_one(briefly):
    pairs = HELD_OUT[:5]
    for pair, weights in zip(pairs, alignment.cross_weights(briefly.model, pairs), strict=True):
        assert weights.shape == (2, 4, len(pair.target), len(pair.source))
        np.testing.assert_allclose(weights.sum(axis=-1), 1.0, atol=1e-5)
    assert torch.is_grad_enabled()
