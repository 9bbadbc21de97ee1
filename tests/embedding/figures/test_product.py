"""The product of every kind of first matrix, at both ends of every shape."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.embedding.figures.product import LEFT, product_frame


@pytest.mark.parametrize(("left", "n", "k", "m"), list(itertools.product(LEFT.values(), [1, 5], [2, 5], [1, 4])))
def test_the_product_figure_shows_the_product(left, n, k, m):
    frame = product_frame(left, n, k, m)
    assert_allclose(frame["product"], frame["a"] @ frame["b"])
    assert frame["product"].shape == (n, m)
    assert [len(frame[name]) for name in ("rows", "inner", "cols")] == [n, k, m]
    assert f"{n * k * m} multiplications" in frame["note"]
    if left == "one-hot":
        picked = frame["a"].argmax(axis=1)
        assert_array_equal(frame["product"], frame["b"][picked])
        assert frame["note"].endswith(f"rows {', '.join(map(str, picked))} of b.")
    if left == "shares":
        assert_allclose(frame["product"], np.tile(frame["b"].mean(axis=0), (n, 1)))


def test_an_unknown_first_matrix_is_refused():
    with pytest.raises(ValueError, match="expected one of"):
        product_frame("sideways", 2, 3, 4)
