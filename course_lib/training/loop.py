"""The training loop: draw a batch, forward, loss, backward, clip, update; again. It can be interrupted and taken up again.

A `Trainer` holds everything that the next step depends on: the weights, the optimizer's two running means, the two random
states (which windows are drawn; what dropout drops) and the number of the step. A checkpoint holds the same, and that is
why a run that was interrupted goes on to the very same losses.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn

from course_lib.loss.in_torch import fused_cross_entropy
from course_lib.training import checkpoint
from course_lib.training.config import TrainConfig
from course_lib.training.evaluate import mean_loss
from course_lib.training.in_torch import batch
from course_lib.training.interrupts import finish_the_step
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["Step", "Trainer", "adamw", "load_model", "two_groups"]


@dataclass(frozen=True)
class Step:
    """What one update did.

    Attributes:
        number: the first is 1.
        loss: on this batch, before the update, in nats per token.
        rate: the learning rate.
        length: of the whole gradient, before it was clipped.
        held_out: the loss on the held-out text after this update, where it was measured.
        seconds: of the step, without that measurement.
    """

    number: int
    loss: float
    rate: float
    length: float
    held_out: float | None = None
    seconds: float = 0.0


def two_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Matrices with weight decay; gains and biases, which have one axis, without."""
    parameters = [one for one in model.parameters() if one.requires_grad]
    return [
        {"params": [one for one in parameters if one.dim() >= 2], "weight_decay": weight_decay},
        {"params": [one for one in parameters if one.dim() < 2], "weight_decay": 0.0},
    ]


