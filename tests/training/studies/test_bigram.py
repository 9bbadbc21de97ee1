"""The reader that counts pairs, by hand."""

import numpy as np
from numpy.testing import assert_allclose

from course_lib.training.studies.bigram import bigram_loss


def test_a_model_that_counts_pairs():
    train, held_out = np.array([0, 1, 2, 0, 1, 1]), np.array([0, 1, 2])
    # after 0: 1 twice; after 1: 2 and 1 once each; with 1 added to every count of three words
    expected = -(np.log(3 / 5) + np.log(2 / 5)) / 2
    assert_allclose(bigram_loss(train, held_out, 3, extra=1.0), expected)
