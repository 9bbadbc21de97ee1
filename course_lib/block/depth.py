"""What reaches the other end of a deep stack of blocks: the size of the tokens, their differences, and the gradient.

Random weights, as at the first step of training: what does not get through then is not there to be learned from.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from course_lib.block.in_torch import Block, BlockConfig

__all__ = ["NORMS", "Flow", "flow", "stack"]

#: Where the norm can stand, "none" included: that one is for seeing what it is for.
NORMS = ("none", "pre", "post")


def stack(depth: int, d_model: int, n_heads: int, norm: str = "pre", residual: bool = True) -> nn.ModuleList:
    """Blocks of random weights with ReLU, one after the other; with norm "none" nothing is normed.

    Raises:
        ValueError: there is no such norm.

    >>> len(stack(3, 8, 2, norm="none"))
    3
    """
    if norm not in NORMS:
        raise ValueError(f"got norm={norm!r}; expected one of {', '.join(NORMS)}")
    where = "post" if norm == "post" else "pre"
    config = BlockConfig(d_model, n_heads, norm=where, activation="relu", residual=residual)
    blocks = nn.ModuleList([Block(config) for _ in range(depth)])
    if norm == "none":
        for block in blocks:
            block.norm_1 = block.norm_2 = nn.Identity()
    return blocks


@dataclass(frozen=True)
class Flow:
    """What was measured on a stack of random blocks; entry 0 belongs to the tokens that enter the first block.

    Attributes:
        scale: the size of an entry (root mean square) before block 1, after block 1, ... (deepest + 1,).
        apart: how much the tokens differ: the share of their size that the mean over the tokens does not account for,
            1 where they have nothing in common and 0 where all are the same, (deepest + 1,).
        gradients: by depth D of the stack: the length of the gradient at the same places, (D + 1,), when a gradient of
            length 1 starts at the output of block D.
    """

    scale: np.ndarray
    apart: np.ndarray
    gradients: dict[int, np.ndarray]


def flow(
    norm: str,
    residual: bool,
    depths: Sequence[int],
    d_model: int = 16,
    n_tokens: int = 8,
    seed: int = 6,
    even: bool = False,
) -> Flow:
    """Send four random sequences up a stack of random blocks, and from each depth a random gradient back down.

    Args:
        norm: one of NORMS.
        residual: False leaves the residual paths out.
        depths: where gradients start; the deepest is the size of the stack.
        d_model, n_tokens: the shape of a sequence (two heads).
        seed: of the weights, the tokens and the gradients. Leaves PyTorch's own random state as it was.
        even: True sets all queries to zero, so that every token attends to all of them equally.

    >>> found = flow("pre", True, [2, 3], d_model=4, n_tokens=5)
    >>> found.scale.shape, found.gradients[2].shape, round(float(found.gradients[2][-1]), 6)
    ((4,), (3,), 1.0)
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        blocks = stack(max(depths), d_model, 2, norm, residual).double()
        if even:
            with torch.no_grad():
                for block in blocks:
                    block.attention.W_Q.zero_()
        tokens = [_drawn((4, n_tokens, d_model), seed).requires_grad_()]
        for block in blocks:
            tokens.append(block(tokens[-1]))
        gradients = {}
        for depth in depths:
            start = _drawn((4, n_tokens, d_model), seed + 1000 * depth)
            start = start / start.norm()
            arrived = torch.autograd.grad(tokens[depth], tokens[:depth], start, retain_graph=True)
            gradients[depth] = np.array([float(hidden.norm()) for hidden in (*arrived, start)])
    states = [hidden.detach() for hidden in tokens]
    scale = np.array([float(hidden.square().mean().sqrt()) for hidden in states])
    spread = np.array([float((hidden - hidden.mean(dim=1, keepdim=True)).square().mean().sqrt()) for hidden in states])
    return Flow(scale, spread / scale, gradients)


def _drawn(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    """Normal numbers of a generator of their own: what is measured at one depth must not depend on the other depths."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
