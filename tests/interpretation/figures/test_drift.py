"""The figure of vectors that come apart."""

import numpy as np
import pytest

from course_lib.interpretation import probing
from course_lib.interpretation.figures.drift import drift_explorer, drift_frame, plane_of
from course_lib.interpretation.trained import load_trained, untrained


@pytest.mark.parametrize("senses", [2, 4])
def test_a_plane_is_two_right_angles(senses):
    rng = np.random.default_rng(senses)
    x, sense = rng.normal(size=(50, 7)), np.arange(50) % senses
    _, axes = plane_of(x + 3 * rng.normal(size=(senses, 7))[sense], sense)
    np.testing.assert_allclose(axes.T @ axes, np.eye(2), atol=1e-9)


def test_it_is_drawn_at_both_ends():
    found = {word: probing.occurrences(word, 80) for word in ("mole", "tower")}
    models = {"trained": load_trained(0), "untrained": untrained(0)}
    vectors = {
        name: {word: probing.vectors(model, where) for word, where in found.items()} for name, model in models.items()
    }
    figure = drift_explorer(found, vectors)
    assert figure.mode == "frames"
    for layer, model, word in ((0, "trained", "mole"), (3, "untrained", "tower")):
        figure.set(layer=layer, model=model, word=word)
        assert figure.png()
    frame = drift_frame(found["mole"], vectors["trained"]["mole"], 3)
    assert len(frame["xy"]) == len(frame["sense"]) <= 120
