"""Two small languages: what the model is fed with, that writing with a cache is writing, and where it looks."""

import dataclasses

import numpy as np
import pytest
import torch

from course_lib.corpus import Translation, parallel_corpus
from course_lib.numeric import largest_difference
from course_lib.transformer import alignment, translation
from course_lib.transformer.pairs import FILL, START, languages, prepare

HELD_OUT = parallel_corpus("held_out", 23)
TOY = Translation(("le", "palo", "."), ("ziri", "."), ((1, 0), (2, 1)), ("child", "."))


@pytest.fixture(scope="module")
def briefly():
    """A model that has trained for a moment: far from good, and no longer at random."""
    return translation.train(steps=20, seed=3)


def test_pairs_become_rows_of_numbers():
    lumi, toka = languages()
    long = parallel_corpus("held_out", 2)[0]
    batch = prepare([TOY, long])
    assert lumi.texts(batch.source[0].tolist())[:4] == ("le", "palo", ".", FILL)
    assert batch.present[0].tolist() == [True] * 3 + [False] * (len(long.source) - 3)
    assert toka.texts(batch.target_in[0].tolist())[:3] == (START, "ziri", FILL)
    assert toka.texts(batch.target_out[0].tolist())[:3] == ("ziri", ".", FILL)
    assert toka.texts(batch.target_out[1].tolist()) == long.target
    assert prepare([]).source.shape == (0, 0)


def test_a_word_of_another_language_is_refused_by_name():
    with pytest.raises(KeyError, match="bonjour"):
        languages()[0].ids(["le", "bonjour"])


def test_every_held_out_word_is_known_and_no_sentence_is_in_both_parts():
    train = {pair.source for pair in parallel_corpus("train", translation.N_PAIRS)}
    everything = parallel_corpus("held_out")
    assert not train & {pair.source for pair in everything}
    assert prepare(everything).target_in.shape[1] <= translation.LONGEST
    assert prepare(parallel_corpus("train", 2000)).source.shape[1] <= translation.LONGEST


def test_what_only_fills_up_changes_neither_loss_nor_logits(briefly):
    model = briefly.model
    longest = max(HELD_OUT, key=lambda pair: len(pair.source))
    alone, beside = prepare([TOY]), prepare([TOY, longest])
    first = model(alone.source, alone.target_in, alone.present)
    padded = model(beside.source, beside.target_in, beside.present)
    assert largest_difference(first[0], padded[0, :2]) < 1e-5
    words = [len(pair.target) for pair in (TOY, longest)]
    each = [float(translation.token_loss(model, prepare([pair])).detach()) for pair in (TOY, longest)]
    together = float(translation.token_loss(model, beside).detach())
    assert together == pytest.approx(np.average(each, weights=words), abs=1e-5)


def test_all_positions_in_one_pass_are_one_at_a_time():
    model = translation.new_model(seed=5).double().eval()
    batch = prepare(HELD_OUT[:3])
    together = model(batch.source, batch.target_in, batch.present)
    memory = model.encode(batch.source, batch.present)
    for n in range(batch.target_in.shape[1]):
        last = model.decode(batch.target_in[:, : n + 1], memory, batch.present)[:, -1]
        assert largest_difference(last, together[:, n]) < 1e-12


@pytest.fixture(scope="module")
def talkative():
    """Random weights with a loud cross-attention: what it writes is nonsense, and different for every source."""
    model = translation.new_model(seed=9).eval()
    with torch.no_grad():
        for block in model.decoder.blocks:
            block.cross.W_O *= 20
            block.cross.W_QKV *= 2
    return model


@pytest.mark.parametrize("source", [True, False])
def test_cached_writing_equals_uncached_to_the_token(briefly, talkative, source):
    for model in (briefly.model, talkative):
        cached = translation.translate(model, HELD_OUT, source=source)
        assert cached == translation.translate(model, HELD_OUT, source=source, cached=False)
    if source:
        assert len(set(cached)) > len(HELD_OUT) / 2
        assert len({word for words in cached for word in words}) > 5


def test_a_batch_writes_what_each_sentence_alone_would(talkative):
    together = translation.translate(talkative, HELD_OUT[:5])
    assert together == [translation.translate(talkative, [pair])[0] for pair in HELD_OUT[:5]]


def test_writing_ends_at_the_stop_or_at_the_longest(briefly):
    toka = languages()[1]
    stop = toka.ids(["."])[0]
    batch = prepare(HELD_OUT)
    rows = translation.write(briefly.model, translation.memory_of(briefly.model, batch), batch.present)
    assert rows.shape[1] < translation.LONGEST
    for row in rows.tolist():
        if stop in row:
            assert set(row[row.index(stop) + 1 :]) <= {0}
        else:
            assert len(row) == translation.LONGEST - 1


def test_a_run_is_the_same_again_and_learns(briefly):
    again = translation.train(steps=20, seed=3)
    assert again.losses == briefly.losses
    assert briefly.losses[-1] < 0.8 * briefly.losses[0]
    assert translation.train(steps=2, seed=4).losses != briefly.losses[:2]
    assert not briefly.model.training


def test_without_the_encoder_the_source_does_not_matter(briefly):
    model, batch = briefly.model, prepare(HELD_OUT[:4])
    turned = dataclasses.replace(batch, source=batch.source.flip(0), present=batch.present)
    without = [float(translation.token_loss(model, one, source=False).detach()) for one in (batch, turned)]
    within = [float(translation.token_loss(model, one).detach()) for one in (batch, turned)]
    assert without[0] == without[1]
    assert within[0] != within[1]


def test_progress_sees_every_step():
    seen = []

    def note(steps):
        for step in steps:
            seen.append(step)
            yield step

    translation.train(steps=3, progress=note)
    assert seen == [0, 1, 2]


# --- alignment ----------------------------------------------------------------------------------------------------


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
