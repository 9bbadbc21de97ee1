"""Everything the lesson measures, in one table: ``python -m course_lib measure --out data/gpu_measurements.json``.

Times are medians with the quickest and the slowest round beside them. On a machine without a GPU the table is printed
(``--device cpu``), but it is not written into the course's file of GPU measurements.
"""

import datetime
import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch

from course_lib.device import describe, out_of_memory
from course_lib.gpu.clock import Timing, ordered_seconds
from course_lib.gpu.compiling import compare
from course_lib.gpu.rates import copy_rate, launch_overhead, matmul_rate, transfer_rate
from course_lib.gpu.step_memory import memory_by_category
from course_lib.gpu.steps import SMALL, attention_costs, batch_costs, precision_costs
from course_lib.transformer.models import ModelConfig

__all__ = ["Sizes", "measure"]

#: On a GPU: a model of GPT-2's smallest shape with the course's vocabulary.
LARGE = ModelConfig(vocab=50257, context=1024, layers=12, d_model=768, n_heads=12)


def _seconds(timing: Timing) -> dict[str, float]:
    return {"median": timing.median, "low": timing.low, "high": timing.high}


def _rows(name: str, rows: Iterable[dict], notes: list[str]) -> list[dict]:
    """The rows of a series, as far as memory lasts: a GPU that is full ends this series, with a note, and not the table."""
    got = []
    try:
        for row in rows:
            got.append(row)
    except Exception as problem:
        if not out_of_memory(problem):
            raise
        notes.append(f"{name}: memory ran out after {len(got)} rows ({str(problem).splitlines()[0][:160]})")
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return got


@dataclass(frozen=True)
class Sizes:
    """What is measured in which sizes.

    Attributes:
        rounds: of each measurement.
        config: the model that is trained.
        matmul: sides of the square products.
        copy, transfer: bytes.
        batches: sequences in a batch.
        lengths: tokens that attention runs over.
    """

    rounds: int
    config: ModelConfig
    matmul: tuple[int, ...]
    copy: int
    transfer: int
    batches: tuple[int, ...]
    lengths: tuple[int, ...]


QUICK = Sizes(3, SMALL, (64, 256), 2**22, 2**20, (1, 2), (64, 128))
ON_CPU = Sizes(9, SMALL, (256, 512, 1024, 2048), 2**28, 2**28, (1, 2, 4, 8, 16, 32), (128, 256, 512, 1024))
ON_GPU = Sizes(
    9, LARGE, (256, 512, 1024, 2048, 4096, 8192, 16384), 2**31, 2**28, (1, 2, 4, 8, 16, 32),
    (256, 512, 1024, 2048, 4096, 8192),
)  # fmt: skip


def _matmul(device: torch.device, sizes: Sizes, dtype: torch.dtype) -> Iterator[dict]:
    for size in sizes.matmul:
        rate, timing = matmul_rate(device, size, dtype, rounds=sizes.rounds)
        name = str(dtype).removeprefix("torch.")
        yield {"size": size, "dtype": name, "flops": rate, "seconds": _seconds(timing)}


def _copy(device: torch.device, sizes: Sizes) -> Iterator[dict]:
    rate, timing = copy_rate(device, sizes.copy, rounds=sizes.rounds)
    yield {"bytes_per_second": rate, "bytes": sizes.copy, "seconds": _seconds(timing)}


def _batches(device: torch.device, sizes: Sizes) -> Iterator[dict]:
    for batch, timing, rate in batch_costs(device, sizes.batches, sizes.config, rounds=sizes.rounds):
        yield {"batch": batch, "seconds": _seconds(timing), "tokens_per_second": rate}


def _attention(device: torch.device, sizes: Sizes) -> Iterator[dict]:
    for cost in attention_costs(device, sizes.lengths, rounds=sizes.rounds):
        yield {
            "n_tokens": cost.n_tokens,
            "readable": _seconds(cost.readable),
            "fused": _seconds(cost.fused),
            "readable_bytes": cost.readable_bytes,
            "fused_bytes": cost.fused_bytes,
        }


def _not_waiting(device: torch.device, sizes: Sizes) -> Iterator[dict]:
    size = sizes.matmul[-1]
    a = torch.randn(size, size, device=device)
    yield {"size": size, "ordered": ordered_seconds(device, lambda: a @ a, rounds=sizes.rounds)}


def _precision(device: torch.device, sizes: Sizes, batch: int) -> Iterator[dict]:
    timings = precision_costs(device, batch, sizes.config, rounds=sizes.rounds)
    yield {"batch": batch} | {name: _seconds(timing) for name, timing in timings.items()}


def _memory(device: torch.device, sizes: Sizes, batch: int) -> Iterator[dict]:
    yield {"batch": batch} | memory_by_category(device, batch, sizes.config)


def measure(
    device: torch.device, quick: bool = False, compile_budget: float = 300.0, sizes: Sizes | None = None
) -> dict:
    """The whole table for one device.

    Args:
        device: what is measured.
        quick: small sizes and few rounds: to try the command, not to keep its numbers.
        compile_budget: seconds for torch.compile; 0 leaves it out.
        sizes: others than those that belong to the device.
    """
    if sizes is None:
        sizes = QUICK if quick else ON_CPU if device.type == "cpu" else ON_GPU
    notes: list[str] = []

    def first(name: str, rows: Iterator[dict]) -> dict | None:
        return next(iter(_rows(name, rows, notes)), None)

    matmul = [
        row
        for dtype in (torch.float32, torch.bfloat16)
        for row in _rows(f"matmul in {dtype}", _matmul(device, sizes, dtype), notes)
    ]
    moved = transfer_rate(device, sizes.transfer, rounds=sizes.rounds)
    batches = _rows("batches", _batches(device, sizes), notes)
    # Where a batch no longer fitted, the last that did is the one to compare with.
    most = batches[-1]["batch"] if batches else 1
    config = sizes.config
    return {
        "device": describe(device).as_dict(),
        "date": datetime.date.today().isoformat(),
        "rounds": sizes.rounds,
        "matmul": matmul,
        "copy": first("copy", _copy(device, sizes)),
        "transfer": None if moved is None else {"bytes_per_second": moved[0], "seconds": _seconds(moved[1])},
        "launch": _seconds(launch_overhead(device, rounds=sizes.rounds)),
        "not waiting": first("not waiting", _not_waiting(device, sizes)),
        "model": {"layers": config.layers, "d_model": config.d_model, "context": config.context, "vocab": config.vocab},
        "batches": batches,
        "precision": first("precision", _precision(device, sizes, most)),
        "attention": _rows("attention", _attention(device, sizes), notes),
        "memory": first("memory", _memory(device, sizes, most)),
        "compiled": compare(device.type, compile_budget, "step") if compile_budget else {"missing": "left out"},
        "notes": notes,
    }
