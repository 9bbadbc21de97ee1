"""What a router does while it learns, with and without the loss for balance: which share of the tokens each expert gets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from course_lib.modern.changes import BalancedTrainer, shape_of
from course_lib.modern.model import Decoder
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.studies.story_model import stream

__all__ = ["CONFIG", "FACTOR", "Watched", "as_table", "shares", "watch"]

#: How much the loss for balance counts; Switch takes 0.01 and Mixtral 0.02, in runs a thousand times as long.
FACTOR = 0.05
#: A short run: what is to be seen comes early.
CONFIG = TrainConfig(steps=150, batch_size=8, peak=4e-3, floor=4e-3, warmup=20)
HELD_OUT = 4096


@dataclass(frozen=True)
class Watched:
    """A run that was watched.

    Attributes:
        steps: when it was looked at.
        shares: the share of the choices that each expert of each layer got then, on held-out text.
        held_out: the loss on that text at the end, without the loss for balance.
        weights, chosen: what the router of the first layer wanted there at the end, and whom it chose.
    """

    steps: tuple[int, ...]
    shares: Float[np.ndarray, "moment layer expert"]
    held_out: float
    weights: Float[np.ndarray, "token expert"]
    chosen: Int[np.ndarray, "token chosen"]

    @property
    def busiest(self) -> Float[np.ndarray, "moment"]:
        """The largest share of any expert, the mean over the layers; 1 / experts where all share alike."""
        return self.shares.max(axis=-1).mean(axis=-1)

    def idle(self, below: float = 0.1) -> int:
        """How many experts, over all layers, got in the end less than this part of an even share."""
        return int((self.shares[-1] < below / self.shares.shape[-1]).sum())


@torch.no_grad()
def shares(model: Decoder) -> Float[np.ndarray, "layer expert"]:
    """The share of the choices that each expert of each layer gets on held-out text."""
    context, n = model.config.context, model.config.experts
    model(stream("held_out")[: HELD_OUT // context * context].view(-1, context))
    found = [torch.bincount(mixed.ids.flatten(), minlength=n) / mixed.ids.numel() for mixed in model.experts()]
    return torch.stack(found).double().numpy()


def watch(
    balanced: bool,
    seed: int = 0,
    config: TrainConfig = CONFIG,
    every: int = 15,
    tell: Callable[[int], None] | None = None,
) -> Watched:
    """Train a mixture of experts, and look at its router every so many steps.

    Args:
        balanced: whether the loss for balance is added, times FACTOR.
        seed: of the first weights and the windows, the same with and without.
        config: the settings.
        every: so many steps between two looks.
        tell: called with every step's number, for a progress bar.
    """
    model = Decoder(shape_of("2 of 8 experts"), torch.Generator().manual_seed(seed))
    run = BalancedTrainer(model, stream("train"), config=TrainConfig(**{**vars(config), "seed": seed}))
    run.coefficient = FACTOR if balanced else 0.0
    steps, seen = [0], [shares(model)]
    for made in run.steps():
        if tell is not None:
            tell(made.number)
        if made.number % every == 0:
            steps.append(made.number)
            seen.append(shares(model))
    loss = mean_loss(model, stream("held_out")[:HELD_OUT])
    shares(model)
    first = model.experts()[0]
    return Watched(tuple(steps), np.stack(seen), loss, first.weights.double().numpy(), first.ids.numpy())


def as_table(runs: Sequence[tuple[bool, int, Watched]]) -> str:
    """A line for each run: the busiest expert's share at its most and in the end, the idle experts, the loss."""
    lines = []
    for balanced, seed, run in runs:
        name = "with" if balanced else "without"
        n = run.shares[-1].size
        lines.append(
            f"{name:7} seed {seed}: busiest {run.busiest.max():.0%} at most, {run.busiest[-1]:.0%} at the end; "
            f"idle {run.idle()} of {n}; loss {run.held_out:.3f}"
        )
    return "\n".join(lines)
