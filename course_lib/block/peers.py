"""PyTorch's own encoder layer beside ours: the same weights under their names, turned where PyTorch turns them.

torch.nn.TransformerEncoderLayer keeps every matrix transposed (output, input), its mask says True where a token may *not*
attend, and it has dropout inside the feed-forward network. With the tensors below it computes what `Block` computes.
"""

from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_lib.block.in_torch import Block
from course_lib.numeric import largest_difference

__all__ = ["OUR_NAMES", "encoder_layer_of", "gaps", "in_our_names", "in_their_names", "load_encoder_layer"]

#: Their name of every tensor, ours, and whether the two are each other's transpose.
OUR_NAMES = {
    "self_attn.in_proj_weight": ("attention.W_QKV", True),
    "self_attn.in_proj_bias": ("attention.b_QKV", False),
    "self_attn.out_proj.weight": ("attention.W_O", True),
    "self_attn.out_proj.bias": ("attention.b_O", False),
    "linear1.weight": ("feed_forward.W_1", True),
    "linear1.bias": ("feed_forward.b_1", False),
    "linear2.weight": ("feed_forward.W_2", True),
    "linear2.bias": ("feed_forward.b_2", False),
    "norm1.weight": ("norm_1.weight", False),
    "norm1.bias": ("norm_1.bias", False),
    "norm2.weight": ("norm_2.weight", False),
    "norm2.bias": ("norm_2.bias", False),
}
_THEIR_NAMES = {ours: (theirs, turned) for theirs, (ours, turned) in OUR_NAMES.items()}


def in_our_names(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights, or gradients, of torch.nn.TransformerEncoderLayer under the names of `Block`, each turned as ours.

    Raises:
        ValueError: a tensor has a name that such a layer has not, or one is missing.

    >>> layer = nn.TransformerEncoderLayer(4, 2, dim_feedforward=6)
    >>> tuple(in_our_names(layer.state_dict())["feed_forward.W_1"].shape)
    (4, 6)
    """
    return _renamed(tensors, OUR_NAMES)


def in_their_names(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights, or gradients, of a `Block` under the names of torch.nn.TransformerEncoderLayer: the way back.

    Raises:
        ValueError: a tensor has a name that such a block has not, or one is missing.

    >>> from course_lib.block.in_torch import BlockConfig
    >>> theirs = in_their_names(Block(BlockConfig(4, 2, d_ff=6)).state_dict())
    >>> tuple(theirs["linear1.weight"].shape)
    (6, 4)
    """
    return _renamed(tensors, _THEIR_NAMES)


def _renamed(tensors: Mapping[str, Tensor], names: Mapping[str, tuple[str, bool]]) -> dict[str, Tensor]:
    unknown, missing = tensors.keys() - names.keys(), names.keys() - tensors.keys()
    if unknown or missing:
        parts = [
            f"lacks {', '.join(sorted(missing))}" if missing else "",
            f"has {', '.join(sorted(unknown))}" if unknown else "",
        ]
        raise ValueError(
            f"the layer {' and '.join(filter(None, parts))}. An encoder's layer with biases and without "
            "cross-attention can be carried over: bias=True, cross=False."
        )
    return {names[name][0]: (tensor.T if names[name][1] else tensor) for name, tensor in tensors.items()}


def encoder_layer_of(block: Block) -> nn.TransformerEncoderLayer:
    """torch.nn.TransformerEncoderLayer with the weights (copied), the precision and the mode of a block.

    Raises:
        ValueError: the block has cross-attention, no biases or no residual path: PyTorch's layer has no such thing.

    >>> from course_lib.block.in_torch import BlockConfig
    >>> block = Block(BlockConfig(8, 2, activation="relu", norm="post"))
    >>> x = torch.randn(1, 3, 8)
    >>> torch.allclose(encoder_layer_of(block)(x), block(x), atol=1e-6)
    True
    """
    config = block.config
    if not config.residual:
        raise ValueError(
            "torch.nn.TransformerEncoderLayer always has its residual paths; this block has residual=False"
        )
    weights = in_their_names(block.state_dict())
    activation = functional.relu
    if config.activation != "relu":
        activation = partial(functional.gelu, approximate="tanh" if config.activation == "gelu_tanh" else "none")
    layer = nn.TransformerEncoderLayer(
        config.d_model,
        config.n_heads,
        config.width_inside,
        dropout=config.dropout,
        activation=activation,
        layer_norm_eps=config.eps,
        batch_first=True,
        norm_first=config.norm == "pre",
    )
    layer.to(weights["linear1.weight"].dtype).load_state_dict(weights)
    return layer.train(block.training)


def load_encoder_layer(block: Block, layer: nn.TransformerEncoderLayer) -> None:
    """Copy the weights of torch.nn.TransformerEncoderLayer into a block of the same shape.

    The block keeps its own activation, eps and place of the norm: choose them as the layer has them.

    Raises:
        ValueError: a tensor has another shape than the block's (the message names it), or there are others; then nothing
            has been copied.

    >>> from course_lib.block.in_torch import BlockConfig
    >>> layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=12, batch_first=True)
    >>> load_encoder_layer(Block(BlockConfig(8, 2, d_ff=16)), layer)
    Traceback (most recent call last):
    ...
    ValueError: linear1.weight, turned, has shape (8, 12), and the block's feed_forward.W_1 has (8, 16): build the block with the layer's d_model and d_ff
    """
    weights, own = in_our_names(layer.state_dict()), block.state_dict()
    in_their_names(own)  # says what is missing, or too much, in the block
    for name, tensor in weights.items():
        if tensor.shape != own[name].shape:
            theirs, turned = _THEIR_NAMES[name]
            raise ValueError(
                f"{theirs}{', turned,' if turned else ''} has shape {tuple(tensor.shape)}, and the block's {name} has "
                f"{tuple(own[name].shape)}: build the block with the layer's d_model and d_ff"
            )
    block.load_state_dict(weights)


def gaps(block: Block, x: Tensor, upstream: Tensor, mask: Tensor | None = None) -> dict[str, float]:
    """How far a block and PyTorch's layer of the same weights are apart: outputs, and the gradient of every tensor.

    Args:
        block: what `encoder_layer_of` can carry over; without dropout, or not in training.
        x: the tokens, (batch, token, d_model).
        upstream: the gradient that arrives at the output, of the same shape.
        mask: True where a token may attend to another, (token, token).
    Returns:
        The largest absolute differences: of the "output", of the gradient of "x", and of that of each of our weights.

    >>> from course_lib.block.in_torch import BlockConfig
    >>> found = gaps(Block(BlockConfig(8, 2)), torch.ones(1, 3, 8), torch.ones(1, 3, 8))
    >>> len(found), found["output"] < 1e-5
    (14, True)
    """
    layer = encoder_layer_of(block)
    outputs, gradients = [], []
    for module, hidden in ((block, mask), (layer, None if mask is None else ~mask)):
        tokens = x.detach().clone().requires_grad_()
        outputs.append(module(tokens, hidden))
        names = dict(module.named_parameters())
        arrived = torch.autograd.grad(outputs[-1], [tokens, *names.values()], upstream)
        gradients.append((arrived[0], dict(zip(names, arrived[1:], strict=True))))
    (own_x, own), (their_x, theirs) = gradients[0], (gradients[1][0], in_our_names(gradients[1][1]))
    found = {"output": largest_difference(*outputs), "x": largest_difference(own_x, their_x)}
    return found | {name: largest_difference(own[name], theirs[name]) for name in own}
