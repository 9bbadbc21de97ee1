"""The lesson's figures at both ends of their sliders, and what the four encodings learn."""

import itertools

import numpy as np
import pytest

from course_lib.positional_encoding import explore, order_task
from course_lib.positional_encoding.by_hand import sinusoidal


@pytest.mark.parametrize(("d_model", "pair"), list(itertools.product([8, 64], [0, 3])))
def test_the_table_figure_shows_the_table(d_model, pair):
    frame = explore.table_frame(d_model, pair)
    np.testing.assert_array_equal(frame["table"], sinusoidal(24, d_model))
    np.testing.assert_array_equal(frame["sine"], frame["table"][:, 2 * pair])
    np.testing.assert_allclose(np.diag(frame["likeness"]), 1.0)
    diagonals = [np.ptp(np.diagonal(frame["likeness"], k)) for k in range(23)]
    assert max(diagonals) < 1e-12, "the likeness of two positions depends on their distance alone"


@pytest.mark.parametrize(("p", "k"), list(itertools.product([0, 7, 24], [-6, 0, 1, 6])))
def test_the_shift_figure_turns_each_pair_by_its_own_angle(p, k):
    frame = explore.shift_frame(p, k)
    assert frame["residual"] < 1e-13
    for i in range(4):
        before, after = frame[f"pair {i}"]
        assert np.linalg.norm(after) == pytest.approx(np.linalg.norm(before)) == pytest.approx(1.0)
        assert before @ after == pytest.approx(np.cos(k / 10**i))


@pytest.mark.parametrize("order", explore.ORDERS)
def test_without_positions_nobody_notices_the_order(order):
    assert explore.order_frame(False, False, order)["largest"] < 1e-12
    changed = order != "as it is"
    assert (explore.order_frame(True, False, order)["largest"] > 0.1) == changed
    assert (explore.order_frame(False, True, order)["largest"] > 0.1) == changed


def test_an_unknown_order_is_refused():
    with pytest.raises(ValueError, match="expected one of"):
        explore.order_frame(True, True, "sideways")


@pytest.mark.parametrize("figure", [explore.table_explorer, explore.shift_explorer, explore.order_explorer])
def test_the_figures_can_be_drawn(figure):
    explorer = figure()
    assert explorer.drawn()
    assert explorer.alt()


@pytest.fixture(scope="module")
def runs():
    """Every encoding, trained as in the lesson, from a seed the lesson does not use."""
    return {encoding: order_task.train_on_order(encoding, seed=1) for encoding in order_task.ENCODINGS}


def test_the_task_needs_positions(runs):
    assert runs["none"].inside < 0.3
    assert runs["integers"].inside < 0.3
    assert runs["sinusoidal"].inside > 0.9
    assert runs["learned"].inside > 0.9


def test_past_the_trained_length_a_learned_table_guesses_and_sinusoids_do_better(runs):
    assert abs(runs["learned"].beyond - order_task.CHANCE) < 0.05
    assert runs["sinusoidal"].beyond > 2 * order_task.CHANCE


def test_a_run_is_the_same_again_and_sinusoids_stay_as_they_are(runs):
    again = order_task.train_on_order("sinusoidal", seed=1)
    np.testing.assert_array_equal(again.losses, runs["sinusoidal"].losses)
    np.testing.assert_allclose(again.table, sinusoidal(order_task.LONGEST, 32), atol=1e-7)
    untrained = order_task.train_on_order("learned", steps=1, seed=1).table
    moved = np.abs(runs["learned"].table - untrained).max(axis=1)
    assert moved[: order_task.TRAINED_LENGTH].min() > 0.05
    assert moved[order_task.TRAINED_LENGTH :].max() == 0.0


def test_an_unknown_encoding_is_refused():
    with pytest.raises(ValueError, match="expected one of none, integers, sinusoidal, learned"):
        order_task.train_on_order("rotary")
