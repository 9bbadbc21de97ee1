"""The names of ``by_hand`` in PyTorch, with gradients."""

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["mean_of_rows", "mix_by_likeness", "recurrence"]


def mean_of_rows(x: Float[Tensor, "token d"]) -> Float[Tensor, "d"]:
    """The average row.

    >>> mean_of_rows(torch.tensor([[1.0, 10.0], [3.0, 20.0]])).tolist()
    [2.0, 15.0]
    """
    return x.mean(dim=0)


def recurrence(
    x: Float[Tensor, "token d_in"],
    W_x: Float[Tensor, "d_in d"],
    W_h: Float[Tensor, "d d"],
    h: Float[Tensor, "d"] | None = None,
) -> Float[Tensor, "token d"]:
    """h_t = tanh(x_t W_x + h_(t-1) W_h), every state returned.

    >>> recurrence(torch.zeros(3, 2), torch.eye(2), torch.eye(2)).shape
    torch.Size([3, 2])
    """
    h = torch.zeros(W_h.shape[0], dtype=x.dtype, device=x.device) if h is None else h
    states = []
    for row in x @ W_x:
        h = torch.tanh(row + h @ W_h)
        states.append(h)
    return torch.stack(states) if states else torch.zeros(0, W_h.shape[0], dtype=x.dtype, device=x.device)


def mix_by_likeness(x: Float[Tensor, "token d"], causal: bool = False) -> Float[Tensor, "token d"]:
    """Every token becomes an average of all tokens, weighted by exp(x_i · x_j / sqrt(d)).

    >>> mix_by_likeness(torch.tensor([[1.0, 0.0], [1.0, 0.0]])).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    scores = x @ x.T / x.shape[1] ** 0.5
    if causal:
        scores = scores.masked_fill(~torch.ones_like(scores, dtype=torch.bool).tril(), -torch.inf)
    return torch.softmax(scores, dim=-1) @ x
