"""The pace of writing at both ends of every slider, and the answer to the question."""

import itertools

import numpy as np
import pytest

from course_lib.scale.figures.writing import MODELS, READ, TEXTS, writing_explorer, writing_frame
from course_lib.scale.writing import BANDWIDTHS


@pytest.mark.parametrize("model", MODELS)
def test_every_model_at_the_ends(model):
    for device, read, texts in itertools.product(BANDWIDTHS, (READ[0], READ[-1]), (TEXTS[0], TEXTS[-1])):
        frame = writing_frame(model, device, read, texts)
        assert frame["each"].shape == frame["together"].shape == frame["x"].shape == (len(TEXTS),)
        assert (np.diff(frame["each"]) <= 0).all()
        assert (np.diff(frame["together"]) >= -1e-9).all()
        np.testing.assert_allclose(frame["together"], frame["x"] * frame["each"])
        assert frame["bound"] in frame["note"]


def test_a_text_longer_than_the_context_is_cut_to_it():
    assert (
        writing_frame("GPT-3 175B", "H100", 131_072, 1)["note"] == writing_frame("GPT-3 175B", "H100", 2048, 1)["note"]
    )


def test_the_question_is_answered_by_the_frame():
    figure = writing_explorer()
    assert figure.predict.choices[figure.answer] == "about twice"
    assert "LLaMA-3 8B, 1 text of 2,048 tokens: 205 tokens a second" in figure.alt()
    assert "from 60 texts on; however many read, the memory yields at most 12,480 tokens a second" in figure.alt()
    figure.set(model="GPT-3 175B")
    assert "from 37 texts on; however many read, the memory yields at most 347 tokens a second" in figure.alt()
