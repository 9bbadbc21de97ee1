"""A GPT's block, forward with what the way back needs, and backward: norm first, attention, feed-forward, residual paths.

Adds to ``heads``: layer norm, the feed-forward network with GPT-2's GELU, and values that are used twice.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from course_lib.backprop.by_hand import linear_backward, residual_backward
from course_lib.backprop.heads import attend, attend_backward

__all__ = ["block", "block_backward", "gelu_and_slope", "norm", "norm_backward", "think", "think_backward"]

Gradients = dict[str, np.ndarray]


def norm(
    x: Float[np.ndarray, "... d"], gain: Float[np.ndarray, "d"], bias: Float[np.ndarray, "d"], eps: float
) -> tuple[Float[np.ndarray, "... d"], tuple]:
    """``layer_norm``, and what is to be kept: the normalised tokens and the deviations they were divided by.

    >>> norm(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2), 0.0)[0].tolist()
    [[-1.0, 1.0]]
    """
    normalised = x - x.mean(axis=-1, keepdims=True)
    deviation = np.sqrt(np.einsum("...d,...d->...", normalised, normalised)[..., None] / x.shape[-1] + eps)
    normalised /= deviation
    return normalised * gain + bias, (normalised, deviation, gain)


def norm_backward(d_out: Float[np.ndarray, "... d"], kept: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """d_x, d_gain, d_bias: the formula of ``by_hand.layer_norm_backward``, with nothing computed twice.

    >>> _, kept = norm(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2), 0.0)
    >>> norm_backward(np.array([[1.0, 0.0]]), kept)[0].tolist()
    [[0.0, 0.0]]
    """
    normalised, deviation, gain = kept
    d = normalised.shape[-1]
    rows, d_rows = normalised.reshape(-1, d), d_out.reshape(-1, d)
    d_x = d_out * gain
    along = np.einsum("...d,...d->...", d_x, normalised)[..., None] / d
    d_x -= d_x.mean(axis=-1, keepdims=True)
    d_x -= normalised * along
    d_x /= deviation
    return d_x, np.einsum("td,td->d", d_rows, rows), d_rows.sum(axis=0)


def gelu_and_slope(x: Float[np.ndarray, "..."]) -> tuple[Float[np.ndarray, "..."], Float[np.ndarray, "..."]]:
    """GPT-2's GELU and its slope, from one tanh; the formula stands at ``by_hand.gelu_tanh_backward``.

    >>> [part.tolist() for part in gelu_and_slope(np.array([0.0]))]
    [[0.0], [0.5]]
    """
    scale = math.sqrt(2.0 / math.pi)
    square = x * x
    t = square * (0.044715 * scale)
    t += scale
    t *= x
    np.tanh(t, out=t)
    share = t + 1.0
    share *= 0.5
    # (1 - t²) / 2 · x · du/dx, written into the arrays that are no longer needed
    square *= 0.134145 * scale / 2.0
    square += scale / 2.0
    square *= x
    t *= t
    np.subtract(1.0, t, out=t)
    t *= square
    t += share
    share *= x
    return share, t


def think(
    x: Float[np.ndarray, "... token d_model"], params: Mapping[str, Any]
) -> tuple[Float[np.ndarray, "... token d_model"], tuple]:
    """``feed_forward`` with GPT-2's GELU, and what is to be kept.

    >>> flat = {"W_1": np.eye(2), "b_1": np.zeros(2), "W_2": np.eye(2), "b_2": np.ones(2)}
    >>> think(np.zeros((1, 2)), flat)[0].tolist()
    [[1.0, 1.0]]
    """
    rows = x.reshape(-1, x.shape[-1])
    inside = rows @ params["W_1"]
    inside += params["b_1"]
    active, slope = gelu_and_slope(inside)
    out = active @ params["W_2"]
    out += params["b_2"]
    return out.reshape(x.shape), (params, rows, active, slope)


def think_backward(d_out: Float[np.ndarray, "... token d_model"], kept: tuple) -> tuple[np.ndarray, Gradients]:
    """The gradient of the tokens, and those of W_1, b_1, W_2, b_2: linear, GELU, linear, last first.

    >>> flat = {"W_1": np.eye(2), "b_1": np.zeros(2), "W_2": np.eye(2), "b_2": np.ones(2)}
    >>> think_backward(np.ones((1, 2)), think(np.zeros((1, 2)), flat)[1])[0].tolist()
    [[0.5, 0.5]]
    """
    params, rows, active, slope = kept
    d_active, d_W_2, d_b_2 = linear_backward(active, params["W_2"], d_out.reshape(rows.shape))
    d_active *= slope  # ours alone: linear_backward made it
    d_rows, d_W_1, d_b_1 = linear_backward(rows, params["W_1"], d_active)
    return d_rows.reshape(d_out.shape), {"W_1": d_W_1, "b_1": d_b_1, "W_2": d_W_2, "b_2": d_b_2}


def block(
    x: Float[np.ndarray, "... token d_model"],
    params: Mapping[str, Any],
    mask: Bool[np.ndarray, "token token"] | None = None,
    eps: float = 1e-5,
) -> tuple[Float[np.ndarray, "... token d_model"], tuple]:
    """The block of lesson 06 with the norm before: x + attention(norm_1(x)), then x + feed_forward(norm_2(x)).

    >>> zero = {"n_heads": 1, **{name: np.zeros((2, 2)) for name in ("W_Q", "W_K", "W_V", "W_O", "W_1", "W_2")}}
    >>> flat = {name: np.zeros(2) for name in ("b_1", "b_2", "gain_1", "bias_1", "gain_2", "bias_2")}
    >>> block(np.array([[1.0, 2.0]]), zero | flat)[0].tolist()
    [[1.0, 2.0]]
    """
    normed, kept_norm_1 = norm(x, params["gain_1"], params["bias_1"], eps)
    middle, kept_attend = attend(normed, params, mask)
    middle += x
    normed, kept_norm_2 = norm(middle, params["gain_2"], params["bias_2"], eps)
    out, kept_think = think(normed, params)
    out += middle
    return out, (kept_norm_1, kept_attend, kept_norm_2, kept_think)


def block_backward(d_out: Float[np.ndarray, "... token d_model"], kept: tuple) -> tuple[np.ndarray, Gradients]:
    """The gradient of the tokens, and those of all the block's weights by their names.

    Both halves are y = x + part(norm(x)): d_x = d_out + norm_backward(part_backward(d_out)), the second half first.

    >>> zero = {"n_heads": 1, **{name: np.zeros((2, 2)) for name in ("W_Q", "W_K", "W_V", "W_O", "W_1", "W_2")}}
    >>> flat = {name: np.zeros(2) for name in ("b_1", "b_2", "gain_1", "bias_1", "gain_2", "bias_2")}
    >>> block_backward(np.array([[3.0, 5.0]]), block(np.array([[1.0, 2.0]]), zero | flat)[1])[0].tolist()
    [[3.0, 5.0]]
    """
    kept_norm_1, kept_attend, kept_norm_2, kept_think = kept
    d_part, gradients = think_backward(d_out, kept_think)
    d_part, gradients["gain_2"], gradients["bias_2"] = norm_backward(d_part, kept_norm_2)
    d_middle = residual_backward(d_out, d_part)
    d_part, of_attention = attend_backward(d_middle, kept_attend)
    d_part, gradients["gain_1"], gradients["bias_1"] = norm_backward(d_part, kept_norm_1)
    return residual_backward(d_middle, d_part), gradients | of_attention
