"""Who reaches whom is drawn as it is given, with its numbers."""

import numpy as np
from numpy.testing import assert_allclose

from course_lib.multi_head.figures.reach import show_reach


def test_the_picture_of_reach_draws_what_it_is_given(monkeypatch):
    shown = []
    monkeypatch.setattr("course_lib.multi_head.figures.reach.picture", lambda figure, alt: shown.append((figure, alt)))
    rng = np.random.default_rng(9)
    reach = {"one": rng.random((3, 5)), "two": rng.random((3, 5))}
    show_reach(reach)
    drawn = [axis.images[0].get_array() for axis in shown[0][0].axes]
    assert_allclose(drawn, list(reach.values()))
    assert [text.get_text() for text in shown[0][0].axes[1].texts][:5] == [f"{v:.2f}" for v in reach["two"][0]]
