"""The map begins mixed, ends in groups, and stays in the picture."""

import numpy as np
import pytest

from course_lib.embedding import trained_table
from course_lib.embedding.figures.map import SHOWN, map_frame
from course_lib.embedding.groups import GROUPS
from course_lib.explorer import Points


def test_the_map_begins_mixed_and_ends_in_groups():
    start, end = map_frame(0), map_frame(int(trained_table.load().kept_steps[-1]))
    assert start["xy"].shape == end["xy"].shape == (21, 2)
    assert all(set(words) <= set(GROUPS[name]) for name, words in SHOWN.items())
    assert len(start["words"]) <= Points.sizes.labels_most, "more would lose their names"
    assert start["shares"][0] < 0.2
    assert end["shares"][-1] > 0.75
    assert np.abs(end["xy"]).max() < 0.85  # nothing leaves the picture
    assert np.abs(start["xy"]).max() < 0.85
    assert (start["here"], end["here"]) == (5.0, 1500.0)
    with pytest.raises(ValueError, match="got step 7; rows were kept after 0, 10"):
        map_frame(7)
    colours = end["xy"][:3]
    assert np.linalg.norm(colours - colours.mean(axis=0), axis=1).max() < 0.1
