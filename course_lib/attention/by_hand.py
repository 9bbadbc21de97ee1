"""Scaled dot-product attention in NumPy: first as loops that can be read aloud, then as matrix products.

Rows are tokens: ``x`` is (token, d_model). Batches and heads may stand in front of every shape given here.
In every mask True means "may attend". Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1.
"""

import math

import numpy as np
from jaxtyping import Bool, Float

from course_lib.numeric import checked_mask

__all__ = [
    "attention",
    "attention_by_einsum",
    "attention_by_loops",
    "attention_weights",
    "causal_mask",
    "entropy",
    "scaled_scores",
    "single_head",
    "softmax",
]


def softmax(scores: Float[np.ndarray, "... n"]) -> Float[np.ndarray, "... n"]:
    """Turn each row of scores into weights that are positive and sum to one.

    softmax(s)_i = exp(s_i - m) / sum_j exp(s_j - m), with m the largest score of the row. Subtracting m changes
    nothing in exact arithmetic and keeps exp from overflowing (it does above 709.78 in float64).

    Args:
        scores: any real numbers; minus infinity means "weight exactly zero".
    Returns:
        Weights of the same shape, normalised over the last axis.

    Differs from torch.softmax: a row of nothing but minus infinity gives zeros there, not NaN.

    >>> softmax(np.array([0.0, 0.0, np.log(2.0)])).round(3).tolist()
    [0.25, 0.25, 0.5]
    >>> softmax(np.array([1000.0, 1000.0])).tolist()
    [0.5, 0.5]
    """
    scores = np.asarray(scores)
    largest = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    exponentials = np.exp(scores - np.where(np.isneginf(largest), 0.0, largest))
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / np.where(total == 0.0, 1.0, total)


def scaled_scores(
    Q: Float[np.ndarray, "... query d_k"], K: Float[np.ndarray, "... key d_k"]
) -> Float[np.ndarray, "... query key"]:
    """How well each query matches each key: Q Kᵀ / sqrt(d_k).

    If the entries of Q and K are independent with variance one, a dot product has variance d_k; the division brings
    it back to one, whatever the width (equation 1 and footnote 4 of the paper).

    Raises:
        ValueError: queries and keys differ in width.

    >>> scaled_scores(np.array([[1.0, 0.0, 1.0, 0.0]]), np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]])).tolist()
    [[2.0, 0.0]]
    """
    if Q.shape[-1] != K.shape[-1]:
        raise ValueError(
            f"queries and keys must have the same width to be multiplied; got Q {Q.shape} and K {K.shape}. "
            "Project both to the same d_k."
        )
    return Q @ np.swapaxes(K, -1, -2) / math.sqrt(Q.shape[-1])


def causal_mask(n: int) -> Bool[np.ndarray, "query key"]:
    """Who may attend to whom when nobody may see the future: True where key <= query.

    >>> causal_mask(3).astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    """
    if n < 0:
        raise ValueError(f"a mask needs a number of tokens of at least 0, got {n}")
    return np.tri(n, dtype=bool)


def attention_weights(
    Q: Float[np.ndarray, "... query d_k"],
    K: Float[np.ndarray, "... key d_k"],
    mask: Bool[np.ndarray, "... query key"] | None = None,
) -> Float[np.ndarray, "... query key"]:
    """The share that each query takes from each key: softmax over the keys, masked ones set to minus infinity before.

    >>> attention_weights(np.zeros((2, 3)), np.zeros((2, 3)), causal_mask(2)).tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """
    scores = scaled_scores(Q, K)
    return softmax(scores if mask is None else np.where(checked_mask(mask), scores, -np.inf))


def attention(
    Q: Float[np.ndarray, "... query d_k"],
    K: Float[np.ndarray, "... key d_k"],
    V: Float[np.ndarray, "... key d_v"],
    mask: Bool[np.ndarray, "... query key"] | None = None,
) -> Float[np.ndarray, "... query d_v"]:
    """Each token's new vector: the average of the values, weighted by how well its query matches their keys.

    attention(Q, K, V) = softmax(Q Kᵀ / sqrt(d_k)) V. A query that may attend to nothing gives a row of zeros.

    >>> Q = K = np.zeros((2, 3))
    >>> attention(Q, K, np.array([[0.0, 4.0], [2.0, 0.0]])).tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """
    return attention_weights(Q, K, mask) @ V


def attention_by_loops(
    Q: Float[np.ndarray, "query d_k"],
    K: Float[np.ndarray, "key d_k"],
    V: Float[np.ndarray, "key d_v"],
    mask: Bool[np.ndarray, "query key"] | None = None,
) -> Float[np.ndarray, "query d_v"]:
    """The same as `attention`, one number at a time, for a single sequence.

    >>> attention_by_loops(np.zeros((1, 2)), np.zeros((2, 2)), np.array([[0.0], [3.0]])).tolist()
    [[1.5]]
    """
    mask = None if mask is None else checked_mask(mask)
    output = np.zeros((len(Q), V.shape[1]))
    for i, query in enumerate(Q):
        allowed = [j for j in range(len(K)) if mask is None or mask[i, j]]
        scores = [sum(q * k for q, k in zip(query, K[j], strict=True)) / len(query) ** 0.5 for j in allowed]
        largest = max(scores, default=0.0)
        exponentials = [np.exp(score - largest) for score in scores]
        for j, exponential in zip(allowed, exponentials, strict=True):
            output[i] += exponential / sum(exponentials) * V[j]
    return output


def attention_by_einsum(
    Q: Float[np.ndarray, "... query d_k"],
    K: Float[np.ndarray, "... key d_k"],
    V: Float[np.ndarray, "... key d_v"],
    mask: Bool[np.ndarray, "... query key"] | None = None,
) -> Float[np.ndarray, "... query d_v"]:
    """The same as `attention`, with every axis named: q query, k key, d the width of a head, v the width of a value.

    >>> attention_by_einsum(np.zeros((1, 2)), np.zeros((2, 2)), np.array([[0.0], [3.0]])).tolist()
    [[1.5]]
    """
    scores = np.einsum("...qd,...kd->...qk", Q, K) / math.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(checked_mask(mask), scores, -np.inf)
    return np.einsum("...qk,...kv->...qv", softmax(scores), V)


def single_head(
    x: Float[np.ndarray, "... token d_model"],
    W_Q: Float[np.ndarray, "d_model d_head"],
    W_K: Float[np.ndarray, "d_model d_head"],
    W_V: Float[np.ndarray, "d_model d_head"],
    mask: Bool[np.ndarray, "... token token"] | None = None,
) -> Float[np.ndarray, "... token d_head"]:
    """One attention head: three views of the same tokens (what I ask, what I offer, what I pass on), then attention.

    >>> eye = np.eye(2)
    >>> single_head(np.zeros((3, 2)), eye, eye, eye).tolist()
    [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    """
    return attention(x @ W_Q, x @ W_K, x @ W_V, mask)


def entropy(weights: Float[np.ndarray, "... n"]) -> Float[np.ndarray, "..."]:
    """How spread out each row of weights is, in bits: 0 for one key alone, log2(n) for n equal shares.

    H = - sum_j w_j log2 w_j, with 0 log 0 = 0.

    >>> entropy(np.array([[0.5, 0.5, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25], [1.0, 0.0, 0.0, 0.0]])).tolist()
    [1.0, 2.0, 0.0]
    """
    weights = np.asarray(weights)
    logs = np.log2(np.where(weights > 0, weights, 1.0))
    return np.abs((weights * logs).sum(axis=-1))
