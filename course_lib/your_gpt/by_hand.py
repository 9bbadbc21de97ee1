"""A GPT forward to its loss and back to every parameter in one function, from the parts of lessons 06 to 09.

Adds to ``backprop.by_parts``: no graph and no engine; the way through the whole model is written out. ``backprop.gpt`` does
the same for a batch.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from course_lib.backprop.by_hand import (
    cross_entropy_backward,
    layer_norm_backward,
    linear_backward,
    look_up_backward,
)
from course_lib.backprop.by_parts import block_backward, block_values
from course_lib.block.by_hand import layer_norm
from course_lib.loss.by_hand import cross_entropy

__all__ = ["loss_and_gradients"]


def loss_and_gradients(
    ids: Int[np.ndarray, "token"], targets: Int[np.ndarray, "token"], params: Mapping[str, Any]
) -> tuple[Float[np.ndarray, ""], dict[str, Any]]:
    """The mean cross-entropy of one text, and its gradient for every parameter, in the nest of names of ``params``: in the
    order in which the way back comes to them, so that a check tells the first that is wrong.

    Forward: x = table[ids] + positions; each block; last = norm(x); logits = last tableᵀ. Back in the opposite order: each
    block is given what went into it and what the one above it has returned. The table was used at both ends, and what it
    gets there adds up.

    Args:
        ids, targets: at most as many as there are positions.
        params: those of ``backprop.gpt.gpt``, with a tied output.

    >>> from course_lib.backprop.gpt import random_params
    >>> params = random_params(5, 3, layers=1, d_model=4, n_heads=2, rng=np.random.default_rng(0))
    >>> loss, found = loss_and_gradients(np.array([4, 0, 4]), np.array([0, 4, 1]), params)
    >>> round(float(loss), 1), found["table"].shape, list(found)
    (1.6, (5, 4), ['gain', 'bias', 'blocks', 'positions', 'table'])
    """
    table, gain, bias = params["table"], params["gain"], params["bias"]
    came_in = [table[ids] + params["positions"][: len(ids)]]
    for block_params in params["blocks"]:
        came_in.append(block_values(came_in[-1], block_params)["out"])
    before_norm = came_in.pop()
    last = layer_norm(before_norm, gain, bias)
    logits = last @ table.T

    d_last, d_turned, _ = linear_backward(last, table.T, cross_entropy_backward(logits, targets))
    d_x, d_gain, d_bias = layer_norm_backward(before_norm, gain, d_last)
    d_blocks: list[dict[str, np.ndarray]] = []
    for x, block_params in zip(reversed(came_in), reversed(params["blocks"]), strict=True):
        d_x, d_block = block_backward(x, block_params, d_x)
        d_blocks.insert(0, d_block)
    d_positions = np.zeros_like(params["positions"])
    d_positions[: len(ids)] = d_x
    d_table = look_up_backward(ids, d_x, len(table)) + d_turned.T
    found = {"gain": d_gain, "bias": d_bias, "blocks": d_blocks, "positions": d_positions, "table": d_table}
    return cross_entropy(logits, targets), found
