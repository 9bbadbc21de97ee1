"""Positions as vectors in PyTorch: the names and the argument order of ``by_hand``."""

import torch
from jaxtyping import Float
from torch import Tensor

from course_lib.positional_encoding.by_hand import BASE

__all__ = ["add_positions", "integers", "rotate", "shift_matrix", "sinusoidal"]


def _angular_frequencies(d_model: int, dtype: torch.dtype, base: float = BASE) -> Float[Tensor, "pair"]:
    if d_model < 2 or d_model % 2:
        raise ValueError(
            f"columns come in pairs of a sine and a cosine: d_model must be even and at least 2, got {d_model}"
        )
    return base ** (-torch.arange(0, d_model, 2, dtype=dtype) / d_model)


def sinusoidal(
    n_positions: int, d_model: int, dtype: torch.dtype = torch.float32
) -> Float[Tensor, "n_positions d_model"]:
    """PE[p, 2i] = sin(p / 10000^(2i / d_model)), PE[p, 2i + 1] = cos of the same. Constant: nothing here is trained.

    The angles are computed in double precision: in single precision the sine of a large position would be off.

    >>> sinusoidal(2, 2).tolist()[0]
    [0.0, 1.0]
    """
    angles = torch.arange(n_positions, dtype=torch.float64)[:, None] * _angular_frequencies(d_model, torch.float64)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).reshape(n_positions, d_model).to(dtype)


def shift_matrix(k: int, d_model: int, dtype: torch.dtype = torch.float32) -> Float[Tensor, "d_model d_model"]:
    """M with M @ PE[p] = PE[p + k]: a rotation of every pair of columns.

    >>> shift_matrix(0, 4).equal(torch.eye(4))
    True
    """
    turns = k * _angular_frequencies(d_model, torch.float64)
    rows = torch.stack([turns.cos(), turns.sin(), -turns.sin(), turns.cos()], dim=-1).reshape(-1, 2, 2)
    return torch.block_diag(*rows).to(dtype)


def integers(
    n_positions: int, d_model: int, dtype: torch.dtype = torch.float32
) -> Float[Tensor, "n_positions d_model"]:
    """Row p holds the number p in every column.

    >>> integers(2, 3).tolist()
    [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]
    """
    return torch.arange(n_positions, dtype=dtype)[:, None].expand(n_positions, d_model)


def add_positions(
    embeddings: Float[Tensor, "batch token d_model"], table: Float[Tensor, "max d_model"]
) -> Float[Tensor, "batch token d_model"]:
    """Add row p of the table to the token at position p of every sequence; gradients flow to both.

    >>> add_positions(torch.zeros(1, 1, 2), torch.ones(3, 2)).tolist()
    [[[1.0, 1.0]]]
    """
    n_tokens = embeddings.shape[-2]
    if n_tokens > len(table) or embeddings.shape[-1] != table.shape[-1]:
        raise ValueError(
            f"the table of shape {tuple(table.shape)} has no row for every token of embeddings of shape "
            f"{tuple(embeddings.shape)}: it needs at least as many rows as there are tokens, and the same width"
        )
    return embeddings + table[:n_tokens]


def rotate(
    x: Float[Tensor, "... token d"], positions: Float[Tensor, "token"], base: float = BASE
) -> Float[Tensor, "... token d"]:
    """Turn features 2i and 2i + 1 of the token at position p by p base^(-2i / d), the angles in double precision.

    >>> rotate(torch.ones(3, 4), torch.zeros(3)).equal(torch.ones(3, 4))
    True
    """
    if x.ndim < 2 or tuple(positions.shape) != (x.shape[-2],):
        raise ValueError(
            f"x of shape {tuple(x.shape)} needs one position for each token of its last axis but one; got positions of "
            f"shape {tuple(positions.shape)}"
        )
    angles = positions.double()[:, None] * _angular_frequencies(x.shape[-1], torch.float64, base)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    first, second = x[..., 0::2], x[..., 1::2]
    return torch.stack([first * cos - second * sin, first * sin + second * cos], dim=-1).flatten(-2)
