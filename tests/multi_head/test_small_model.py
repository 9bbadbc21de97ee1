"""The small model that compares heads: same size whatever the heads, causal, repeatable; its record is complete and true to form."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from course_lib.corpus import START, vocabulary, words
from course_lib.data import read_table
from course_lib.multi_head import record, small_model
from course_lib.multi_head.small_model import AttentionOnly, Setting

TINY = Setting(d_model=8, n_layers=2, context=7, batch=3, steps=20)


@pytest.mark.parametrize("n_layers", [1, 2])
def test_the_number_of_heads_changes_nothing_about_the_size(n_layers):
    setting = replace(TINY, n_layers=n_layers)
    sizes = {sum(one.numel() for one in AttentionOnly(13, heads, setting).parameters()) for heads in (1, 2, 4, 8)}
    assert sizes == {13 * 8 + 7 * 8 + n_layers * 4 * 8 * 8}


def test_the_model_does_not_look_ahead():
    torch.manual_seed(1)
    model = AttentionOnly(13, 2, TINY)
    ids = torch.randint(13, (1, 7))
    changed = ids.clone()
    changed[0, 5:] = (changed[0, 5:] + 1) % 13
    before, after = model(ids), model(changed)
    assert torch.equal(before[0, :5], after[0, :5])
    assert not torch.equal(before[0, 5:], after[0, 5:])


def test_training_is_repeatable_learns_and_differs_with_the_seed():
    first, again, other = (
        small_model.train_attention_only(2, seed, replace(TINY, batch=16, steps=120), every=60) for seed in (0, 0, 1)
    )
    assert first.steps == (60, 120)
    assert first.losses == again.losses != other.losses
    assert first.losses[-1] < np.log(len(vocabulary())) - 0.5  # better than guessing


def test_the_maps_are_the_weights_that_the_model_uses():
    torch.manual_seed(2)
    model = AttentionOnly(len(vocabulary()), 4, TINY).double()
    tokens = [START, *words("the mole saw")]
    maps = small_model.attention_maps(model, tokens)
    assert maps.shape == (2, 4, 4, 4)
    np.testing.assert_allclose(maps.sum(axis=-1), 1.0)
    np.testing.assert_array_equal(np.triu(maps, 1), 0.0)
    x = model.embed(torch.tensor([vocabulary().encode(tokens)]))
    with torch.no_grad():  # the first layer's output, from its weights by hand
        values = (x @ model.layers[0].W_V)[0].unflatten(-1, (4, 2)).transpose(0, 1)
        heads = (torch.from_numpy(maps[0]) @ values).transpose(0, 1).flatten(1)
        expected = model.layers[0](x, causal=True)[0]
        assert torch.allclose(heads @ model.layers[0].W_O, expected, atol=1e-12)


def test_the_record_has_every_run_and_sizes_differ_with_the_depth_alone():
    rows = read_table("heads.csv")
    found = {tuple(int(row[key]) for key in ("layers", "heads", "seed", "step")) for row in rows}
    steps = range(100, 501, 100)
    assert found == {(la, h, s, t) for la in record.LAYERS for h in record.HEADS for s in record.SEEDS for t in steps}
    assert len(rows) == len(found)
    assert {(row["layers"], row["parameters"]) for row in rows} == {("1", "58944"), ("2", "75328")}
    assert list(rows[0]) == list(record.COLUMNS)


def test_what_the_lesson_says_of_the_record_is_so():
    final = {layers: record.final_losses(layers) for layers in record.LAYERS}
    for layers in record.LAYERS:
        assert min(final[layers][1]) > max(np.concatenate([final[layers][heads] for heads in (2, 4)]))
    assert min(final[1][1]) > max(final[1][8])
    assert final[1][4].mean() < final[2][1].mean(), "one layer of four heads beats two layers of one"
    assert final[2][8].mean() > final[2][4].mean()


def test_the_longer_record_is_whole_and_two_heads_still_beat_one():
    rows = read_table("heads_longer.csv")
    assert list(rows[0]) == list(record.COLUMNS)
    found = {tuple(int(row[key]) for key in ("layers", "heads", "seed", "step")) for row in rows}
    steps = range(500, record.LONGER.steps + 1, 500)
    assert found == {(1, heads, seed, step) for heads in record.HEADS for seed in record.LONGER_SEEDS for step in steps}
    assert len(rows) == len(found)
    final = record.longer_losses()
    assert min(final[1]) > max(final[2])
    assert min(final[2]) > max(np.concatenate([final[4], final[8]]))


def test_the_record_of_shared_keys_says_what_the_lesson_says():
    rows = read_table("heads_grouped.csv")
    assert list(rows[0]) == list(record.GROUP_COLUMNS)
    assert len(rows) == len(record.GROUPS) * len(record.LONGER_SEEDS)
    means = [losses.mean() for losses in record.grouped_losses().values()]
    assert means == sorted(means), "the fewer groups, the higher the loss"
    single = {heads: record.final_losses(1)[heads] for heads in (1, 8)}
    assert max(record.grouped_losses()[8]) < max(single[8]) + 0.05, "as many groups as heads are the usual heads"
    assert max(record.grouped_losses()[1]) < min(single[1])


def test_a_run_that_was_not_recorded_is_refused():
    with pytest.raises(LookupError, match=r"no run with 3 layers, 2 heads, seed 0: layers are \(1, 2\)"):
        record.recorded(3, 2, 0)
