"""Multi-head attention in NumPy: what ``attention`` adds up to when several heads read the same tokens.

Adds to ``attention``: the split of the projected features among the heads, the join, the matrix W_O that mixes them, keys
and values shared by groups of heads, and keys and values kept from one word to the next.
Rows are tokens; batches may stand in front of every shape given here. Source: Vaswani et al. 2017, arXiv:1706.03762,
section 3.2.2; Shazeer 2019, arXiv:1911.02150 and Ainslie et al. 2023, arXiv:2305.13245 (grouped queries).
"""

import numpy as np
from jaxtyping import Bool, Float

from course_lib.attention.by_hand import attention, single_head

__all__ = [
    "Cache",
    "attend_with_cache",
    "contributions",
    "grouped_attention",
    "head_outputs",
    "head_width",
    "merge_heads",
    "multi_head_attention",
    "multi_head_by_loops",
    "split_heads",
    "sum_over_heads",
]

#: Keys and values of all tokens so far, each (head, token, d_head).
Cache = tuple[np.ndarray, np.ndarray]
#: b_Q, b_K, b_V, b_O: what GPT-2 and torch.nn.MultiheadAttention add after each of the four products.
Biases = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def head_width(d_model: int, n_heads: int) -> int:
    """How many features each head gets: d_head = d_model / n_heads.

    Raises:
        ValueError: there is no head, or the features cannot be shared out evenly.

    >>> head_width(512, 8)
    64
    """
    if n_heads < 1 or d_model % n_heads:
        fitting = [n for n in range(1, d_model + 1) if d_model % n == 0]
        raise ValueError(
            f"{d_model} features cannot be shared out evenly among {n_heads} heads: n_heads must divide d_model. "
            f"For {d_model} choose one of {', '.join(map(str, fitting))}."
        )
    return d_model // n_heads


def split_heads(x: Float[np.ndarray, "... token d_model"], n_heads: int) -> Float[np.ndarray, "... head token d_head"]:
    """Give each head its own features of every token; a view, nothing is copied.

    The first head gets the first d_head features of all tokens, the second the next, and so on. The features are cut apart first (a reshape
    of the last axis), and then the head axis is moved in front of the tokens.

    Raises:
        ValueError: n_heads does not divide d_model.

    >>> split_heads(np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]), 2).tolist()
    [[[1.0, 2.0], [5.0, 6.0]], [[3.0, 4.0], [7.0, 8.0]]]
    """
    *lead, n_tokens, d_model = x.shape
    cut = x.reshape(*lead, n_tokens, n_heads, head_width(d_model, n_heads))
    return np.swapaxes(cut, -3, -2)


def merge_heads(x: Float[np.ndarray, "... head token d_head"]) -> Float[np.ndarray, "... token d_model"]:
    """Put the heads' features side by side again: the inverse of `split_heads`.

    What attention returns lies in memory head by head, so this has to copy. (Of a bare `split_heads` it gives a view.)

    >>> x = np.arange(12.0).reshape(3, 4)
    >>> np.array_equal(merge_heads(split_heads(x, 2)), x)
    True
    """
    *lead, n_heads, n_tokens, d_head = x.shape
    return np.swapaxes(x, -3, -2).reshape(*lead, n_tokens, n_heads * d_head)


def head_outputs(
    x: Float[np.ndarray, "... query d_model"],
    W_Q: Float[np.ndarray, "d_model d_model"],
    W_K: Float[np.ndarray, "d_model d_model"],
    W_V: Float[np.ndarray, "d_model d_model"],
    n_heads: int,
    mask: Bool[np.ndarray, "... query key"] | None = None,
    source: Float[np.ndarray, "... key d_model"] | None = None,
    biases: Biases | None = None,
) -> Float[np.ndarray, "... head query d_head"]:
    """What each head makes of the tokens, before they are joined: attention on its share of the projected features.

    Args:
        x: the tokens that ask.
        W_Q, W_K, W_V: the projections of all heads side by side; each head has d_head columns, the first head the first ones.
        n_heads: must divide d_model.
        mask: True where a query may attend to a key; the same for all heads. A batch of masks has a batch axis in front.
        source: the tokens that are asked; x itself where it is left out.
        biases: b_Q, b_K, b_V, b_O; the last is not used here.

    >>> head_outputs(np.ones((3, 4)), np.eye(4), np.eye(4), np.eye(4), 2).shape
    (2, 3, 2)
    """
    source = x if source is None else source
    b_Q, b_K, b_V, _ = (0.0,) * 4 if biases is None else biases
    Q = split_heads(x @ W_Q + b_Q, n_heads)
    K = split_heads(source @ W_K + b_K, n_heads)
    V = split_heads(source @ W_V + b_V, n_heads)
    return attention(Q, K, V, None if mask is None else mask[..., None, :, :])


def multi_head_attention(
    x: Float[np.ndarray, "... query d_model"],
    W_Q: Float[np.ndarray, "d_model d_model"],
    W_K: Float[np.ndarray, "d_model d_model"],
    W_V: Float[np.ndarray, "d_model d_model"],
    W_O: Float[np.ndarray, "d_model d_model"],
    n_heads: int,
    mask: Bool[np.ndarray, "... query key"] | None = None,
    source: Float[np.ndarray, "... key d_model"] | None = None,
    biases: Biases | None = None,
) -> Float[np.ndarray, "... query d_model"]:
    """Project, split, attend in every head, join, mix: concat(head_1, ..., head_h) W_O.

    Arguments as in `head_outputs`, and W_O, which mixes the joined features.

    Raises:
        ValueError: n_heads does not divide d_model.

    >>> multi_head_attention(np.ones((3, 4)), *[np.eye(4)] * 4, n_heads=2).tolist()[0]
    [1.0, 1.0, 1.0, 1.0]
    """
    heads = head_outputs(x, W_Q, W_K, W_V, n_heads, mask, source, biases)
    return merge_heads(heads) @ W_O + (0.0 if biases is None else biases[3])


