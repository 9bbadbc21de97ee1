"""A layer of several heads in which neighbouring heads share keys and values: grouped-query attention, as a module."""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from course_lib.multi_head.by_hand import head_width
from course_lib.multi_head.in_torch import merge_heads, split_heads

__all__ = ["GroupedQueryAttention"]


class GroupedQueryAttention(nn.Module):
    """Self-attention under a causal mask; W_K and W_V are narrower, for they make keys and values once for each group.

    Args:
        d_model: the width of the tokens.
        n_heads: must divide d_model.
        n_groups: must divide n_heads; as many as heads is the usual layer.

    >>> layer = GroupedQueryAttention(8, n_heads=4, n_groups=2)
    >>> layer(torch.zeros(1, 5, 8)).shape, sum(weights.numel() for weights in layer.parameters())
    (torch.Size([1, 5, 8]), 192)
    """

    def __init__(self, d_model: int, n_heads: int, n_groups: int) -> None:
        super().__init__()
        self.d_head = head_width(d_model, n_heads)
        if n_groups < 1 or n_heads % n_groups:
            raise ValueError(f"{n_heads} heads cannot share {n_groups} groups evenly: the groups must divide the heads")
        self.n_heads, self.n_groups = n_heads, n_groups
        shared = n_groups * self.d_head
        self.W_Q, self.W_K, self.W_V, self.W_O = (
            nn.Parameter(torch.randn(d_model, width) / math.sqrt(d_model))
            for width in (d_model, shared, shared, d_model)
        )

    def forward(
        self, x: Float[Tensor, "batch token d_model"], causal: bool = True
    ) -> Float[Tensor, "batch token d_model"]:
        """Each token attends to itself and to what came before; without `causal`, to all."""
        Q = split_heads(x @ self.W_Q, self.n_heads)
        K, V = (split_heads(x @ W, self.n_groups) for W in (self.W_K, self.W_V))
        heads = functional.scaled_dot_product_attention(Q, K, V, is_causal=causal, enable_gqa=True)
        return merge_heads(heads) @ self.W_O
