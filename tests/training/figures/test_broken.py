"""The figure of missing parts."""

from numpy.testing import assert_allclose

from course_lib.training.figures.broken import broken_explorer, broken_frames
from course_lib.training.studies.ablation import broken_run


def test_the_broken_figure_compares_with_the_whole_model():
    runs = {"nothing": broken_run((), 12), "mask": broken_run(("mask",), 12)}
    frames = broken_frames(runs)
    assert_allclose(frames["nothing"]["whole"], frames["nothing"]["broken"])
    assert_allclose(frames["mask"]["broken"], runs["mask"].losses)
    assert f"{frames['mask']['writing']:.2f} nats" in frames["mask"]["note"]
    assert broken_explorer(runs).png()
