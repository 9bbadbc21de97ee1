"""Data parallel: several processes train one model, each on its share of every batch.

    torchrun --nproc-per-node 2 -m course_lib.training.distributed --checkpoint run.safetensors

The command over ``engine.data_parallel``: settings are looked at before anything is trained, and every end says in a line
what happened and how the run goes on.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist

from course_lib.device import need_memory, out_of_memory
from course_lib.training.engine import checkpoint
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.data_parallel import DistributedTrainer, Place, losses_in, run_together
from course_lib.training.engine.history import Step
from course_lib.training.studies.story_model import stream
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["losses_in", "main", "make_trainer"]

#: How errors of gloo and nccl begin to speak where the process at the other end has died.
GONE = ("closed by peer", "reset by peer", "broken pipe", "connection refused", "timed out", "timeout", "nccl")


def make_trainer(
    shape: ModelConfig, config: TrainConfig, place: Place | None = None, wanted: str | None = None, double: bool = False
) -> DistributedTrainer:
    """A run over the course's corpus, the same in every process.

    Args:
        shape: of the model; its vocabulary must hold the corpus's.
        config: its batch_size is that of all processes together.
        place: which process this is; alone where left out.
        wanted: "cuda" or "cpu"; the best where left out.
        double: float64, to see that two runs are the same to rounding.
    """
    place = place or Place()
    device = place.device(wanted)
    largest = max(shape.vocab, shape.context) + 12 * shape.layers * shape.d_model
    need_memory(device, 16 * largest * shape.d_model, f"a model of {shape.layers} layers of width {shape.d_model}")
    need_memory(
        device, 4 * config.batch_size * shape.context * shape.vocab / place.processes, f"a batch of {config.batch_size}"
    )
    model = GPT(shape, torch.Generator().manual_seed(config.seed))
    return DistributedTrainer(model.double() if double else model, stream("train"), config, place, device)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="torchrun --nproc-per-node N -m course_lib.training.distributed", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--checkpoint", type=Path, required=True, help="where process 0 saves")
    parser.add_argument("--resume", action="store_true", help="go on where the checkpoint was written")
    parser.add_argument("--save-every", type=int, default=50, help="steps between two checkpoints (default: 50)")
    parser.add_argument("--steps", type=int, default=200, help="updates (default: 200)")
    parser.add_argument("--batch", type=int, default=16, help="windows of all processes together (default: 16)")
    parser.add_argument("--accumulate", type=int, default=1, help="micro-batches in each process (default: 1)")
    parser.add_argument("--rate", type=float, default=1e-2, help="highest learning rate (default: 0.01)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--layers", type=int, default=2, help="blocks (default: 2)")
    parser.add_argument("--width", type=int, default=64, help="of the tokens' vectors (default: 64)")
    parser.add_argument("--heads", type=int, default=4, help="attention heads (default: 4)")
    parser.add_argument("--context", type=int, default=64, help="tokens that the model sees (default: 64)")
    parser.add_argument("--device", choices=("cuda", "mps", "cpu"), help="default: the best there is")
    parser.add_argument("--double", action="store_true", help="float64: to compare two runs to the last digits")
    parser.add_argument("--patience", type=float, default=600.0, help="seconds to wait for the others (default: 600)")
    return parser


def _prepare(chosen: argparse.Namespace, place: Place) -> DistributedTrainer:
    """Everything that can be wrong with the settings is found here."""
    from course_lib import corpus

    if chosen.save_every < 1 or not chosen.patience > 0:
        raise ValueError(f"--save-every and --patience are above 0; got {chosen.save_every} and {chosen.patience}")
    if not 0 < chosen.rate < float("inf"):
        raise ValueError(f"--rate is a learning rate above 0; got {chosen.rate}")
    config = TrainConfig(
        steps=chosen.steps, batch_size=chosen.batch, accumulate=chosen.accumulate, peak=chosen.rate,
        floor=chosen.rate / 10, warmup=min(20, max(chosen.steps, 0) // 10), seed=chosen.seed,
    )  # fmt: skip
    place.share(config.batch_size)
    shape = ModelConfig(
        vocab=len(corpus.vocabulary()), context=chosen.context, layers=chosen.layers, d_model=chosen.width,
        n_heads=chosen.heads,
    )  # fmt: skip
    device = place.device(chosen.device)
    if not chosen.resume and chosen.checkpoint.exists():
        raise ValueError(f"{chosen.checkpoint} is there already: --resume goes on from it, or name another file")
    if chosen.resume and not chosen.checkpoint.exists():
        raise FileNotFoundError(
            f"no checkpoint {chosen.checkpoint} to go on from (on several machines its folder has to be a shared one)"
        )
    if place.processes > 1:
        if device.type == "cuda":
            torch.cuda.set_device(device)
        backend = "nccl" if device.type == "cuda" else "gloo"
        dist.init_process_group(backend, timeout=timedelta(seconds=chosen.patience))
    trainer = make_trainer(shape, config, place, chosen.device, chosen.double)
    return trainer.load(chosen.checkpoint) if chosen.resume else trainer


def _where_to_go_on(path: Path) -> str:
    try:
        step = checkpoint.load(path)[1]["step"]
    except (OSError, ValueError):
        return f"No checkpoint was written to {path} yet: begin anew."
    return f"The last checkpoint is {path}, after step {step}: the same command with --resume goes on from there."


def _terminated(number: int, frame: object) -> None:
    raise SystemExit("it was asked to end (SIGTERM), perhaps because another process died")


def main(arguments: Sequence[str] | None = None) -> int:
    """One of the processes: 0 finished, 1 broken off, 2 not usable, 130 interrupted."""
    chosen, place = _arguments().parse_args(arguments), Place.of(os.environ)

    def say(words: str) -> None:
        sys.stdout.write(f"{words}\n")  # in one piece: the others write too
        sys.stdout.flush()

    def complain(words: str) -> None:
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()

    try:
        trainer = _prepare(chosen, place)
    except (OSError, ValueError, LookupError, RuntimeError) as problem:
        if place.rank == 0 or isinstance(problem, OSError | RuntimeError):
            complain(f"distributed: {problem}")
        return 2
    say(f"{place} on {trainer.device}, process id {os.getpid()}, after step {trainer.done}")
    every = max(1, chosen.steps // 20)

    def progress(step: Step) -> None:
        if place.rank == 0 and (step.number % every == 0 or step.number == chosen.steps):
            say(f"step {step.number} of {chosen.steps}: loss {step.loss:.4f}")

    # Signals reach the main thread alone; in a notebook somebody may run this in another.
    main_thread = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _terminated) if main_thread else None
    try:
        finished = run_together(trainer, chosen.checkpoint, chosen.save_every, progress)
    except (SystemExit, RuntimeError, OSError, MemoryError) as problem:
        gone = any(words in str(problem).lower() for words in GONE)
        why = (
            "memory ran out: take a smaller --batch, or more --accumulate" if out_of_memory(problem)
            else f"another process is gone ({str(problem).splitlines()[0][:120]})" if gone
            else str(problem)
        )  # fmt: skip
        if place.rank < 2 or not gone:  # one of these two is left, and one voice is enough
            complain(f"{place} stops in step {trainer.done + 1}: {why}. {_where_to_go_on(chosen.checkpoint)}")
        if isinstance(problem, SystemExit | OSError) or gone or out_of_memory(problem):
            return 1
        raise
    finally:
        if main_thread:
            signal.signal(signal.SIGTERM, before)
    if place.processes > 1:
        dist.destroy_process_group()
    if place.rank == 0:
        end = "finished" if finished else "interrupted; the same command with --resume goes on"
        say(f"{end}: step {trainer.done} of {chosen.steps}, checkpoint {chosen.checkpoint}")
    return 0 if finished else 130


if __name__ == "__main__":
    sys.exit(main())
