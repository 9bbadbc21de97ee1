"""What the two running means of Adam do, each alone and together, for gradients that can be followed by eye."""

from collections.abc import Sequence

import numpy as np

__all__ = ["WAYS", "distances"]

#: What is multiplied by the rate.
WAYS = ("gradient", "its mean", "gradient / size", "mean / size")


def distances(
    gradients: Sequence[float], rate: float = 0.1, beta_1: float = 0.9, beta_2: float = 0.99
) -> dict[str, tuple[float, float]]:
    """How far from its start a weight is after these gradients, and how long its way there was, for each of WAYS.

    "its mean" is the running mean of the gradients, "size" the root of the running mean of their squares; both corrected for
    having begun at zero.

    >>> {way: round(float(far), 3) for way, (far, path) in distances([5.0]).items()}
    {'gradient': 0.5, 'its mean': 0.5, 'gradient / size': 0.1, 'mean / size': 0.1}
    """
    m = v = 0.0
    steps: dict[str, list[float]] = {way: [] for way in WAYS}
    for step, gradient in enumerate(gradients, start=1):
        m, v = beta_1 * m + (1 - beta_1) * gradient, beta_2 * v + (1 - beta_2) * gradient**2
        mean, size = m / (1 - beta_1**step), np.sqrt(v / (1 - beta_2**step)) + 1e-8
        for way, pace in zip(WAYS, (gradient, mean, gradient / size, mean / size), strict=True):
            steps[way].append(rate * pace)
    return {way: (abs(sum(made)), sum(map(abs, made))) for way, made in steps.items()}
