"""A row for each head's contribution, and the sum below."""

import numpy as np
from numpy.testing import assert_allclose

from course_lib.multi_head.figures.contributions import show_contributions


def test_the_rows_are_the_contributions_and_their_sum(monkeypatch):
    shown = []
    monkeypatch.setattr(
        "course_lib.multi_head.figures.contributions.picture", lambda figure, alt: shown.append((figure, alt))
    )
    added = {"identity": np.random.default_rng(9).normal(size=(3, 2, 7))}
    show_contributions(added, token=1)
    rows = shown[0][0].axes[0].images[0].get_array()
    assert_allclose(rows[:3], added["identity"][:, 1])
    assert_allclose(rows[3], added["identity"][:, 1].sum(axis=0))
