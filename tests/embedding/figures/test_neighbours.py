"""Neighbours by each measure are what by_hand finds."""

import numpy as np
import pytest

from course_lib.embedding import trained_table
from course_lib.embedding.by_hand import nearest
from course_lib.embedding.figures.neighbours import WORDS, neighbours_frame


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("trained", [False, True])
def test_neighbours_by_cosine_are_those_of_nearest(word, trained):
    found = trained_table.load()
    table = found.after if trained else found.before
    frame = neighbours_frame(word, "cosine", trained)
    assert frame["words"] == [found.words[i] for i in nearest(table, found.ids[word], 8)]
    assert np.all(np.diff(frame["closeness"]) <= 0)


def test_neighbours_by_distance_and_by_dot_product():
    found = trained_table.load()
    row = found.after[found.ids["milk"]]
    frame = neighbours_frame("milk", "distance", True)
    assert frame["words"][0] == "<unknown>"  # the lesson says so
    assert frame["closeness"][0] == pytest.approx(np.linalg.norm(row - found.after[found.ids["<unknown>"]]))
    assert np.linalg.norm(found.after, axis=1).argmin() == found.ids["<unknown>"]
    dots = neighbours_frame("milk", "dot", True)
    assert dots["closeness"][0] == pytest.approx(row @ found.after[found.ids[dots["words"][0]]])
    with pytest.raises(ValueError, match="expected a word"):
        neighbours_frame("milkshake", "cosine", True)
    with pytest.raises(ValueError, match="expected a word"):
        neighbours_frame("milk", "taste", True)
