"""The block of a model of today in NumPy: what LLaMA, Qwen3 and Mixtral changed about GPT-3's.

Adds to ``transformer``: a block without biases whose queries and keys are turned by their positions, whose heads share keys
and values, whose norms are root mean squares and whose feed-forward network is gated; the mask of a sliding window; and a
mixture of experts with the loss that keeps it balanced. Rows are tokens.
Sources: Touvron et al. 2023, arXiv:2302.13971 (LLaMA); Ainslie et al. 2023, arXiv:2305.13245 (grouped queries); Henry et al.
2020, arXiv:2010.04245, and Yang et al. 2025, arXiv:2505.09388 (norms on queries and keys); Jiang et al. 2023,
arXiv:2310.06825 (sliding window); Shazeer et al. 2017, arXiv:1701.06538, Fedus et al. 2021, arXiv:2101.03961, and Jiang et al.
2024, arXiv:2401.04088 (mixture of experts).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from course_lib.attention.by_hand import attention, causal_mask, softmax
from course_lib.block.by_hand import rms_norm, swiglu
from course_lib.multi_head.by_hand import merge_heads, split_heads
from course_lib.positional_encoding.by_hand import rotate

__all__ = ["balance", "llama_block", "logits", "mixture", "route", "sliding_mask"]

#: W_gate, W_up (d_model, d_ff) and W_down (d_ff, d_model) of one gated feed-forward network.
Expert = tuple[np.ndarray, np.ndarray, np.ndarray]


def sliding_mask(n: int, window: int) -> Bool[np.ndarray, "query key"]:
    """Who may attend to whom where each token sees the last `window` tokens, itself among them. True means "may attend".

    Raises:
        ValueError: the window holds not even the token itself.

    >>> sliding_mask(3, 2).astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    """
    if window < 1:
        raise ValueError(f"a window holds at least the token itself; got {window}")
    back = np.arange(n)[:, None] - np.arange(n)
    return (back >= 0) & (back < window)


def llama_block(
    x: Float[np.ndarray, "token d_model"], params: Mapping[str, Any], positions: Int[np.ndarray, "token"]
) -> Float[np.ndarray, "token d_model"]:
    """One block of LLaMA: x = x + attention(norm(x)), then x + swiglu(norm(x)), no bias anywhere.

    Queries and keys are turned by their positions in every head, values are not. There may be fewer heads of keys and values
    than of queries: query head h reads the key head h // (n_heads / n_kv_heads). No token looks ahead.

    Args:
        x: the tokens.
        params: n_heads, n_kv_heads; W_Q (d_model, n_heads d_head), W_K and W_V (d_model, n_kv_heads d_head), W_O
            (n_heads d_head, d_model); W_gate, W_up (d_model, d_ff), W_down (d_ff, d_model); gain_1, gain_2 of the two norms,
            and their eps; base of the rotation. Where gain_Q and gain_K (d_head,) are there, queries and keys are normed
            before they are turned (Qwen3); where window is there, the mask is a sliding one (Mistral); where router is there,
            `mixture` of experts, chosen at a time, takes the place of the one network (Mixtral).
        positions: of the tokens; they need not begin at 0.

    >>> zero = {name: np.zeros((2, 2)) for name in ("W_Q", "W_K", "W_V", "W_O", "W_gate", "W_up", "W_down")}
    >>> rest = {"n_heads": 1, "n_kv_heads": 1, "gain_1": np.ones(2), "gain_2": np.ones(2), "eps": 1e-6, "base": 1e4}
    >>> llama_block(np.array([[1.0, 2.0]]), zero | rest, np.array([0])).tolist()
    [[1.0, 2.0]]
    """
    n, eps = len(x), params["eps"]
    y = rms_norm(x, params["gain_1"], eps)
    Q = split_heads(y @ params["W_Q"], params["n_heads"])
    K, V = (split_heads(y @ params[name], params["n_kv_heads"]) for name in ("W_K", "W_V"))
    if "gain_Q" in params:
        Q, K = rms_norm(Q, params["gain_Q"], eps), rms_norm(K, params["gain_K"], eps)
    Q, K = rotate(Q, positions, params["base"]), rotate(K, positions, params["base"])
    K, V = (np.repeat(heads, params["n_heads"] // params["n_kv_heads"], axis=0) for heads in (K, V))
    mask = sliding_mask(n, params["window"]) if "window" in params else causal_mask(n)
    x = x + merge_heads(attention(Q, K, V, mask)) @ params["W_O"]
    y = rms_norm(x, params["gain_2"], eps)
    if "router" in params:
        return x + mixture(y, params["router"], params["experts"], params["chosen"])
    return x + swiglu(y, params["W_gate"], params["W_up"], params["W_down"])


def logits(ids: Int[np.ndarray, "token"], params: Mapping[str, Any]) -> Float[np.ndarray, "token vocab"]:
    """A whole LLaMA, from token numbers to logits: look up, blocks, norm, compare. Nothing is added for the positions.

    Args:
        ids: token numbers.
        params: table (vocab, d_model), blocks (as in `llama_block`), gain and eps of the last norm; head (vocab, d_model)
            where the output is not tied to the table.

    >>> params = {"table": np.eye(2), "blocks": [], "gain": np.ones(2), "eps": 0.0}
    >>> logits(np.array([1]), params).round(3).tolist()
    [[0.0, 1.414]]
    """
    x = params["table"][ids]
    for block in params["blocks"]:
        x = llama_block(x, block, np.arange(len(ids)))
    return rms_norm(x, params["gain"], params["eps"]) @ params.get("head", params["table"]).T


def route(
    x: Float[np.ndarray, "token d_model"], router: Float[np.ndarray, "d_model expert"], chosen: int
) -> tuple[Float[np.ndarray, "token expert"], Int[np.ndarray, "token chosen"]]:
    """How much each token wants each expert (a softmax over all of them), and which ones it gets: the `chosen` best.

    Where two are wanted equally, the one of the smaller number comes first.

    >>> weights, ids = route(np.array([[1.0, 0.0]]), np.array([[0.0, 2.0, 1.0], [9.0, 9.0, 9.0]]), 2)
    >>> weights.round(3).tolist(), ids.tolist()
    ([[0.09, 0.665, 0.245]], [[1, 2]])
    """
    wanted = x @ router
    return softmax(wanted), np.argsort(-wanted, axis=-1, kind="stable")[:, :chosen]


def mixture(
    x: Float[np.ndarray, "token d_model"],
    router: Float[np.ndarray, "d_model expert"],
    experts: Sequence[Expert],
    chosen: int,
) -> Float[np.ndarray, "token d_model"]:
    """Each token through the experts that suit it best, their outputs weighted: sum of w_e expert_e(x) over the chosen e.

    The weights are a softmax over the chosen experts' scores alone, so that they sum to one (Mixtral's way).

    Args:
        x: the tokens.
        router: scores of token t are x[t] @ router.
        experts: W_gate, W_up, W_down of each.
        chosen: how many experts each token goes through.

    >>> two = [(np.full((1, 1), 100.0), np.eye(1), np.full((1, 1), size)) for size in (1.0, 2.0)]
    >>> mixture(np.ones((1, 1)), np.array([[0.0, 5.0]]), two, 1).tolist()
    [[200.0]]
    """
    weights, ids = route(x, router, chosen)
    kept = np.take_along_axis(weights, ids, axis=-1)
    kept = kept / kept.sum(axis=-1, keepdims=True)
    out = np.zeros(x.shape)
    for e, expert in enumerate(experts):
        tokens, places = np.nonzero(ids == e)
        out[tokens] += kept[tokens, places, None] * swiglu(x[tokens], *expert)
    return out


def balance(weights: Float[np.ndarray, "token expert"], chosen: Int[np.ndarray, "token chosen"]) -> float:
    """The loss for balance: experts times the sum over them of (share of the choices) times (mean weight).

    It is 1 where all experts are chosen and wanted equally, and larger the more the most wanted ones are also the busiest. Only
    the weights have a gradient; the choices tell which of them should fall.

    Args:
        weights: of a softmax over all experts, before any is left out.
        chosen: the numbers of the experts that each token went to.
    Differs from Mixtral's: there the shares are of the tokens, not of the choices, and the result is `chosen` times as large.

    >>> round(balance(np.array([[0.7, 0.3], [0.6, 0.4]]), np.array([[0], [0]])), 9)
    1.3
    """
    n_experts = weights.shape[-1]
    shares = np.bincount(chosen.ravel(), minlength=n_experts) / chosen.size
    return float(n_experts * (shares * weights.mean(axis=0)).sum())
