"""From this course's layer to PyTorch's own, torch.nn.MultiheadAttention, weight by weight."""

import torch
from torch import nn

from course_lib.multi_head.in_torch import MultiHeadAttention

__all__ = ["as_torch_layer"]


def as_torch_layer(layer: MultiHeadAttention) -> nn.MultiheadAttention:
    """PyTorch's layer with a copy of this layer's weights.

    It keeps W_Q, W_K and W_V in one matrix, `in_proj_weight` (3 d_model, d_model), one below the other and each of them
    transposed, because torch.nn.Linear computes x @ W.T. W_QKV (d_model, 3 d_model) is the transpose of all that, so one .T
    converts it. In its masks True means "may NOT attend".

    >>> as_torch_layer(MultiHeadAttention(6, 2)).in_proj_weight.shape
    torch.Size([18, 6])
    """
    theirs = nn.MultiheadAttention(
        layer.d_model, layer.n_heads, bias=layer.b_O is not None, batch_first=True, dtype=layer.W_O.dtype
    )
    with torch.no_grad():
        theirs.in_proj_weight.copy_(layer.W_QKV.T)
        theirs.out_proj.weight.copy_(layer.W_O.T)
        if layer.b_O is not None:
            theirs.in_proj_bias.copy_(layer.b_QKV)
            theirs.out_proj.bias.copy_(layer.b_O)
    return theirs
