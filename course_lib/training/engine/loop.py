"""The training loop: draw a batch, forward, loss, backward, clip, update; again. It can be interrupted and taken up again.

A `Trainer` holds everything that the next step depends on: the weights, the optimizer's two running means, the two random
states (which windows are drawn; what dropout drops) and the number of the step. A checkpoint holds the same, and that is
why a run that was interrupted goes on to the very same losses.
"""

import json
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn

from course_lib.loss.in_torch import fused_cross_entropy
from course_lib.training.engine import checkpoint
from course_lib.training.engine.adamw import adamw
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.evaluate import mean_loss
from course_lib.training.engine.history import Step, as_tensor, from_tensor
from course_lib.training.engine.interrupts import finish_the_step
from course_lib.training.engine.not_a_number import NotANumber, require_numbers
from course_lib.training.engine.resuming import as_long_as, fill, refuse_another_run, tensors_of
from course_lib.training.in_torch import batch
from course_lib.transformer.models import ModelConfig

__all__ = ["Trainer"]


class Trainer:
    """A run.

    >>> from course_lib.transformer.models import GPT
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
        self._sound = True  # False once the numbers have turned out to be none
        self._last: tuple[Tensor, Tensor] | tuple[()] = ()  # a part of the last batch, to try new weights on
        self._rng = np.random.default_rng(self.config.seed)
        noise = torch.Generator().manual_seed(self.config.seed)
        self._noise = noise.get_state()

    # ------------------------------------------------------------------ one step, and many

    def step(self) -> Step:
        """One update.

        Raises:
            NotANumber: the loss or the gradient is none, and the update is not made.
        """
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
            parameters = [weight for weight in self.model.parameters() if weight.grad is not None]
            most = float("inf") if self.config.clip is None else self.config.clip
            length = float(nn.utils.clip_grad_norm_(parameters, most))
            if not (math.isfinite(loss) and math.isfinite(length)):
                self._sound = False  # it was the update before this one that led here
                raise NotANumber(number, f"the loss is {loss:.4g}, its gradient has the length {length:.4g}")
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
        self._last = inputs.chunk(self.config.accumulate)[0], targets.chunk(self.config.accumulate)[0]
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
        Calling `run` again goes on. Where the numbers turn out to be none, NotANumber is raised and the file left alone.

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
                        self.keep(path)
                    for watch in watchers:
                        watch(self, made)
                    yield made
                self.interrupted = asked.to_stop
            finally:
                # After half an update the weights are neither those before nor those after: the file stays what it was.
                # Nor does it become one in which numbers are none.
                if path is not None and self._whole and self._sound:
                    self.keep(path)

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
        """Write everything that the next step depends on, whole or not at all (see ``checkpoint.save``)."""
        tensors = tensors_of(self.model, self.optimizer)
        tensors |= {"noise": self._noise, "history": as_tensor(self.history)}
        about = {"step": self.done, "batches": self._rng.bit_generator.state, **self._description()}
        return checkpoint.save(path, tensors, about)

    def keep(self, path: str | os.PathLike) -> Path:
        """`save`, unless the weights are no numbers or lead to none; then the file stays what it was.

        Raises:
            NotANumber: it is so.
        """
        try:
            require_numbers(self.model, self.done, *self._last)
        except NotANumber:
            self._sound = False
            raise
        except (MemoryError, RuntimeError):
            pass  # no memory is left to try them with, which is no reason to lose them
        return self.save(path)

    def load(self, path: str | os.PathLike) -> "Trainer":
        """Go back to where a checkpoint was written; the next step is the one that came after it.

        Nothing is changed unless all of the checkpoint fits. This run may be longer than that one was: then the rest is
        made with the learning rates of the longer schedule.

        Raises:
            FileNotFoundError: there is no such file.
            CheckpointError: it is damaged, or was written by another model, by other settings or over another text.
        """
        tensors, about = checkpoint.load(path)
        refuse_another_run(path, as_long_as(about, self.config), self._description())
        fill(self.model, self.optimizer, tensors, path)
        self._rng.bit_generator.state = about["batches"]
        self._noise, self.done = tensors["noise"], about["step"]
        self._whole = self._sound = True
        self._last = ()
        self.history = from_tensor(tensors["history"])
        return self

    def _description(self) -> dict[str, Any]:
        """What a checkpoint must have in common with the run that goes on from it, as JSON gives it back."""
        shape = getattr(self.model, "config", None)
        return {
            "model": asdict(shape) if isinstance(shape, ModelConfig) else None,
            "context": self.context,
            "config": asdict(self.config),
            "about": json.loads(json.dumps(self.about)),
        }
