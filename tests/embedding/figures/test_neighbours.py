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
    with pytest.raises(ValueError, match="expected one of"):
        neighbours_frame("milk", "taste", True)


def test_a_word_is_taken_as_it_is_typed():
    for typed, meant in ((" Blue ", "blue"), ("MILK", "milk"), ("Lena", "Lena")):
        assert neighbours_frame(typed, "cosine", True)["words"] == neighbours_frame(meant, "cosine", True)["words"]


@pytest.mark.parametrize(
    ("typed", "told"), [("gardn", "garden"), ("", "do not know “”"), ("日本", "do not know"), ("a b", "do not")]
)
def test_a_word_that_the_stories_do_not_have_gets_an_answer_and_no_error(typed, told):
    frame = neighbours_frame(typed, "cosine", True)
    assert told in frame["note"]
    assert not frame["closeness"].any()
    assert len(frame["words"]) == 8
