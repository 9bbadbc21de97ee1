"""The figure that reads the prediction out early."""

import pytest

from course_lib.interpretation.figures.lens import lens_explorer, lens_frame, lens_losses
from course_lib.interpretation.trained import load_trained
from course_lib.training.studies.story_model import next_probabilities


@pytest.mark.parametrize("text", ["the king lost", "a"])
def test_the_last_layer_says_what_the_model_says(text):
    model = load_trained(2)
    frame, shares = lens_frame(model, text, 3), next_probabilities(model, text)
    assert frame["shares"].max() == pytest.approx(shares.max(), abs=1e-4)
    assert lens_frame(model, text, 0)["note"].startswith("Read out before the first layer")


def test_it_is_drawn_at_both_ends():
    model = load_trained(0)
    assert lens_losses(model, n=2)[-1] < 1.5
    figure = lens_explorer(model)
    assert figure.mode == "frames"
    for layer in (0, 3):
        figure.set(layer=layer)
        assert figure.png()
