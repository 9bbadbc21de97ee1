"""Steps from a word: standing still shows neighbours, and the lesson's words come near."""

import pytest

from course_lib.embedding import trained_table
from course_lib.embedding.by_hand import nearest
from course_lib.embedding.figures.steps import PAIRS, steps_frame


@pytest.mark.parametrize("pair", range(len(PAIRS)))
def test_standing_still_the_steps_figure_shows_neighbours(pair):
    found = trained_table.load()
    first, second = PAIRS[pair]
    frame = steps_frame(pair, 0.0)
    assert frame["words"] == [found.words[i] for i in nearest(found.after, found.ids[first], 7)]
    far = steps_frame(pair, 1.0)
    assert (far["rank"] == 1) == (far["words"][0] == second)


def test_the_steps_figure_shows_what_the_lesson_asks_to_see():
    ranks = {
        pair: {strength: steps_frame(i, strength)["rank"] for strength in (-1.0, 0.0, 1.0)}
        for i, pair in enumerate(PAIRS)
    }
    assert ranks["dog", "puppy"][0.0] > 5
    assert ranks["dog", "puppy"][1.0] == 1
    assert set(ranks["king", "queen"].values()) == {1}  # also the wrong way
    assert ranks["clock", "clocks"][1.0] > 5
