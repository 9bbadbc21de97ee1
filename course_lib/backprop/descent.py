"""A GPT trained by NumPy alone: forward, backward, one step against the gradient, and again.

Adds to ``gpt``: what gradients are for. Plain gradient descent; lesson 10 does better.
"""

import copy
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Int

from course_lib.backprop.gpt import loss_and_gradients, named

__all__ = ["Journey", "distance", "draw_batches", "train_gpt"]


@dataclass(frozen=True)
class Journey:
    """What a training run left behind.

    Attributes:
        params: the weights at the end; those at the start are not changed.
        losses: the loss at each step, before the step.
        distances: by the name of a parameter, how far it was from its start after each step.
    """

    params: dict
    losses: list[float] = field(default_factory=list)
    distances: dict[str, list[float]] = field(default_factory=dict)


def draw_batches(
    stream: Sequence[int] | Int[np.ndarray, "n"], steps: int, size: int, context: int, rng: np.random.Generator
) -> list[tuple[Int[np.ndarray, "size context"], Int[np.ndarray, "size context"]]]:
    """Windows of a text at random places: what is read, and the same one token further on.

    >>> (ids, targets), = draw_batches(range(10), 1, 2, 3, np.random.default_rng(0))
    >>> bool((targets == ids + 1).all()), ids.shape
    (True, (2, 3))
    """
    stream = np.asarray(stream)
    if len(stream) <= context:
        raise ValueError(f"a window needs {context} tokens and one more; the text has {len(stream)}")
    windows = np.lib.stride_tricks.sliding_window_view(stream, context + 1)
    found = [windows[rng.integers(0, len(windows), size)] for _ in range(steps)]
    return [(windows[:, :-1].copy(), windows[:, 1:].copy()) for windows in found]


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """How far apart two arrays are: the root of the sum of the squared differences.

    >>> distance(np.array([0.0, 3.0]), np.array([4.0, 0.0]))
    5.0
    """
    return float(np.sqrt(((one - other) ** 2).sum()))


def train_gpt(
    params: Mapping[str, Any],
    batches: Iterable[tuple[np.ndarray, np.ndarray]],
    rate: float,
    constant: Collection[str] = (),
    watch: Collection[str] = (),
) -> Journey:
    """Gradient descent: every parameter minus rate times its gradient, batch after batch.

    Args:
        params: weights to begin with, those of ``gpt.gpt``; they are not changed.
        batches: ids and targets.
        rate: how long a step is.
        constant: names of parameters that are not updated, such as "positions" where they are sinusoids.
        watch: names of parameters whose distance from the start is noted after each step.

    >>> from course_lib.backprop.gpt import random_params
    >>> start = random_params(5, 3, layers=1, d_model=4, n_heads=2, rng=np.random.default_rng(0))
    >>> journey = train_gpt(start, [(np.array([[4, 0]]), np.array([[0, 4]]))] * 30, rate=0.1, watch=["table"])
    >>> journey.losses[-1] < journey.losses[0], len(journey.distances["table"])
    (True, 30)
    """
    begin, journey = named(params), Journey(copy.deepcopy(dict(params)), distances={name: [] for name in watch})
    moving = named(journey.params)
    for ids, targets in batches:
        loss, gradients = loss_and_gradients(ids, targets, journey.params)
        for name, gradient in named(gradients).items():
            if name not in constant:
                moving[name] -= rate * gradient
        journey.losses.append(loss)
        for name in watch:
            journey.distances[name].append(distance(moving[name], begin[name]))
    return journey
