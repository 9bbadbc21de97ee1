"""The same gradients by autograd: PyTorch keeps the graph of what was computed and steps back through it by itself.

Names and argument order are those of ``by_hand`` (and of ``gpt`` and ``descent``); none of these functions holds a
derivative. Tests hold the two together.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional

from course_lib.attention.in_torch import attention, causal_mask, softmax
from course_lib.backprop.gpt import named
from course_lib.block.in_torch import block, gelu, gelu_tanh, layer_norm, relu
from course_lib.transformer.in_torch import gpt_logits

__all__ = [
    "attention_backward",
    "block_backward",
    "by_autograd",
    "centre_backward",
    "cross_entropy_backward",
    "dropout_backward",
    "gelu_backward",
    "gelu_tanh_backward",
    "layer_norm_backward",
    "linear_backward",
    "look_up_backward",
    "loss_and_gradients",
    "relu_backward",
    "reused_value",
    "softmax_backward",
    "softmax_slopes",
    "tensors",
    "train_gpt",
]


def by_autograd(function: Callable[..., Tensor], inputs: Iterable[Tensor], d_out: Tensor) -> tuple[Tensor, ...]:
    """The gradients of ``sum(function(*inputs) * d_out)`` with respect to each input.

    >>> by_autograd(lambda x: x * x, [torch.tensor([3.0])], torch.tensor([1.0]))
    (tensor([6.]),)
    """
    leaves = [leaf.detach().clone().requires_grad_() for leaf in inputs]
    return torch.autograd.grad(function(*leaves), leaves, d_out)


def reused_value(x: Tensor, W_1: Tensor, W_2: Tensor, d_out: Tensor) -> Float[Tensor, "token d_in"]:
    """d_x for y = (x W_1) * (x W_2).

    >>> one = torch.ones(1, 1)
    >>> reused_value(3 * one, one, one, one).tolist()
    [[6.0]]
    """
    return by_autograd(lambda x: (x @ W_1) * (x @ W_2), [x], d_out)[0]


def linear_backward(x: Tensor, W: Tensor, d_out: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """d_x, d_W, d_b for y = x W + b.

    >>> [d.tolist() for d in linear_backward(torch.ones(1, 2), torch.eye(2), torch.ones(1, 2))]
    [[[1.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]], [1.0, 1.0]]
    """
    return by_autograd(lambda x, W, b: x @ W + b, [x, W, W.new_zeros(W.shape[1])], d_out)


def relu_backward(x: Float[Tensor, "..."], d_out: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """d_x for max(x, 0).

    >>> relu_backward(torch.tensor([-1.0, 2.0]), torch.ones(2)).tolist()
    [0.0, 1.0]
    """
    return by_autograd(relu, [x], d_out)[0]


def gelu_backward(x: Float[Tensor, "..."], d_out: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """d_x for the exact GELU.

    >>> gelu_backward(torch.zeros(1), torch.ones(1)).tolist()
    [0.5]
    """
    return by_autograd(gelu, [x], d_out)[0]


def gelu_tanh_backward(x: Float[Tensor, "..."], d_out: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """d_x for GPT-2's GELU.

    >>> gelu_tanh_backward(torch.zeros(1), torch.ones(1)).tolist()
    [0.5]
    """
    return by_autograd(gelu_tanh, [x], d_out)[0]


def softmax_backward(weights: Float[Tensor, "... n"], d_weights: Float[Tensor, "... n"]) -> Float[Tensor, "... n"]:
    """d_scores, from the weights alone: their logarithms are scores with the same softmax.

    >>> softmax_backward(torch.tensor([0.5, 0.5]), torch.tensor([1.0, 0.0])).tolist()
    [0.25, -0.25]
    """
    return by_autograd(softmax, [weights.log()], d_weights)[0]


def softmax_slopes(weights: Float[Tensor, "n"]) -> Float[Tensor, "n n"]:
    """dw_j/ds_i, a row for each score.

    >>> softmax_slopes(torch.tensor([0.5, 0.5])).tolist()
    [[0.25, -0.25], [-0.25, 0.25]]
    """
    return torch.autograd.functional.jacobian(softmax, weights.log()).T


def cross_entropy_backward(
    logits: Float[Tensor, "... vocab"], targets: Int[Tensor, "..."]
) -> Float[Tensor, "... vocab"]:
    """d_logits of the mean cross-entropy.

    >>> cross_entropy_backward(torch.zeros(1, 2), torch.tensor([1])).tolist()
    [[0.5, -0.5]]
    """

    def loss(logits: Tensor) -> Tensor:
        return functional.cross_entropy(logits.flatten(end_dim=-2), targets.flatten())

    return by_autograd(loss, [logits], logits.new_ones(()))[0]


def centre_backward(d_out: Float[Tensor, "... d"]) -> Float[Tensor, "... d"]:
    """d_x for x - mean(x) over the last axis.

    >>> centre_backward(torch.tensor([1.0, 0.0])).tolist()
    [0.5, -0.5]
    """
    return by_autograd(lambda x: x - x.mean(dim=-1, keepdim=True), [torch.zeros_like(d_out)], d_out)[0]


def layer_norm_backward(x: Tensor, gain: Tensor, d_out: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    """d_x, d_gain, d_bias.

    >>> [d.shape for d in layer_norm_backward(torch.randn(3, 2), torch.ones(2), torch.ones(3, 2))]
    [torch.Size([3, 2]), torch.Size([2]), torch.Size([2])]
    """
    return by_autograd(lambda *inputs: layer_norm(*inputs, eps), [x, gain, torch.zeros_like(gain)], d_out)


def attention_backward(
    Q: Tensor, K: Tensor, V: Tensor, mask: Bool[Tensor, "... query key"] | None, d_out: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """d_Q, d_K, d_V.

    >>> [d.shape for d in attention_backward(*[torch.ones(3, 2)] * 3, None, torch.ones(3, 2))]
    [torch.Size([3, 2]), torch.Size([3, 2]), torch.Size([3, 2])]
    """
    return by_autograd(lambda *inputs: attention(*inputs, mask), [Q, K, V], d_out)


def look_up_backward(
    ids: Int[Tensor, "..."], d_out: Float[Tensor, "... d_model"], vocab: int
) -> Float[Tensor, "vocab d_model"]:
    """d_table.

    >>> look_up_backward(torch.tensor([1, 1]), torch.ones(2, 1), 2).tolist()
    [[0.0], [2.0]]
    """
    return by_autograd(lambda table: table[ids], [d_out.new_zeros(vocab, d_out.shape[-1])], d_out)[0]


def block_backward(
    x: Float[Tensor, "token d_model"], params: Mapping[str, Any], d_out: Float[Tensor, "token d_model"]
) -> tuple[Float[Tensor, "token d_model"], dict[str, Tensor]]:
    """d_x and the gradients of a block's weights by their names, norm first, under the causal mask.

    >>> from course_lib.block.in_torch import Block, BlockConfig
    >>> params = Block(BlockConfig(d_model=4, n_heads=2)).params()
    >>> d_x, found = block_backward(torch.zeros(3, 4), params, torch.ones(3, 4))
    >>> found.keys() == params.keys() - {"n_heads"}
    True
    """
    names = [name for name in params if name != "n_heads"]

    def forward(x: Tensor, *weights: Tensor) -> Tensor:
        return block(x, params | dict(zip(names, weights, strict=True)), mask=causal_mask(len(x)), activation=gelu_tanh)

    d_x, *found = by_autograd(forward, [x, *(params[name] for name in names)], d_out)
    return d_x, dict(zip(names, found, strict=True))


def dropout_backward(survives: Bool[Tensor, "..."], p: float, d_out: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """d_x, for a mask that was drawn on the way forward.

    >>> dropout_backward(torch.tensor([True, False]), 0.5, torch.ones(2)).tolist()
    [2.0, 0.0]
    """
    return by_autograd(lambda x: x * survives / (1.0 - p), [torch.zeros_like(d_out)], d_out)[0]


def tensors(params: Mapping[str, Any]) -> dict[str, Any]:
    """A nest of NumPy params as tensors that collect gradients; the arrays are copied.

    >>> tensors({"table": torch.zeros(1).numpy(), "blocks": [{"n_heads": 2}]})
    {'table': tensor([0.], requires_grad=True), 'blocks': [{'n_heads': 2}]}
    """

    def one(name: str, value: Any) -> Any:
        if name == "blocks":
            return [tensors(part) for part in value]
        return torch.tensor(value, requires_grad=True) if hasattr(value, "shape") else value

    return {name: one(name, value) for name, value in params.items()}


def _loss(ids: Tensor, targets: Tensor, params: Mapping[str, Any]) -> Tensor:
    return functional.cross_entropy(gpt_logits(ids, params).flatten(end_dim=-2), targets.flatten())


def loss_and_gradients(ids: Any, targets: Any, params: Mapping[str, Any]) -> tuple[float, dict[str, Tensor]]:
    """The loss of ``gpt.loss_and_gradients`` and, by name, the gradients that autograd finds.

    Args:
        ids, targets: arrays of NumPy.
        params: the nest of NumPy arrays.

    >>> from course_lib.backprop.gpt import random_params
    >>> import numpy as np
    >>> params = random_params(5, 3, layers=1, d_model=4, n_heads=2, rng=np.random.default_rng(0))
    >>> round(loss_and_gradients(np.array([[4, 0]]), np.array([[0, 4]]), params)[0], 1)
    1.6
    """
    leaves = tensors(params)
    loss = _loss(torch.as_tensor(ids), torch.as_tensor(targets), leaves)
    loss.backward()
    return loss.item(), {name: leaf.grad for name, leaf in named(leaves).items()}


def train_gpt(params: Mapping[str, Any], batches: Iterable[tuple], rate: float) -> list[float]:
    """The losses of ``descent.train_gpt`` from the same weights and batches, with autograd and torch.optim.SGD.

    >>> from course_lib.backprop.gpt import random_params
    >>> import numpy as np
    >>> params = random_params(5, 3, layers=1, d_model=4, n_heads=2, rng=np.random.default_rng(0))
    >>> len(train_gpt(params, [(np.array([[4, 0]]), np.array([[0, 4]]))], rate=0.1))
    1
    """
    leaves, losses = tensors(params), []
    optimiser = torch.optim.SGD(list(named(leaves).values()), lr=rate)
    for ids, targets in batches:
        loss = _loss(torch.as_tensor(ids), torch.as_tensor(targets), leaves)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses
