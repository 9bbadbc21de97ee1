"""Eager against compiled, in a process of its own with a time budget: compiling takes long, and needs a C++ compiler.

``python -m course_lib.gpu.compiling`` prints one line of JSON.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["Compiled", "compare"]

ROOT = Path(__file__).resolve().parents[2]
Compiled = dict[str, float | str]


def compare(device: str = "cpu", budget: float = 40.0, batch: int = 8) -> Compiled:
    """The seconds of an eager and of a compiled training step, and what compiling cost; or why there are none.

    Args:
        device: where the step runs.
        budget: seconds after which the attempt is stopped.
        batch: sequences in the batch.
    Returns:
        "eager", "compiled" and "compiling" in seconds, and "difference" of the losses; or "missing" with the reason.
    """
    if device == "cpu" and not any(map(shutil.which, ("c++", "g++", "clang++", "cl"))):
        return {"missing": "no C++ compiler on this machine: torch.compile has nothing to compile with"}
    command = [sys.executable, "-m", "course_lib.gpu.compiling", device, str(batch)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=budget, cwd=ROOT, check=False)
    except subprocess.TimeoutExpired:
        return {"missing": f"compiling took longer than the {budget:.0f} seconds it was given"}
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        return {"missing": f"torch.compile failed here: {last[0][:200]}"}
    return json.loads(done.stdout.strip().splitlines()[-1])


def _measure(device_name: str, batch: int) -> Compiled:
    import torch

    from course_lib.gpu.clock import time_on
    from course_lib.gpu.device import choose_device
    from course_lib.gpu.steps import make_step

    device = choose_device(device_name)
    eager, compiled = make_step(device, batch), make_step(device, batch)
    compiled.model = torch.compile(compiled.model)
    started = time.perf_counter()
    losses = eager().item(), compiled().item()
    compiling = time.perf_counter() - started
    return {
        "eager": time_on(device, eager, at_least=0.1).median,
        "compiled": time_on(device, compiled, at_least=0.1).median,
        "compiling": compiling,
        "difference": abs(losses[0] - losses[1]),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(sys.argv[1], int(sys.argv[2]))) + "\n")
