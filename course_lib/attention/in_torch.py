"""Attention in PyTorch: the names and the argument order of ``by_hand``, with gradients for free.

`attention` is written out so that it can be read; `fused_attention` calls the kernel that training uses, which never
stores the (query, key) matrix. Tests hold the two together, forward and gradients.
"""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from course_lib.numeric import checked_mask

__all__ = ["attention", "causal_mask", "fused_attention", "scaled_scores", "single_head", "softmax"]


def softmax(scores: Float[Tensor, "... n"]) -> Float[Tensor, "... n"]:
    """Weights that are positive and sum to one over the last axis; a row of minus infinity alone gives zeros.

    >>> softmax(torch.zeros(4)).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    if scores.shape[-1] == 0:
        return scores  # without keys there are no weights; amax would refuse to look for the largest
    # The shift cancels in the quotient, so it needs no gradient of its own.
    largest = scores.detach().amax(dim=-1, keepdim=True)
    exponentials = torch.exp(scores - largest.masked_fill(largest == -math.inf, 0.0))
    total = exponentials.sum(dim=-1, keepdim=True)
    return exponentials / total.masked_fill(total == 0.0, 1.0)


def scaled_scores(Q: Float[Tensor, "... query d_k"], K: Float[Tensor, "... key d_k"]) -> Float[Tensor, "... query key"]:
    """Q Kᵀ / sqrt(d_k).

    >>> scaled_scores(torch.ones(1, 4), torch.ones(2, 4)).tolist()
    [[2.0, 2.0]]
    """
    return Q @ K.transpose(-1, -2) / math.sqrt(Q.shape[-1])


def causal_mask(n: int, device: torch.device | str | None = None) -> Bool[Tensor, "query key"]:
    """True where key <= query: the past and oneself.

    >>> causal_mask(2).tolist()
    [[True, False], [True, True]]
    """
    return torch.ones(n, n, dtype=torch.bool, device=device).tril()


def attention(
    Q: Float[Tensor, "... query d_k"],
    K: Float[Tensor, "... key d_k"],
    V: Float[Tensor, "... key d_v"],
    mask: Bool[Tensor, "... query key"] | None = None,
) -> Float[Tensor, "... query d_v"]:
    """softmax(Q Kᵀ / sqrt(d_k)) V, readable; a query that may attend to nothing gives zeros.

    >>> attention(torch.zeros(1, 2), torch.zeros(2, 2), torch.tensor([[0.0], [3.0]])).tolist()
    [[1.5]]
    """
    scores = scaled_scores(Q, K)
    if mask is not None:
        scores = scores.masked_fill(~checked_mask(mask), -math.inf)
    return softmax(scores) @ V


def fused_attention(
    Q: Float[Tensor, "... query d_k"],
    K: Float[Tensor, "... key d_k"],
    V: Float[Tensor, "... key d_v"],
    mask: Bool[Tensor, "... query key"] | None = None,
) -> Float[Tensor, "... query d_v"]:
    """The same through torch.nn.functional.scaled_dot_product_attention, PyTorch's own kernel.

    >>> fused_attention(torch.zeros(1, 2), torch.zeros(2, 2), torch.tensor([[0.0], [3.0]])).tolist()
    [[1.5]]
    """
    mask = None if mask is None else checked_mask(mask)
    return functional.scaled_dot_product_attention(Q, K, V, attn_mask=mask)


def single_head(
    x: Float[Tensor, "... token d_model"],
    W_Q: Float[Tensor, "d_model d_head"],
    W_K: Float[Tensor, "d_model d_head"],
    W_V: Float[Tensor, "d_model d_head"],
    mask: Bool[Tensor, "... token token"] | None = None,
) -> Float[Tensor, "... token d_head"]:
    """One head: queries, keys and values are three projections of the same tokens.

    >>> single_head(torch.zeros(3, 2), torch.eye(2), torch.eye(2), torch.eye(2)).shape
    torch.Size([3, 2])
    """
    return attention(x @ W_Q, x @ W_K, x @ W_V, mask)
