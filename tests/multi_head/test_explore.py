"""The figures of lesson 05: the cut at every value of the slider, the notes, all heads; and the bug that says nothing."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.multi_head import by_hand, explore, pictures, wrong_ways
from course_lib.numeric import influence

RIGHT, TOKENS, RESHAPED, DEALT = wrong_ways.WAYS
FITTING = [1, 2, 3, 4, 6, 12]


@pytest.mark.parametrize("n_heads", FITTING)
def test_the_right_cut_gives_every_head_every_token(n_heads):
    frame = explore.split_frame(RIGHT, n_heads)
    assert_array_equal(frame["owner"], np.tile(np.repeat(np.arange(1, n_heads + 1), 12 // n_heads), (6, 1)))
    assert_array_equal(frame["seen"], 6)
    assert_array_equal(frame["heads"], by_hand.split_heads(explore.ADDRESSES, n_heads))


@pytest.mark.parametrize("n_heads", [2, 3, 6])
def test_np_split_gives_whole_tokens_to_heads(n_heads):
    frame = explore.split_frame(TOKENS, n_heads)
    expected = np.repeat(np.arange(1, n_heads + 1), 6 // n_heads)
    assert_array_equal(frame["owner"], np.tile(expected[:, None], (1, 12)))
    assert_array_equal(frame["seen"], 6 // n_heads)
    assert f"only {6 // n_heads} of 6 tokens (every row is a whole token)" in frame["note"]


@pytest.mark.parametrize("n_heads", [2, 3, 6, 12])
def test_a_reshape_alone_has_the_right_shape_and_the_wrong_tokens(n_heads):
    frame = explore.split_frame(RESHAPED, n_heads)
    assert frame["heads"].shape == by_hand.split_heads(explore.ADDRESSES, n_heads).shape
    assert max(frame["seen"]) < 6
    assert "pieces of the same few tokens" in frame["note"]


@pytest.mark.parametrize("n_heads", [2, 4, 12])
def test_dealing_out_keeps_all_tokens_and_takes_features_apart(n_heads):
    frame = explore.split_frame(DEALT, n_heads)
    assert_array_equal(frame["owner"][0], np.tile(np.arange(1, n_heads + 1), 12 // n_heads))
    assert "features that lie apart" in frame["note"]


def test_with_one_head_all_cuts_are_alike():
    for way in wrong_ways.WAYS:
        assert_array_equal(explore.split_frame(way, 1)["heads"][0], explore.ADDRESSES)


@pytest.mark.parametrize("way", wrong_ways.WAYS)
@pytest.mark.parametrize("n_heads", range(1, 13))
def test_every_number_goes_to_one_head_or_the_cut_is_refused(way, n_heads):
    if n_heads in (FITTING if way != TOKENS else [1, 2, 3, 6]):
        frame = explore.split_frame(way, n_heads)
        assert_array_equal(np.sort(frame["heads"].ravel()), np.sort(explore.ADDRESSES.ravel()))
        assert frame["owner"].min() == 1
        assert frame["owner"].max() == n_heads
    else:
        with pytest.raises(ValueError, match=r"shared out evenly|equal division"):
            explore.split_frame(way, n_heads)


def test_the_split_figure_draws_what_was_computed_and_says_where_there_is_nothing_to_draw():
    explorer = explore.split_explorer()
    explorer.set(way=TOKENS, n_heads=2)
    drawn = explorer.drawn()
    assert_allclose(drawn["Heatmap 0"]["cells"], explorer.frame()["owner"])
    assert_allclose(drawn["Thumbnails 1"]["maps"], explorer.frame()["heads"])
    assert_allclose(drawn["Heatmap 2"]["cells"], explorer.frame()["heads"][0])
    assert "np.split along the tokens into 2 heads" in explorer.alt()
    explorer.set(way=RIGHT, n_heads=5)
    assert "12 features cannot be shared out evenly among 5 heads" in explorer.alt()
    assert explorer.drawn() == {}
    assert explorer.mode == "frames"


def random_maps(n=7, layers=2, heads=3):
    scores = np.tril(np.random.default_rng(6).random((layers, heads, n, n)))
    return scores / scores.sum(axis=-1, keepdims=True)


def test_habits_by_hand():
    weights = np.zeros((1, 2, 4, 4))
    weights[0, 0, [2, 3], [1, 2]] = 1.0  # always the word before
    weights[0, 1, [2, 3], [0, 3]] = 1.0  # once the start, once itself
    assert explore.habits(weights).tolist() == [[[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]]]


def test_the_heads_figure_shows_the_chosen_sentence_and_head():
    maps = {"one": (list("abcdefg"), random_maps()), "two": (list("abcde"), random_maps(5))}
    explorer = explore.heads_explorer(maps)
    explorer.focus = (4, 3, 5)
    for name, (tokens, weights) in maps.items():
        explorer.set(sentence=name)
        drawn = explorer.drawn()
        assert_allclose(drawn["Thumbnails 0"]["maps"], weights.reshape(6, len(tokens), len(tokens)))
        assert_allclose(drawn["TokenRow 1"]["weights"], weights[1, 2, 4])
        assert_allclose(drawn["Heatmap 2"]["cells"], weights[1, 2])
        shares = explore.habits(weights)
        layer, head = np.unravel_index(shares[..., 0].argmax(), (2, 3))
        said = f"the word before: layer {layer + 1}, head {head + 1} ({shares[..., 0].max():.2f})"
        assert said in explorer.alt()
        assert "2 layers of 3 heads" in explorer.alt()


def test_the_bug_of_the_articles_has_the_right_shape_and_keeps_groups_apart():
    rng = np.random.default_rng(8)
    x, weights = rng.normal(size=(6, 15)), rng.normal(size=(4, 15, 15)) / 4
    reach = influence(lambda t: wrong_ways.attention_in_token_groups(t, *weights, n_heads=3), x)
    same_group = np.arange(6)[:, None] // 2 == np.arange(6) // 2
    assert_array_equal(reach > 0, same_group)
    with pytest.raises(ValueError, match="equal division"):
        wrong_ways.attention_in_token_groups(x[:5], *weights, n_heads=3)


def test_the_still_figures_draw_what_they_are_given():
    rng = np.random.default_rng(9)
    reach = {"one": rng.random((3, 5)), "two": rng.random((3, 5))}
    pictures.show_reach(reach)
    drawn = [axis.images[0].get_array() for axis in plt.gcf().axes]
    assert_allclose(drawn, list(reach.values()))
    assert [text.get_text() for text in plt.gcf().axes[1].texts][:5] == [f"{v:.2f}" for v in reach["two"][0]]
    added = {"identity": rng.normal(size=(3, 2, 7))}
    pictures.show_contributions(added, token=1)
    rows = plt.gcf().axes[0].images[0].get_array()
    assert_allclose(rows[:3], added["identity"][:, 1])
    assert_allclose(rows[3], added["identity"][:, 1].sum(axis=0))
    pictures.show_losses(
        {1: {1: np.array([2.0, 2.5]), 2: np.array([1.0, 1.5])}, 2: {1: np.array([3.0]), 2: np.array([4.0])}}
    )
    lines = plt.gca().get_lines()
    assert [line.get_ydata().tolist() for line in lines] == [[2.0, 2.5, 1.0, 1.5], [3.0, 4.0]]
    assert_allclose(lines[1].get_xdata() - lines[0].get_xdata()[::2], 0.16)
    plt.close("all")
