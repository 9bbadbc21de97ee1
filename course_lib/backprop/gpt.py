"""A whole GPT in NumPy, forward and backward: from ids to a loss, and from the loss to a gradient for every parameter.

Adds to ``blocks``: the table and the positions at the bottom, the last norm and the output at the top. The params are
those of ``transformer.by_hand.gpt_logits``; the gradients come in the same nest of names.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from course_lib.attention.by_hand import causal_mask
from course_lib.backprop.blocks import block, block_backward, norm, norm_backward
from course_lib.backprop.by_hand import cross_entropy_backward, look_up_backward
from course_lib.loss.by_hand import cross_entropy

__all__ = ["gpt", "gpt_backward", "loss_and_gradients", "named", "random_params"]


def random_params(
    vocab: int, context: int, layers: int, d_model: int, n_heads: int, rng: np.random.Generator, d_ff: int | None = None
) -> dict:
    """Weights to begin with, as ``transformer.models.start`` draws them: deviation 0.02, biases 0, gains 1, output tied.

    The matrices that write into the residual path are smaller, by 1 / sqrt(2 layers).

    >>> params = random_params(5, 3, layers=2, d_model=4, n_heads=2, rng=np.random.default_rng(0))
    >>> sum(array.size for array in named(params).values())
    528
    """
    d_ff, last = 4 * d_model if d_ff is None else d_ff, 0.02 / math.sqrt(max(2 * layers, 1))

    def one() -> dict:
        shapes = {"W_Q": (d_model, d_model), "W_K": (d_model, d_model), "W_V": (d_model, d_model)}
        shapes |= {"W_O": (d_model, d_model), "W_1": (d_model, d_ff), "W_2": (d_ff, d_model)}
        drawn = {
            name: rng.normal(0.0, last if name in ("W_O", "W_2") else 0.02, shape) for name, shape in shapes.items()
        }
        zeros = {name: np.zeros(d_model) for name in ("b_Q", "b_K", "b_V", "b_O", "b_2", "bias_1", "bias_2")}
        ones = {"gain_1": np.ones(d_model), "gain_2": np.ones(d_model)}
        return {"n_heads": n_heads} | drawn | zeros | {"b_1": np.zeros(d_ff)} | ones

    return {
        "table": rng.normal(0.0, 0.02, (vocab, d_model)),
        "positions": rng.normal(0.0, 0.02, (context, d_model)),
        "blocks": [one() for _ in range(layers)],
        "gain": np.ones(d_model),
        "bias": np.zeros(d_model),
    }


def named(params: Mapping[str, Any]) -> dict[str, Any]:
    """Every array (or tensor) of a nest of params, or of gradients, under one name: "blocks.0.W_Q".

    >>> list(named({"table": np.zeros(1), "blocks": [{"n_heads": 2, "W_O": np.zeros(1)}], "eps": 1e-5}))
    ['table', 'blocks.0.W_O']
    """

    def walk(nest: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
        for name, value in nest.items():
            if name == "blocks":
                for i, block_params in enumerate(value):
                    yield from walk(block_params, f"{before}blocks.{i}.")
            elif hasattr(value, "shape"):
                yield before + name, value

    return dict(walk(params, ""))


def gpt(
    ids: Int[np.ndarray, "... token"], params: Mapping[str, Any]
) -> tuple[Float[np.ndarray, "... token vocab"], tuple]:
    """The logits of ``transformer.by_hand.gpt_logits``, and what the way back needs.

    Raises:
        ValueError: more tokens than there are positions.

    >>> params = random_params(5, 3, layers=1, d_model=4, n_heads=2, rng=np.random.default_rng(0))
    >>> gpt(np.array([[4, 0, 4]]), params)[0].shape
    (1, 3, 5)
    """
    n_tokens, context = ids.shape[-1], len(params["positions"])
    if n_tokens > context:
        raise ValueError(f"{n_tokens} tokens do not fit into a context of {context}: cut the text, or slide a window")
    mask, eps = causal_mask(n_tokens), params.get("eps", 1e-5)
    x = params["table"][ids] + params["positions"][:n_tokens]
    kept_blocks = []
    for block_params in params["blocks"]:
        x, kept = block(x, block_params, mask, eps)
        kept_blocks.append(kept)
    last, kept_norm = norm(x, params["gain"], params["bias"], eps)
    rows = last.reshape(-1, last.shape[-1])
    logits = (rows @ params.get("head", params["table"]).T).reshape(*ids.shape, -1)
    return logits, (ids, params, kept_blocks, kept_norm, rows)


def gpt_backward(d_logits: Float[np.ndarray, "... token vocab"], kept: tuple) -> dict[str, Any]:
    """The gradient of every parameter, in the nest of names of the params.

    The output: logits = last tableᵀ, so d_last = d_logits table and d_table = d_logitsᵀ last. The blocks, last first. At the
    bottom x = table[ids] + positions: a position collects over the batch, a row of the table over the tokens that looked
    it up. A tied table was used at both ends, and its two gradients add up.

    >>> params = random_params(5, 3, layers=1, d_model=4, n_heads=2, rng=np.random.default_rng(0))
    >>> logits, kept = gpt(np.array([[4, 0, 4]]), params)
    >>> named(gpt_backward(np.ones_like(logits), kept)).keys() == named(params).keys()
    True
    """
    ids, params, kept_blocks, kept_norm, rows = kept
    output = params.get("head", params["table"])
    d_rows = d_logits.reshape(-1, d_logits.shape[-1])
    d_output = d_rows.T @ rows
    d_x, d_gain, d_bias = norm_backward((d_rows @ output).reshape(*ids.shape, -1), kept_norm)
    d_blocks = []
    for kept_block in reversed(kept_blocks):
        d_x, gradients = block_backward(d_x, kept_block)
        d_blocks.insert(0, gradients)
    d_positions = np.zeros_like(params["positions"])
    d_positions[: ids.shape[-1]] = d_x.reshape(-1, *d_x.shape[-2:]).sum(axis=0)
    d_table = look_up_backward(ids, d_x, len(params["table"]))
    found = {"table": d_table, "positions": d_positions, "blocks": d_blocks, "gain": d_gain, "bias": d_bias}
    if "head" in params:
        return found | {"head": d_output}
    d_table += d_output
    return found


def loss_and_gradients(
    ids: Int[np.ndarray, "... token"], targets: Int[np.ndarray, "... token"], params: Mapping[str, Any]
) -> tuple[float, dict[str, Any]]:
    """The mean cross-entropy of a batch, and its gradient with respect to every parameter.

    >>> params = random_params(5, 3, layers=1, d_model=4, n_heads=2, rng=np.random.default_rng(0))
    >>> loss, gradients = loss_and_gradients(np.array([[4, 0, 4]]), np.array([[0, 4, 1]]), params)
    >>> round(loss, 1), gradients["table"].shape
    (1.6, (5, 4))
    """
    logits, kept = gpt(ids, params)
    return cross_entropy(logits, targets), gpt_backward(cross_entropy_backward(logits, targets), kept)
