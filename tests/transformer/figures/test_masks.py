"""The figure of the masks at both ends of every slider."""

import itertools

import numpy as np
import pytest

from course_lib.transformer.figures.masks import masks_explorer, masks_frame


@pytest.mark.parametrize(("n_source", "n_target"), list(itertools.product([1, 4, 7], [1, 3, 7])))
def test_the_masks_figure(n_source, n_target):
    frame = masks_frame(n_source, n_target)
    assert frame["encoder"].shape == (n_source, n_source)
    assert frame["cross"].shape == (n_target, n_source)
    assert frame["encoder"].all()
    assert frame["cross"].all()
    np.testing.assert_array_equal(frame["decoder"], np.tri(n_target))
    allowed = int(sum(frame[name].sum() for name in ("encoder", "decoder", "cross")))
    assert f"{allowed} of {n_source**2 + n_target**2 + n_source * n_target} in all" in frame["note"]


def test_the_masks_figure_sends_all_frames_and_knows_its_answer():
    explorer = masks_explorer()
    assert explorer.mode == "frames"
    assert explorer.answer == 0
    assert not (explorer.frame()["cross"] == 0).any()
    explorer.set(n_source=7, n_target=1)
    assert explorer.drawn()
    assert "1 by 7" in explorer.alt()
