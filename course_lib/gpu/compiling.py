"""Eager against compiled, in a process of its own with a time budget: compiling takes long, and needs a C++ compiler.

``python -m course_lib.gpu.compiling chain cpu 8`` prints one line of JSON.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["WHAT", "Compiled", "compare", "run_for"]

ROOT = Path(__file__).resolve().parents[2]
WHAT = ("chain", "step")
Compiled = dict[str, float | str]


def run_for(command: list[str], budget: float, **environment: str) -> tuple[int | None, str, str]:
    """Run a command for at most so many seconds; then it and all that it has started are stopped.

    Returns:
        The exit status, None where the time ran out; what it wrote to its output; and to its error output.
    """
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True,
        env={**os.environ, **environment},
    )  # fmt: skip
    try:
        said, errors = process.communicate(timeout=budget)
        return process.returncode, said, errors
    except BaseException as problem:
        if hasattr(os, "killpg"):  # compilers and workers are children of the child
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        said, errors = process.communicate()
        if isinstance(problem, subprocess.TimeoutExpired):
            return None, said, errors
        raise


def compare(device: str = "cpu", budget: float = 40.0, what: str = "chain", batch: int = 8) -> Compiled:
    """The seconds of an eager and of a compiled run, and what compiling cost; or why there are none.

    Args:
        device: where it runs.
        budget: seconds after which the attempt is stopped.
        what: "chain", a dozen operations entry by entry (GELU written out, a residual, a layer norm), forward; or "step", a
            whole training step.
        batch: of "step", sequences in the batch.
    Returns:
        "eager", "compiled" and "compiling" in seconds, and "difference", the largest between what they compute; or
        "missing" with the reason.
    Raises:
        ValueError: there is no such work, or no time, or no batch.
    """
    if what not in WHAT or not budget > 0 or batch < 1:
        raise ValueError(
            f"what is compiled is one of {', '.join(WHAT)}, in more than 0 seconds, with a batch of at least 1; got "
            f"{what!r}, {budget}, {batch}"
        )
    if device == "cpu" and not any(map(shutil.which, ("c++", "g++", "clang++", "cl"))):
        return {"missing": "no C++ compiler on this machine: torch.compile has nothing to compile with"}
    command = [sys.executable, "-m", "course_lib.gpu.compiling", what, device, str(batch)]
    status, said, errors = run_for(command, budget)
    if status is None:
        return {"missing": f"compiling took longer than the {budget:.0f} seconds it was given"}
    if status:
        last = errors.strip().splitlines()[-1:] or ["no message"]
        return {"missing": f"torch.compile failed here: {last[0][:200]}"}
    return json.loads(said.strip().splitlines()[-1])


def _chain(x, residual, gain, bias):
    from course_lib.block.in_torch import gelu_tanh, layer_norm

    return layer_norm(residual + gelu_tanh(x), gain, bias)


def _works(what: str, device_name: str, batch: int) -> tuple:
    """The device, and the eager and the compiled form of the work: each is called and returns a tensor."""
    import torch

    from course_lib.device import choose_device
    from course_lib.gpu.steps import make_step

    device = choose_device(device_name)
    if what == "step":
        eager, compiled = make_step(device, batch), make_step(device, batch)
        compiled.model = torch.compile(compiled.model)
        return device, eager, compiled
    generator = torch.Generator().manual_seed(0)
    shape = (2048, 1024) if device.type == "cpu" else (16384, 4096)
    x, residual = (torch.randn(shape, generator=generator).to(device) for _ in range(2))
    gain, bias = torch.ones(shape[1], device=device), torch.zeros(shape[1], device=device)
    together = torch.compile(_chain)
    return device, lambda: _chain(x, residual, gain, bias), lambda: together(x, residual, gain, bias)


def _measure(what: str, device_name: str, batch: int) -> Compiled:
    from course_lib.gpu.clock import time_on

    device, eager, compiled = _works(what, device_name, batch)
    first = eager()
    started = time.perf_counter()
    second = compiled()
    compiling = time.perf_counter() - started
    return {
        "eager": time_on(device, eager, rounds=5).median,
        "compiled": time_on(device, compiled, rounds=5).median,
        "compiling": compiling,
        "difference": (first - second).abs().max().item(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))) + "\n")
