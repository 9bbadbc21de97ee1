"""A device that answers before it has finished: a queue and a clock, in twenty lines, the same at every run.

A real GPU behaves like this, and differs from machine to machine. This one can be reasoned about to the microsecond.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["SimulatedDevice"]


@dataclass
class SimulatedDevice:
    """A computer that takes orders into a queue and works them off one after the other.

    Attributes:
        durations: seconds that the first, second, ... order takes on the device; the last holds for all that follow.
        ordering: seconds that the caller is held up by one order.
        room: how many orders the queue holds; the caller of one more waits. 0 is a device without a queue, such as a CPU.
        busy: seconds of somebody else's work that the queue holds at the start.

    >>> device = SimulatedDevice(durations=(0.010,), ordering=0.001)
    >>> device.work()
    >>> device.clock()
    0.001
    >>> device.wait()
    >>> device.clock()
    0.011
    """

    durations: tuple[float, ...]
    ordering: float = 1e-5
    room: int = 1024
    busy: float = 0.0
    _now: float = 0.0
    _finished: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.durations or min((*self.durations, self.ordering, self.room, self.busy)) < 0:
            raise ValueError(f"a device needs at least one duration, and no number below 0; got {self}")
        if self.busy:
            self._finished.append(self.busy)
        self._ordered = 0

    def work(self) -> None:
        """Order the next piece of work, and return."""
        self._now += self.ordering
        duration = self.durations[min(self._ordered, len(self.durations) - 1)]
        self._ordered += 1
        waiting = [moment for moment in self._finished if moment > self._now]
        if self.room and len(waiting) >= self.room:
            self._now = waiting[-self.room]
        self._finished = [*waiting, max(self._now, *waiting, 0.0) + duration]
        if not self.room:
            self.wait()

    def wait(self) -> None:
        """Return when all that was ordered is done."""
        self._now = max([self._now, *self._finished])

    def clock(self) -> float:
        """The time in seconds."""
        return self._now

    def parts(self) -> tuple[Callable[[], None], Callable[[], None], Callable[[], float]]:
        """Its three functions, as `time_it` takes them: work, wait, clock."""
        return self.work, self.wait, self.clock
