"""Numbers on coloured cells can be read: 4.5 : 1 on every level of both palettes, in both renderers."""

import numpy as np
import pytest

from course_lib.explorer.palette import table
from course_lib.explorer.sheet import contrast, ink_on

INKS = {"white": np.array([255, 255, 255]), "black": np.zeros(3)}


@pytest.mark.parametrize("palette", ["sequential", "diverging"])
def test_the_ink_on_every_level_has_enough_contrast(palette):
    least = min(contrast(colour, INKS[ink_on(colour)]) for colour in table(palette))
    assert least >= 4.5


def test_white_on_the_token_that_was_chosen():
    assert contrast(np.array([0xB3, 0x47, 0x00]), INKS["white"]) >= 4.5
    assert contrast(np.array([0x00, 0x72, 0xB2]), INKS["white"]) >= 4.5


def test_known_ratios():
    assert contrast(INKS["white"], np.array([0x76, 0x76, 0x76])) == pytest.approx(4.54, abs=0.01)
