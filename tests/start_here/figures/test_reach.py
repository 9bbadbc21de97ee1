"""Who has heard of whom, at every step: measured, and said."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.sentence import TOKENS
from course_lib.start_here.figures.reach import reach_explorer, reach_frame, steps_until

N = len(TOKENS)


@pytest.mark.parametrize("steps", range(N + 1))
def test_a_recurrence_has_reached_the_past_of_as_many_tokens_as_it_made_steps(steps):
    frame = reach_frame("recurrence", steps)
    expected = np.tri(N, dtype=bool)
    expected[steps:] = False
    assert_array_equal(frame["reach"] > 0, expected)
    assert f"{steps} of {N} tokens have a new vector; {expected.sum()} of 64 pairs have met" in frame["note"]
    assert ("After 1 step," in frame["note"]) == (steps == 1)


@pytest.mark.parametrize("steps", [0, 1, 3, N])
def test_attention_has_met_everything_after_one_step(steps):
    reach = reach_frame("attention", steps)["reach"]
    assert_array_equal(reach > 0, np.full((N, N), steps > 0))


@pytest.mark.parametrize("kind", ["recurrence", "attention"])
def test_the_strongest_answer_of_a_row_is_one(kind):
    reach = reach_frame(kind, N)["reach"]
    assert_allclose(reach.max(axis=1), 1.0)
    assert (reach >= 0).all()


@pytest.mark.parametrize(("kind", "steps"), [("recurrence", -1), ("attention", N + 1), ("both", 3)])
def test_what_there_is_not_is_refused_by_name(kind, steps):
    with pytest.raises(
        ValueError, match=rf"got kind='{kind}', steps={steps}; expected recurrence or attention and 0 to 8"
    ):
        reach_frame(kind, steps)


def test_the_figure_of_reach_builds_and_its_sentence_follows_the_controls():
    figure = reach_explorer()
    assert figure.name == "start_here.reach"
    for kind, steps in itertools.product(["recurrence", "attention"], range(N + 1)):
        figure.set(kind=kind, steps=steps)
        assert figure.alt().startswith(f"Reading by {kind}, {steps} steps done. After {steps} step")


def test_the_first_picture_shows_creature_hearing_of_fluffy_and_says_that_its_weights_are_random():
    figure = reach_explorer()
    creature, fluffy = TOKENS.index("creature"), TOKENS.index("fluffy")
    assert figure.values["steps"] == creature + 1
    assert figure.frame()["reach"][creature, fluffy] > 0
    assert "The weights are random" in figure.frame()["note"]


def test_the_question_is_answered_by_what_is_measured():
    figure = reach_explorer()
    assert figure.predict.choices[figure.answer] == "8"
    assert [steps_until("recurrence", token, 0) for token in range(N)] == list(range(1, N + 1))
    assert {steps_until("attention", token, other) for token in range(N) for other in range(N)} == {1}
