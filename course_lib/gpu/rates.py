"""What this device can do, measured: matrix products, memory, transfers, launches."""

import torch

from course_lib.device import need_memory
from course_lib.gpu.by_hand import matmul_bytes, matmul_flops
from course_lib.gpu.clock import Timing, time_on

__all__ = ["copy_rate", "launch_overhead", "matmul_rate", "measured_roofline", "transfer_rate"]


def _filled(shape: tuple[int, ...], device: torch.device, dtype: torch.dtype, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator).to(device, dtype)


def matmul_rate(
    device: torch.device, size: int, dtype: torch.dtype = torch.float32, rows: int | None = None, **clock
) -> tuple[float, Timing]:
    """FLOP per second of a (rows, size) by (size, size) product; rows is size where it is left out.

    Raises:
        ValueError: a size that is not above zero, or matrices that do not fit into the device.

    >>> rate, timing = matmul_rate(torch.device("cpu"), 32, rounds=2)
    >>> rate > 0
    True
    """
    rows = size if rows is None else rows
    n_bytes = matmul_bytes(rows, size, size, dtype.itemsize)
    need_memory(device, n_bytes, f"a product of ({rows}, {size}) and ({size}, {size})")
    a, b = _filled((rows, size), device, dtype), _filled((size, size), device, dtype, seed=1)
    out = torch.empty(rows, size, device=device, dtype=dtype)
    timing = time_on(device, lambda: torch.mm(a, b, out=out), **clock)
    return timing.rate(matmul_flops(rows, size, size)), timing


def _check_bytes(device: torch.device, n_bytes: int, arrays: int) -> None:
    if n_bytes < 4:
        raise ValueError(f"an array of float32 has at least 4 bytes, got {n_bytes}")
    need_memory(device, arrays * n_bytes, f"copying {n_bytes:.3g} bytes")


def copy_rate(device: torch.device, n_bytes: int, **clock) -> tuple[float, Timing]:
    """Bytes per second over the memory bus when an array is copied within the device: read once and written once.

    Args:
        n_bytes: the size of the array; well above the caches, or it is their speed that is measured.
    Raises:
        ValueError: fewer than 4 bytes (one number), or more than the device has.

    >>> rate, timing = copy_rate(torch.device("cpu"), 2**16, rounds=2)
    >>> rate > 0
    True
    """
    _check_bytes(device, n_bytes, 2)
    source = _filled((n_bytes // 4,), device, torch.float32)
    target = torch.empty_like(source)
    timing = time_on(device, lambda: target.copy_(source), **clock)
    return timing.rate(2 * 4 * source.numel()), timing


def transfer_rate(device: torch.device, n_bytes: int, **clock) -> tuple[float, Timing] | None:
    """Bytes per second from main memory to the device; None on a CPU, where nothing has to travel.

    >>> transfer_rate(torch.device("cpu"), 1024) is None
    True
    """
    _check_bytes(device, n_bytes, 1)
    if device.type == "cpu":
        return None
    source = torch.zeros(n_bytes // 4)
    if device.type == "cuda":
        source = source.pin_memory()
    target = torch.empty(n_bytes // 4, device=device)
    timing = time_on(device, lambda: target.copy_(source, non_blocking=True), **clock)
    return timing.rate(4 * source.numel()), timing


def launch_overhead(device: torch.device, **clock) -> Timing:
    """The seconds of a product of two single numbers: what ordering a product costs, with nothing to compute.

    The same call as in `matmul_rate`, so that the two can be compared.

    >>> launch_overhead(torch.device("cpu"), rounds=2).median < 0.01
    True
    """
    a, b, out = (torch.ones(1, 1, device=device) for _ in range(3))
    return time_on(device, lambda: torch.mm(a, b, out=out), **clock)


def measured_roofline(device: torch.device, dtype: torch.dtype = torch.float32, quick: bool = True) -> dict[str, float]:
    """The two numbers of this device's own roofline: the best matrix product and the best copy found.

    Args:
        quick: small sizes and few rounds, about a second on a CPU.
    Returns:
        "peak_flops" in FLOP/s, "bandwidth" in bytes/s.

    >>> sorted(measured_roofline(torch.device("cpu")))
    ['bandwidth', 'peak_flops']
    """
    on_cpu = device.type == "cpu"
    sizes = (512, 1024) if on_cpu else (2048, 4096, 8192)
    n_bytes = 2**26 if on_cpu else 2**30
    rounds = 3 if quick else 9
    return {
        "peak_flops": max(matmul_rate(device, size, dtype, rounds=rounds)[0] for size in sizes),
        "bandwidth": copy_rate(device, n_bytes, rounds=rounds)[0],
    }
