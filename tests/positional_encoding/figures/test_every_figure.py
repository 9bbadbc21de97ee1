"""Every figure of the lesson is drawn and speaks."""

import pytest

from course_lib.positional_encoding.figures.order import order_explorer
from course_lib.positional_encoding.figures.rotary import rotary_explorer
from course_lib.positional_encoding.figures.shift import shift_explorer
from course_lib.positional_encoding.figures.table import table_explorer


@pytest.mark.parametrize("figure", [table_explorer, shift_explorer, order_explorer, rotary_explorer])
def test_the_figures_can_be_drawn(figure):
    explorer = figure()
    assert explorer.drawn()
    assert explorer.alt()
