"""Every figure of the lesson draws what it computes at both ends."""

import pytest

from course_lib.block.figures.activation import activation_explorer
from course_lib.block.figures.dropout import dropout_explorer
from course_lib.block.figures.feed_forward import feed_forward_explorer
from course_lib.block.figures.norm import norm_explorer
from course_lib.block.figures.stream import stream_explorer

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
