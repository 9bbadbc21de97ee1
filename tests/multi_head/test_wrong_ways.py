"""The bug of the articles, which says nothing."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from course_lib.multi_head import wrong_ways
from course_lib.numeric import influence


def test_the_bug_of_the_articles_has_the_right_shape_and_keeps_groups_apart():
    rng = np.random.default_rng(8)
    x, weights = rng.normal(size=(6, 15)), rng.normal(size=(4, 15, 15)) / 4
    reach = influence(lambda t: wrong_ways.attention_in_token_groups(t, *weights, n_heads=3), x)
    same_group = np.arange(6)[:, None] // 2 == np.arange(6) // 2
    assert_array_equal(reach > 0, same_group)
    with pytest.raises(ValueError, match="equal division"):
        wrong_ways.attention_in_token_groups(x[:5], *weights, n_heads=3)
