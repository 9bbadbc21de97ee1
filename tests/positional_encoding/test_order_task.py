"""What the encodings learn."""

import numpy as np
import pytest

from course_lib.positional_encoding import order_task
from course_lib.positional_encoding.by_hand import sinusoidal


@pytest.fixture(scope="module")
def runs():
    """Every encoding with and without the mask, trained as in the lesson, from a seed the lesson does not use."""
    return {
        (encoding, causal): order_task.train_on_order(encoding, causal, seeds=(7,))
        for encoding in order_task.ENCODINGS
        for causal in (False, True)
    }


@pytest.mark.parametrize("causal", [False, True])
def test_the_task_needs_positions(runs, causal):
    inside = {encoding: runs[encoding, causal].inside.item() for encoding in order_task.ENCODINGS}
    assert inside["none"] < 0.4
    assert inside["p"] < 0.3
    assert min(inside[encoding] for encoding in ("sinusoidal", "learned", "rotary")) > 0.9
    assert (inside["ALiBi"] > 0.9) == (inside["p/n"] > 0.9) == causal


@pytest.mark.parametrize("causal", [False, True])
def test_past_the_trained_length_distances_carry_on_and_rows_of_a_table_do_not(runs, causal):
    beyond = {encoding: runs[encoding, causal].beyond.item() for encoding in order_task.ENCODINGS}
    assert abs(beyond["learned"] - order_task.CHANCE) < 0.05
    assert beyond["sinusoidal"] < 0.6
    assert beyond["rotary"] > beyond["sinusoidal"] + 0.15
    assert abs(beyond["ALiBi"] - runs["ALiBi", causal].inside.item()) < 0.05


def test_a_run_is_the_same_again_and_sinusoids_stay_as_they_are(runs):
    again = order_task.train_on_order("sinusoidal", seeds=(7,))
    np.testing.assert_array_equal(again.losses, runs["sinusoidal", False].losses)
    np.testing.assert_allclose(again.table[0], sinusoidal(order_task.LONGEST, 32), atol=1e-7)
    untrained = order_task.train_on_order("learned", steps=1, seeds=(7,)).table[0]
    moved = np.abs(runs["learned", False].table[0] - untrained).max(axis=1)
    assert moved[: order_task.TRAINED_LENGTH].min() > 0.05
    assert moved[order_task.TRAINED_LENGTH :].max() == 0.0


def test_seeds_side_by_side_train_as_each_would_alone():
    together = order_task.train_on_order("rotary", steps=20, seeds=(3, 5))
    for place, seed in enumerate((3, 5)):
        alone = order_task.train_on_order("rotary", steps=20, seeds=(seed,))
        np.testing.assert_allclose(together.losses[place], alone.losses[0], atol=1e-4)


def test_an_unknown_encoding_is_refused():
    with pytest.raises(ValueError, match="expected one of none, p, p/n, sinusoidal, learned, rotary, ALiBi"):
        order_task.train_on_order("integers")


def test_the_trained_heads_look_at_the_word_before_and_alibi_is_refused(runs):
    ids, places = np.random.default_rng(3).integers(0, order_task.N_WORDS, (20, 16)), np.arange(16)
    for encoding in ("sinusoidal", "learned", "rotary"):
        scores = order_task.head_scores(runs[encoding, False], 0, ids, places)
        assert (scores[:, 1:].argmax(axis=-1) == places[:-1]).mean() > 0.9
    along = order_task.head_scores(runs["rotary", False], 0, ids, places + 1000)
    np.testing.assert_allclose(along, order_task.head_scores(runs["rotary", False], 0, ids, places), atol=1e-9)
    with pytest.raises(ValueError, match="expected one of the other encodings"):
        order_task.head_scores(runs["ALiBi", False], 0, ids, places)
