"""What a training run is told."""

from dataclasses import dataclass
from typing import Literal

from course_lib.training.by_hand import learning_rate

__all__ = ["TrainConfig"]


@dataclass(frozen=True)
class TrainConfig:
    """The settings of a run; together with the model, the text and the seed they decide every number in it.

    Attributes:
        steps: how many updates.
        batch_size: windows for each update.
        peak, floor, warmup: the learning rate rises to `peak` over `warmup` steps and falls by cosine to `floor`.
        fall: "cosine", or "line" for a straight one, which leaves more of a short run to small steps.
        beta_1, beta_2, eps: of AdamW.
        weight_decay: of AdamW, on matrices alone: gains and biases have one axis and are left in peace.
        clip: the longest that the gradient may be; None lets it be.
        accumulate: in how many micro-batches a batch is taken, so that only one of them is in memory at a time.
        evaluate_every: after so many steps the loss on the held-out text is measured; 0 for never.
        seed: of the batches and of dropout.
    """

    steps: int = 400
    batch_size: int = 16
    peak: float = 1e-2
    floor: float = 1e-3
    warmup: int = 20
    fall: Literal["cosine", "line"] = "cosine"
    beta_1: float = 0.9
    beta_2: float = 0.99
    eps: float = 1e-8
    weight_decay: float = 0.1
    clip: float | None = 1.0
    accumulate: int = 1
    evaluate_every: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "accumulate"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        for name in ("peak", "floor"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} is a learning rate, at least 0 and finite; got {getattr(self, name)}")
        if not 0 <= self.warmup < self.steps:
            raise ValueError(
                f"a warm-up of {self.warmup} steps does not fit into {self.steps} steps: shorten it, or take more steps"
            )
        if self.accumulate > self.batch_size:
            raise ValueError(
                f"a batch of {self.batch_size} windows cannot be cut into {self.accumulate} micro-batches: at most one "
                "for each window"
            )
        if self.fall not in ("cosine", "line"):
            raise ValueError(f'the rate falls by "cosine" or in a "line"; got {self.fall!r}')
        if self.clip is not None and not self.clip > 0:
            raise ValueError(f"clip is the longest that the gradient may be, above 0, or None; got {self.clip}")

    def rate(self, step: int) -> float:
        """The learning rate of an update; the first is number 1.

        >>> TrainConfig(steps=10, warmup=2, peak=0.5, floor=0.1).rate(1)
        0.25
        """
        if self.fall == "line" and self.warmup <= step < self.steps:
            progress = (step - self.warmup) / (self.steps - self.warmup)
            return self.peak + (self.floor - self.peak) * progress
        return learning_rate(step, self.warmup, self.steps, self.peak, self.floor)
