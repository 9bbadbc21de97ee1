"""``train --processes N``: several processes share every batch; this file starts them, and is what each of them runs.

On one machine the command is torchrun itself: it starts the command again for each process and says in the environment who is
who. On several machines it is torchrun that one types (docs/distributed.md), and then there is no ``--processes``.
"""

import argparse
import logging
import os
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import torch
import torch.distributed as dist
from torch.distributed import run as elastic
from torch.distributed.elastic.multiprocessing import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

from course_lib.commands.common import complain
from course_lib.commands.material import Material, material
from course_lib.commands.planning import (
    begin,
    checkpoint_of,
    prove_checkpoint,
    refuse_other_settings,
    settings,
    shape_of,
    what_to_do,
)
from course_lib.commands.sampling import show, written
from course_lib.device import out_of_memory
from course_lib.gpu.launching import torchrun
from course_lib.training.engine import checkpoint
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.data_parallel import DistributedTrainer, Place, check_run, make_trainer, run_together
from course_lib.training.engine.history import Step
from course_lib.training.engine.not_a_number import NotANumber
from course_lib.transformer.models import ModelConfig

__all__ = ["run"]

#: How errors of gloo and nccl begin to speak where the process at the other end has died.
GONE = ("closed by peer", "reset by peer", "broken pipe", "connection refused", "timed out", "timeout", "nccl")


@dataclass(frozen=True)
class _Plan:
    """A run of which all that can be known beforehand is in order."""

    text: Material
    shape: ModelConfig
    config: TrainConfig
    path: Path
    start: torch.Tensor | None
    device: torch.device


def run(chosen: argparse.Namespace) -> int:
    """Start them, or be one of them: 0 finished, 1 broken off, 2 not usable, 130 interrupted."""
    place, started = Place.of(os.environ), "RANK" in os.environ
    is_one = started or chosen.processes == 1
    try:
        if started and chosen.processes not in (None, place.processes):
            raise ValueError(
                f"--processes {chosen.processes}, but torchrun has started {place.processes}: leave --processes to it"
            )
        if is_one:
            trainer, plan = _prepare(chosen, place)
        else:
            torchrun(chosen.processes)  # refuses nonsense
            _plan(chosen, Place(chosen.processes - 1, chosen.processes - 1, chosen.processes))
    except (OSError, ValueError, LookupError, RuntimeError, MemoryError) as problem:
        if place.rank == 0 or isinstance(problem, OSError | RuntimeError):
            complain(problem)
        return 2
    if not is_one:
        return _start(chosen)
    status = _take_part(chosen, place, trainer, plan)
    return leave(status) if place.processes > 1 else status


def leave(status: int) -> NoReturn:
    """End this process now, without Python's own tidying up.

    The threads of gloo outlive destroy_process_group where DistributedDataParallel still holds the group. Some still have
    tensors to let go of, and one that asks for Python's lock for it while Python is being taken down aborts the process: a
    finished run would then count as a failed one. Everything is written, so that there is nothing left to tidy up.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _plan(chosen: argparse.Namespace, place: Place) -> _Plan:
    """Everything that can be wrong with the settings is found here."""
    config = settings(chosen)
    place.share(config.batch_size)
    text = material(chosen)
    shape, device = shape_of(chosen, text), place.device(chosen.device)
    check_run(shape, config, place, device)
    start, path = begin(chosen, text), checkpoint_of(chosen, text)
    if chosen.resume:
        # A damaged one, or one of another run, is said in one line, and not in the report of torchrun.
        refuse_other_settings(path, checkpoint.load(path)[1], chosen)
    if (
        place.rank == 0 or "RANK" not in os.environ
    ):  # the others only read, and may be on machines where nothing else is allowed
        prove_checkpoint(path, shape)
    return _Plan(text, shape, config, path, start, device)


def _start(chosen: argparse.Namespace) -> int:
    """Be torchrun, and start this command for each process. It hands an interrupt on, and they finish their step."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # they share the machine's cores, or would fight over them
    logging.getLogger("torch.distributed.elastic").setLevel(logging.ERROR)  # the processes speak for themselves
    options = torchrun(chosen.processes)[3:]  # behind "python -m torch.distributed.run"
    main_thread = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        elastic.run(elastic.parse_args([*options, "-m", "course_lib", *chosen.typed]))
    except SignalException as problem:
        return 130 if problem.sigval == signal.SIGINT else 1
    except ChildFailedError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    finally:
        for number, handler in before.items() if main_thread else ():
            signal.signal(number, handler)
    return 0