def multi_head_by_loops(
    x: Float[np.ndarray, "token d_model"],
    W_Q: Float[np.ndarray, "d_model d_model"],
    W_K: Float[np.ndarray, "d_model d_model"],
    W_V: Float[np.ndarray, "d_model d_model"],
    W_O: Float[np.ndarray, "d_model d_model"],
    n_heads: int,
    mask: Bool[np.ndarray, "token token"] | None = None,
) -> Float[np.ndarray, "token d_model"]:
    """The same as `multi_head_attention`, one `single_head` after the other, for one sequence without biases.

    >>> multi_head_by_loops(np.ones((3, 4)), *[np.eye(4)] * 4, n_heads=2).tolist()[0]
    [1.0, 1.0, 1.0, 1.0]
    """
    d_head = head_width(x.shape[-1], n_heads)
    outputs = []
    for h in range(n_heads):
        own = slice(h * d_head, (h + 1) * d_head)
        outputs.append(single_head(x, W_Q[:, own], W_K[:, own], W_V[:, own], mask))
    return np.concatenate(outputs, axis=-1) @ W_O


def contributions(
    heads: Float[np.ndarray, "... head token d_head"], W_O: Float[np.ndarray, "d_model d_model"]
) -> Float[np.ndarray, "... head token d_model"]:
    """What each head adds to the output: its result times its own d_head rows of W_O, the first head the first ones.

    >>> contributions(np.ones((2, 1, 1)), np.array([[1.0, 0.0], [0.0, 5.0]])).tolist()
    [[[1.0, 0.0]], [[0.0, 5.0]]]
    """
    n_heads, d_head = heads.shape[-3], heads.shape[-1]
    return heads @ W_O.reshape(n_heads, d_head, -1)


def sum_over_heads(
    heads: Float[np.ndarray, "... head token d_head"], W_O: Float[np.ndarray, "d_model d_model"]
) -> Float[np.ndarray, "... token d_model"]:
    """The output as a sum over heads: sum_h head_h W_O[rows of h], equal to joining first and multiplying once.

    >>> heads = np.random.default_rng(0).normal(size=(2, 3, 2))
    >>> np.allclose(sum_over_heads(heads, np.eye(4)), merge_heads(heads))
    True
    """
    return contributions(heads, W_O).sum(axis=-3)


def grouped_attention(
    Q: Float[np.ndarray, "... head query d"],
    K: Float[np.ndarray, "... group key d"],
    V: Float[np.ndarray, "... group key d_v"],
    mask: Bool[np.ndarray, "query key"] | None = None,
) -> Float[np.ndarray, "... head query d_v"]:
    """Grouped-query attention: every head has its own queries, and neighbouring heads share keys and values.

    With 6 heads and 2 groups the first three heads ask the first group, the last three the second. One group is
    multi-query attention (Shazeer 2019), as many groups as heads the usual multi-head attention.

    Args:
        Q: queries, a set for each head.
        K, V: keys and values, a set for each group.
        mask: True where a query may attend to a key; the same for all heads.
    Raises:
        ValueError: the number of groups does not divide the number of heads.

    >>> Q, K, V = np.zeros((4, 1, 1)), np.zeros((2, 3, 1)), np.array([1.0, 2.0])[:, None, None] * np.ones((2, 3, 1))
    >>> grouped_attention(Q, K, V).ravel().tolist()
    [1.0, 1.0, 2.0, 2.0]
    """
    n_heads, n_groups = Q.shape[-3], K.shape[-3]
    if n_groups < 1 or n_heads % n_groups:
        raise ValueError(f"{n_heads} heads cannot share {n_groups} groups evenly: the groups must divide the heads")
    each = n_heads // n_groups
    return attention(Q, np.repeat(K, each, axis=-3), np.repeat(V, each, axis=-3), mask)


def attend_with_cache(
    q: Float[np.ndarray, "... head 1 d"],
    k: Float[np.ndarray, "... head 1 d"],
    v: Float[np.ndarray, "... head 1 d"],
    cache: Cache,
) -> tuple[Float[np.ndarray, "... head 1 d"], Cache]:
    """One new token attends to all before it and to itself; their keys and values come from the cache.

    No mask is needed: what comes later is not there yet. The cache that was given stays as it was.

    Args:
        q, k, v: query, key and value of the new token in every head.
        cache: keys and values of the tokens before it, each (head, token, d); with no token at first.
    Returns:
        What the token takes over, and the cache with its key and value at the end.

    >>> empty = np.zeros((1, 0, 2))
    >>> out, cache = attend_with_cache(*np.ones((3, 1, 1, 2)), (empty, empty))
    >>> out.tolist(), cache[0].shape
    ([[[1.0, 1.0]]], (1, 1, 2))
    """
    K, V = (np.concatenate([old, new], axis=-2) for old, new in zip(cache, (k, v), strict=True))
    return attention(q, K, V), (K, V)
