"""Devices that time_it is tried on: simulated, the same at every run, and equal where they were made equal."""

from dataclasses import dataclass

import numpy as np

from course_lib.gpu.simulated import SimulatedDevice

__all__ = ["jittered", "parts"]


@dataclass(frozen=True)
class _Part:
    """One of a device's three functions. Copies made together belong to one device, as methods would."""

    device: SimulatedDevice
    name: str

    def __call__(self) -> float | None:
        return getattr(self.device, self.name)()

    def __hash__(self) -> int:
        return hash((self.name, self.device.durations))

    def __repr__(self) -> str:
        if self.name != "work":
            return f"{self.name} of that device"
        first = ", ".join(f"{1000 * seconds:.3g}" for seconds in self.device.durations[:9])
        return f"a device whose calls take {first} … ms; ordering one takes {1e6 * self.device.ordering:.3g} µs"


def parts(*durations: float, **how: float) -> tuple[_Part, _Part, _Part]:
    """work, wait and clock of a device whose first, second, ... calls take so many milliseconds."""
    device = SimulatedDevice(tuple(milliseconds / 1000 for milliseconds in durations), **how)
    return tuple(_Part(device, name) for name in ("work", "wait", "clock"))


def jittered(rng: np.random.Generator, count: int, milliseconds: float) -> list[float]:
    """So many durations, each up to a fifth longer than `milliseconds`."""
    return [round(milliseconds * (1 + 0.2 * share), 4) for share in rng.random(count)]
