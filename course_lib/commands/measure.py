"""``python -m course_lib measure``: everything that lesson 11 measures, of the device one has, in one table."""

import argparse
import json
from pathlib import Path

from course_lib.commands.common import complain

__all__ = ["HELP", "add_arguments", "run"]

HELP = "measure the device you have, in all that lesson 11 measures"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("--device", help="cuda, mps or cpu (default: the best there is)")
    parser.add_argument("--out", type=Path, help="the file to add this machine to, e.g. data/gpu_measurements.json")
    parser.add_argument("--quick", action="store_true", help="small and rough, to try the command; never written")


def run(chosen: argparse.Namespace) -> int:
    """Print the table as JSON, or add it to a file: 0, or 2 where there is no such device or the file cannot be kept."""
    from course_lib.device import choose_device
    from course_lib.gpu import measure, records

    try:
        device = choose_device(chosen.device)
    except (RuntimeError, ValueError) as problem:
        return complain(problem)
    if chosen.out and chosen.quick:
        return complain("a quick table is too rough to be kept; leave out --quick, or --out")
    if chosen.out and device.type == "cpu" and chosen.out.name == records.FILE:
        return complain(
            f"there is no GPU here, and {records.FILE} holds measurements of GPUs alone; nothing was written. "
            "Without --out the table of this CPU is printed."
        )
    if chosen.out and chosen.out.exists():
        try:
            records.load_records(chosen.out)  # found out now, not after minutes of measuring
        except (OSError, ValueError) as problem:
            return complain(problem)
    table = measure.measure(device, quick=chosen.quick, compile_budget=0.0 if chosen.quick else 300.0)
    as_text = json.dumps(table, indent=1)
    if not chosen.out:
        print(as_text)
        return 0
    try:
        records.write_records(chosen.out, table)
    except OSError as problem:
        print(as_text)  # minutes of measuring are not thrown away
        return complain(f"cannot write to {chosen.out}: {problem}; the table is printed instead")
    print(f"{table['device']['name']}: written to {chosen.out}")
    return 0
