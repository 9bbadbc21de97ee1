"""Multi-head attention put together from parts, of which one is replaced: the ways in which most answers go wrong."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import attention
from course_lib.multi_head import by_hand


def arranged(
    split: Callable = by_hand.split_heads,
    rule: Callable = lambda Q, K, V: (Q, K, V),
    attend: Callable = attention,
    join: Callable = by_hand.merge_heads,
) -> Callable:
    """The layer with another split, a change of the split Q, K, V, another attention(Q, K, V, mask), or another join."""

    def multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
        Q, K, V = (split(x @ W, n_heads) for W in (W_Q, W_K, W_V))
        return join(attend(*rule(Q, K, V), mask)) @ W_O

    return multi_head_attention


def by_the_formula(
    divisor: Callable[[int, int], float] = lambda d_head, n_heads: np.sqrt(d_head),
    hide: Callable = lambda scores, mask: np.where(mask, scores, -np.inf),
) -> Callable:
    """The layer with attention written out: scores divided by divisor(d_head, n_heads), hidden before the softmax.

    Where a row may attend to nothing, minus infinity leaves 0 / 0, as it does to those who write it out.
    """

    def attend(Q, K, V, mask):
        scores = Q @ K.swapaxes(-1, -2) / divisor(Q.shape[-1], len(Q))
        exponentials = softened(scores if mask is None else hide(scores, mask))
        return exponentials @ V

    return arranged(attend=attend)


def softened(scores: np.ndarray) -> np.ndarray:
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
