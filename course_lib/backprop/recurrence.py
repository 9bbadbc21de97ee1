"""How much of a gradient is left after a distance: in a recurrence, which passes it from state to state, and in attention.

The measure: how far the last output moves when an early token does, ``|d output_last / d x_k|``, the root of the sum of the
squares of that matrix of slopes (its Frobenius norm). Sources: Hochreiter 1991; Bengio et al. 1994; Pascanu et al. 2013,
arXiv:1211.5063.
"""

import numpy as np
from jaxtyping import Float

from course_lib.attention.by_hand import attention_weights
from course_lib.backprop.by_hand import mix_backward
from course_lib.start_here.by_hand import recurrence

__all__ = ["attention_reach", "recurrence_reach", "turning_matrix"]


def turning_matrix(d: int, size: float, rng: np.random.Generator) -> Float[np.ndarray, "d d"]:
    """A random rotation, times a size: it makes every vector longer or shorter by that factor, and does nothing else.

    >>> W = turning_matrix(5, 0.5, np.random.default_rng(0))
    >>> bool(np.allclose(W.T @ W, 0.25 * np.eye(5)))
    True
    """
    return size * np.linalg.qr(rng.normal(size=(d, d)))[0]


def recurrence_reach(
    x: Float[np.ndarray, "token d_in"],
    W_x: Float[np.ndarray, "d_in d"],
    W_h: Float[np.ndarray, "d d"],
    linear: bool = False,
) -> Float[np.ndarray, "distance"]:
    """``|d h_last / d x_k|`` for h_t = tanh(x_t W_x + h_(t-1) W_h); entry 0 is the last token, entry 1 the one before, ...

    One step back multiplies by (1 - h²) and by W_hᵀ, the same matrix every time: after k steps its k-th power.

    Args:
        linear: leave tanh out, so that nothing but the matrix is at work.

    >>> recurrence_reach(np.zeros((3, 1)), np.eye(1), np.array([[0.5]])).tolist()
    [1.0, 0.5, 0.25]
    """
    flat = np.ones((len(x), W_h.shape[0]))
    slope = flat if linear else 1.0 - recurrence(x, W_x, W_h) ** 2
    d_state, reach = np.eye(W_h.shape[0]), []  # a row for each entry of the last state
    for t in reversed(range(len(x))):
        d_before_tanh = d_state * slope[t]
        reach.append(np.linalg.norm(d_before_tanh @ W_x.T))
        d_state = d_before_tanh @ W_h.T
    return np.array(reach)


def attention_reach(
    x: Float[np.ndarray, "token d_in"],
    W_Q: Float[np.ndarray, "d_in d"],
    W_K: Float[np.ndarray, "d_in d"],
    W_V: Float[np.ndarray, "d_in d"],
) -> Float[np.ndarray, "distance"]:
    """``|d output_last / d x_k|`` for one head whose last token may attend to all; entry 0 is the last token itself.

    Every token is one step away, whatever the distance.

    >>> eye = np.eye(2)
    >>> attention_reach(np.zeros((4, 2)), eye, eye, eye).round(3).tolist()
    [0.354, 0.354, 0.354, 0.354]
    """
    Q, K, V = x[-1:] @ W_Q, x @ W_K, x @ W_V
    d_out = np.eye(V.shape[1])[:, None, :]  # one way back for each entry of the last output
    d_Q, d_K, d_V = mix_backward(Q, K, V, attention_weights(Q, K), d_out)
    d_x = d_K @ W_K.T + d_V @ W_V.T
    d_x[:, -1:] += d_Q @ W_Q.T
    return np.sqrt((d_x**2).sum(axis=(0, 2)))[::-1]
