"""Timing that waits for the device: warm up, wait, run, wait, and take the median.

A GPU works through a queue: a call returns when the work is *ordered*, not when it is done. A clock that does not wait
measures how fast one can order.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from course_lib.device import synchronize

__all__ = ["Timing", "ordered_seconds", "time_on"]


@dataclass(frozen=True)
class Timing:
    """The seconds of one call over several rounds.

    Attributes:
        median: the middle one.
        low, high: the quickest and the slowest round.
        rounds: how many.
        calls: calls in each round.
    """

    median: float
    low: float
    high: float
    rounds: int
    calls: int

    def __str__(self) -> str:
        return f"{_readable(self.median)} (from {_readable(self.low)} to {_readable(self.high)}, {self.rounds} rounds)"

    def rate(self, amount: float) -> float:
        """`amount` per second at the median."""
        return amount / self.median


def _readable(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def time_on(
    device: torch.device,
    function: Callable[[], object],
    rounds: int = 7,
    warm_up: int = 2,
    at_least: float = 0.01,
    wait: Callable[[torch.device], None] = synchronize,
    clock: Callable[[], float] = time.perf_counter,
) -> Timing:
    """How long one call takes, its work on the device included.

    Args:
        device: where the work is done.
        function: called without arguments.
        rounds: how many measurements; the median is robust against the odd disturbed one.
        warm_up: calls before the clock starts: first calls compile, allocate and load.
        at_least: a round of quick calls is made of so many that it takes about so many seconds.
        wait: waits until the device has done its work; exchanged in tests.
        clock: seconds; exchanged in tests.
    Raises:
        ValueError: fewer than one round, or a negative warm-up.

    >>> timing = time_on(torch.device("cpu"), lambda: sum(range(1000)), rounds=3)
    >>> timing.low <= timing.median <= timing.high
    True
    """
    if rounds < 1 or warm_up < 0:
        raise ValueError(f"at least one round and no negative warm-up, please; got rounds={rounds}, warm_up={warm_up}")
    for _ in range(warm_up):
        function()
    wait(device)
    started = clock()
    function()
    wait(device)
    once = max(clock() - started, 1e-9)
    calls = max(1, int(at_least / once))
    seconds = []
    for _ in range(rounds):
        started = clock()
        for _ in range(calls):
            function()
        wait(device)
        seconds.append((clock() - started) / calls)
    return Timing(statistics.median(seconds), min(seconds), max(seconds), rounds, calls)


def ordered_seconds(
    device: torch.device,
    function: Callable[[], object],
    rounds: int = 7,
    wait: Callable[[torch.device], None] = synchronize,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """The mistake, for comparison: the median time until a call *returns*, without waiting for its work.

    On a CPU the two are the same; on a GPU this one is too small, and the more so the longer the work.

    >>> ordered_seconds(torch.device("cpu"), lambda: None, rounds=3) < 0.01
    True
    """
    if rounds < 1:
        raise ValueError(f"at least one round, please; got rounds={rounds}")
    function()
    wait(device)
    seconds = []
    for _ in range(rounds):
        started = clock()
        function()
        seconds.append(clock() - started)
        wait(device)
    return statistics.median(seconds)
