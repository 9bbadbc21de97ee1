"""Multi-head attention in PyTorch: the names and the argument order of ``by_hand``, and the module that trains.

The functions are written to be read. `MultiHeadAttention` holds the same four matrices, multiplies the first three in
one product, and calls PyTorch's fused kernel; tests hold both to one result, forward and gradients.
"""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from course_lib.attention.in_torch import attention
from course_lib.multi_head.by_hand import head_width
from course_lib.multi_head.cache import KeyValueCache
from course_lib.numeric import checked_mask

__all__ = [
    "MultiHeadAttention",
    "attend_with_cache",
    "contributions",
    "grouped_attention",
    "head_outputs",
    "merge_heads",
    "multi_head_attention",
    "split_heads",
    "sum_over_heads",
]


def split_heads(x: Float[Tensor, "... token d_model"], n_heads: int) -> Float[Tensor, "... head token d_head"]:
    """Give each head its own features of every token; a view.

    >>> split_heads(torch.zeros(5, 6), 3).shape
    torch.Size([3, 5, 2])
    """
    return x.unflatten(-1, (n_heads, head_width(x.shape[-1], n_heads))).transpose(-3, -2)


def merge_heads(x: Float[Tensor, "... head token d_head"]) -> Float[Tensor, "... token d_model"]:
    """Put the heads' features side by side again.

    >>> merge_heads(torch.zeros(3, 5, 2)).shape
    torch.Size([5, 6])
    """
    return x.transpose(-3, -2).flatten(-2)


def head_outputs(
    x: Float[Tensor, "... query d_model"],
    W_Q: Float[Tensor, "d_model d_model"],
    W_K: Float[Tensor, "d_model d_model"],
    W_V: Float[Tensor, "d_model d_model"],
    n_heads: int,
    mask: Bool[Tensor, "... query key"] | None = None,
    source: Float[Tensor, "... key d_model"] | None = None,
    biases: tuple[Tensor, Tensor, Tensor, Tensor] | None = None,
) -> Float[Tensor, "... head query d_head"]:
    """What each head makes of the tokens, before they are joined.

    >>> head_outputs(torch.ones(3, 4), torch.eye(4), torch.eye(4), torch.eye(4), 2).shape
    torch.Size([2, 3, 2])
    """
    source = x if source is None else source
    b_Q, b_K, b_V, _ = (0.0,) * 4 if biases is None else biases
    Q = split_heads(x @ W_Q + b_Q, n_heads)
    K = split_heads(source @ W_K + b_K, n_heads)
    V = split_heads(source @ W_V + b_V, n_heads)
    return attention(Q, K, V, None if mask is None else mask[..., None, :, :])


