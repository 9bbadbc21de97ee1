"""The lesson's figures: their pure functions at both ends of every slider and between, and what their sentences say."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.block import by_hand, in_torch
from course_lib.block.depth import NORMS, flow
from course_lib.block.explore import (
    ROW,
    UNITS,
    activation_explorer,
    activation_frame,
    dropout_explorer,
    dropout_frame,
    norm_explorer,
    norm_frame,
    slopes,
)
from course_lib.block.explore_block import (
    OUTPUTS,
    feed_forward_explorer,
    feed_forward_frame,
    stream_explorer,
    stream_frame,
)
from course_lib.block.explore_depth import LIMIT, depth_explorer, depth_frame
from course_lib.block.stages import STATIONS
from course_lib.sentence import TOKENS


@pytest.mark.parametrize("name", in_torch.ACTIVATIONS)
def test_the_slopes_are_those_of_autograd(name):
    x = torch.linspace(-5, 5, 101, dtype=torch.float64)
    x = x[x != 0].requires_grad_()
    (expected,) = torch.autograd.grad(in_torch.ACTIVATIONS[name](x).sum(), x)
    assert_allclose(slopes(x.detach().numpy())[name], expected, atol=1e-12)


@pytest.mark.parametrize("x", [-4.0, 4.0, 0.0, 0.3, -1000.0, 1000.0])
def test_activations_at_an_input(x):
    frame = activation_frame(x)
    at = np.array(x)
    assert_allclose(frame["values"], [float(f(at)) for f in by_hand.ACTIVATIONS.values()])
    assert_allclose(frame["slopes"], [float(one) for one in slopes(at).values()])
    assert (frame["slopes"][0] == 1) == (x > 0)
    assert ("lets no gradient through" in frame["note"]) == (x <= 0)
    assert abs(frame["gap"]).max() < 4.74e-4


@pytest.mark.parametrize(("shift", "stretch"), list(itertools.product([-50, 0, 0.7, 50], [0.001, 1, 3.3, 100])))
def test_layer_norm_of_a_row_that_is_shifted_and_stretched(shift, stretch):
    frame = norm_frame(shift, stretch)
    assert_allclose(frame["row"], stretch * ROW + shift)
    expected = torch.nn.functional.layer_norm(torch.tensor(frame["row"]), (8,)).numpy()
    assert_allclose(frame["normed"], expected, atol=1e-9)
    assert (frame["moved"] < 1e-3) == (stretch >= 1)
    assert ("has not moved" in frame["note"]) == (stretch >= 1)


@pytest.mark.parametrize(("p", "which"), list(itertools.product([0.0, 0.37, 0.9], [0, 4])))
def test_dropout_keeps_the_mean_in_training_if_it_rescales(p, which):
    frame = dropout_frame(p, True, True, which)
    assert_allclose(frame["average"], UNITS.mean(), rtol=0.03)
    assert_allclose(frame["dropped"], p, atol=0.01)
    survivors = frame["after"] != 0
    assert_allclose(frame["after"][survivors], frame["before"][survivors] / (1 - p))
    assert_allclose(dropout_frame(p, True, False, which)["average"], (1 - p) * UNITS.mean(), rtol=0.03)
    assert_allclose(frame["share"].sum(), 1.0, atol=0.02)


@pytest.mark.parametrize("rescale", [False, True])
def test_dropout_does_nothing_in_use(rescale):
    frame = dropout_frame(0.9, False, rescale, 2)
    assert_array_equal(frame["after"], frame["before"])
    assert frame["dropped"] == 0
    assert frame["share"].max() == 1.0


@pytest.mark.parametrize("activation", ["relu", "gelu", "gelu_tanh", "none"])
def test_the_readable_network_is_a_feed_forward_network(activation):
    frame = feed_forward_frame(activation)
    function = by_hand.ACTIVATIONS.get(activation, lambda x: x)
    weights = [frame[name] for name in ("W_1", "b_1", "W_2", "b_2")]
    assert_allclose(frame["output"], frame["x"] + by_hand.feed_forward(frame["x"], *weights, function))
    assert_allclose(frame["inside"], frame["product"] + frame["b_1"])


def test_described_are_the_nouns_that_met_an_adjective_and_the_threshold_is_what_finds_them():
    described = feed_forward_frame()["output"][:, OUTPUTS.index("described")]
    assert {token for token, value in zip(TOKENS, described, strict=True) if value > 0.5} == {"creature", "forest"}
    assert_allclose(np.sort(described)[:6], 0.0, atol=1e-12)
    broken = feed_forward_frame("none")["output"][:, OUTPUTS.index("described")]
    assert (broken < -0.05).sum() == 6
    assert "below zero for 6 words" in feed_forward_frame("none")["note"]
    with pytest.raises(ValueError, match="got activation='tanh'; expected one of relu, gelu, gelu_tanh, none"):
        feed_forward_frame("tanh")


@pytest.mark.parametrize(("norm", "residual"), list(itertools.product(["pre", "post"], [True, False])))
def test_the_stations_of_the_residual_path(norm, residual):
    frame = stream_frame(norm, residual)
    assert len(STATIONS) == 7
    assert_allclose(frame["sizes"], [np.sqrt((frame[f"station {i}"] ** 2).mean()) for i in range(7)])
    assert_allclose(frame["along"][0], 1.0)
    assert (frame["along"][-1] > 0.4) == residual
    assert ("to the bit" in frame["note"]) == (norm == "pre" and residual)


@pytest.mark.parametrize(("depth", "norm", "residual"), list(itertools.product([1, 64], NORMS, [False, True])))
def test_both_ends_of_the_depth(depth, norm, residual):
    frame = depth_frame(depth, norm, residual)
    assert_array_equal(frame["blocks"], np.arange(depth + 1))
    assert frame["gradient"].shape == frame["scale"].shape == frame["apart"].shape == (depth + 1,)
    for name in ("gradient", "scale"):
        assert np.isfinite(frame[name]).all()
        assert (frame[name] >= 1 / LIMIT).all()
        assert (frame[name] <= LIMIT).all()
    assert f"above block {depth}" in frame["note"]
    if depth == 64 and not residual:
        assert "alike to a thousandth" in frame["note"]


def test_a_frame_is_what_flow_measured():
    measured = flow("post", True, [3, 5])
    frame = depth_frame(3, "post", True, measured)
    assert_array_equal(frame["gradient"], measured.gradients[3])
    assert_array_equal(frame["scale"], measured.scale[:4])


def test_the_depth_figure_sends_all_frames_and_its_answer_is_measured():
    explorer = depth_explorer([1, 3, 64])
    assert explorer.mode == "frames"
    assert explorer.answer == 3
    explorer.set(depth=1, norm="post", residual=True)
    assert "1 random blocks" in explorer.alt()


MAKERS = [activation_explorer, norm_explorer, dropout_explorer, feed_forward_explorer, stream_explorer]


@pytest.mark.parametrize("make", MAKERS)
def test_every_figure_draws_what_it_computes_at_both_ends(make):
    explorer = make()
    assert explorer.mode == "frames"
    for end in (0, -1):
        explorer.set(**{control.name: control.options[end] for control in explorer.controls})
        assert len(explorer.drawn()) >= 2
        assert "no picture at these values" not in explorer.alt()
        assert "in the alternative text" not in explorer.alt()


def test_what_is_asked_first_has_the_answer_that_is_measured():
    assert norm_explorer().answer == 2


@pytest.mark.parametrize("step", range(4))
def test_every_step_of_the_network_is_drawn_with_its_own_numbers(step):
    explorer = feed_forward_explorer()
    explorer.set(step=step)
    frame, drawn = explorer.frame(), explorer.drawn()
    name = ["inside", "active", "added", "output"][step]
    assert_allclose(drawn["Heatmap 0"]["cells"], frame[name])
    left, right = (frame["x"], frame["W_1"]) if step < 2 else (frame["active"], frame["W_2"])
    assert_allclose(drawn["DotProduct 1"]["sum"], left[3] @ right[:, 0])
