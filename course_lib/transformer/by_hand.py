"""Whole Transformers in NumPy: nothing new but where the queries come from, who may see whom, and what is fed back.

Adds to ``block``: cross-attention, the masks of the three families and of a batch, greedy decoding, and a GPT from token
ids to logits.
Sources: Vaswani et al. 2017, arXiv:1706.03762, sections 3.1 and 3.2.3; Radford et al. 2019 (GPT-2); Devlin et al. 2018,
arXiv:1810.04805 (BERT).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int

from course_lib.attention.by_hand import attention, causal_mask
from course_lib.block.by_hand import block, gelu_tanh, layer_norm

__all__ = ["FAMILIES", "attention_mask", "cross_attention", "gpt_logits", "greedy_decode", "padding_mask"]

FAMILIES = ("encoder", "decoder", "encoder-decoder")


def cross_attention(
    decoder_x: Float[np.ndarray, "... target d_model"],
    encoder_y: Float[np.ndarray, "... source d_model"],
    W_Q: Float[np.ndarray, "d_model d_head"],
    W_K: Float[np.ndarray, "d_model d_head"],
    W_V: Float[np.ndarray, "d_model d_head"],
) -> Float[np.ndarray, "... target d_head"]:
    """One head that asks in one sequence and is answered from another.

    The decoder's tokens ask (queries), the encoder's tokens answer (keys and values). Nothing is masked: the source is
    all there before the first word of the target is written.

    >>> eye = np.eye(2)
    >>> cross_attention(np.zeros((3, 2)), np.array([[2.0, 0.0], [0.0, 4.0]]), eye, eye, eye).tolist()[0]
    [1.0, 2.0]
    """
    return attention(decoder_x @ W_Q, encoder_y @ W_K, encoder_y @ W_V)


def attention_mask(
    family: Literal["encoder", "decoder", "encoder-decoder"], n_source: int, n_target: int
) -> dict[str, Bool[np.ndarray, "query key"]]:
    """Who may attend to whom in each of the three families; True means "may attend".

    Args:
        family: "encoder" (BERT): every token sees every token. "decoder" (GPT): nobody sees the future.
            "encoder-decoder" (the Transformer of 2017): both, and every target token sees the whole source.
        n_source: tokens that the encoder reads; not used for a decoder alone.
        n_target: tokens that the decoder writes; not used for an encoder alone.
    Returns:
        "encoder": (n_source, n_source), "decoder": (n_target, n_target), "cross": (n_target, n_source); each where the
        family has it.
    Raises:
        ValueError: there is no such family.

    >>> attention_mask("decoder", 0, 2)["decoder"].astype(int).tolist()
    [[1, 0], [1, 1]]
    >>> {name: mask.shape for name, mask in attention_mask("encoder-decoder", 3, 2).items()}
    {'encoder': (3, 3), 'decoder': (2, 2), 'cross': (2, 3)}
    """
    if family not in FAMILIES:
        raise ValueError(f"there are three families, {', '.join(FAMILIES)}; got {family!r}")
    masks = {}
    if family != "decoder":
        masks["encoder"] = np.ones((n_source, n_source), dtype=bool)
    if family != "encoder":
        masks["decoder"] = causal_mask(n_target)
    if family == "encoder-decoder":
        masks["cross"] = np.ones((n_target, n_source), dtype=bool)
    return masks


def padding_mask(lengths: Int[np.ndarray, "batch"], n: int) -> Bool[np.ndarray, "batch n"]:
    """Which places of a batch hold a token, where shorter sentences are filled up at their end; True means "may be seen".

    A key that only fills up is hidden from every query alike: give it to attention as `mask[:, None, :]`.

    Args:
        lengths: how many tokens each sentence has.
        n: how many places each row has.
    Raises:
        ValueError: a sentence is longer than n, or a length is negative.

    >>> padding_mask(np.array([1, 3]), 3).astype(int).tolist()
    [[1, 0, 0], [1, 1, 1]]
    """
    if lengths.size and not 0 <= lengths.min() <= lengths.max() <= n:
        raise ValueError(f"{n} places hold 0 to {n} tokens, got lengths from {lengths.min()} to {lengths.max()}")
    return np.arange(n) < lengths[:, None]


def greedy_decode(
    next_logits: Callable[[list[int]], Float[np.ndarray, "vocab"]], start: Sequence[int], stop: int, max_tokens: int
) -> list[int]:
    """Write token after token, each time the one with the largest logit, until the stop token or enough is written.

    Args:
        next_logits: from all ids so far to the logits of the next one.
        start: the ids to begin with; they are part of what is returned.
        stop: the id after which nothing more is written; it is part of what is returned.
        max_tokens: at most so many new tokens.
    Returns:
        `start` and what was written after it. Among equal logits the smallest id is taken.

    >>> counting = lambda ids: np.eye(5)[ids[-1] + 1]
    >>> greedy_decode(counting, [0], stop=3, max_tokens=10)
    [0, 1, 2, 3]
    """
    ids = list(start)
    for _ in range(max_tokens):
        chosen = int(np.argmax(next_logits(list(ids))))
        ids.append(chosen)
        if chosen == stop:
            break
    return ids


def gpt_logits(ids: Int[np.ndarray, "... token"], params: Mapping) -> Float[np.ndarray, "... token vocab"]:
    """A GPT from token ids to logits: look up, add positions, block after block, norm, compare with the table.

    Args:
        ids: token numbers.
        params: table (vocab, d_model), positions (context, d_model), blocks (a list of what ``block.by_hand.block``
            takes), gain and bias of the last norm, head (vocab, d_model) where the output is not tied to the table, and
            eps of the norms (1e-5 where it is left out).
    Raises:
        ValueError: more tokens than there are positions.

    >>> zeros = np.zeros(2)
    >>> empty = {"table": np.eye(3, 2), "positions": np.zeros((4, 2)), "blocks": [], "gain": zeros, "bias": zeros}
    >>> gpt_logits(np.array([0, 1]), empty).shape
    (2, 3)
    """
    n_tokens, context = ids.shape[-1], len(params["positions"])
    if n_tokens > context:
        raise ValueError(f"{n_tokens} tokens do not fit into a context of {context}: cut the text, or slide a window")
    eps = params.get("eps", 1e-5)
    x = params["table"][ids] + params["positions"][:n_tokens]
    for block_params in params["blocks"]:
        x = block(x, block_params, norm="pre", mask=causal_mask(n_tokens), activation=gelu_tanh, eps=eps)
    return layer_norm(x, params["gain"], params["bias"], eps) @ params.get("head", params["table"]).T
