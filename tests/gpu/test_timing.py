"""A clock that waits, on devices whose every second is known."""

import itertools
import time

import numpy as np
import pytest
import torch

from course_lib.gpu.clock import time_on
from course_lib.gpu.simulated import SimulatedDevice
from course_lib.gpu.timing import time_it


def test_what_is_timed_is_the_order_and_the_work():
    device = SimulatedDevice(durations=(0.5, 0.1, 0.002, 0.003, 0.004), ordering=0.001)
    assert time_it(*device.parts(), warmup=2, repeats=3) == pytest.approx(0.004)


def test_the_queue_is_empty_when_the_clock_starts():
    device = SimulatedDevice(durations=(0.002,), ordering=0.001, busy=7.0)
    assert time_it(*device.parts(), warmup=0, repeats=1) == pytest.approx(0.003)


def test_it_agrees_with_the_clock_for_pytorchs_devices():
    ours, theirs = (SimulatedDevice(durations=(0.3, 0.02, 0.03, 0.05, 0.04, 0.07)) for _ in range(2))
    timing = time_on(
        torch.device("cpu"), theirs.work, rounds=3, warm_up=1, at_least=0.0, wait=lambda device: theirs.wait(),
        clock=theirs.clock,
    )  # fmt: skip
    # time_on tries one call more, to see how many make a round.
    assert time_it(*ours.parts(), warmup=2, repeats=3) == pytest.approx(timing.median)


def test_real_work_takes_real_time():
    seconds = time_it(lambda: time.sleep(0.01), lambda: None, time.perf_counter, warmup=0, repeats=3)
    assert 0.009 < seconds < 0.5


@pytest.mark.parametrize(("warmup", "repeats"), [(0, 0), (-1, 3)])
def test_nothing_to_time_is_refused(warmup, repeats):
    with pytest.raises(ValueError, match="at least one piece of work"):
        time_it(lambda: None, lambda: None, itertools.count().__next__, warmup, repeats)


def test_a_median_of_rounds_is_pythons():
    rng = np.random.default_rng(2)
    durations = tuple(rng.random(7))
    device = SimulatedDevice(durations=durations, ordering=0.0)
    assert time_it(*device.parts(), warmup=0, repeats=7) == pytest.approx(np.median(durations))
