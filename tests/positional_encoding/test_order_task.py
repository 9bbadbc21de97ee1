"""What the four encodings learn."""

import numpy as np
import pytest

from course_lib.positional_encoding import order_task
from course_lib.positional_encoding.by_hand import sinusoidal


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
