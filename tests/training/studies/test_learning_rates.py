"""Learning rates, from small to far too large."""

import numpy as np

from course_lib.training.studies.learning_rates import sweep


def test_a_rate_that_is_far_too_high_is_worse_than_none_and_the_sweep_keeps_no_nan():
    losses = sweep([1e-3, 3.0, 1e30], steps=12)
    assert losses[1e-3][-1] < losses[1e-3][0] == losses[3.0][0]
    assert losses[3.0][-1] > losses[3.0][0]
    assert not np.isnan(losses[1e30]).any()
    assert losses[1e30].shape == (12,)
    assert losses[1e30][-1] == np.inf
