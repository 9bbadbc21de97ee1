"""The figures of lesson 13 at both ends of every slider."""

import numpy as np
import pytest

from course_lib.modern import figures
from course_lib.modern.figures.alone import gains
from course_lib.modern.figures.routing import WITH, WITHOUT
from course_lib.modern.routing import Watched


@pytest.mark.parametrize(("window", "layers", "reach"), [(1, 1, 1), (1, 6, 1), (4, 3, 10), (16, 1, 16), (16, 6, 16)])
def test_a_window_reaches_one_less_further_with_each_layer(window, layers, reach):
    frame = figures.window_frame(window, layers)
    assert frame["reach"][-1].sum() == reach
    assert frame["mask"][-1].sum() == window
    assert not np.triu(frame["reach"], 1).any()


def test_the_window_figure_draws_and_answers():
    explorer = figures.window_explorer()
    explorer.set(window=16, layers=6)
    assert np.sum(explorer.drawn()["Heatmap 1"]["cells"]) == 16 * 17 / 2
    assert explorer.mode == "frames"


@pytest.mark.parametrize("tokens", [1024, 131072])
@pytest.mark.parametrize("model", ["LLaMA-2 7B", "Mistral 7B", "Qwen3 0.6B"])
def test_the_cache_shrinks_from_bar_to_bar(model, tokens):
    all_heads, grouped, published = figures.cache_frame(model, tokens)["gib"]
    assert all_heads >= grouped >= published > 0
    assert (grouped == published) == (model != "Mistral 7B" or tokens <= 4096)


def test_the_cache_figure_draws():
    explorer = figures.cache_explorer()
    explorer.set(model="LLaMA-3.1 405B", tokens=131072)
    assert explorer.drawn()["Bars 0"][""][1] == 63.0


def test_the_routing_figure_scrubs_through_both_runs():
    shares = np.full((2, 2, 4), 0.25)
    shares[1] = [[0.7, 0.1, 0.1, 0.1], [0.4, 0.2, 0.2, 0.2]]
    nothing = np.zeros((1, 1)), np.zeros((1, 1), dtype=int)
    uneven, even = Watched((0, 5), shares, 3.0, *nothing), Watched((0, 5), shares[:1].repeat(2, axis=0), 3.0, *nothing)
    explorer = figures.routing_explorer(uneven, even)
    explorer.set(way=WITHOUT, step=5)
    assert "70%" in explorer.alt()
    frame = figures.routing_frame({WITHOUT: uneven, WITH: even}, WITH, 0)
    np.testing.assert_allclose(frame["without"], [0.25, 0.55])
    np.testing.assert_allclose(frame["with"], 0.25)


def test_gains_are_seed_by_seed():
    moved = gains({"a": np.array([2.0, 1.0]), "b": np.array([1.0, 1.5]), "c": np.array([2.0, 1.0])})
    np.testing.assert_array_equal(moved["b"], [-1.0, 0.5])
    assert not moved["c"].any()
