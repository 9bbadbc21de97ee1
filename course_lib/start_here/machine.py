"""Does this computer have what the course needs? Looked up and tried, not assumed."""

import contextlib
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

from course_lib import data
from course_lib.practice.progress import progress_path

__all__ = ["Machine", "Requirement", "check_machine"]

NEEDED = ("numpy", "torch", "matplotlib", "scikit-learn", "jupyterlab", "ipywidgets", "anywidget")
PINS = Path(__file__).resolve().parents[2] / "constraints.txt"

CONTAINER_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
KEEP_ELSEWHERE = (
    "name a file of yours in the environment variable COURSE_PROGRESS, or copy the course to a folder of yours"
)


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
    place = progress_path()
    if place is not None:
        found.append(_writable(place.absolute().parent))
    found.append(_claims())
    return Machine(tuple(found), _device())


def _package(name: str) -> Requirement:
    advice = "run make clean, then make lab: it installs what is pinned"
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
        host = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None  # Windows does not say
    return min([host, *_container_limits()]) / 2**30


def _container_limits() -> list[int]:
    """The bytes that a container may use (cgroup v2, then v1): it is stopped there, whatever the host has."""
    texts = []
    for file in CONTAINER_LIMITS:
        with contextlib.suppress(OSError):
            texts.append(file.read_text(encoding="utf-8").strip())
    return [int(text) for text in texts if text.isdigit()]  # v2 writes "max" where there is no limit


def _claims() -> Requirement:
    """The table of claims lies in the checkout, which an installation that is not editable leaves behind."""
    there = (data.FOLDER / "claims.csv").is_file()
    advice = "install the course from its folder with: pip install --editable ."
    return Requirement("the course's data", "found" if there else "data/claims.csv is missing", there, advice)


def _writable(folder: Path) -> Requirement:
    """Progress is kept here; a folder that is still to be made is judged by the one it will be made in."""
    folder = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    free = shutil.disk_usage(folder).free / 2**30
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as problem:
        return Requirement("a folder to keep progress in", f"{folder}: {problem}", False, KEEP_ELSEWHERE)
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
