"""Points in the plane: equal axes where angles mean something, arcs and perpendiculars, labels that touch nothing."""

import numpy as np
import pytest

from course_lib.explorer import DeclarationError, Explorer, Points
from course_lib.explorer.panels.points import angle_marks, placed


def made(xy, **more):
    xy = np.array(xy, float)
    return Explorer(
        lambda: {"xy": xy, "names": [f"word {i}" for i in range(len(xy))]}, [], [[Points("xy", labels="names", **more)]]
    )


def test_a_right_angle_is_drawn_as_one():
    axes = made([[2, 1], [-1, 2]], arrows=True, equal=True, x_range=(-3, 3), y_range=(-1, 4)).figure().axes[-1]
    origin, one, other = axes.transData.transform([(0, 0), (2, 1), (-1, 2)])
    assert abs((one - origin) @ (other - origin)) < 1e-6 * np.linalg.norm(one - origin) * np.linalg.norm(other - origin)


def test_without_equal_axes_it_is_not():
    axes = made([[2, 1], [-1, 2]], arrows=True, x_range=(-3, 3), y_range=(-1, 4)).figure().axes[-1]
    origin, one, other = axes.transData.transform([(0, 0), (2, 1), (-1, 2)])
    cosine = (one - origin) @ (other - origin) / np.linalg.norm(one - origin) / np.linalg.norm(other - origin)
    assert abs(cosine) > 0.02, "the test above can fail"


@pytest.mark.parametrize("seed", range(5))
def test_the_arc_goes_from_one_arrow_to_the_other_and_the_perpendicular_stands_upright(seed):
    xy = np.random.default_rng(seed).normal(size=(2, 2))
    arc, (tip, foot) = angle_marks(xy, 0, 1)
    for end, arrow in ((arc[0], xy[0]), (arc[-1], xy[1])):
        assert end @ arrow == pytest.approx(np.linalg.norm(end) * np.linalg.norm(arrow)), "on the arrow's line, ahead"
    steps = np.diff(np.unwrap(np.arctan2(arc[:, 1], arc[:, 0])))
    assert abs(steps.sum()) <= np.pi + 1e-9, "the smaller of the two angles"
    np.testing.assert_allclose(tip, xy[1])
    assert (tip - foot) @ xy[0] == pytest.approx(0, abs=1e-12)


def test_an_arrow_without_length_has_no_angle():
    assert angle_marks(np.array([[0.0, 0.0], [1.0, 1.0]]), 0, 1) == []


def test_an_angle_needs_arrows():
    with pytest.raises(DeclarationError, match=r"angle=\(0, 1\): expected arrows=True"):
        made([[1, 0], [0, 1]], angle=(0, 1))


def test_no_two_labels_touch():
    rng = np.random.default_rng(0)
    spots, widths = rng.uniform(20, 180, size=(40, 2)), np.full(40, 35.0)
    found = placed(spots, widths, (0, 0, 200, 200), np.zeros((0, 2)))
    boxes = [
        (x + dx - (35 if dx < 0 else 0), y + dy)
        for (x, y), at in zip(spots, found, strict=True)
        if at
        for dx, dy in [at]
    ]
    assert 5 < len(boxes) < 40
    for i, (x, y) in enumerate(boxes):
        assert all(abs(x - u) >= 35 or abs(y - v) >= 13 for u, v in boxes[:i])


def test_forty_five_points_have_names():
    xy = np.array([[i % 9, i // 9] for i in range(45)])
    texts = [text.get_text() for axes in made(xy).figure().axes for text in axes.texts]
    assert sum(text.startswith("word ") for text in texts) == 45
