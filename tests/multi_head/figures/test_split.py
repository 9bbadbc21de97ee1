"""The right cut and the others, at every number of heads, and what the notes say."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.multi_head import by_hand, wrong_ways
from course_lib.multi_head.figures.split import ADDRESSES, MOST_HEADS, split_explorer, split_frame

RIGHT, TOKENS, RESHAPED, DEALT = wrong_ways.WAYS
FITTING = [1, 2, 3, 4]


@pytest.mark.parametrize("n_heads", FITTING)
def test_the_right_cut_gives_every_head_every_token(n_heads):
    frame = split_frame(RIGHT, n_heads)
    assert_array_equal(frame["owner"], np.tile(np.repeat(np.arange(1, n_heads + 1), 12 // n_heads), (6, 1)))
    assert_array_equal(frame["meet"], n_heads)
    assert_array_equal(frame["heads"], by_hand.split_heads(ADDRESSES, n_heads))


@pytest.mark.parametrize("n_heads", [2, 3])
def test_np_split_gives_whole_tokens_to_heads(n_heads):
    frame = split_frame(TOKENS, n_heads)
    expected = np.repeat(np.arange(1, n_heads + 1), 6 // n_heads)
    assert_array_equal(frame["owner"], np.tile(expected[:, None], (1, 12)))
    assert_array_equal(frame["meet"], np.kron(np.eye(n_heads), np.ones((6 // n_heads,) * 2)))
    assert f"only {6 // n_heads} of 6 tokens (every row is a whole token)" in frame["note"]


@pytest.mark.parametrize("n_heads", [2, 3, 4])
def test_a_reshape_alone_has_the_right_shape_and_the_wrong_tokens(n_heads):
    frame = split_frame(RESHAPED, n_heads)
    assert frame["heads"].shape == by_hand.split_heads(ADDRESSES, n_heads).shape
    assert frame["meet"][0, 5] == 0
    assert "pieces of the same few tokens" in frame["note"]


@pytest.mark.parametrize("n_heads", [2, 4])
def test_dealing_out_keeps_all_tokens_and_takes_features_apart(n_heads):
    frame = split_frame(DEALT, n_heads)
    assert_array_equal(frame["owner"][0], np.tile(np.arange(1, n_heads + 1), 12 // n_heads))
    assert "features that lie apart" in frame["note"]


def test_with_one_head_all_cuts_are_alike():
    for way in wrong_ways.WAYS:
        assert_array_equal(split_frame(way, 1)["heads"][0], ADDRESSES)


@pytest.mark.parametrize("way", wrong_ways.WAYS)
@pytest.mark.parametrize("n_heads", range(1, MOST_HEADS + 1))
def test_every_number_goes_to_one_head_or_the_cut_is_refused(way, n_heads):
    frame = split_frame(way, n_heads)
    if n_heads in (FITTING if way != TOKENS else [1, 2, 3]):
        assert_array_equal(np.sort(frame["heads"].ravel()), np.sort(ADDRESSES.ravel()))
        assert frame["owner"].min() == 1
        assert frame["owner"].max() == n_heads
        assert_array_equal(frame["groups"], frame["owner"].ravel() - 1)
    else:
        assert not frame["owner"].any()
        assert not frame["meet"].any()
        assert "NumPy refuses" in frame["note"]
        with pytest.raises(ValueError, match=r"shared out evenly|equal division"):
            wrong_ways.split_in_some_way(way, ADDRESSES, n_heads)


def test_the_split_figure_draws_what_was_computed_at_every_place_of_its_slider():
    explorer = split_explorer()
    explorer.set(way=TOKENS, n_heads=2)
    drawn = explorer.drawn()
    assert_allclose(drawn["Heatmap 1"]["cells"], explorer.frame()["meet"])
    assert_allclose(drawn["Points 0"]["xy"], explorer.frame()["places"])
    assert "np.split along the tokens into 2 heads" in explorer.alt()
    explorer.set(way=RIGHT, n_heads=5)
    assert "5 heads cannot share 12 features evenly: 2 would be left over" in explorer.alt()
    assert explorer.drawn()
    assert explorer.mode == "frames"
