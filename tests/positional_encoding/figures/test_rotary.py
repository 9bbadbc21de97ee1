"""Scores of rotated vectors stay where they are when both move along; those of sums do not."""

import numpy as np
import pytest

from course_lib.positional_encoding.figures.rotary import DISTANCES, KEY, PLACES, QUERY, rotary_frame


@pytest.mark.parametrize("distance", [0, 5, 12])
@pytest.mark.parametrize("place", PLACES)
def test_the_rotated_score_depends_on_the_distance_alone(place, distance):
    frame, first = rotary_frame(place, distance), rotary_frame(PLACES[0], distance)
    np.testing.assert_allclose(frame["rotated"], first["rotated"], atol=1e-11)
    assert frame["rotated"][0] == pytest.approx(QUERY @ KEY)
    assert np.ptp(frame["rotated"]) > 0.3
    if place != PLACES[0]:
        assert abs(frame["added"] - first["added"]).max() > 0.3
    for i in range(2):
        query, key = frame[f"pair {i}"]
        assert np.linalg.norm(query) == pytest.approx(np.linalg.norm(QUERY[2 * i : 2 * i + 2]))
        assert np.linalg.norm(key) == pytest.approx(np.linalg.norm(KEY[2 * i : 2 * i + 2]))


def test_every_curve_stays_inside_its_panel():
    lines = [rotary_frame(place, 0)[name] for place in PLACES for name in ("rotated", "added")]
    assert np.min(lines) >= -2
    assert np.max(lines) <= 10
    assert len(DISTANCES) == len(lines[0])
