"""Data parallel: several processes train one model, each on its share of every batch.

Adds to ``loop`` that a step is taken by many. Every process has the whole model, draws the same global batch from the same
generator, and computes the gradient of its own share. Then all gradients are averaged, over gloo between CPUs and over nccl
between GPUs, and everybody makes the same update. So the run is the run of one process, to rounding, whatever their number.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed as dist
from jaxtyping import Int
from torch import Tensor
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

from course_lib.device import choose_device
from course_lib.training.engine import checkpoint
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.history import Step
from course_lib.training.engine.interrupts import finish_the_step
from course_lib.training.engine.loop import Trainer
from course_lib.training.engine.room import need_room
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["DistributedTrainer", "Place", "check_run", "losses_in", "make_trainer", "run_together"]


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
            ValueError, MemoryError: as `check_run`.
        """
        self.place, self.device = place or Place(), device or torch.device("cpu")
        check_run(model.config, config, self.place, self.device)
        super().__init__(model.to(self.device), ids, None, config, **more)
        self.parallel = self.model if self.place.processes == 1 else DistributedDataParallel(self.model)

    def _gradients(self, inputs: Tensor, targets: Tensor) -> float:
        mine = self.place.share(len(inputs))
        parts, wanted = (ids[mine].to(self.device).chunk(self.config.accumulate) for ids in (inputs, targets))
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
            state.update({name: tensor.to(self.device) for name, tensor in state.items()})
        return self


def check_run(shape: ModelConfig, config: TrainConfig, place: Place, device: torch.device) -> None:
    """Refuse a run that could not be made, before anything is set up for it.

    Raises:
        ValueError: the batch cannot be shared, or not be cut, or the model has dropout.
        MemoryError: it would not fit into memory.
    """
    share = place.share(config.batch_size)
    if config.accumulate > share.stop - share.start:
        raise ValueError(
            f"a share of {share.stop - share.start} windows cannot be cut into {config.accumulate} micro-batches"
        )
    if shape.dropout:
        # Each process would have to draw its part of one mask.
        raise ValueError(f"a distributed run is made without dropout; got a model with {shape.dropout}")
    need_room(shape, config, device, place.processes)


def make_trainer(
    shape: ModelConfig,
    ids: Int[Tensor, "token"],
    config: TrainConfig,
    place: Place | None = None,
    wanted: str | None = None,
    double: bool = False,
    **more,
) -> DistributedTrainer:
    """A run, the same in every process.

    Args:
        shape: of the model; its vocabulary must hold the text's.
        ids: the text to learn from.
        config: its batch_size is that of all processes together.
        place: which process this is; alone where left out.
        wanted: "cuda" or "cpu"; the best where left out.
        double: float64, to see that two runs are the same to rounding.
        more: what a `Trainer` takes besides.
    """
    place = place or Place()
    device = place.device(wanted)
    check_run(shape, config, place, device)
    model = GPT(shape, torch.Generator().manual_seed(config.seed))
    return DistributedTrainer(model.double() if double else model, ids, config, place, device, **more)


def run_together(
    trainer: DistributedTrainer, path: Path, save_every: int, say: Callable[[Step], None] = lambda step: None
) -> bool:
    """Run to the end, or until somebody interrupts any of the processes; process 0 writes the checkpoints.

    A step that is broken off is never saved, nor are numbers that are none: the last checkpoint stays as it was.

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
                trainer.keep(path)
            say(step)
    return trainer.done == trainer.config.steps


def losses_in(path: str | os.PathLike) -> list[float]:
    """The loss of every step that a checkpoint has behind it.

    Raises:
        FileNotFoundError, CheckpointError: as for ``checkpoint.load``.
    """
    return checkpoint.load(path)[0]["history"][:, 1].tolist()
