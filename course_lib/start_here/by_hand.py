"""A recurrence, which reads one token after another, and the mean of some rows. Rows are tokens: x is (token, d)."""

import numpy as np
from jaxtyping import Float

__all__ = ["attention_multiplications", "mean_of_rows", "mix_by_likeness", "recurrence", "recurrence_multiplications"]


def mean_of_rows(x: Float[np.ndarray, "token d"]) -> Float[np.ndarray, "d"]:
    """The average row: result_j = (1 / n) sum_i x_ij.

    >>> mean_of_rows(np.array([[1.0, 10.0], [3.0, 20.0]])).tolist()
    [2.0, 15.0]
    """
    if x.ndim != 2 or len(x) == 0:
        raise ValueError(f"the mean of rows needs an array of at least one row, (token, d); got shape {x.shape}")
    return x.sum(axis=0) / len(x)


def recurrence(
    x: Float[np.ndarray, "token d_in"],
    W_x: Float[np.ndarray, "d_in d"],
    W_h: Float[np.ndarray, "d d"],
    h: Float[np.ndarray, "d"] | None = None,
) -> Float[np.ndarray, "token d"]:
    """A plain recurrent network: h_t = tanh(x_t W_x + h_(t-1) W_h), with every state returned.

    State t cannot be computed before state t - 1: the loop over tokens is not a matter of style.

    Args:
        h: the state before the first token; zeros by default.
    Source: Elman 1990; torch.nn.RNN without biases.

    >>> recurrence(np.zeros((3, 2)), np.eye(2), np.eye(2)).shape
    (3, 2)
    """
    h = np.zeros(W_h.shape[0]) if h is None else h
    states = np.empty((len(x), W_h.shape[0]))
    for t, row in enumerate(x @ W_x):
        h = states[t] = np.tanh(row + h @ W_h)
    return states


def mix_by_likeness(x: Float[np.ndarray, "token d"], causal: bool = False) -> Float[np.ndarray, "token d"]:
    """Every token becomes an average of all tokens, weighted by how alike they are: attention without its matrices.

    Weights are exp(x_i · x_j / sqrt(d)), divided by their sum over j. Lesson 04 takes attention apart properly.

    Args:
        causal: leave out the tokens that come after.

    >>> mix_by_likeness(np.array([[1.0, 0.0], [1.0, 0.0]])).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    scores = x @ x.T / np.sqrt(x.shape[1])
    likeness = np.exp(scores - scores.max(axis=1, keepdims=True))
    if causal:
        likeness = np.tril(likeness)
    return likeness / likeness.sum(axis=1, keepdims=True) @ x


def recurrence_multiplications(n_tokens: int, d: int) -> int:
    """Multiplications of a recurrence of width d: two d x d products a token.

    >>> recurrence_multiplications(10, 4)
    320
    """
    return 2 * n_tokens * d * d


def attention_multiplications(n_tokens: int, d: int) -> int:
    """Multiplications of one attention head of width d: queries, keys, values (3 n d²), scores and mix (2 n² d).

    >>> attention_multiplications(10, 4)
    1280
    """
    return 3 * n_tokens * d * d + 2 * n_tokens * n_tokens * d
