"""The likeness of positions: nothing for random ones, neighbours for a table that knows the square."""

import numpy as np
import pytest

from course_lib.vision.figures.positions import likeness, neighbour_likeness, positions_explorer, positions_frame


def knows_the_square(side=4):
    place = np.arange(side)
    one = np.exp(-((place[:, None] - place) ** 2) / 2)
    return np.vstack([np.zeros(side * side), np.einsum("ia,jb->ijab", one, one).reshape(side * side, -1)])


def test_a_table_that_knows_the_square_shows_it_and_a_random_one_does_not():
    near, far = neighbour_likeness(knows_the_square())
    assert near > 0.4
    assert far < 0
    near, far = neighbour_likeness(np.random.default_rng(0).normal(size=(17, 400)))
    assert abs(near - far) < 0.05


def test_a_position_is_alike_to_itself_and_likeness_goes_both_ways():
    alike = likeness(np.random.default_rng(1).normal(size=(10, 5)))
    assert np.diag(alike) == pytest.approx(1)
    assert alike == pytest.approx(alike.T)


def test_the_map_of_a_patch_lies_as_the_image_does():
    frame = positions_frame(knows_the_square(), "a table")
    assert frame["maps"].shape == (4, 4, 4, 4)
    for i in range(4):
        for j in range(4):
            assert np.unravel_index(frame["maps"][i, j].argmax(), (4, 4)) == (i, j)
    assert frame["note"].startswith("a table: cosine")


def test_the_figure_builds_and_says_what_it_shows():
    figure = positions_explorer({"one": knows_the_square(), "two": np.random.default_rng(2).normal(size=(17, 8))})
    assert figure.name == "vision.positions"
    for name in ("one", "two"):
        figure.set(table=name)
        assert f"{name}: cosine" in figure.alt()
