"""All heads at once: habits by hand, and the chosen head drawn."""

import numpy as np
from numpy.testing import assert_allclose

from course_lib.multi_head.figures.heads import habits, heads_explorer


def random_maps(n=7, layers=2, heads=3):
    scores = np.tril(np.random.default_rng(6).random((layers, heads, n, n)))
    return scores / scores.sum(axis=-1, keepdims=True)


def test_habits_by_hand():
    weights = np.zeros((1, 2, 4, 4))
    weights[0, 0, [2, 3], [1, 2]] = 1.0  # always the word before
    weights[0, 1, [2, 3], [0, 3]] = 1.0  # once the start, once itself
    assert habits(weights).tolist() == [[[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]]]


def test_the_heads_figure_shows_the_chosen_sentence_and_head():
    maps = {"one": (list("abcdefg"), random_maps()), "two": (list("abcde"), random_maps(5))}
    explorer = heads_explorer(maps)
    explorer.focus = (4, 3, 5)
    for name, (tokens, weights) in maps.items():
        explorer.set(sentence=name)
        drawn = explorer.drawn()
        assert_allclose(drawn["Thumbnails 0"]["maps"], weights.reshape(6, len(tokens), len(tokens)))
        assert_allclose(drawn["TokenRow 1"]["weights"], weights[1, 2, 4])
        assert_allclose(drawn["Heatmap 2"]["cells"], weights[1, 2])
        shares = habits(weights)
        layer, head = np.unravel_index(shares[..., 0].argmax(), (2, 3))
        said = f"the word before: layer {layer + 1}, head {head + 1} ({shares[..., 0].max():.2f})"
        assert said in explorer.alt()
        assert "2 layers of 3 heads" in explorer.alt()
