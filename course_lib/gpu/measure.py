"""Everything the lesson measures, in one table: ``python -m course_lib.gpu.measure --out data/gpu_measurements.json``.

Times are medians with the quickest and the slowest round beside them. On a machine without a GPU the table is printed
(``--device cpu``), but it is not written into the course's file of GPU measurements.
"""

import argparse
import datetime
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from course_lib.gpu.clock import Timing, ordered_seconds
from course_lib.gpu.compiling import compare
from course_lib.gpu.device import choose_device, describe
from course_lib.gpu.rates import copy_rate, launch_overhead, matmul_rate, transfer_rate
from course_lib.gpu.records import FILE, write_records
from course_lib.gpu.steps import SMALL, attention_costs, batch_costs, make_step, memory_by_category, precision_costs
from course_lib.transformer.models import ModelConfig

__all__ = ["main", "measure"]

#: On a GPU: a model of GPT-2's smallest shape with the course's vocabulary.
LARGE = ModelConfig(vocab=50257, context=1024, layers=12, d_model=768, n_heads=12)


def _seconds(timing: Timing) -> dict[str, float]:
    return {"median": timing.median, "low": timing.low, "high": timing.high}


def measure(device: torch.device, quick: bool = False, compile_budget: float = 300.0) -> dict:
    """The whole table for one device.

    Args:
        device: what is measured.
        quick: small sizes and few rounds: to try the command, not to keep its numbers.
        compile_budget: seconds for torch.compile; 0 leaves it out.
    """
    on_cpu = device.type == "cpu"
    small = quick or on_cpu
    clock = {"rounds": 3 if quick else 9}
    config = SMALL if small else LARGE
    sizes = (64, 256) if quick else (256, 512, 1024, 2048) if on_cpu else (256, 512, 1024, 2048, 4096, 8192, 16384)
    batches = (1, 2) if quick else (1, 2, 4, 8, 16, 32)
    lengths = (64, 128) if quick else (128, 256, 512, 1024) if on_cpu else (256, 512, 1024, 2048, 4096, 8192)
    dtypes = [torch.float32, torch.bfloat16]
    matmul = []
    for dtype in dtypes:
        for size in sizes:
            rate, timing = matmul_rate(device, size, dtype, **clock)
            name = str(dtype).removeprefix("torch.")
            matmul.append({"size": size, "dtype": name, "flops": rate, "seconds": _seconds(timing)})
    rate, timing = copy_rate(device, 2**22 if quick else 2**28 if on_cpu else 2**31, **clock)
    copy = {"bytes_per_second": rate, "seconds": _seconds(timing)}
    moved = transfer_rate(device, 2**20 if quick else 2**28, **clock)
    a = torch.randn(sizes[-1], sizes[-1], device=device)
    step = make_step(device, batches[-1], config)
    return {
        "device": describe(device).as_dict(),
        "date": datetime.date.today().isoformat(),
        "matmul": matmul,
        "copy": copy,
        "transfer": None if moved is None else {"bytes_per_second": moved[0], "seconds": _seconds(moved[1])},
        "launch": _seconds(launch_overhead(device, **clock)),
        "not waiting": {"size": sizes[-1], "ordered": ordered_seconds(device, lambda: a @ a)},
        "model": {"layers": config.layers, "d_model": config.d_model, "context": config.context, "vocab": config.vocab},
        "batches": [
            {"batch": batch, "seconds": _seconds(timing), "tokens_per_second": rate}
            for batch, timing, rate in batch_costs(device, batches, config, **clock)
        ],
        "precision": {
            name: _seconds(timing) for name, timing in precision_costs(device, batches[-1], config, **clock).items()
        },
        "attention": [
            {
                "n_tokens": cost.n_tokens,
                "readable": _seconds(cost.readable),
                "fused": _seconds(cost.fused),
                "readable_bytes": cost.readable_bytes,
                "fused_bytes": cost.fused_bytes,
            }
            for cost in attention_costs(device, lengths, **clock)
        ],
        "memory": memory_by_category(device, step.inputs.shape[0], config),
        "compiled": compare(device.type, compile_budget) if compile_budget else {"missing": "left out"},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; exit status 0 where the table was printed or written, 2 where it could not be."""
    parser = argparse.ArgumentParser(prog="python -m course_lib.gpu.measure", description=__doc__.splitlines()[0])
    parser.add_argument("--device", help="cuda, mps or cpu (default: the best there is)")
    parser.add_argument("--out", type=Path, help=f"the file to add this machine to, e.g. data/{FILE}")
    parser.add_argument("--quick", action="store_true", help="small and rough, to try the command; never written")
    chosen = parser.parse_args(arguments)
    try:
        device = choose_device(chosen.device)
    except (RuntimeError, ValueError) as problem:
        sys.stderr.write(f"measure: {problem}\n")
        return 2
    if chosen.out and chosen.quick:
        sys.stderr.write("measure: a quick table is too rough to be kept; leave out --quick, or --out\n")
        return 2
    if chosen.out and device.type == "cpu" and chosen.out.name == FILE:
        sys.stderr.write(
            f"measure: there is no GPU here, and {FILE} holds measurements of GPUs alone; nothing was written. "
            "Without --out the table of this CPU is printed.\n"
        )
        return 2
    table = measure(device, quick=chosen.quick, compile_budget=0.0 if chosen.quick else 300.0)
    if chosen.out:
        write_records(chosen.out, table)
        sys.stdout.write(f"{table['device']['name']}: written to {chosen.out}\n")
    else:
        sys.stdout.write(json.dumps(table, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
