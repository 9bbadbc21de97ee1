"""The curve that grows: one picture, drawn twice."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.training.figures.live import LiveCurve, picture, smoothed, still, svg


def test_the_live_curve_says_how_far_it_is(watched_run):
    trainer, _ = watched_run
    page = svg(trainer, {"a & b": 0.5})
    assert 'value="6" max="6"' in page
    assert "step 6 of 6" in page
    assert "a &amp; b 0.50" in page
    assert page.count("<circle") == len(trainer.measured) == 2
    shown, alt = still(trainer, {"entropy": 0.5})
    assert shown.count(f'alt="{alt}"') == 2, "in both themes"
    assert f"Held out: {trainer.measured[-1][1]:.2f}" in alt
    LiveCurve().finish(trainer)  # outside a notebook there is nobody to show it to


@pytest.mark.parametrize("n", [1, 2, 300, 301, 997])
def test_a_smoothed_curve_keeps_its_mean_and_its_length(n):
    losses = np.random.default_rng(n).normal(size=n)
    steps, means = smoothed(losses)
    assert len(steps) == len(means) == min(n, 300)
    assert steps[0] >= 1
    assert steps[-1] <= n
    weights = [len(part) for part in np.array_split(losses, len(means))]
    assert_allclose(np.average(means, weights=weights), losses.mean())


def test_both_drawings_are_made_from_one_picture(watched_run):
    trainer, _ = watched_run
    seen = picture(trainer, {"entropy": 0.5})
    assert_allclose(seen.losses, trainer.losses)
    assert seen.measured == trainer.measured
    assert seen.lines == {"entropy 0.50": 0.5}
    assert (seen.low, seen.high) == pytest.approx((0.4, trainer.losses.max() + 0.1))
