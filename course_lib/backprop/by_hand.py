"""The backward pass of every operation of the course, in NumPy.

Adds to all that came before: the way back. Each function takes what the operation was given and ``d_out``, the gradient
of the loss with respect to its output, and returns the gradients with respect to its inputs: d_x stands for dL/dx and has
the shape of x. Batches and heads may stand in front of every shape given here.

Every derivation is the chain rule, dL/dx_i = sum_j dL/dy_j dy_j/dx_i, written down for one entry and then for all.
Source of the method: Rumelhart, Hinton and Williams 1986, Nature 323.
"""

import math

import numpy as np
from jaxtyping import Bool, Float, Int

from course_lib.attention.by_hand import attention_weights, softmax

__all__ = [
    "attention_backward",
    "centre_backward",
    "cross_entropy_backward",
    "dropout_backward",
    "gelu_backward",
    "gelu_tanh_backward",
    "layer_norm_backward",
    "linear_backward",
    "look_up_backward",
    "mix_backward",
    "relu_backward",
    "residual_backward",
    "reused_value",
    "softmax_backward",
    "softmax_slopes",
]


def reused_value(
    x: Float[np.ndarray, "token d_in"],
    W_1: Float[np.ndarray, "d_in d"],
    W_2: Float[np.ndarray, "d_in d"],
    d_out: Float[np.ndarray, "token d"],
) -> Float[np.ndarray, "token d_in"]:
    """The gradient of x where x is used twice: y = a * b, entry by entry, with a = x W_1 and b = x W_2.

    L depends on x along two ways, and the chain rule adds them up: d_x = d_a W_1ᵀ + d_b W_2ᵀ, where the product passes
    to each factor the other one: d_a = d_out * b, d_b = d_out * a.  (token, d) (d, d_in) = (token, d_in)

    >>> reused_value(np.array([[3.0]]), np.array([[1.0]]), np.array([[1.0]]), np.array([[1.0]])).tolist()  # y = x²
    [[6.0]]
    """
    a, b = x @ W_1, x @ W_2
    return (d_out * b) @ W_1.T + (d_out * a) @ W_2.T


def linear_backward(
    x: Float[np.ndarray, "... d_in"], W: Float[np.ndarray, "d_in d"], d_out: Float[np.ndarray, "... d"]
) -> tuple[Float[np.ndarray, "... d_in"], Float[np.ndarray, "d_in d"], Float[np.ndarray, "d"]]:
    """y = x W + b, so y_tj = sum_i x_ti W_ij + b_j.

    - x_ti reaches L through all j of its row:       d_x_ti = sum_j d_out_tj W_ij,  d_x = d_out Wᵀ
    - W_ij reaches L through all tokens t:            d_W_ij = sum_t x_ti d_out_tj,  d_W = xᵀ d_out
    - b_j is added to every token:                    d_b_j  = sum_t d_out_tj

    With axes in front, "all tokens" are all tokens of all sequences.

    >>> x, W, d_out = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([[10.0]])
    >>> [d.tolist() for d in linear_backward(x, W, d_out)]
    [[[30.0, 40.0]], [[10.0], [20.0]], [10.0]]
    """
    rows, d_rows = x.reshape(-1, x.shape[-1]), d_out.reshape(-1, d_out.shape[-1])
    return (d_rows @ W.T).reshape(x.shape), rows.T @ d_rows, d_rows.sum(axis=0)


