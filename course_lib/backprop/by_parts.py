"""A block's way back from the parts of ``by_hand`` alone, and a GPT as a graph of nodes for ``engine.backward``.

Adds to ``engine``: nodes that are whole parts of a model. For one sentence, computed plainly; ``blocks`` and ``gpt`` do the
same for a batch and keep what they need on the way forward.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from course_lib.attention.by_hand import attention, causal_mask
from course_lib.backprop import by_hand
from course_lib.backprop.by_hand import attention_backward, gelu_tanh_backward, layer_norm_backward, linear_backward
from course_lib.backprop.engine import Node, given
from course_lib.backprop.gpt import named
from course_lib.block.by_hand import gelu_tanh, layer_norm
from course_lib.loss.by_hand import cross_entropy

__all__ = ["PARTS", "block_backward", "block_values", "gpt_loss"]


def block_values(
    x: Float[np.ndarray, "token d_model"], params: Mapping[str, Any]
) -> dict[str, Float[np.ndarray, "token d"]]:
    """Every array on the way forward through GPT-2's block under the causal mask, by name, in the order of the computation.

    normed_1 = norm_1(x); Q, K, V its projections; joined = the outputs of all heads, side by side;
    middle = x + joined W_O + b_O; normed_2 = norm_2(middle); inside = normed_2 W_1 + b_1; active = gelu_tanh(inside);
    out = middle + active W_2 + b_2.

    Args:
        x: the tokens of one sentence.
        params: those of ``block.by_hand.block``, with b_Q, b_K, b_V and b_O.

    >>> zero = {"n_heads": 1, **{name: np.zeros((2, 2)) for name in ("W_Q", "W_K", "W_V", "W_O", "W_1", "W_2")}}
    >>> flat = {name: np.zeros(2) for name in ("b_Q", "b_K", "b_V", "b_O", "b_1", "b_2", "bias_1", "bias_2")}
    >>> ones = {"gain_1": np.ones(2), "gain_2": np.ones(2)}
    >>> block_values(np.array([[1.0, 2.0]]), zero | flat | ones)["out"].tolist()
    [[1.0, 2.0]]
    """
    normed_1 = layer_norm(x, params["gain_1"], params["bias_1"])
    Q, K, V = (normed_1 @ params[f"W_{name}"] + params[f"b_{name}"] for name in "QKV")
    heads = zip(*(np.split(part, params["n_heads"], axis=1) for part in (Q, K, V)), strict=True)
    joined = np.hstack([attention(*head, causal_mask(len(x))) for head in heads])
    middle = x + joined @ params["W_O"] + params["b_O"]
    normed_2 = layer_norm(middle, params["gain_2"], params["bias_2"])
    inside = normed_2 @ params["W_1"] + params["b_1"]
    active = gelu_tanh(inside)
    found = {"normed_1": normed_1, "Q": Q, "K": K, "V": V, "joined": joined, "middle": middle}
    found |= {"normed_2": normed_2, "inside": inside, "active": active}
    return found | {"out": middle + active @ params["W_2"] + params["b_2"]}


def block_backward(
    x: Float[np.ndarray, "token d_model"], params: Mapping[str, Any], d_out: Float[np.ndarray, "token d_model"]
) -> tuple[Float[np.ndarray, "token d_model"], dict[str, np.ndarray]]:
    """The gradient of the tokens, and those of all the block's weights by their names.

    The steps of `block_values`, last first. Both halves are y = x + part(norm(x)), so x gets d_out, and what comes back
    through the part and then through the norm besides. Queries, keys and values were all made from normed_1: three ways.

    >>> zero = {"n_heads": 1, **{name: np.zeros((2, 2)) for name in ("W_Q", "W_K", "W_V", "W_O", "W_1", "W_2")}}
    >>> flat = {name: np.zeros(2) for name in ("b_Q", "b_K", "b_V", "b_O", "b_1", "b_2", "bias_1", "bias_2")}
    >>> ones = {"gain_1": np.ones(2), "gain_2": np.ones(2)}
    >>> block_backward(np.array([[1.0, 2.0]]), zero | flat | ones, np.array([[3.0, 5.0]]))[0].tolist()
    [[3.0, 5.0]]
    """
    values, found = block_values(x, params), {}
    d_active, found["W_2"], found["b_2"] = linear_backward(values["active"], params["W_2"], d_out)
    d_inside = gelu_tanh_backward(values["inside"], d_active)
    d_normed, found["W_1"], found["b_1"] = linear_backward(values["normed_2"], params["W_1"], d_inside)
    d_through, found["gain_2"], found["bias_2"] = layer_norm_backward(values["middle"], params["gain_2"], d_normed)
    d_middle = d_out + d_through
    d_joined, found["W_O"], found["b_O"] = linear_backward(values["joined"], params["W_O"], d_middle)
    cut = [np.split(part, params["n_heads"], axis=1) for part in (values["Q"], values["K"], values["V"], d_joined)]
    mask = causal_mask(len(x))
    heads = [attention_backward(Q, K, V, mask, d_head) for Q, K, V, d_head in zip(*cut, strict=True)]
    d_normed = np.zeros_like(x)
    for name, parts in zip("QKV", zip(*heads, strict=True), strict=True):
        d_way, found[f"W_{name}"], found[f"b_{name}"] = linear_backward(
            values["normed_1"], params[f"W_{name}"], np.hstack(parts)
        )
        d_normed += d_way
    d_through, found["gain_1"], found["bias_1"] = layer_norm_backward(x, params["gain_1"], d_normed)
    return d_middle + d_through, found


#: The way back through each part of `gpt_loss`.
PARTS: dict[str, Callable] = {
    "look_up": by_hand.look_up_backward,
    "block": block_backward,
    "norm": by_hand.layer_norm_backward,
    "linear": by_hand.linear_backward,
    "loss": by_hand.cross_entropy_backward,
}


def gpt_loss(
    ids: Int[np.ndarray, "sentence token"],
    targets: Int[np.ndarray, "sentence token"],
    params: Mapping[str, Any],
    parts: Mapping[str, Callable] = PARTS,
) -> Node:
    """The mean loss of a few sentences as a node, made from all of a GPT's parameters, which are nodes too.

    The parameters' nodes have the names of ``gpt.named``. Every sentence uses all of them, and the table stands at both
    ends: what they get is added up by whoever walks the graph.

    Args:
        ids, targets: as many sentences as there are rows, each as long as there are positions.
        params: those of ``gpt.gpt``.
        parts: the way back through each part: look_up, block, norm, linear, loss, with the arguments of those in `PARTS`.

    >>> from course_lib.backprop.engine import backward
    >>> from course_lib.backprop.gpt import random_params
    >>> params = random_params(5, 3, layers=1, d_model=4, n_heads=2, rng=np.random.default_rng(0))
    >>> loss = gpt_loss(np.array([[4, 0, 4]]), np.array([[0, 4, 1]]), params)
    >>> round(loss.value, 1), backward(loss)["table"].shape
    (1.6, (5, 4))
    """
    leaves = {name: given(name, array) for name, array in named(params).items()}
    losses = [
        _sentence_loss(s, row, following, params, leaves, parts)
        for s, (row, following) in enumerate(zip(ids, targets, strict=True))
    ]
    n, value = len(losses), float(np.mean([one.value for one in losses]))
    return Node("loss", value, tuple(losses), lambda d: (d / n,) * n, "mean")


def _sentence_loss(
    s: int,
    ids: np.ndarray,
    targets: np.ndarray,
    params: Mapping[str, Any],
    leaves: Mapping[str, Node],
    parts: Mapping[str, Callable],
) -> Node:
    """One sentence, from its ids to its loss; the names of its nodes end in its number."""
    table, vocab = leaves["table"], len(params["table"])
    words = Node(f"words {s}", table.value[ids], (table,), lambda d: (parts["look_up"](ids, d, vocab),), "look_up")
    positions = leaves["positions"]
    x = Node(f"x {s}", words.value + positions.value, (words, positions), lambda d: (d, d), "plus")
    for i, block_params in enumerate(params["blocks"]):
        x = _block(f"block {i} of {s}", x, i, block_params, leaves, parts)
    gain, bias = leaves["gain"], leaves["bias"]
    tokens, normed = x.value, layer_norm(x.value, gain.value, bias.value)
    last = Node(f"last {s}", normed, (x, gain, bias), lambda d: parts["norm"](tokens, gain.value, d), "norm")

    def output_back(d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        d_last, d_turned, _ = parts["linear"](normed, table.value.T, d)
        return d_last, d_turned.T

    logits = Node(f"logits {s}", normed @ table.value.T, (last, table), output_back, "linear")
    return Node(
        f"loss {s}",
        cross_entropy(logits.value, targets),
        (logits,),
        lambda d: (d * parts["loss"](logits.value, targets),),
        "loss",
    )


def _block(
    name: str, x: Node, i: int, params: Mapping[str, Any], leaves: Mapping[str, Node], parts: Mapping[str, Callable]
) -> Node:
    weights = [weight for weight in params if weight != "n_heads"]

    def back(d: np.ndarray) -> tuple[np.ndarray, ...]:
        d_x, found = parts["block"](x.value, params, d)
        return d_x, *(found[weight] for weight in weights)

    inputs = (x, *(leaves[f"blocks.{i}.{weight}"] for weight in weights))
    return Node(name, block_values(x.value, params)["out"], inputs, back, "block")