def adamw(model: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
    """torch.optim.AdamW, all tensors in one call; ``by_hand.adamw_step`` computes the same (lesson 10 shows it)."""
    betas = (config.beta_1, config.beta_2)
    return torch.optim.AdamW(
        two_groups(model, config.weight_decay), lr=config.peak, betas=betas, eps=config.eps, fused=True
    )


class Trainer:
    """A run.

    >>> model = GPT(ModelConfig(vocab=5, context=4, layers=1, d_model=8, n_heads=2))
    >>> trainer = Trainer(model, torch.arange(50) % 5, config=TrainConfig(steps=3, warmup=1))
    >>> [step.number for step in trainer.run()]
    [1, 2, 3]
    >>> trainer.done
    3
    """

    def __init__(
        self,
        model: nn.Module,
        ids: Int[Tensor, "token"],
        held_out: Int[Tensor, "token"] | None = None,
        config: TrainConfig | None = None,
        context: int | None = None,
        optimizer: Callable[[nn.Module, TrainConfig], torch.optim.Optimizer] = adamw,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        """Make ready to train.

        Args:
            model: from ids (batch, token) to logits (batch, token, vocab).
            ids: the text to learn from.
            held_out: a text to measure on, or None.
            config: the settings; the defaults where left out.
            context: how many tokens a window has; the model's context where left out.
            optimizer: makes the optimizer; AdamW where left out.
            about: what a checkpoint should carry besides (the tokens of a text, say), as JSON.
        """
        self.model, self.ids, self.held_out = model, ids, held_out
        self.config = config or TrainConfig()
        self.context = model.config.context if context is None else context
        self.optimizer = optimizer(model, self.config)
        self.about = dict(about or {})
        self.done = 0
        self.history: list[Step] = []
        self.interrupted = False
        self._whole = True  # False while an update is under way, and after one that was broken off
        self._rng = np.random.default_rng(self.config.seed)
        noise = torch.Generator().manual_seed(self.config.seed)
        self._noise = noise.get_state()

    # ------------------------------------------------------------------ one step, and many

    def step(self) -> Step:
        """One update."""
        number, drawn, noise = self.done + 1, self._rng.bit_generator.state, self._noise
        rate = self.config.rate(number)
        started = time.perf_counter()
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        try:
            inputs, targets = batch(self.ids, self.config.batch_size, self.context, self._rng)
            with torch.random.fork_rng(devices=[]):  # dropout draws from PyTorch's one generator: lend it our state
                torch.set_rng_state(self._noise)
                loss = self._gradients(inputs, targets)
                self._noise = torch.get_rng_state()
            parameters = [one for one in self.model.parameters() if one.grad is not None]
            most = float("inf") if self.config.clip is None else self.config.clip
            length = float(nn.utils.clip_grad_norm_(parameters, most))
        except BaseException:  # broken off before the update: as if this step had not begun
            self._rng.bit_generator.state, self._noise = drawn, noise
            self.optimizer.zero_grad()
            raise
        self._whole = False
        self.optimizer.step()
        self.optimizer.zero_grad()
        made = Step(number, loss, rate, length, seconds=time.perf_counter() - started)
        self.history.append(made)
        self.done, self._whole = number, True
        every = self.config.evaluate_every
        if self.held_out is not None and every and (number % every == 0 or number == self.config.steps):
            made = replace(made, held_out=mean_loss(self.model, self.held_out, self.context))
            self.history[-1] = made
        return made

    def _gradients(self, inputs: Tensor, targets: Tensor) -> float:
        """Forward and backward over the micro-batches, each weighted by its share of the tokens; the mean loss."""
        total = 0.0
        for part, wanted in zip(
            inputs.chunk(self.config.accumulate), targets.chunk(self.config.accumulate), strict=True
        ):
            share = len(part) / len(inputs)
            loss = fused_cross_entropy(self.model(part), wanted) * share
            loss.backward()
            total += loss.item()
        return total

    def run(
        self,
        until: int | None = None,
        path: str | os.PathLike | None = None,
        save_every: int = 0,
        watchers: Iterable[Callable[["Trainer", Step], None]] = (),
    ) -> list[Step]:
        """Train until the end, or until a step, or until somebody interrupts.

        An interrupt waits for the step that is under way; then the checkpoint is written and `interrupted` is True.
        Calling `run` again goes on.

        Args:
            until: the number of the last step; the end of the schedule where left out.
            path: where to write checkpoints: every `save_every` steps, at an interrupt, and at the end.
            save_every: 0 for at an interrupt and at the end only.
            watchers: called with the trainer and the step after each one (a curve, a progress bar).
        Returns:
            The steps made in this call.
        """
        return list(self.steps(until, path, save_every, watchers))

    def steps(
        self,
        until: int | None = None,
        path: str | os.PathLike | None = None,
        save_every: int = 0,
        watchers: Iterable[Callable[["Trainer", Step], None]] = (),
    ) -> Iterator[Step]:
        """`run`, one step at a time, for a loop of one's own."""
        last = self.config.steps if until is None else min(until, self.config.steps)
        watchers, self.interrupted = list(watchers), False
        with finish_the_step() as asked:
            try:
                while self.done < last and not asked.to_stop:
                    made = self.step()
                    if path is not None and save_every and made.number % save_every == 0:
                        self.save(path)
                    for watch in watchers:
                        watch(self, made)
                    yield made
                self.interrupted = asked.to_stop
            finally:
                # After half an update the weights are neither those before nor those after: the file stays what it was.
                if path is not None and self._whole:
                    self.save(path)

    @property
    def seconds(self) -> float:
        """The time of all steps together, without the measurements on the held-out text."""
        return sum(step.seconds for step in self.history)

    @property
    def losses(self) -> np.ndarray:
        """The loss of every step."""
        return np.array([step.loss for step in self.history])

    @property
    def measured(self) -> list[tuple[int, float]]:
        """The loss on the held-out text: (step, loss) wherever it was measured."""
        return [(step.number, step.held_out) for step in self.history if step.held_out is not None]

    # ------------------------------------------------------------------ checkpoints

    def save(self, path: str | os.PathLike) -> Path:
        """Write everything that the next step depends on, whole or not at all (see ``checkpoint.write``)."""
        tensors = {f"model.{name}": one for name, one in self.model.state_dict().items()}
        names = {id(one): name for name, one in self.model.named_parameters()}
        for parameter, state in self.optimizer.state.items():
            tensors |= {f"optimizer.{key}.{names[id(parameter)]}": one for key, one in state.items()}
        tensors["noise"] = self._noise
        tensors["history"] = torch.tensor(
            [
                [s.number, s.loss, s.rate, s.length, float("nan") if s.held_out is None else s.held_out, s.seconds]
                for s in self.history
            ],
            dtype=torch.float64,
        ).reshape(-1, 6)
        shape = getattr(self.model, "config", None)
        about = {
            "step": self.done,
            "config": asdict(self.config),
            "model": asdict(shape) if isinstance(shape, ModelConfig) else None,
            "context": self.context,
            "batches": self._rng.bit_generator.state,
            "about": self.about,
        }
        return checkpoint.write(path, tensors, about)

    def load(self, path: str | os.PathLike) -> "Trainer":
        """Go back to where a checkpoint was written; the next step is the one that came after it.

        Nothing is changed unless all of the checkpoint fits.

        Raises:
            FileNotFoundError: there is no such file.
            CheckpointError: it is damaged, or was written by another model, by other settings or over another text.
        """
        tensors, about = checkpoint.read(path)
        shape = getattr(self.model, "config", None)
        ours = {
            "model": asdict(shape) if isinstance(shape, ModelConfig) else None,
            "context": self.context,
            "config": asdict(self.config),
            "about": json.loads(json.dumps(self.about)),
        }
        for what, expected in ours.items():
            if about.get(what) != expected:
                raise checkpoint.CheckpointError(
                    f"{path} belongs to another run: {_apart(what, about.get(what), expected)}. "
                    "Give the settings it was made with, or another file"
                )
        weights = _under("model", tensors)
        missing = sorted(set(self.model.state_dict()) ^ set(weights))
        if missing:
            raise checkpoint.CheckpointError(
                f"{path} belongs to another model: they differ in {', '.join(missing[:3])}"
            )
        self.model.load_state_dict(weights)
        for name, parameter in self.model.named_parameters():
            state = {key: one for (key, of), one in _states(tensors).items() if of == name}
            if state:
                self.optimizer.state[parameter] = state
            else:
                self.optimizer.state.pop(parameter, None)
        self._rng.bit_generator.state = about["batches"]
        self._noise, self.done = tensors["noise"], about["step"]
        self._whole = True
        self.history = [
            Step(int(n), loss, rate, length, None if np.isnan(held_out) else held_out, seconds)
            for n, loss, rate, length, held_out, seconds in tensors["history"].tolist()
        ]
        return self


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.partition(".")[2]: one for name, one in tensors.items() if name.startswith(f"{prefix}.")}


def _states(tensors: Mapping[str, Tensor]) -> dict[tuple[str, str], Tensor]:
    """The optimizer's tensors by (what, name of the parameter)."""
    return {tuple(name.split(".", 1)): one for name, one in _under("optimizer", tensors).items()}


def _apart(what: str, theirs: Any, ours: Any) -> str:
    """Where two descriptions differ, in words."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            if theirs.get(key) != ours.get(key):
                return f"its {key} is {_short(theirs.get(key))}, here it is {_short(ours.get(key))}"
    return f"its {what} is {_short(theirs)}, here it is {_short(ours)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def load_model(path: str | os.PathLike) -> tuple[GPT, dict[str, Any]]:
    """The model of a checkpoint, ready to write, and what was said about the run.

    Raises:
        FileNotFoundError, CheckpointError: as for ``checkpoint.read``, or it holds no GPT.
    """
    tensors, about = checkpoint.read(path)
    if not about.get("model"):
        raise checkpoint.CheckpointError(f"{path} does not say what shape its model has: it was no GPT of this course")
    model = GPT(ModelConfig(**about["model"]))
    model.load_state_dict({name: one.float() for name, one in _under("model", tensors).items()})
    return model.eval(), about
