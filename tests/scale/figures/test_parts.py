"""The parts of every model of the zoo, and the answer to the question."""

import pytest
from numpy.testing import assert_allclose

from course_lib.scale.figures.parts import MODELS, parts_explorer, parts_frame
from course_lib.scale.zoo import published_models


@pytest.mark.parametrize("model", MODELS)
def test_the_parts_of_a_published_model_sum_to_all_of_it(model):
    frame = parts_frame(model)
    assert_allclose(frame["share"].sum(), 100)
    assert f"{published_models()[model].exact:,} parameters" in frame["note"]
    assert len(frame["names"]) == len(frame["share"]) == 6
    assert (frame["names"][0] == "patches") == model.startswith("ViT")


def test_the_question_is_answered_by_the_count():
    figure = parts_explorer()
    assert figure.predict.choices[figure.answer] == "less than 1 %"
    assert figure.mode == "frames"
    figure.set(model="GPT-2 124M")
    assert "The blocks hold 68.3 percent of them, the table 31.0." in figure.alt()


@pytest.mark.parametrize("model", ["GPT-5", "Gopher 280B"])
def test_a_model_that_is_not_there_is_named(model):
    with pytest.raises(ValueError, match=f"got '{model}'"):
        parts_frame(model)
