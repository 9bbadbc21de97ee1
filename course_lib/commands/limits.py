"""What the numbers of ``train`` and ``write`` may be: an option out of its bounds is refused by name, before PyTorch is waited for."""

import argparse
import math
from dataclasses import dataclass

__all__ = ["TRAIN", "WRITE", "Limit", "check_limits"]


@dataclass(frozen=True)
class Limit:
    """The bounds of an option.

    Attributes:
        what: it is, in words.
        low, high: the least and the most; whole numbers include both.
        low_open, high_open: the bound itself is out.
    """

    what: str
    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value lies inside; not-a-number never does."""
        above = value > self.low if self.low_open else value >= self.low
        return above and (value < self.high if self.high_open else value <= self.high)

    def __str__(self) -> str:
        low = f"above {_number(self.low)}" if self.low_open else f"at least {_number(self.low)}"
        if math.isinf(self.high):
            return f"{self.what}, {low} and finite"
        return f"{self.what}, {low} and {'below' if self.high_open else 'at most'} {_number(self.high)}"


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


#: One seed serves NumPy and PyTorch; PyTorch's generators take 63 bits.
SAMPLING = {
    "temperature": Limit("a temperature", 0, math.inf, high_open=True),
    "top_k": Limit("a number of tokens", 1, 10**9),
    "top_p": Limit("a probability", 0, 1, low_open=True),
    "seed": Limit("a whole number", 0, 2**63 - 1),
}

#: AdamW moves every weight by about the rate at every step, and weights begin near 0.02: a rate above 10 is a slip of the pen.
TRAIN = SAMPLING | {
    "tokens": Limit("a number of tokens, a size", 1, 10**6),
    "layers": Limit("a number of blocks", 0, 10**4),
    "width": Limit("a number of components", 1, 10**6),
    "heads": Limit("a number of heads", 1, 10**6),
    "context": Limit("a number of tokens", 1, 10**7),
    "dropout": Limit("a share", 0, 1, high_open=True),
    "steps": Limit("a number of updates", 1, 10**8),
    "batch": Limit("a number of windows", 1, 10**9),
    "accumulate": Limit("a number of micro-batches", 1, 10**9),
    "rate": Limit("a learning rate", 0, 10, low_open=True),
    "save_every": Limit("a number of steps", 1, 10**9),
    "processes": Limit("a number of processes on this machine", 1, 64),
    "patience": Limit("a number of seconds", 0, 30 * 24 * 3600, low_open=True),
    "sample": Limit("how many tokens to write", 0, 10**7),
}

WRITE = SAMPLING | {"tokens": Limit("how many to write", 1, 10**7)}


def check_limits(chosen: argparse.Namespace, limits: dict[str, Limit]) -> None:
    """Hold every number that was given against its bounds.

    Raises:
        ValueError: one lies outside; the message names the option, the bounds and what came.

    >>> check_limits(argparse.Namespace(top_k=0), {"top_k": WRITE["top_k"]})
    Traceback (most recent call last):
    ValueError: --top-k is a number of tokens, at least 1 and at most 1,000,000,000; got 0
    """
    for name, limit in limits.items():
        value = getattr(chosen, name)
        if value is not None and not limit.holds(value):
            raise ValueError(f"--{name.replace('_', '-')} is {limit}; got {value}")
