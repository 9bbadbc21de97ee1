"""The clock: a device that is lazy on purpose shows whether it was waited for."""

import pytest
import torch

from course_lib.gpu.clock import Timing, ordered_seconds, time_on

CPU = torch.device("cpu")


class LazyDevice:
    """Orders take 1 second of a clock of its own, the work 100 more, done only when somebody waits for it."""

    def __init__(self):
        self.now, self.queue, self.calls, self.waits = 0.0, 0, 0, 0

    def order(self):
        self.now += 1.0
        self.queue += 1
        self.calls += 1

    def wait(self, device):
        self.now += 100.0 * self.queue
        self.queue = 0
        self.waits += 1

    def clock(self):
        return self.now


def test_the_clock_waits_for_the_work():
    lazy = LazyDevice()
    timing = time_on(CPU, lazy.order, rounds=3, warm_up=2, wait=lazy.wait, clock=lazy.clock)
    assert (timing.median, timing.low, timing.high) == (101.0, 101.0, 101.0)
    assert (timing.rounds, timing.calls, lazy.calls) == (3, 1, 2 + 1 + 3)
    assert lazy.queue == 0


def test_the_mistake_measures_the_ordering():
    lazy = LazyDevice()
    assert ordered_seconds(CPU, lazy.order, rounds=3, wait=lazy.wait, clock=lazy.clock) == 1.0


def test_work_from_before_is_not_counted():
    lazy = LazyDevice()
    for _ in range(50):
        lazy.order()
    assert time_on(CPU, lazy.order, rounds=1, warm_up=0, wait=lazy.wait, clock=lazy.clock).median == 101.0


def test_the_first_calls_are_not_counted_and_one_slow_round_moves_nothing():
    lazy, slow = LazyDevice(), {1: 5000.0, 5: 700.0}

    def sometimes_slow():
        lazy.order()
        lazy.now += slow.get(lazy.calls, 0.0)

    timing = time_on(CPU, sometimes_slow, rounds=5, warm_up=1, wait=lazy.wait, clock=lazy.clock)
    assert (timing.median, timing.low, timing.high) == (101.0, 101.0, 801.0)


def test_quick_calls_are_taken_together():
    lazy = LazyDevice()
    timing = time_on(CPU, lazy.order, rounds=2, warm_up=0, at_least=1010.0, wait=lazy.wait, clock=lazy.clock)
    assert timing.calls == 10
    assert timing.median == 101.0
    assert lazy.calls == 1 + 2 * 10


def test_a_clock_that_stands_still_does_not_divide_by_zero():
    timing = time_on(CPU, lambda: None, rounds=1, at_least=1e-7, clock=lambda: 0.0)
    assert timing.median == 0.0


@pytest.mark.parametrize("values", [{"rounds": 0}, {"rounds": -1}, {"warm_up": -1}])
def test_rounds_that_make_no_sense(values):
    with pytest.raises(ValueError, match="at least one round"):
        time_on(CPU, lambda: None, **values)
    with pytest.raises(ValueError, match="at least one round"):
        ordered_seconds(CPU, lambda: None, rounds=0)


@pytest.mark.parametrize(("seconds", "said"), [(2.5, "2.5 s"), (0.0123, "12.3 ms"), (4.5e-6, "4.5 µs"), (3e-9, "3 ns")])
def test_a_timing_in_words(seconds, said):
    timing = Timing(seconds, seconds, seconds, 3, 1)
    assert str(timing) == f"{said} (from {said} to {said}, 3 rounds)"
    assert timing.rate(10) == 10 / seconds
