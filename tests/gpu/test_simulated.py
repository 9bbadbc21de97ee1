"""The simulated device: orders return at once, work is done in order, and a full queue holds the caller up."""

import pytest

from course_lib.gpu.simulated import SimulatedDevice


def times(device, calls):
    """The clock after each order, and after waiting."""
    seen = []
    for _ in range(calls):
        device.work()
        seen.append(device.clock())
    device.wait()
    return [round(moment, 6) for moment in (*seen, device.clock())]


def test_orders_return_at_once_and_the_work_is_done_one_after_the_other():
    assert times(SimulatedDevice((0.010, 0.020), ordering=0.001), 3) == [0.001, 0.002, 0.003, 0.051]


def test_somebody_elses_work_comes_first():
    assert times(SimulatedDevice((0.010,), ordering=0.001, busy=0.5), 1) == [0.001, 0.51]


def test_a_full_queue_holds_the_caller_up():
    # The third order waits until the first piece is done, at 11 ms.
    assert times(SimulatedDevice((0.010,), ordering=0.001, room=2), 3) == [0.001, 0.002, 0.011, 0.031]


def test_a_device_without_a_queue_returns_when_it_is_done():
    assert times(SimulatedDevice((0.010,), ordering=0.001, room=0), 2) == [0.011, 0.022, 0.022]


def test_waiting_for_nothing_takes_no_time():
    device = SimulatedDevice((1.0,))
    device.wait()
    assert device.clock() == 0.0


@pytest.mark.parametrize("bad", [{"durations": ()}, {"durations": (-1.0,)}, {"durations": (1.0,), "ordering": -1.0}])
def test_a_device_without_sense_is_refused(bad):
    with pytest.raises(ValueError, match="at least one duration"):
        SimulatedDevice(**bad)
