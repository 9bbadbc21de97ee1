"""Runs and records: the changes measured alone, the routers watched, windows in tiles."""

import itertools

import numpy as np
import pytest
import torch

from course_lib.attention.by_hand import attention
from course_lib.data import read_table
from course_lib.modern import changes, routing
from course_lib.modern.by_hand import balance, sliding_mask
from course_lib.modern.model import Decoder
from course_lib.modern.tiles import tiles_needed, window_attention
from course_lib.numeric import largest_difference
from course_lib.training.engine.config import TrainConfig

FEW = TrainConfig(steps=3, batch_size=2, warmup=1)


def test_the_record_has_every_change_with_every_seed_both_ways():
    rows = read_table("modern_changes.csv")
    found = [(row["change"], float(row["peak_rate"]), int(row["seed"]), row["equal"]) for row in rows]
    expected = itertools.product(changes.CHANGES, changes.RATES, changes.SEEDS, ("steps", "time"))
    assert sorted(found) == sorted(expected)
    for row in rows:
        model = Decoder(changes.shape_of(row["change"]))
        assert int(row["parameters"]) == sum(one.numel() for one in model.parameters())
        ratio, steps = float(row["time_of_a_step"]), int(row["steps"])
        same = row["equal"] == "steps" or abs(ratio - 1) < changes.SAME
        assert steps == pytest.approx(changes.CONFIG.steps if same else changes.CONFIG.steps / ratio, abs=1.5)
    assert changes.recorded_cost()["as in GPT-2"] == 1.0


@pytest.mark.parametrize("change", changes.CHANGES)
def test_a_run_of_every_change_begins_and_ends_with_a_loss_and_is_the_same_again(change):
    losses = []
    for _ in range(2):
        run = changes.trainer(change, 0, config=FEW)
        run.run()
        losses.append(run.losses)
        assert np.isfinite(run.measured[-1][1])
    np.testing.assert_array_equal(*losses)


def test_seeds_draw_other_weights_and_other_windows():
    first, second = (changes.trainer("RMSNorm", seed, config=FEW) for seed in (0, 1))
    assert first.run()[0].loss != second.run()[0].loss
    assert not torch.equal(first.model.table, second.model.table)


def test_a_change_that_there_is_not_is_refused():
    with pytest.raises(LookupError, match="no change 'dropout'; there are as in GPT-2, rotary"):
        changes.shape_of("dropout")


def test_the_loss_for_balance_moves_the_router_and_does_not_count_as_loss():
    runs = []
    for coefficient in (0.0, 10.0):
        run = changes.trainer("2 of 8 experts", 0, config=FEW)
        run.coefficient = coefficient
        run.run()
        runs.append(run)
    assert runs[0].losses[0] == runs[1].losses[0]
    routers = [run.model.experts()[0].router for run in runs]
    assert largest_difference(*routers) > 1e-4


def test_costs_are_ratios_to_the_first():
    found = changes.cost(("as in GPT-2", "RMSNorm"), rounds=4)
    assert found["as in GPT-2"] == 1.0
    assert 0.1 < found["RMSNorm"] < 10


def test_a_watched_router_keeps_shares_that_sum_to_one_and_choices_that_fit_them():
    run = routing.watch(True, 0, FEW, every=1)
    assert run.steps == (0, 1, 2, 3)
    np.testing.assert_allclose(run.shares.sum(axis=-1), 1.0, atol=1e-6)
    np.testing.assert_allclose(
        np.bincount(run.chosen.ravel(), minlength=8) / run.chosen.size, run.shares[-1, 0], atol=1e-6
    )
    np.testing.assert_allclose(run.weights.sum(axis=-1), 1.0, atol=1e-6)
    assert 1 / 8 <= run.busiest.min() <= run.busiest.max() <= 1 / 2 + 1e-6
    assert balance(run.weights, run.chosen) > 0.9
    assert "with " in routing.as_table([(True, 0, run)])


@pytest.mark.parametrize(("n", "window", "tile"), [(17, 5, 4), (16, 1, 16), (7, 20, 3), (5, 2, 1)])
def test_a_window_in_tiles_is_attention_under_the_mask(n, window, tile):
    Q, K, V = np.random.default_rng(0).normal(size=(3, n, 6))
    np.testing.assert_allclose(
        window_attention(Q, K, V, window, tile), attention(Q, K, V, sliding_mask(n, window)), rtol=0, atol=1e-12
    )


def test_the_tiles_that_are_needed():
    assert tiles_needed(np.zeros((5, 5), dtype=bool), 2) == (0, 9)
    assert tiles_needed(sliding_mask(8, 1), 2) == (4, 16)
    assert tiles_needed(sliding_mask(8, 2), 2) == (7, 16)
    assert tiles_needed(sliding_mask(7, 7), 2) == (10, 16)
    with pytest.raises(ValueError, match="at least one query"):
        window_attention(np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2)), 1, 0)


def test_a_mask_may_be_a_list_of_lists_as_a_passed_answer_may_return():
    mask = [[True, False], [True, True]]
    assert tiles_needed(mask, 1) == (3, 4)
