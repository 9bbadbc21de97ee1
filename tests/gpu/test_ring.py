"""The ring: sums that are right for everybody, and as many bytes as the formula says."""

import numpy as np
import pytest

from course_lib.gpu.ring import ring_all_reduce, ring_bytes, sent_bytes


def test_three_processes_by_hand():
    parts = [np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0]), np.array([100.0, 200.0, 300.0])]
    for held in ring_all_reduce(parts):
        np.testing.assert_array_equal(held, [111.0, 222.0, 333.0])


@pytest.mark.parametrize("processes", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("numbers", [1, 3, 60, 61])
def test_everybody_ends_with_numpys_sum_and_nothing_is_changed(processes, numbers):
    rng = np.random.default_rng(processes)
    parts = list(rng.normal(size=(processes, numbers)))
    before = [part.copy() for part in parts]
    held = ring_all_reduce(parts)
    assert len(held) == processes
    for one in held:
        np.testing.assert_allclose(one, np.sum(parts, axis=0), rtol=1e-12, atol=1e-14)
        np.testing.assert_array_equal(one, held[0])
    for part, was in zip(parts, before, strict=True):
        np.testing.assert_array_equal(part, was)


def test_the_order_of_the_additions_is_that_of_the_ring():
    """Chunk c is summed from process c on: in float64, 1e17 + 1 has lost its 1."""
    parts = [np.full(3, 1e17), np.full(3, 1.0), np.full(3, -1e17)]
    # chunk 0: (1e17 + 1) - 1e17; chunk 1: (1 - 1e17) + 1e17; chunk 2: (-1e17 + 1e17) + 1
    np.testing.assert_array_equal(ring_all_reduce(parts)[0], [0.0, 0.0, 1.0])


@pytest.mark.parametrize("processes", [1, 2, 3, 5])
def test_the_bytes_counted_are_those_of_the_formula(processes):
    parts = [np.ones(60) for _ in range(processes)]
    assert sent_bytes(parts) == [ring_bytes(60 * 8, processes)] * processes


def test_what_makes_no_ring_is_refused():
    with pytest.raises(ValueError, match="at least one process"):
        ring_all_reduce([])
    with pytest.raises(ValueError, match=r"one shape; got \[\(2,\), \(3,\)\]"):
        ring_all_reduce([np.ones(2), np.ones(3)])
    with pytest.raises(ValueError, match="fewer than 0 bytes"):
        ring_bytes(-1, 2)
    with pytest.raises(ValueError, match="processes must be above zero"):
        ring_bytes(1, 0)
