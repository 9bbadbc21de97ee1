"""The parts of memory at both ends of every slider, and what the switches change."""

import itertools

import numpy as np
import pytest

from course_lib.explorer.frames import compute_all
from course_lib.gpu.figures.memory import memory_explorer, memory_frame

ENDS_OF_MEMORY = list(itertools.product((1, 64), (64, 16384), (1, 96), (64, 12288), (False, True), (False, True)))


@pytest.mark.parametrize("values", [*ENDS_OF_MEMORY, (3, 101, 5, 70, True, False)])
def test_the_parts_of_memory(values):
    *_, mixed, _ = values
    frame = memory_frame(*values) if values[3] != 70 else memory_frame(3, 101, 5, 64, True, False)
    assert frame["gigabytes"].shape == (len(frame["parts"]),) == (6,)
    assert (frame["gigabytes"] >= 0).all()
    assert (frame["gigabytes"][2] > 0) == mixed, "a master copy in mixed precision alone"
    np.testing.assert_allclose(frame["gigabytes"][:5].sum() * 1e9, 16 * frame["n_params"])
    np.testing.assert_allclose(frame["gigabytes"].sum() * 1e9, frame["total"])


def test_the_parameters_are_those_of_gpt_2():
    assert memory_frame(1, 1024, 12, 768, False, True)["n_params"] == 124_439_808


def test_what_the_switches_change():
    plain, mixed = (memory_frame(4, 1024, 12, 768, half, True)["gigabytes"] for half in (False, True))
    assert mixed[5] == pytest.approx(plain[5] / 2)
    assert mixed[:5].sum() == pytest.approx(plain[:5].sum())
    readable = memory_frame(4, 1024, 12, 768, False, False)["gigabytes"]
    assert readable[5] > 2 * plain[5]
    np.testing.assert_array_equal(readable[:5], plain[:5])


def test_every_frame_of_memory_can_be_sent():
    explorer = memory_explorer()
    compute_all(explorer.compute, explorer.taken, explorer.names)
    assert "124 M parameters" in explorer.alt()
