"""The one place where a device is chosen: a CUDA GPU, Apple's, or the CPU; and said what it is."""

import os
import platform
import shutil
import subprocess
from dataclasses import asdict, dataclass

import torch

__all__ = [
    "DeviceInfo",
    "DoesNotFit",
    "choose_device",
    "describe",
    "memory_in_use",
    "need_memory",
    "out_of_memory",
    "synchronize",
]

KINDS = ("cuda", "mps", "cpu")


class DoesNotFit(ValueError):
    """Something was asked for that needs more memory than the device has."""


@dataclass(frozen=True)
class DeviceInfo:
    """What a device is called and what it runs with.

    Attributes:
        kind: "cuda", "mps" or "cpu".
        name: the maker's name of the device.
        memory: its memory in bytes, None where it cannot be asked.
        threads: threads that PyTorch computes with (of the CPU).
        driver: versions of the GPU's driver and runtime, empty on a CPU.
        torch: version of PyTorch.
        system: operating system and processor family.
    """

    kind: str
    name: str
    memory: int | None
    threads: int
    driver: str
    torch: str
    system: str

    def __str__(self) -> str:
        memory = f", {self.memory / 2**30:.0f} GiB" if self.memory else ""
        threads = f", {self.threads} threads" if self.kind == "cpu" else ""
        return f"{self.kind}: {self.name}{memory}{threads}, PyTorch {self.torch}"

    def as_dict(self) -> dict[str, object]:
        """The fields, for a record."""
        return asdict(self)


def choose_device(wanted: str | None = None) -> torch.device:
    """The best device there is: CUDA before MPS before the CPU; or the one that is asked for.

    Args:
        wanted: "cuda", "cuda:1", "mps" or "cpu"; None chooses.
    Raises:
        ValueError: there is no such kind of device.
        RuntimeError: it is not there on this machine.

    >>> choose_device("cpu")
    device(type='cpu')
    """
    if wanted is None:
        return torch.device(next(kind for kind in KINDS if _available(kind)))
    kind = wanted.partition(":")[0]
    if kind not in KINDS:
        raise ValueError(f"a device is one of {', '.join(KINDS)}; got {wanted!r}")
    if not _available(kind):
        there = [kind for kind in KINDS if _available(kind)]
        raise RuntimeError(
            f"PyTorch finds no {kind} device here; there is {' and '.join(there)}. Leave the choice out, or install the "
            f"build of PyTorch that knows your device."
        )
    device = torch.device(wanted)
    if kind == "cuda" and device.index is not None and device.index >= torch.cuda.device_count():
        raise RuntimeError(f"there are {torch.cuda.device_count()} CUDA devices, counted from 0; got {wanted!r}")
    return device


def _available(kind: str) -> bool:
    if kind == "cuda":
        return torch.cuda.is_available()
    return torch.backends.mps.is_available() if kind == "mps" else True


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _main_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not on Windows
        return None


def _cuda_versions() -> str:
    """The driver as nvidia-smi tells it, where there is one, and the runtime that PyTorch was built with."""
    runtime = f"ROCm {torch.version.hip}" if torch.version.hip else f"CUDA {torch.version.cuda}"
    if not shutil.which("nvidia-smi"):
        return runtime
    asked = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True).stdout.split()
    except (OSError, subprocess.SubprocessError):
        said = []
    return f"driver {said[0]}, {runtime}" if said else runtime


def describe(device: torch.device) -> DeviceInfo:
    """What this device is.

    >>> describe(torch.device("cpu")).kind
    'cpu'
    """
    name, memory, driver = _processor(), _main_memory(), ""
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        name, memory, driver = properties.name, properties.total_memory, _cuda_versions()
    elif device.type == "mps":
        memory, driver = torch.mps.recommended_max_memory(), f"macOS {platform.mac_ver()[0]}"
    system = f"{platform.system()} {platform.machine()}"
    return DeviceInfo(
        device.type, name, memory, torch.get_num_threads(), driver, torch.__version__.partition("+")[0], system
    )


def synchronize(device: torch.device) -> None:
    """Wait until the device has done all that it was asked for. On a CPU there is nothing to wait for."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def memory_in_use(device: torch.device) -> int | None:
    """Bytes that PyTorch's tensors hold on a GPU; None on a CPU, where nobody counts them.

    >>> memory_in_use(torch.device("cpu")) is None
    True
    """
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device)
    return torch.mps.current_allocated_memory() if device.type == "mps" else None


def need_memory(device: torch.device, n_bytes: float, what: str) -> None:
    """Refuse what cannot fit, before the machine begins to swap or the process is killed for it.

    Raises:
        DoesNotFit: `what` needs more bytes than the device has.

    >>> need_memory(torch.device("cpu"), 1e30, "a batch of 1e24 sequences")
    Traceback (most recent call last):
    course_lib.device.DoesNotFit: a batch of 1e24 sequences needs about 9.31e+20 GiB; this device has ...
    """
    there = torch.cuda.get_device_properties(device).total_memory if device.type == "cuda" else _main_memory()
    if there is not None and n_bytes > there:
        raise DoesNotFit(
            f"{what} needs about {n_bytes / 2**30:.3g} GiB; this device has {there / 2**30:.3g}: take less"
        )


def out_of_memory(problem: BaseException) -> bool:
    """Whether an error says that memory ran out; CUDA, MPS and the CPU say so in different ways.

    >>> out_of_memory(torch.OutOfMemoryError("CUDA out of memory")), out_of_memory(RuntimeError("shapes differ"))
    (True, False)
    """
    said = str(problem).lower()
    known = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(problem, DoesNotFit | torch.OutOfMemoryError | MemoryError) or (
        isinstance(problem, RuntimeError) and any(words in said for words in known)
    )
