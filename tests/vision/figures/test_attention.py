"""Where the class token looks: maps lie as the image does, and the sentence says the numbers."""

import numpy as np
import pytest

from course_lib.vision.by_hand import roll_out
from course_lib.vision.figures.attention import attention_explorer, attention_frame


def some(seed=0):
    rng = np.random.default_rng(seed)
    weights = np.exp(rng.normal(size=(2, 3, 17, 17)))
    return rng.random((8, 8, 1)), weights / weights.sum(axis=-1, keepdims=True)


def test_maps_are_the_class_tokens_row_without_itself():
    image, weights = some()
    frame = attention_frame(image, weights, roll_out(weights), "A 3.")
    assert frame["heads"].shape == (2, 3, 8, 8)
    assert frame["heads"][1, 2, 1, 7] == weights[1, 2, 0, 4]
    assert frame["rolled"][::2, ::2].ravel() == pytest.approx(roll_out(weights)[1:])
    assert frame["note"].startswith("A 3. Rolled out, ")


def test_a_blank_image_has_no_correlation_with_ink():
    _, weights = some()
    assert "+0.00" in attention_frame(np.zeros((8, 8, 1)), weights, roll_out(weights))["note"]


def test_the_figure_builds_and_says_what_it_shows_for_every_image():
    images = {f"image {k}": (*some(k), f"A {k}.") for k in range(3)}
    figure = attention_explorer(images, roll_out)
    assert figure.name == "vision.attention"
    for name in images:
        figure.set(image=name)
        assert f"Attention over {name}" in figure.alt()
