"""The still pictures say in words what they show."""

import numpy as np
import pytest

from course_lib.interpretation.figures import stills


@pytest.fixture
def shown(monkeypatch):
    said = []
    monkeypatch.setattr(stills, "picture", lambda figure, alt: said.append((figure, alt)))
    return said


def test_the_four_bars(shown):
    bars = {name: np.full((3, 4), 0.5) for name in ("trained", "untrained", "word and place alone", "random labels")}
    stills.show_four_bars({"mole": bars, "tower": bars})
    figure, alt = shown[0]
    assert "mole, trained: 0.50, 0.50, 0.50, 0.50" in alt
    assert len(figure.axes) == 2


def test_patching_and_heads(shown):
    stills.show_patching(["a", "b"], {"put in": np.eye(2), "taken away": 1 - np.eye(2)})
    stills.show_heads({"seed 0": np.array([[0.1, 0.7]]), "seed 1": np.array([[0.3, 0.2]])})
    assert "put in: a 1.00 at before, b 1.00 at layer 1" in shown[0][1]
    assert "seed 0: most at layer 1, head 2, 0.70 nats" in shown[1][1]


def test_gazes(shown):
    stills.show_gazes(["a", "b", "c"], {"before": np.eye(3, k=-1), "itself": np.eye(3)})
    figure, alt = shown[0]
    assert (
        "before: the last word looks most at b, 1 back (1.00); itself: the last word looks most at c, 0 back (1.00)"
        in alt
    )
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["before", "itself"]
