"""Data parallel: several processes train one model, each on its share of every batch.

    torchrun --nproc-per-node 2 -m course_lib.training.distributed --checkpoint run.safetensors

Adds to ``loop`` that a step is taken by many. Every process has the whole model, draws the same global batch from the same
generator, and computes the gradient of its own share. Then all gradients are averaged, over gloo between CPUs and over nccl
between GPUs, and everybody makes the same update. So the run is the run of one process, to rounding, whatever their number.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from jaxtyping import Int
from torch import Tensor
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

from course_lib.device import choose_device, need_memory, out_of_memory
from course_lib.training import checkpoint, world
from course_lib.training.config import TrainConfig
from course_lib.training.interrupts import finish_the_step
from course_lib.training.loop import Step, Trainer
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["DistributedTrainer", "Place", "losses_in", "main", "make_trainer", "train"]

#: How errors of gloo and nccl begin to speak where the process at the other end has died.
GONE = ("closed by peer", "reset by peer", "broken pipe", "connection refused", "timed out", "timeout", "nccl")


@dataclass(frozen=True)
class Place:
    """Which of the processes this one is.

    Attributes:
        rank: its number among all of them, from 0.
        local_rank: its number on this machine.
        processes: how many there are.
    """

    rank: int = 0
    local_rank: int = 0
    processes: int = 1

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Place":
        """As torchrun says it in the environment; without torchrun there is one process.

        >>> Place.of({"RANK": "3", "LOCAL_RANK": "1", "WORLD_SIZE": "4"})
        Place(rank=3, local_rank=1, processes=4)
        >>> Place.of({}).processes
        1
        """
        names = ("RANK", "LOCAL_RANK", "WORLD_SIZE")
        return cls(*(int(environment.get(name, default)) for name, default in zip(names, "001", strict=True)))

    def __str__(self) -> str:
        return f"process {self.rank} of {self.processes}"

    def device(self, wanted: str | None = None) -> torch.device:
        """Each process of a machine gets a GPU of its own; between CPUs the cores are shared.

        Raises:
            RuntimeError, ValueError: the machine has not so many GPUs, or not such a device.
        """
        if self.processes == 1:
            return choose_device(wanted)
        kind = wanted or ("cuda" if torch.cuda.is_available() else "cpu")
        if kind == "mps":
            raise ValueError("MPS devices cannot speak with one another: --device cpu, or a single process")
        return choose_device(f"cuda:{self.local_rank}" if kind == "cuda" else kind)

    def share(self, windows: int) -> slice:
        """Which windows of a global batch belong to this process.

        Raises:
            ValueError: they cannot be divided evenly; the mean of the shares' gradients would not be that of the batch.

        >>> Place(rank=1, processes=2).share(6)
        slice(3, 6, None)
        """
        if windows % self.processes:
            raise ValueError(
                f"a batch of {windows} windows cannot be shared evenly by {self.processes} processes: take "
                f"{self.processes * max(1, windows // self.processes)} or another multiple of {self.processes}"
            )
        each = windows // self.processes
        return slice(self.rank * each, (self.rank + 1) * each)


class DistributedTrainer(Trainer):
    """A `Trainer` that works on its share of every batch and averages its gradients with those of the others.

    Checkpoints are those of a `Trainer`, and know nothing of how many wrote them: a run can go on with more processes, or fewer.
    """

    def __init__(
        self,
        model: GPT,
        ids: Int[Tensor, "token"],
        config: TrainConfig,
        place: Place | None = None,
        device: torch.device | None = None,
        **more,
    ) -> None:
        """Make ready; with more than one process after torch.distributed.init_process_group.

        Raises:
            ValueError: the batch cannot be shared, a share not be cut into micro-batches, or the model has dropout (each
                process would have to draw its part of one mask).
        """
        self.place, self.device = place or Place(), device or torch.device("cpu")
        share = self.place.share(config.batch_size)
        if config.accumulate > share.stop - share.start:
            raise ValueError(
                f"a share of {share.stop - share.start} windows cannot be cut into {config.accumulate} micro-batches"
            )
        if model.config.dropout:
            raise ValueError(f"a distributed run is made without dropout; got a model with {model.config.dropout}")
        super().__init__(model.to(self.device), ids, None, config, **more)
        self.parallel = self.model if self.place.processes == 1 else DistributedDataParallel(self.model)

    def _gradients(self, inputs: Tensor, targets: Tensor) -> float:
        mine = self.place.share(len(inputs))
        parts, wanted = (one[mine].to(self.device).chunk(self.config.accumulate) for one in (inputs, targets))
        total = torch.zeros((), dtype=torch.float64)
        for number, (part, targets_of_part) in enumerate(zip(parts, wanted, strict=True), 1):
            # The gradients travel during the last backward pass alone; until then they are added up at home.
            waiting = self.place.processes > 1 and number < len(parts)
            with self.parallel.no_sync() if waiting else nullcontext():
                logits = self.parallel(part).flatten(0, 1)
                loss = functional.cross_entropy(logits, targets_of_part.flatten()) * (
                    len(part) / (mine.stop - mine.start)
                )
                loss.backward()
            total += loss.detach().double().cpu()
        return self._sum(total) / self.place.processes

    def _sum(self, number: Tensor) -> float:
        """The sum over all processes."""
        if self.place.processes > 1:
            number = number.float() if self.device.type == "mps" else number
            number = number.to(self.device)
            dist.all_reduce(number)
        return number.item()

    def any(self, here: bool) -> bool:
        """Whether it is so in any of the processes; all of them have to ask at the same time."""
        return self._sum(torch.tensor(float(here), dtype=torch.float64)) > 0

    def load(self, path: str | os.PathLike) -> "DistributedTrainer":
        """As `Trainer.load`; the optimizer's state goes to this process's device."""
        super().load(path)
        for state in self.optimizer.state.values():
            state.update({name: one.to(self.device) for name, one in state.items()})
        return self


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
    return DistributedTrainer(model.double() if double else model, world.stream("train"), config, place, device)


def train(
    trainer: DistributedTrainer, path: Path, save_every: int, say: Callable[[Step], None] = lambda step: None
) -> bool:
    """Run to the end, or until somebody interrupts any of the processes; process 0 writes the checkpoints.

    A step that is broken off is never saved: the last checkpoint stays as it was.

    Returns:
        Whether the run is finished.
    """
    stop = False
    with finish_the_step() as asked:
        while trainer.done < trainer.config.steps and not stop:
            step = trainer.step()
            stop = trainer.any(asked.to_stop)
            due = step.number % save_every == 0 or step.number == trainer.config.steps or stop
            if trainer.place.rank == 0 and due:
                trainer.save(path)
            say(step)
    return trainer.done == trainer.config.steps


def losses_in(path: str | os.PathLike) -> list[float]:
    """The loss of every step that a checkpoint has behind it.

    Raises:
        FileNotFoundError, CheckpointError: as for ``checkpoint.read``.
    """
    return checkpoint.read(path)[0]["history"][:, 1].tolist()


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
        step = checkpoint.read(path)[1]["step"]
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
        finished = train(trainer, chosen.checkpoint, chosen.save_every, progress)
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
