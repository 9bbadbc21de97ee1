"""A clock for a device that answers before it has finished; ``clock`` does the same for PyTorch's devices."""

import statistics
from collections.abc import Callable

__all__ = ["time_it"]


def time_it(
    work: Callable[[], object], wait: Callable[[], object], clock: Callable[[], float], warmup: int, repeats: int
) -> float:
    """The median seconds of one piece of work, what the device does for it included.

    Args:
        work: orders one piece of work and may return before it is done.
        wait: returns when everything that was ordered is done.
        clock: the time in seconds.
        warmup: pieces of work that are done before any is timed.
        repeats: pieces of work that are timed, one at a time.
    Raises:
        ValueError: nothing to time, or a negative warm-up.

    >>> from course_lib.gpu.simulated import SimulatedDevice
    >>> device = SimulatedDevice(durations=(0.5, 0.002), ordering=0.001)  # a slow first call
    >>> round(time_it(*device.parts(), warmup=1, repeats=3), 6)
    0.003
    """
    if repeats < 1 or warmup < 0:
        raise ValueError(f"time at least one piece of work, after 0 or more to warm up; got {repeats} and {warmup}")
    for _ in range(warmup):
        work()
    wait()
    seconds = []
    for _ in range(repeats):
        started = clock()
        work()
        wait()
        seconds.append(clock() - started)
    return statistics.median(seconds)
