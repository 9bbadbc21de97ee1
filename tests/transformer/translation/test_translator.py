"""A translator of two small languages: its loss, its training, and that writing with a cache is writing."""

import dataclasses

import numpy as np
import pytest
import torch

from course_lib.corpus import Translation, parallel_corpus
from course_lib.numeric import largest_difference
from course_lib.transformer.translation import translator
from course_lib.transformer.translation.batches import languages, prepare

HELD_OUT = parallel_corpus("held_out", 23)
TOY = Translation(("le", "palo", "."), ("ziri", "."), ((1, 0), (2, 1)), ("child", "."))


@pytest.fixture(scope="module")
def briefly():
    """A model that has trained for a moment: far from good, and no longer at random."""
    return translator.train_translator(steps=20, seed=3)


def test_every_held_out_word_is_known_and_no_sentence_is_in_both_parts():
    train = {pair.source for pair in parallel_corpus("train", translator.N_PAIRS)}
    everything = parallel_corpus("held_out")
    assert not train & {pair.source for pair in everything}
    assert prepare(everything).target_in.shape[1] <= translator.LONGEST
    assert prepare(parallel_corpus("train", 2000)).source.shape[1] <= translator.LONGEST


def test_what_only_fills_up_changes_neither_loss_nor_logits(briefly):
    model = briefly.model
    longest = max(HELD_OUT, key=lambda pair: len(pair.source))
    alone, beside = prepare([TOY]), prepare([TOY, longest])
    first = model(alone.source, alone.target_in, alone.present)
    padded = model(beside.source, beside.target_in, beside.present)
    assert largest_difference(first[0], padded[0, :2]) < 1e-5
    words = [len(pair.target) for pair in (TOY, longest)]
    each = [float(translator.token_loss(model, prepare([pair])).detach()) for pair in (TOY, longest)]
    together = float(translator.token_loss(model, beside).detach())
    assert together == pytest.approx(np.average(each, weights=words), abs=1e-5)


def test_all_positions_in_one_pass_are_one_at_a_time():
    model = translator.new_model(seed=5).double().eval()
    batch = prepare(HELD_OUT[:3])
    together = model(batch.source, batch.target_in, batch.present)
    memory = model.encode(batch.source, batch.present)
    for n in range(batch.target_in.shape[1]):
        last = model.decode(batch.target_in[:, : n + 1], memory, batch.present)[:, -1]
        assert largest_difference(last, together[:, n]) < 1e-12


@pytest.fixture(scope="module")
def talkative():
    """Random weights with a loud cross-attention: what it writes is nonsense, and different for every source."""
    model = translator.new_model(seed=9).eval()
    with torch.no_grad():
        for block in model.decoder.blocks:
            block.cross.W_O *= 20
            block.cross.W_QKV *= 2
    return model


@pytest.mark.parametrize("source", [True, False])
def test_cached_writing_equals_uncached_to_the_token(briefly, talkative, source):
    for model in (briefly.model, talkative):
        cached = translator.translate(model, HELD_OUT, source=source)
        assert cached == translator.translate(model, HELD_OUT, source=source, cached=False)
    if source:
        assert len(set(cached)) > len(HELD_OUT) / 2
        assert len({word for words in cached for word in words}) > 5


def test_a_batch_writes_what_each_sentence_alone_would(talkative):
    together = translator.translate(talkative, HELD_OUT[:5])
    assert together == [translator.translate(talkative, [pair])[0] for pair in HELD_OUT[:5]]


def test_writing_ends_at_the_stop_or_at_the_longest(briefly):
    toka = languages()[1]
    stop = toka.ids(["."])[0]
    batch = prepare(HELD_OUT)
    rows = translator.greedy_decode_batch(briefly.model, translator.encoder_output(briefly.model, batch), batch.present)
    assert rows.shape[1] < translator.LONGEST
    for row in rows.tolist():
        if stop in row:
            assert set(row[row.index(stop) + 1 :]) <= {0}
        else:
            assert len(row) == translator.LONGEST - 1


def test_a_run_is_the_same_again_and_learns(briefly):
    again = translator.train_translator(steps=20, seed=3)
    assert again.losses == briefly.losses
    assert briefly.losses[-1] < 0.8 * briefly.losses[0]
    assert translator.train_translator(steps=2, seed=4).losses != briefly.losses[:2]
    assert not briefly.model.training


def test_without_the_encoder_the_source_does_not_matter(briefly):
    model, batch = briefly.model, prepare(HELD_OUT[:4])
    turned = dataclasses.replace(batch, source=batch.source.flip(0), present=batch.present)
    without = [float(translator.token_loss(model, rows, source=False).detach()) for rows in (batch, turned)]
    within = [float(translator.token_loss(model, rows).detach()) for rows in (batch, turned)]
    assert without[0] == without[1]
    assert within[0] != within[1]


def test_progress_sees_every_step():
    seen = []

    def note(steps):
        for step in steps:
            seen.append(step)
            yield step

    translator.train_translator(steps=3, progress=note)
    assert seen == [0, 1, 2]
