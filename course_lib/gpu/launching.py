"""Start a distributed run from a notebook: the command that one would type, with a time budget."""

import shlex
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from course_lib.gpu.compiling import run_for

__all__ = ["Launched", "launch", "torchrun"]


@dataclass(frozen=True)
class Launched:
    """What became of a run.

    Attributes:
        command: what was started.
        losses: of every step; empty where the run did not finish.
        said: what it printed.
        seconds: from the command to its end, with the start of Python and PyTorch in every process.
        missing: why there are no losses; empty where there are.
    """

    command: str
    losses: list[float]
    said: str
    seconds: float
    missing: str = ""


def torchrun(processes: int) -> list[str]:
    """The beginning of a command line that starts so many processes on this machine, which meet at an address of its own.

    The port is chosen by whoever opens it, so that two runs that start at the same time cannot take each other's; and no
    name has to be looked up, which fails on many a laptop.

    Raises:
        ValueError: fewer than one process, or more than 64 (on one machine that is a typing error).

    >>> torchrun(2)[1:5]
    ['-m', 'torch.distributed.run', '--nproc-per-node', '2']
    """
    if not 1 <= processes <= 64:
        raise ValueError(f"one machine runs 1 to 64 processes here; got {processes}")
    where = ["--rdzv-backend", "c10d", "--rdzv-endpoint", "127.0.0.1:0", "--local-addr", "127.0.0.1"]
    return [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(processes), *where]


def launch(processes: int, checkpoint: Path, *options: str, budget: float = 90.0) -> Launched:
    """Run it and wait for it.

    Args:
        processes: how many, on this machine.
        checkpoint: where process 0 saves.
        options: of ``python -m course_lib train``.
        budget: seconds after which everything is stopped.
    """
    # What `train --processes` starts; the way through it would load PyTorch once more.
    line = [*torchrun(processes), "-m", "course_lib", "train", "--checkpoint", str(checkpoint), *options]
    short = ["python", "-m", "course_lib", "train", "--processes", str(processes), "--checkpoint", checkpoint.name]
    typed = shlex.join([*short, *options])
    started = time.perf_counter()
    # Processes that share a machine's cores get one thread each, or they fight over them.
    status, said, errors = run_for(line, budget, OMP_NUM_THREADS="1")
    seconds = time.perf_counter() - started
    if status is None:
        return Launched(typed, [], said, seconds, f"it took longer than the {budget:.0f} seconds it was given")
    if status:
        lines = [line for line in errors.splitlines() if line.startswith(("course_lib:", "process "))]
        return Launched(typed, [], said, seconds, (lines or errors.splitlines() or ["no message"])[0])
    from course_lib.training.engine.data_parallel import losses_in

    return Launched(typed, losses_in(checkpoint), said, seconds)
