"""The lesson's figures at both ends of their controls: what they show is what by_hand computes."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.corpus import words
from course_lib.data import data_file
from course_lib.embedding import explore, explore_table, trained_table
from course_lib.embedding.by_hand import nearest
from course_lib.explorer.frames import compute_all

FIGURES = [
    explore.arrows_explorer,
    explore.product_explorer,
    explore_table.gap_explorer,
    explore_table.map_explorer,
    explore_table.neighbours_explorer,
    explore_table.steps_explorer,
]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.__name__)
def test_every_frame_can_be_computed_and_the_figure_drawn(figure):
    explorer = figure()
    assert explorer.mode == "frames"
    assert explorer.drawn()
    for control in explorer.controls:
        for end in (control.options[0], control.options[-1]):
            explorer.set(**{control.name: end})
            assert explorer.alt()
            assert explorer.drawn()
    store = compute_all(explorer.compute, explorer.taken, explorer.names)
    assert store.packed()


@pytest.mark.parametrize(("angle", "length"), list(itertools.product([0, 60, 90, 135, 180], [0.5, 3.0])))
def test_the_arrows_are_at_their_angle_and_the_shadow_lies_on_u(angle, length):
    frame = explore.arrows_frame(angle, length)
    u, v, shadow = frame["arrows"]
    assert frame["cosine"] == pytest.approx(np.cos(np.radians(angle)), abs=1e-12)
    assert frame["dot"] == pytest.approx(u @ v)
    assert np.linalg.norm(v) == pytest.approx(length)
    assert shadow @ (v - shadow) == pytest.approx(0.0, abs=1e-12)  # the light falls at a right angle


def test_the_right_guess_is_the_right_angle():
    assert explore.arrows_explorer().answer == 1


@pytest.mark.parametrize(
    ("left", "n", "k", "m"), list(itertools.product(explore.LEFT.values(), [1, 5], [2, 5], [1, 4]))
)
def test_the_product_figure_shows_the_product(left, n, k, m):
    frame = explore.product_frame(left, n, k, m)
    assert_allclose(frame["product"], frame["a"] @ frame["b"])
    assert frame["product"].shape == (n, m)
    assert [len(frame[name]) for name in ("rows", "inner", "cols")] == [n, k, m]
    assert f"{n * k * m} multiplications" in frame["note"]
    if left == "one-hot":
        picked = frame["a"].argmax(axis=1)
        assert_array_equal(frame["product"], frame["b"][picked])
        assert frame["note"].endswith(f"rows {', '.join(map(str, picked))} of b.")
    if left == "shares":
        assert_allclose(frame["product"], np.tile(frame["b"].mean(axis=0), (n, 1)))


def test_an_unknown_first_matrix_is_refused():
    with pytest.raises(ValueError, match="expected one of"):
        explore.product_frame("sideways", 2, 3, 4)


def test_the_gap_sentences_are_held_out_and_their_gaps_have_room():
    held_out = data_file("world_held_out.txt").read_text(encoding="utf-8").splitlines()
    train = data_file("world_train.txt").read_text(encoding="utf-8")
    for text, place in explore_table.GAPS:
        assert text in held_out
        assert text not in train
        assert 4 <= place < len(words(text)) - 4


def test_training_teaches_to_fill_the_gaps():
    def first(trained):
        frames = [explore_table.gap_frame(gap, trained) for gap in range(len(explore_table.GAPS))]
        hidden = [words(text)[place] for text, place in explore_table.GAPS]
        assert all(np.all(np.diff(frame["scores"]) <= 0) for frame in frames)
        return sum(word in frame["words"] for word, frame in zip(hidden, frames, strict=True))

    assert first(True) == len(explore_table.GAPS)
    assert first(False) <= 1


def test_the_map_begins_mixed_and_ends_in_groups():
    start, end = explore_table.map_frame(0), explore_table.map_frame(int(trained_table.load().kept_steps[-1]))
    assert start["xy"].shape == end["xy"].shape == (43, 2)
    assert start["shares"][0] < 0.2
    assert end["shares"][-1] > 0.75
    assert np.abs(end["xy"]).max() < 0.85  # nothing leaves the picture
    assert np.abs(start["xy"]).max() < 0.85
    assert (start["here"], end["here"]) == (5.0, 1500.0)
    with pytest.raises(ValueError, match="got step 7; rows were kept after 0, 10"):
        explore_table.map_frame(7)
    colours = end["xy"][:7]
    assert np.linalg.norm(colours - colours.mean(axis=0), axis=1).max() < 0.1


@pytest.mark.parametrize("word", explore_table.WORDS)
@pytest.mark.parametrize("trained", [False, True])
def test_neighbours_by_cosine_are_those_of_nearest(word, trained):
    found = trained_table.load()
    table = found.after if trained else found.before
    frame = explore_table.neighbours_frame(word, "cosine", trained)
    assert frame["words"] == [found.words[i] for i in nearest(table, found.ids[word], 8)]
    assert np.all(np.diff(frame["closeness"]) <= 0)


def test_neighbours_by_distance_and_by_dot_product():
    found = trained_table.load()
    row = found.after[found.ids["milk"]]
    frame = explore_table.neighbours_frame("milk", "distance", True)
    assert frame["words"][0] == "<unknown>"  # the lesson says so
    assert frame["closeness"][0] == pytest.approx(np.linalg.norm(row - found.after[found.ids["<unknown>"]]))
    assert np.linalg.norm(found.after, axis=1).argmin() == found.ids["<unknown>"]
    dots = explore_table.neighbours_frame("milk", "dot", True)
    assert dots["closeness"][0] == pytest.approx(row @ found.after[found.ids[dots["words"][0]]])
    with pytest.raises(ValueError, match="expected a word"):
        explore_table.neighbours_frame("milkshake", "cosine", True)
    with pytest.raises(ValueError, match="expected a word"):
        explore_table.neighbours_frame("milk", "taste", True)


@pytest.mark.parametrize("pair", range(len(explore_table.PAIRS)))
def test_standing_still_the_steps_figure_shows_neighbours(pair):
    found = trained_table.load()
    first, second = explore_table.PAIRS[pair]
    frame = explore_table.steps_frame(pair, 0.0)
    assert frame["words"] == [found.words[i] for i in nearest(found.after, found.ids[first], 7)]
    far = explore_table.steps_frame(pair, 1.0)
    assert (far["rank"] == 1) == (far["words"][0] == second)


def test_the_steps_figure_shows_what_the_lesson_asks_to_see():
    ranks = {
        pair: {strength: explore_table.steps_frame(i, strength)["rank"] for strength in (-1.0, 0.0, 1.0)}
        for i, pair in enumerate(explore_table.PAIRS)
    }
    assert ranks["dog", "puppy"][0.0] > 5
    assert ranks["dog", "puppy"][1.0] == 1
    assert set(ranks["king", "queen"].values()) == {1}  # also the wrong way
    assert ranks["clock", "clocks"][1.0] > 5
