"""The cut photograph at both ends of the slider."""

import numpy as np
import pytest

from course_lib.vision.figures.patches import SIZES, patches_explorer, patches_frame
from course_lib.vision.photographs import PHOTOGRAPHS, photograph


@pytest.mark.parametrize("photo", PHOTOGRAPHS)
@pytest.mark.parametrize("patch", SIZES)
def test_a_cell_for_each_token_and_the_middle_row_in_full(photo, patch):
    frame = patches_frame(photo, patch)
    side = 224 // patch
    assert frame["means"].shape == frame["photo"].shape == (56, 56)
    assert len(frame["row"]) == len(frame["names"]) == side
    assert frame["tokens"] * frame["values"] == 224 * 224 * 3
    assert frame["means"].mean() == pytest.approx(photograph(photo).mean())
    assert f"{side * side:,} tokens of {patch * patch * 3:,} numbers" in frame["note"]
    assert frame["row"].mean(axis=(1, 2)) == pytest.approx(frame["means"][side // 2 * 56 // side, :: 56 // side])


def test_the_figure_builds_and_says_what_it_shows_at_every_setting():
    figure = patches_explorer()
    assert figure.name == "vision.patches"
    for photo in PHOTOGRAPHS:
        for patch in SIZES:
            figure.set(photo=photo, patch=patch)
            assert f"The {photo} cut into patches" in figure.alt()
            assert f"{patch} × {patch} pixels" in figure.alt()
    assert figure.mode == "frames"
    assert np.isfinite(figure.frame()["photo"]).all()
