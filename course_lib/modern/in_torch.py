"""The block of a model of today in PyTorch: the names and the argument order of ``by_hand``, written to be read."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from course_lib.attention.in_torch import attention, causal_mask
from course_lib.block.in_torch import rms_norm, swiglu
from course_lib.multi_head.in_torch import merge_heads, split_heads
from course_lib.positional_encoding.in_torch import rotate

__all__ = ["balance", "llama_block", "mixture", "route", "sliding_mask"]

Expert = tuple[Tensor, Tensor, Tensor]


def sliding_mask(n: int, window: int, device: torch.device | str | None = None) -> Bool[Tensor, "query key"]:
    """True where a key is the query itself or one of the `window` - 1 before it.

    >>> sliding_mask(3, 2).int().tolist()
    [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    """
    if window < 1:
        raise ValueError(f"a window holds at least the token itself; got {window}")
    return torch.ones(n, n, dtype=torch.bool, device=device).tril().triu(1 - window)


def llama_block(
    x: Float[Tensor, "token d_model"], params: Mapping[str, Any], positions: Int[Tensor, "token"]
) -> Float[Tensor, "token d_model"]:
    """x + attention(norm(x)), then x + swiglu(norm(x)); `params` as in ``by_hand.llama_block``.

    >>> zero = {name: torch.zeros(2, 2) for name in ("W_Q", "W_K", "W_V", "W_O", "W_gate", "W_up", "W_down")}
    >>> rest = {"n_heads": 1, "n_kv_heads": 1, "gain_1": torch.ones(2), "gain_2": torch.ones(2), "eps": 1e-6, "base": 1e4}
    >>> llama_block(torch.ones(1, 2), zero | rest, torch.arange(1)).tolist()
    [[1.0, 1.0]]
    """
    n, eps = len(x), params["eps"]
    y = rms_norm(x, params["gain_1"], eps)
    Q = split_heads(y @ params["W_Q"], params["n_heads"])
    K, V = (split_heads(y @ params[name], params["n_kv_heads"]) for name in ("W_K", "W_V"))
    if "gain_Q" in params:
        Q, K = rms_norm(Q, params["gain_Q"], eps), rms_norm(K, params["gain_K"], eps)
    Q, K = rotate(Q, positions, params["base"]), rotate(K, positions, params["base"])
    K, V = (heads.repeat_interleave(params["n_heads"] // params["n_kv_heads"], dim=0) for heads in (K, V))
    mask = sliding_mask(n, params["window"]) if "window" in params else causal_mask(n)
    x = x + merge_heads(attention(Q, K, V, mask)) @ params["W_O"]
    y = rms_norm(x, params["gain_2"], eps)
    if "router" in params:
        return x + mixture(y, params["router"], params["experts"], params["chosen"])
    return x + swiglu(y, params["W_gate"], params["W_up"], params["W_down"])


def route(
    x: Float[Tensor, "token d_model"], router: Float[Tensor, "d_model expert"], chosen: int
) -> tuple[Float[Tensor, "token expert"], Int[Tensor, "token chosen"]]:
    """A softmax over all experts, and the numbers of the `chosen` best.

    >>> route(torch.ones(1, 1), torch.tensor([[0.0, 2.0, 1.0]]), 2)[1].tolist()
    [[1, 2]]
    """
    wanted = x @ router
    return wanted.softmax(dim=-1), wanted.argsort(dim=-1, descending=True, stable=True)[:, :chosen]


def mixture(
    x: Float[Tensor, "token d_model"], router: Float[Tensor, "d_model expert"], experts: Sequence[Expert], chosen: int
) -> Float[Tensor, "token d_model"]:
    """Each token through its `chosen` best experts, weighted by a softmax over these alone.

    >>> one = (torch.eye(2), torch.eye(2), torch.zeros(2, 2))
    >>> mixture(torch.ones(3, 2), torch.zeros(2, 4), [one] * 4, 2).abs().max().item()
    0.0
    """
    weights, ids = route(x, router, chosen)
    kept = weights.gather(-1, ids)
    kept = kept / kept.sum(dim=-1, keepdim=True)
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        tokens, places = torch.nonzero(ids == e, as_tuple=True)
        out = out.index_add(0, tokens, kept[tokens, places, None] * swiglu(x[tokens], *expert))
    return out


def balance(weights: Float[Tensor, "token expert"], chosen: Int[Tensor, "token chosen"]) -> Float[Tensor, ""]:
    """Experts times the sum of (share of the choices) times (mean weight); its gradient goes through the weights alone.

    >>> round(balance(torch.tensor([[0.7, 0.3], [0.6, 0.4]]), torch.tensor([[0], [0]])).item(), 6)
    1.3
    """
    n_experts = weights.shape[-1]
    shares = torch.bincount(chosen.flatten(), minlength=n_experts).to(weights.dtype) / chosen.numel()
    return n_experts * (shares * weights.mean(dim=0)).sum()
