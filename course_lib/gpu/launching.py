"""Start a distributed run from a notebook: the command that one would type, with a time budget."""

import shlex
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from course_lib.gpu.compiling import run_for

__all__ = ["Launched", "command", "free_port", "launch"]

MODULE = "course_lib.training.distributed"


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


def free_port() -> int:
    """A port of this machine that nobody listens on at the moment.

    >>> 0 < free_port() < 65536
    True
    """
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def command(processes: int, checkpoint: Path, *options: str, port: int | None = None) -> list[str]:
    """The command line that starts so many processes on this machine.

    Raises:
        ValueError: fewer than one process, or more than 64 (on one machine that is a typing error).

    >>> command(2, Path("run.safetensors"), port=29500)[1:5]
    ['-m', 'torch.distributed.run', '--nproc-per-node', '2']
    """
    if not 1 <= processes <= 64:
        raise ValueError(f"one machine runs 1 to 64 processes here; got {processes}")
    where = ["--master-addr", "127.0.0.1", "--master-port", str(free_port() if port is None else port)]
    several = ["-m", "torch.distributed.run", "--nproc-per-node", str(processes), *where]
    return [sys.executable, *several, "-m", MODULE, "--checkpoint", str(checkpoint), *options]


def launch(processes: int, checkpoint: Path, *options: str, budget: float = 90.0) -> Launched:
    """Run it and wait for it.

    Args:
        processes: how many, on this machine.
        checkpoint: where process 0 saves.
        options: of ``python -m course_lib.training.distributed``.
        budget: seconds after which everything is stopped.
    """
    line = command(processes, checkpoint, *options)
    shown = shlex.join(["torchrun", *line[3:5], *line[9:11], "--checkpoint", checkpoint.name, *options])
    started = time.perf_counter()
    # Processes that share a machine's cores get one thread each, or they fight over them.
    status, said, errors = run_for(line, budget, OMP_NUM_THREADS="1")
    seconds = time.perf_counter() - started
    if status is None:
        return Launched(shown, [], said, seconds, f"it took longer than the {budget:.0f} seconds it was given")
    if status:
        lines = [one for one in errors.splitlines() if one.startswith(("distributed:", "process "))]
        return Launched(shown, [], said, seconds, (lines or errors.splitlines() or ["no message"])[0])
    from course_lib.training.distributed import losses_in

    return Launched(shown, losses_in(checkpoint), said, seconds)
