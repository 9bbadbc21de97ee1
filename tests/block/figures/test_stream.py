"""The stations of the residual path."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.block.figures.stream import stream_frame
from course_lib.block.stages import STATIONS


@pytest.mark.parametrize(("norm", "residual"), list(itertools.product(["pre", "post"], [True, False])))
def test_the_stations_of_the_residual_path(norm, residual):
    frame = stream_frame(norm, residual)
    assert len(STATIONS) == 7
    assert_allclose(frame["sizes"], [np.sqrt((frame[f"station {i}"] ** 2).mean()) for i in range(7)])
    assert_allclose(frame["along"][0], 1.0)
    assert (frame["along"][-1] > 0.4) == residual
    assert ("to the bit" in frame["note"]) == (norm == "pre" and residual)
