"""What a run has behind it: a `Step` for each update, and all of them as one tensor, which a checkpoint keeps."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["Step", "as_tensor", "from_tensor"]


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


def as_tensor(history: Sequence[Step]) -> Float[Tensor, "step 6"]:
    """A row for every step, in the order of `Step`'s attributes; NaN where the held-out loss was not measured.

    >>> as_tensor([]).shape
    torch.Size([0, 6])
    """
    rows = [
        [s.number, s.loss, s.rate, s.length, float("nan") if s.held_out is None else s.held_out, s.seconds]
        for s in history
    ]
    return torch.tensor(rows, dtype=torch.float64).reshape(-1, 6)


def from_tensor(rows: Float[Tensor, "step 6"]) -> list[Step]:
    """Back from `as_tensor`.

    >>> steps = [Step(1, 2.0, 0.1, 3.0), Step(2, 1.5, 0.1, 2.0, held_out=1.75)]
    >>> from_tensor(as_tensor(steps)) == steps
    True
    """
    return [
        Step(int(number), loss, rate, length, None if math.isnan(held_out) else held_out, seconds)
        for number, loss, rate, length, held_out, seconds in rows.tolist()
    ]