def relu_backward(x: Float[np.ndarray, "..."], d_out: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """y = max(x, 0): slope 1 where x > 0 and 0 elsewhere (at 0 itself PyTorch takes 0 too), so d_x = d_out * (x > 0).

    >>> relu_backward(np.array([-1.0, 0.0, 2.0]), np.array([5.0, 5.0, 5.0])).tolist()
    [0.0, 0.0, 5.0]
    """
    return d_out * (x > 0)


_share_below = np.vectorize(lambda x: math.erfc(-x / math.sqrt(2.0)) / 2.0, otypes=[np.float64])


def gelu_backward(x: Float[np.ndarray, "..."], d_out: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """y = x Phi(x), Phi the share of a normal distribution below x and phi = Phi' its density exp(-x²/2) / sqrt(2 pi).

    The product rule: dy/dx = Phi(x) + x phi(x).

    >>> gelu_backward(np.array([0.0]), np.array([2.0])).tolist()
    [1.0]
    """
    density = np.exp(-(x**2) / 2.0) / math.sqrt(2.0 * math.pi)
    return d_out * (_share_below(x) + x * density)


def gelu_tanh_backward(x: Float[np.ndarray, "..."], d_out: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """y = x (1 + t) / 2 with t = tanh(u) and u = sqrt(2 / pi) (x + 0.044715 x³).

    dt/du = 1 - t², du/dx = sqrt(2 / pi) (1 + 3 · 0.044715 x²); so dy/dx = (1 + t) / 2 + x (1 - t²) / 2 · du/dx.

    >>> gelu_tanh_backward(np.array([0.0]), np.array([2.0])).tolist()
    [1.0]
    """
    scale, square = math.sqrt(2.0 / math.pi), x * x
    t = np.tanh(scale * x * (1.0 + 0.044715 * square))
    return d_out * ((1.0 + t) / 2.0 + x * (1.0 - t * t) / 2.0 * scale * (1.0 + 0.134145 * square))


def softmax_slopes(weights: Float[np.ndarray, "n"]) -> Float[np.ndarray, "n n"]:
    """dw_j/ds_i for one row of weights w = softmax(s), a row for each score i: w_j ([i = j] - w_i).

    Raising one score raises its own weight and lowers all others, and what one gains the others lose: each row sums to 0.

    >>> softmax_slopes(np.array([0.75, 0.25])).tolist()
    [[0.1875, -0.1875], [-0.1875, 0.1875]]
    """
    return np.diag(weights) - np.outer(weights, weights)


def softmax_backward(
    weights: Float[np.ndarray, "... n"], d_weights: Float[np.ndarray, "... n"]
) -> Float[np.ndarray, "... n"]:
    """w = softmax(s), and dw_j/ds_i = w_j ([i = j] - w_i): raising one score raises its weight and lowers all others.

    d_s_i = sum_j d_w_j w_j ([i = j] - w_i) = w_i (d_w_i - sum_j w_j d_w_j): what a weight would gain beyond the average
    gain, times the weight. The scores themselves are not needed; where w_i is 0 (masked), so is d_s_i.

    >>> softmax_backward(np.array([0.5, 0.5]), np.array([1.0, 0.0])).tolist()
    [0.25, -0.25]
    """
    average = (weights * d_weights).sum(axis=-1, keepdims=True)
    return weights * (d_weights - average)


def cross_entropy_backward(
    logits: Float[np.ndarray, "... vocab"], targets: Int[np.ndarray, "..."]
) -> Float[np.ndarray, "... vocab"]:
    """L = mean over the tokens of log(sum_v exp z_v) - z_target.

    d log(sum_v exp z_v) / dz_w = exp z_w / sum_v exp z_v = p_w, and the second term gives -1 at the target:
    d_z = (p - onehot(target)) / tokens. Nothing has to come from above: L is where the way back begins.

    >>> cross_entropy_backward(np.zeros((1, 4)), np.array([3])).tolist()
    [[0.25, 0.25, 0.25, -0.75]]
    """
    d_logits = softmax(logits)
    rows = d_logits.reshape(-1, d_logits.shape[-1])
    rows[np.arange(len(rows)), np.ravel(targets)] -= 1.0
    return d_logits / max(len(rows), 1)


def centre_backward(d_out: Float[np.ndarray, "... d"]) -> Float[np.ndarray, "... d"]:
    """y = x - mean(x) over the last axis: x_i reaches its own y_i with slope 1 and, through the mean, every y_j with -1/d.

    d_x = d_out - mean(d_out): what centring ignores on the way forward, a shift, it takes out on the way back.

    >>> centre_backward(np.array([[1.0, 0.0]])).tolist()
    [[0.5, -0.5]]
    """
    return d_out - d_out.mean(axis=-1, keepdims=True)


def layer_norm_backward(
    x: Float[np.ndarray, "... d"], gain: Float[np.ndarray, "d"], d_out: Float[np.ndarray, "... d"], eps: float = 1e-5
) -> tuple[Float[np.ndarray, "... d"], Float[np.ndarray, "d"], Float[np.ndarray, "d"]]:
    """y = gain * n + bias with n = (x - mean) / s and s = sqrt(variance + eps), all over the last axis.

    d_bias = sum over tokens of d_out; d_gain = sum over tokens of d_out * n; and g = d_n = d_out * gain. Then x_i reaches L
    in three ways: through its own n_i (g_i / s), through the mean, which moves every n_j by -1 / (d s), and through s,
    since ds/dx_i = n_i / d and dn_j/ds = -n_j / s:

    d_x = (g - mean(g) - n * mean(g * n)) / s

    So d_x is g without the part along (1, ..., 1) and (up to eps) without the part along n: the two directions that the
    norm ignores.

    >>> d_x, d_gain, d_bias = layer_norm_backward(np.array([[1.0, 3.0]]), np.ones(2), np.array([[1.0, 0.0]]), eps=0.0)
    >>> d_x.tolist(), d_gain.tolist(), d_bias.tolist()
    ([[0.0, 0.0]], [-1.0, 0.0], [1.0, 0.0])
    """
    centred = x - x.mean(axis=-1, keepdims=True)
    s = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)
    n = centred / s
    g = d_out * gain
    d_x = (g - g.mean(axis=-1, keepdims=True) - n * (g * n).mean(axis=-1, keepdims=True)) / s
    tokens = tuple(range(x.ndim - 1))
    return d_x, (d_out * n).sum(axis=tokens), d_out.sum(axis=tokens)


def mix_backward(
    Q: Float[np.ndarray, "... query d_k"],
    K: Float[np.ndarray, "... key d_k"],
    V: Float[np.ndarray, "... key d_v"],
    weights: Float[np.ndarray, "... query key"],
    d_out: Float[np.ndarray, "... query d_v"],
) -> tuple[Float[np.ndarray, "... query d_k"], Float[np.ndarray, "... key d_k"], Float[np.ndarray, "... key d_v"]]:
    """`attention_backward` where the weights were kept, as a whole model does; the derivation stands there.

    >>> Q, K, V = np.zeros((1, 2)), np.zeros((2, 2)), np.array([[1.0], [3.0]])
    >>> mix_backward(Q, K, V, np.array([[0.5, 0.5]]), np.array([[1.0]]))[2].tolist()
    [[0.5], [0.5]]
    """
    d_V = np.swapaxes(weights, -1, -2) @ d_out
    d_weights = d_out @ np.swapaxes(V, -1, -2)
    d_dots = softmax_backward(weights, d_weights)
    d_dots /= math.sqrt(Q.shape[-1])  # an array of our own: nobody else sees it change
    return d_dots @ K, np.swapaxes(d_dots, -1, -2) @ Q, d_V


def attention_backward(
    Q: Float[np.ndarray, "... query d_k"],
    K: Float[np.ndarray, "... key d_k"],
    V: Float[np.ndarray, "... key d_v"],
    mask: Bool[np.ndarray, "... query key"] | None,
    d_out: Float[np.ndarray, "... query d_v"],
) -> tuple[Float[np.ndarray, "... query d_k"], Float[np.ndarray, "... key d_k"], Float[np.ndarray, "... key d_v"]]:
    """out = w V, w = softmax(s), s = Q Kᵀ / sqrt(d_k), masked. Four operations, taken back one by one:

    - the mix, a matrix product:    d_V = wᵀ d_out              (key, query) (query, d_v)
                                    d_w = d_out Vᵀ              (query, d_v) (d_v, key)
    - softmax, row by row:          d_s = w * (d_w - sum_key w * d_w)
    - the mask:                     where w is 0, d_s is 0 already; a constant has no gradient
    - the scaled product:           d_Q = d_s K / sqrt(d_k)     (query, key) (key, d_k)
                                    d_K = d_sᵀ Q / sqrt(d_k)    (key, query) (query, d_k)

    >>> Q = K = np.zeros((2, 3))
    >>> d_Q, d_K, d_V = attention_backward(Q, K, np.zeros((2, 1)), np.tri(2, dtype=bool), np.array([[2.0], [4.0]]))
    >>> d_V.tolist()
    [[4.0], [2.0]]
    """
    weights = attention_weights(Q, K, mask)
    d_V = np.swapaxes(weights, -1, -2) @ d_out
    d_weights = d_out @ np.swapaxes(V, -1, -2)
    d_dots = softmax_backward(weights, d_weights) / math.sqrt(Q.shape[-1])
    return d_dots @ K, np.swapaxes(d_dots, -1, -2) @ Q, d_V


def look_up_backward(
    ids: Int[np.ndarray, "..."], d_out: Float[np.ndarray, "... d_model"], vocab: int
) -> Float[np.ndarray, "vocab d_model"]:
    """y_t = table[ids_t]: each row of the table collects the gradients of all tokens that looked it up.

    A lookup is the product onehot(ids) table, so d_table = onehot(ids)ᵀ d_out. Written as a sum over the tokens sorted by
    id, since most words of a vocabulary do not occur in a batch (np.add.at does the same, far more slowly).

    >>> look_up_backward(np.array([2, 0, 2]), np.array([[1.0], [5.0], [10.0]]), 3).tolist()
    [[5.0], [0.0], [11.0]]
    """
    flat, rows = np.ravel(ids), d_out.reshape(-1, d_out.shape[-1])
    d_table = np.zeros((vocab, rows.shape[-1]), dtype=rows.dtype)
    if len(flat):
        order = np.argsort(flat, kind="stable")
        found, starts = np.unique(flat[order], return_index=True)
        d_table[found] = np.add.reduceat(rows[order], starts, axis=0)
    return d_table


def residual_backward(d_out: Float[np.ndarray, "..."], d_through: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """y = x + f(x): x is used twice, so d_x = d_out + what came back through f. The first term is what never vanishes.

    >>> residual_backward(np.array([1.0]), np.array([0.25])).tolist()
    [1.25]
    """
    return d_out + d_through


def dropout_backward(
    survives: Bool[np.ndarray, "..."], p: float, d_out: Float[np.ndarray, "..."]
) -> Float[np.ndarray, "..."]:
    """y = x * survives / (1 - p), with the mask that was drawn on the way forward: d_x = d_out * survives / (1 - p).

    >>> dropout_backward(np.array([True, False]), 0.5, np.array([3.0, 3.0])).tolist()
    [6.0, 0.0]
    """
    return d_out * survives / (1.0 - p)
