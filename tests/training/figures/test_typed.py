"""The figure that reads whatever is typed."""

import numpy as np
import pytest

from course_lib.training.figures.typed import typed_explorer, typed_frame


@pytest.mark.parametrize(
    ("text", "tokens", "words"),
    [
        ("the king", ["the", "king"], "Next:"),
        ("", ["<start>"], "this is how a story begins"),
        ("a Dragon 🌲", ["a", "<unknown>", "<unknown>"], "Not in its world: Dragon, 🌲"),
        ("\ud83c half a pair", ["<unknown>", "half", "a", "pair"], ""),
        ("the " * 40, ["the"] * 16, "Next:"),
    ],
)
def test_whatever_is_typed_gets_a_prediction(watched_run, text, tokens, words):
    frame = typed_frame(watched_run[0].model, text)
    assert len(frame["tokens"]) == len(tokens)
    assert words in frame["note"]
    assert 0 < frame["weights"].sum() <= 1
    assert (np.diff(frame["weights"]) <= 0).all()


def test_the_typed_figure_builds(watched_run):
    figure = typed_explorer(watched_run[0].model)
    figure.set(text="the mole")
    assert "the mole" in figure.alt()
