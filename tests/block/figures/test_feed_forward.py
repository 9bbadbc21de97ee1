"""The network that can be read is a feed-forward network, and finds what it says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.block import by_hand
from course_lib.block.figures.feed_forward import OUTPUTS, feed_forward_explorer, feed_forward_frame
from course_lib.sentence import TOKENS


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


@pytest.mark.parametrize("step", range(4))
def test_every_step_of_the_network_is_drawn_with_its_own_numbers(step):
    explorer = feed_forward_explorer()
    explorer.set(step=step)
    frame, drawn = explorer.frame(), explorer.drawn()
    name = ["inside", "active", "added", "output"][step]
    assert_allclose(drawn["Heatmap 0"]["cells"], frame[name])
    left, right = (frame["x"], frame["W_1"]) if step < 2 else (frame["active"], frame["W_2"])
    assert_allclose(drawn["DotProduct 1"]["sum"], left[3] @ right[:, 0])