def multi_head_attention(
    x: Float[Tensor, "... query d_model"],
    W_Q: Float[Tensor, "d_model d_model"],
    W_K: Float[Tensor, "d_model d_model"],
    W_V: Float[Tensor, "d_model d_model"],
    W_O: Float[Tensor, "d_model d_model"],
    n_heads: int,
    mask: Bool[Tensor, "... query key"] | None = None,
    source: Float[Tensor, "... key d_model"] | None = None,
    biases: tuple[Tensor, Tensor, Tensor, Tensor] | None = None,
) -> Float[Tensor, "... query d_model"]:
    """concat(head_1, ..., head_h) W_O.

    >>> multi_head_attention(torch.ones(3, 4), *[torch.eye(4)] * 4, n_heads=2)[0].tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    heads = head_outputs(x, W_Q, W_K, W_V, n_heads, mask, source, biases)
    return merge_heads(heads) @ W_O + (0.0 if biases is None else biases[3])


def contributions(
    heads: Float[Tensor, "... head token d_head"], W_O: Float[Tensor, "d_model d_model"]
) -> Float[Tensor, "... head token d_model"]:
    """What each head adds to the output: head_h times its own rows of W_O.

    >>> contributions(torch.ones(2, 1, 1), torch.eye(2)).tolist()
    [[[1.0, 0.0]], [[0.0, 1.0]]]
    """
    return heads @ W_O.unflatten(0, (heads.shape[-3], heads.shape[-1]))


def sum_over_heads(
    heads: Float[Tensor, "... head token d_head"], W_O: Float[Tensor, "d_model d_model"]
) -> Float[Tensor, "... token d_model"]:
    """The output as a sum of the heads' contributions.

    >>> sum_over_heads(torch.ones(2, 1, 1), torch.eye(2)).tolist()
    [[1.0, 1.0]]
    """
    return contributions(heads, W_O).sum(dim=-3)


def grouped_attention(
    Q: Float[Tensor, "... head query d"],
    K: Float[Tensor, "... group key d"],
    V: Float[Tensor, "... group key d_v"],
    mask: Bool[Tensor, "query key"] | None = None,
) -> Float[Tensor, "... head query d_v"]:
    """Grouped-query attention: neighbouring heads share the keys and values of their group.

    >>> grouped_attention(torch.zeros(6, 5, 3), torch.zeros(2, 5, 3), torch.zeros(2, 5, 3)).shape
    torch.Size([6, 5, 3])
    """
    n_heads, n_groups = Q.shape[-3], K.shape[-3]
    if n_groups < 1 or n_heads % n_groups:
        raise ValueError(f"{n_heads} heads cannot share {n_groups} groups evenly: the groups must divide the heads")
    each = n_heads // n_groups
    return attention(Q, K.repeat_interleave(each, dim=-3), V.repeat_interleave(each, dim=-3), mask)


def attend_with_cache(
    q: Float[Tensor, "... head 1 d"],
    k: Float[Tensor, "... head 1 d"],
    v: Float[Tensor, "... head 1 d"],
    cache: tuple[Tensor, Tensor],
) -> tuple[Float[Tensor, "... head 1 d"], tuple[Tensor, Tensor]]:
    """One new token attends to the cached ones and to itself; the longer cache comes back. (`KeyValueCache` grows in place.)

    >>> empty = torch.zeros(1, 0, 2)
    >>> attend_with_cache(*torch.ones(3, 1, 1, 2), (empty, empty))[0].tolist()
    [[[1.0, 1.0]]]
    """
    K, V = (torch.cat([old, new], dim=-2) for old, new in zip(cache, (k, v), strict=True))
    return attention(q, K, V), (K, V)


class MultiHeadAttention(nn.Module):
    """Multi-head attention with its weights: self-attention, cross-attention, masked, cached.

    W_QKV holds W_Q, W_K and W_V side by side, (d_model, 3 d_model), as GPT-2 does; `W_Q`, `W_K` and `W_V` are views of
    it. Tokens are rows and stand on the left: x @ W. (torch.nn.Linear keeps its matrix the other way round.)

    Args:
        d_model: the width of the tokens.
        n_heads: must divide d_model.
        bias: whether each of the four products has a bias.
        dropout: the share of attention weights dropped in training.
        fused: False takes the readable `attention` in place of PyTorch's kernel (and then has no dropout).

    >>> layer = MultiHeadAttention(8, 2)
    >>> layer(torch.zeros(1, 5, 8)).shape
    torch.Size([1, 5, 8])
    """

    def __init__(self, d_model: int, n_heads: int, bias: bool = True, dropout: float = 0.0, fused: bool = True) -> None:
        super().__init__()
        self.d_head = head_width(d_model, n_heads)
        self.d_model, self.n_heads, self.dropout, self.fused = d_model, n_heads, dropout, fused
        self.W_QKV = nn.Parameter(torch.randn(d_model, 3 * d_model) / math.sqrt(d_model))
        self.W_O = nn.Parameter(torch.randn(d_model, d_model) / math.sqrt(d_model))
        self.b_QKV = nn.Parameter(torch.zeros(3 * d_model)) if bias else None
        self.b_O = nn.Parameter(torch.zeros(d_model)) if bias else None

    @property
    def W_Q(self) -> Float[Tensor, "d_model d_model"]:
        """The columns of W_QKV that make queries."""
        return self.W_QKV[:, : self.d_model]

    @property
    def W_K(self) -> Float[Tensor, "d_model d_model"]:
        """The columns of W_QKV that make keys."""
        return self.W_QKV[:, self.d_model : 2 * self.d_model]

    @property
    def W_V(self) -> Float[Tensor, "d_model d_model"]:
        """The columns of W_QKV that make values."""
        return self.W_QKV[:, 2 * self.d_model :]

    @property
    def biases(self) -> tuple[Tensor, Tensor, Tensor, Tensor] | None:
        """b_Q, b_K, b_V and b_O, or None."""
        return None if self.b_QKV is None else (*self.b_QKV.chunk(3), self.b_O)

    def extra_repr(self) -> str:
        return f"d_model={self.d_model}, n_heads={self.n_heads}, bias={self.b_O is not None}, dropout={self.dropout}"

    def forward(
        self,
        x: Float[Tensor, "batch query d_model"],
        source: Float[Tensor, "batch key d_model"] | None = None,
        mask: Bool[Tensor, "... query key"] | None = None,
        causal: bool = False,
        cache: KeyValueCache | None = None,
    ) -> Float[Tensor, "batch query d_model"]:
        """Let x attend to itself, or to `source`.

        Args:
            x: the tokens that ask.
            source: the tokens that are asked (cross-attention); x where it is left out.
            mask: True where a query may attend to a key; (query, key), or with the batch in front.
            causal: nobody sees later tokens; quicker than the same as a mask. Not together with a mask.
            cache: keys and values of earlier tokens; x holds only the new ones, and theirs are added to it.
        Raises:
            ValueError: causal together with a mask or a source.
            TypeError: a mask that is not of True and False.
        """
        if causal and (mask is not None or source is not None):
            raise ValueError(
                "causal=True is a mask of its own, for self-attention: leave out mask and source, or causal"
            )
        Q, K, V = (split_heads(projected, self.n_heads) for projected in self._project(x, source))
        if cache is not None:
            K, V = cache.extend(K, V)
        if causal and Q.shape[-2] != K.shape[-2]:  # new tokens after cached ones: query i stands at position old + i
            mask, causal = _causal_from(K.shape[-2] - Q.shape[-2], Q.shape[-2], x.device), False
        if mask is not None:
            mask = checked_mask(mask)[..., None, :, :]
        if self.fused:
            dropout = self.dropout if self.training else 0.0
            heads = functional.scaled_dot_product_attention(
                Q, K, V, attn_mask=mask, dropout_p=dropout, is_causal=causal
            )
        else:
            heads = attention(Q, K, V, _causal_from(0, Q.shape[-2], x.device) if causal else mask)
        return _affine(merge_heads(heads), self.W_O, self.b_O)

    def _project(self, x: Tensor, source: Tensor | None) -> tuple[Tensor, ...]:
        """Queries of x, keys and values of the source (or of x, then all three in one product)."""
        if source is None:
            return _affine(x, self.W_QKV, self.b_QKV).chunk(3, dim=-1)
        b_Q, b_KV = (None, None) if self.b_QKV is None else (self.b_QKV[: self.d_model], self.b_QKV[self.d_model :])
        Q = _affine(x, self.W_Q, b_Q)
        return Q, *_affine(source, self.W_QKV[:, self.d_model :], b_KV).chunk(2, dim=-1)


def _causal_from(old: int, new: int, device: torch.device) -> Bool[Tensor, "query key"]:
    """Who may attend to whom when `new` tokens follow `old` ones: everybody to the past and to themselves."""
    return torch.ones(new, old + new, dtype=torch.bool, device=device).tril(old)


def _affine(x: Tensor, W: Tensor, b: Tensor | None) -> Tensor:
    """x @ W + b in one call."""
    return functional.linear(x, W.T, b)
