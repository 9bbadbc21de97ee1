"""How long something takes and how much memory it asks for: warmed up, repeated, and the middle one taken."""

import statistics
import time
import tracemalloc
from collections.abc import Callable

__all__ = ["median_seconds", "peak_bytes"]


def median_seconds(function: Callable[[], object], repeats: int = 7, at_least: float = 0.002) -> float:
    """The median wall time of one call, in seconds.

    Args:
        function: called without arguments, once to warm up and then in `repeats` rounds.
        repeats: how many rounds; the median shrugs off the odd one that the machine disturbed.
        at_least: a round of short calls is repeated until it takes this many seconds.

    >>> 0 < median_seconds(lambda: sum(range(1000)), repeats=3) < 1
    True
    """
    function()
    started = time.perf_counter()
    function()
    once = max(time.perf_counter() - started, 1e-9)
    calls = max(1, int(at_least / once))
    rounds = []
    for _ in range(repeats):
        started = time.perf_counter()
        for _ in range(calls):
            function()
        rounds.append((time.perf_counter() - started) / calls)
    return statistics.median(rounds)


def peak_bytes(function: Callable[[], object]) -> int:
    """The most memory that Python and NumPy held at once during a call, above what they held before, in bytes.

    PyTorch's own memory is not seen.

    >>> 8000 <= peak_bytes(lambda: [0.0] * 1000) < 20000
    True
    """
    tracing = tracemalloc.is_tracing()
    if not tracing:
        tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        function()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not tracing:
            tracemalloc.stop()