def _prepare(chosen: argparse.Namespace, place: Place) -> tuple[DistributedTrainer, _Plan]:
    plan = _plan(chosen, place)
    if place.processes > 1:
        if plan.device.type == "cuda":
            torch.cuda.set_device(plan.device)
        backend = "nccl" if plan.device.type == "cuda" else "gloo"
        dist.init_process_group(backend, timeout=timedelta(seconds=chosen.patience or 600.0))
    trainer = make_trainer(
        plan.shape, plan.text.train, plan.config, place, chosen.device, chosen.double, about=plan.text.about
    )
    return (trainer.load(plan.path) if chosen.resume else trainer), plan


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")  # in one piece: the others write too
    sys.stdout.flush()


def _where_to_go_on(path: Path) -> str:
    try:
        step = checkpoint.load(path)[1]["step"]
    except (OSError, ValueError):
        return f"No checkpoint was written to {path} yet: begin anew."
    return f"The last checkpoint is {path}, after step {step}: the same command with --resume goes on from there."


def _terminated(number: int, frame: object) -> None:
    raise SystemExit("it was asked to end (SIGTERM), perhaps because another process died")


def _take_part(chosen: argparse.Namespace, place: Place, trainer: DistributedTrainer, plan: _Plan) -> int:
    """Be one of the processes."""
    _say(f"{place} on {trainer.device}, process id {os.getpid()}, after step {trainer.done}")
    every = max(1, chosen.steps // 20)

    def progress(step: Step) -> None:
        if place.rank == 0 and (step.number % every == 0 or step.number == chosen.steps):
            _say(f"step {step.number} of {chosen.steps}: loss {step.loss:.4f}")

    # Signals reach the main thread alone; in a notebook somebody may run this in another.
    main_thread = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _terminated) if main_thread else None
    try:
        finished = run_together(trainer, plan.path, chosen.save_every, progress)
    except NotANumber as problem:
        if place.rank == 0:  # all come to it in the same step
            complain(what_to_do(problem, chosen, plan.path))
        return 1
    except KeyboardInterrupt:  # the second one, which does not wait for the step
        if place.rank == 0:
            complain(f"stopped at once, in step {trainer.done + 1}. {_where_to_go_on(plan.path)}")
        return 130
    except (SystemExit, RuntimeError, OSError, MemoryError) as problem:
        return _broken_off(problem, place, trainer, plan.path)
    finally:
        if main_thread:
            signal.signal(signal.SIGTERM, before)
    if place.processes > 1:
        dist.destroy_process_group()
    if place.rank == 0:
        end = "finished" if finished else "interrupted; the same command with --resume goes on"
        _say(f"{end}: step {trainer.done} of {chosen.steps}, checkpoint {plan.path}")
        if finished and plan.start is not None:
            model = trainer.model.to("cpu", torch.float32)
            show(f"\n{written(model, plan.text.tokens, plan.start, chosen.sample, chosen)}")
    return 0 if finished else 130


def _broken_off(problem: BaseException, place: Place, trainer: DistributedTrainer, path: Path) -> int:
    """Say why, and where to go on; a mistake of our own is raised again, with its traceback."""
    gone = any(words in str(problem).lower() for words in GONE)
    why = (
        "memory ran out: take a smaller --batch, or more --accumulate" if out_of_memory(problem)
        else f"another process is gone ({str(problem).splitlines()[0][:120]})" if gone
        else str(problem)
    )  # fmt: skip
    if place.rank < 2 or not gone:  # one of these two is left, and one voice is enough
        sys.stderr.write(f"{place} stops in step {trainer.done + 1}: {why}. {_where_to_go_on(path)}\n")
        sys.stderr.flush()
    if isinstance(problem, SystemExit | OSError) or gone or out_of_memory(problem):
        return 1
    raise problem
