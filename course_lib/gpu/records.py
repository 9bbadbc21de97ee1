"""Measurements made on other machines, kept with the name of the machine and the day, and shown as such."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from course_lib.data import data_file

__all__ = ["FILE", "NONE_YET", "load_records", "summary", "write_records"]

FILE = "gpu_measurements.json"
NONE_YET = (
    "No GPU has been measured for this course yet. Whoever has one: python -m course_lib measure --out data/" + FILE
)
#: What a record must have to be shown.
NEEDED = ("device", "date", "matmul", "copy", "launch", "batches", "precision", "attention", "memory")


def load_records(path: Path | None = None) -> list[dict]:
    """The recorded machines; an empty list says that none has been measured yet.

    Raises:
        ValueError: the file is no table of measurements.

    >>> isinstance(load_records(), list)
    True
    """
    path = data_file(FILE) if path is None else path
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        machines = content["machines"]
        missing = [name for machine in machines for name in NEEDED if name not in machine]
    except (json.JSONDecodeError, KeyError, TypeError, UnicodeDecodeError) as problem:
        raise ValueError(
            f"{path} is no table of measurements ({problem}); python -m course_lib measure --out {path} writes one"
        ) from problem
    if missing:
        raise ValueError(f"{path} lacks {', '.join(dict.fromkeys(missing))}: measure again")
    return machines


def write_records(path: Path, machine: Mapping) -> None:
    """Put a machine's measurements into a file beside those of others; one of the same name is replaced.

    The file appears whole or not at all.
    """
    machines = load_records(path) if path.exists() else []
    machines = [kept for kept in machines if kept["device"]["name"] != machine["device"]["name"]] + [dict(machine)]
    content = {"note": "" if machines else NONE_YET, "machines": machines}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, half = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(half).chmod(0o644)
        os.replace(half, path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise


def summary(machines: list[dict] | None = None) -> str:
    """One line for each recorded machine, or the sentence that there is none.

    >>> summary([]) == NONE_YET
    True
    """
    machines = load_records() if machines is None else machines
    lines = []
    for machine in machines:
        device, fastest = machine["device"], max(machine["matmul"], key=lambda row: row["flops"])
        copy = "" if machine["copy"] is None else f", {machine['copy']['bytes_per_second'] / 1e9:.0f} GB/s"
        lines.append(
            f"recorded on {machine['date']}, {device['name']} ({device['driver'] or device['system']}, PyTorch "
            f"{device['torch']}): {fastest['flops'] / 1e12:.1f} TFLOP/s in {fastest['dtype']}{copy}"
        )
    return "\n".join(lines) or NONE_YET
