"""Does this computer have what the course needs? Looked up and tried, not assumed."""

import html
import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Machine", "Requirement", "check_machine"]

NEEDED = ("numpy", "torch", "matplotlib", "jupyterlab", "ipywidgets", "anywidget")
PINS = Path(__file__).resolve().parents[2] / "constraints.txt"


@dataclass(frozen=True)
class Requirement:
    """One thing the course needs: what was found, whether that will do, and what to do where it will not."""

    name: str
    found: str
    enough: bool
    advice: str = ""


@dataclass(frozen=True, repr=False)
class Machine:
    """What was found on this computer."""

    requirements: tuple[Requirement, ...]
    device: str

    @property
    def ready(self) -> bool:
        """Whether everything needed is there."""
        return all(requirement.enough for requirement in self.requirements)

    @property
    def summary(self) -> str:
        """The verdict in a sentence."""
        if self.ready:
            return f"This machine has what the course needs. PyTorch will compute on: {self.device}."
        missing = ", ".join(requirement.name for requirement in self.requirements if not requirement.enough)
        return f"Not everything is there yet; look at: {missing}."

    def __repr__(self) -> str:
        lines = [
            f"{'✓' if requirement.enough else '✗'} {requirement.name}: {requirement.found}{'' if requirement.enough else f'  ({requirement.advice})'}"
            for requirement in self.requirements
        ]
        return "\n".join([*lines, self.summary])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td style="text-align:left">{"✓" if requirement.enough else "✗"} {html.escape(requirement.name)}</td>'
            f'<td style="text-align:left">{html.escape(requirement.found)}</td>'
            f'<td style="text-align:left">{"" if requirement.enough else html.escape(requirement.advice)}</td></tr>'
            for requirement in self.requirements
        )
        return f"<table><tbody>{rows}</tbody></table><p>{html.escape(self.summary)}</p>"


def check_machine() -> Machine:
    """Look at Python, the packages, memory, disk and the device, and say what is missing.

    >>> check_machine().requirements[0].name
    'Python 3.11 or newer'
    """
    version = platform.python_version()
    found = [Requirement("Python 3.11 or newer", version, sys.version_info >= (3, 11), "install a newer Python")]
    found += [_package(name) for name in NEEDED]
    cores, memory = os.cpu_count() or 1, _memory_gib()
    found.append(Requirement("processor", f"{cores} core{'s' if cores > 1 else ''}", True))
    if memory is not None:
        found.append(
            Requirement("memory of 4 GiB", f"{memory:.1f} GiB", memory > 3.5, "close other programs before training")
        )
    found.append(_writable(Path.cwd()))
    return Machine(tuple(found), _device())


def _package(name: str) -> Requirement:
    advice = "make clean, then make lab: the environment is made again with what is pinned (without make: py start.py install)"
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Requirement(name, "not installed", False, advice)
    pins = dict(line.split("==") for line in PINS.read_text().split() if "==" in line) if PINS.exists() else {}
    tested = pins.get(name, version)
    note = "" if version.partition("+")[0] == tested else f" (the course is tested with {tested})"
    return Requirement(name, version.partition("+")[0] + note, True)


def _memory_gib() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):
        return None  # Windows does not say


def _writable(folder: Path) -> Requirement:
    """Progress and checkpoints are kept beside the notebooks."""
    free = shutil.disk_usage(folder).free / 2**30
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as problem:
        return Requirement("a folder to keep progress in", f"{problem}", False, "copy the course to a folder of yours")
    return Requirement(
        "a folder to keep progress in", f"{free:.0f} GiB free", free > 0.2, "make room: progress could not be saved"
    )


def _device() -> str:
    import torch

    tests: tuple[tuple[Callable[[], bool], Callable[[], str]], ...] = (
        (torch.cuda.is_available, lambda: f"the GPU {torch.cuda.get_device_name()}"),
        (torch.backends.mps.is_available, lambda: "the GPU of this Mac (MPS)"),
    )
    return next((name() for available, name in tests if available()), "the processor (no GPU is needed)")
