"""Numbers on coloured cells can be read: 4.5 : 1 on every level of every palette, in both renderers."""

import numpy as np
import pytest

from course_lib.explorer.palette import ANCHORS, role, table
from course_lib.explorer.sheet import contrast, ink_on

INKS = {"white": np.array([255, 255, 255]), "black": np.zeros(3)}


@pytest.mark.parametrize("palette", ANCHORS)
def test_the_ink_on_every_level_has_enough_contrast(palette):
    least = min(contrast(colour, INKS[ink_on(colour)]) for colour in table(palette))
    assert least >= 4.5


def test_white_on_the_token_that_was_chosen():
    query = role("query")
    assert contrast(np.array([int(query[i : i + 2], 16) for i in (1, 3, 5)]), INKS["white"]) >= 4.5
    assert contrast(np.array([0x00, 0x72, 0xB2]), INKS["white"]) >= 4.5


def test_known_ratios():
    assert contrast(INKS["white"], np.array([0x76, 0x76, 0x76])) == pytest.approx(4.54, abs=0.01)
