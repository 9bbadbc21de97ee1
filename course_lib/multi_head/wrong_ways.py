"""Three ways to cut tokens into heads that give an array of heads, and only one of which gives heads that see every token."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from course_lib.attention.by_hand import attention
from course_lib.multi_head.by_hand import head_width, split_heads

__all__ = ["WAYS", "attention_in_token_groups", "split_in_some_way"]


def _along_tokens(x: np.ndarray, n_heads: int) -> np.ndarray:
    return np.array(np.split(x, n_heads))


def _reshape_alone(x: np.ndarray, n_heads: int) -> np.ndarray:
    return x.reshape(n_heads, len(x), head_width(x.shape[1], n_heads))


def _dealt_out(x: np.ndarray, n_heads: int) -> np.ndarray:
    return x.reshape(len(x), head_width(x.shape[1], n_heads), n_heads).transpose(2, 0, 1)


WAYS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "along the features (right)": split_heads,
    "np.split along the tokens": _along_tokens,
    "reshape without transpose": _reshape_alone,
    "features dealt out like cards": _dealt_out,
}


def split_in_some_way(way: str, x: Float[np.ndarray, "token d_model"], n_heads: int) -> Float[np.ndarray, "head a b"]:
    """The heads that one of WAYS makes.

    >>> split_in_some_way("np.split along the tokens", np.zeros((6, 4)), 2).shape
    (2, 3, 4)
    """
    return WAYS[way](x, n_heads)


def attention_in_token_groups(
    x: Float[np.ndarray, "token d_model"],
    W_Q: Float[np.ndarray, "d_model d_model"],
    W_K: Float[np.ndarray, "d_model d_model"],
    W_V: Float[np.ndarray, "d_model d_model"],
    W_O: Float[np.ndarray, "d_model d_model"],
    n_heads: int,
) -> Float[np.ndarray, "token d_model"]:
    """The bug of the articles: np.split and np.concatenate, both on axis 0, as they are when nobody names an axis.

    The shape of the result is right. Every "head" is one group of tokens that attends within itself.

    >>> attention_in_token_groups(np.ones((4, 6)), *[np.eye(6)] * 4, n_heads=2).shape
    (4, 6)
    """
    groups = [np.split(x @ W, n_heads) for W in (W_Q, W_K, W_V)]
    return np.concatenate([attention(Q, K, V) for Q, K, V in zip(*groups, strict=True)]) @ W_O
