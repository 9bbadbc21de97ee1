"""Multi-head attention, forward with what the way back needs, and backward.

Adds to ``by_hand``: many heads at once, from the tokens to the tokens. A forward function returns its output and what is
to be kept; the backward function of the same name takes the gradient of the output and what was kept.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from course_lib.attention.by_hand import attention_weights
from course_lib.backprop.by_hand import mix_backward
from course_lib.multi_head.by_hand import head_width

__all__ = ["attend", "attend_backward"]


def attend(
    x: Float[np.ndarray, "... token d_model"],
    params: Mapping[str, Any],
    mask: Bool[np.ndarray, "token token"] | None = None,
) -> tuple[Float[np.ndarray, "... token d_model"], tuple]:
    """``multi_head_attention`` of a block's params: n_heads, W_Q, W_K, W_V, W_O, and where they are b_Q, b_K, b_V, b_O.

    The first three matrices are put side by side, so that one product makes the queries, keys and values of all heads.

    >>> eye = np.eye(4)
    >>> out, kept = attend(np.ones((3, 4)), {"n_heads": 2, "W_Q": eye, "W_K": eye, "W_V": eye, "W_O": eye})
    >>> out.shape
    (3, 4)
    """
    n_tokens, d_model = x.shape[-2:]
    n_heads, rows = params["n_heads"], x.reshape(-1, d_model)
    W_QKV = np.concatenate([params["W_Q"], params["W_K"], params["W_V"]], axis=1)
    projected = rows @ W_QKV
    if "b_Q" in params:
        projected += np.concatenate([params["b_Q"], params["b_K"], params["b_V"]])
    # (3, sequence, head, token, d_head), a view: nothing is copied
    cut = projected.reshape(-1, n_tokens, 3, n_heads, head_width(d_model, n_heads))
    Q, K, V = cut.transpose(2, 0, 3, 1, 4)
    weights = attention_weights(Q, K, mask)
    joined = np.empty((len(cut), n_tokens, n_heads, Q.shape[-1]), dtype=Q.dtype)
    np.matmul(weights, V, out=joined.transpose(0, 2, 1, 3))
    joined = joined.reshape(-1, d_model)
    out = joined @ params["W_O"]
    if "b_O" in params:
        out += params["b_O"]
    return out.reshape(x.shape), (params, rows, W_QKV, Q, K, V, weights, joined)


def attend_backward(
    d_out: Float[np.ndarray, "... token d_model"], kept: tuple
) -> tuple[Float[np.ndarray, "... token d_model"], dict[str, np.ndarray]]:
    """The gradient of the tokens, and that of every weight by its name.

    The steps of `attend`, last first: out = joined W_O + b_O (linear), joining (the gradient is cut apart again), attention
    in every head, the projections (linear). Queries, keys and values all came from x: one product with all three matrices
    side by side adds up the three ways.

    >>> eye = np.eye(4)
    >>> _, kept = attend(np.ones((3, 4)), {"n_heads": 2, "W_Q": eye, "W_K": eye, "W_V": eye, "W_O": eye})
    >>> d_x, gradients = attend_backward(np.ones((3, 4)), kept)
    >>> sorted(gradients)
    ['W_K', 'W_O', 'W_Q', 'W_V']
    """
    params, rows, W_QKV, Q, K, V, weights, joined = kept
    d_rows = d_out.reshape(joined.shape)
    gradients = {"W_O": joined.T @ d_rows}
    d_joined = d_rows @ params["W_O"].T
    d_heads = d_joined.reshape(Q.shape[0], Q.shape[2], Q.shape[1], Q.shape[3]).transpose(0, 2, 1, 3)
    d_cut = np.empty((Q.shape[0], Q.shape[2], 3, Q.shape[1], Q.shape[3]), dtype=d_rows.dtype)
    for d_part, d_one in zip(d_cut.transpose(2, 0, 3, 1, 4), mix_backward(Q, K, V, weights, d_heads), strict=True):
        d_part[...] = d_one
    d_projected = d_cut.reshape(len(rows), -1)
    gradients |= dict(zip(("W_Q", "W_K", "W_V"), np.split(rows.T @ d_projected, 3, axis=1), strict=True))
    if "b_Q" in params:
        gradients |= dict(zip(("b_Q", "b_K", "b_V"), np.split(d_projected.sum(axis=0), 3), strict=True))
        gradients["b_O"] = d_rows.sum(axis=0)
    return (d_projected @ W_QKV.T).reshape(d_out.shape), gradients
