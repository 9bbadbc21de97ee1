"""The block in PyTorch: the names and the argument order of ``by_hand``, and the module that every model here repeats.

`Block` is an encoder's block, a decoder's (with cross-attention) or a GPT's, with the norm before or after.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from course_lib.multi_head.cache import KeyValueCache
from course_lib.multi_head.in_torch import MultiHeadAttention, multi_head_attention

__all__ = [
    "ACTIVATIONS",
    "Block",
    "BlockConfig",
    "FeedForward",
    "block",
    "dropout",
    "feed_forward",
    "gelu",
    "gelu_tanh",
    "layer_norm",
    "relu",
    "rms_norm",
    "silu",
    "swiglu",
]


def relu(x: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """max(x, 0).

    >>> relu(torch.tensor([-2.0, 3.0])).tolist()
    [0.0, 3.0]
    """
    return x.clamp(min=0)


def gelu(x: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """x Phi(x), exact.

    >>> gelu(torch.tensor([0.0])).tolist()
    [0.0]
    """
    return x * (1 + torch.erf(x / math.sqrt(2))) / 2


def gelu_tanh(x: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """The approximation of `gelu` that GPT-2 uses.

    >>> gelu_tanh(torch.tensor([0.0])).tolist()
    [0.0]
    """
    return x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2


def silu(x: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """x times its own sigmoid.

    >>> silu(torch.tensor([0.0])).tolist()
    [0.0]
    """
    return x * torch.sigmoid(x)


#: The readable activations, by name. `FeedForward` takes PyTorch's own kernels of the same functions.
ACTIVATIONS = {"relu": relu, "gelu": gelu, "gelu_tanh": gelu_tanh}


def feed_forward(
    x: Float[Tensor, "... token d_model"],
    W_1: Float[Tensor, "d_model d_ff"],
    b_1: Float[Tensor, "d_ff"],
    W_2: Float[Tensor, "d_ff d_model"],
    b_2: Float[Tensor, "d_model"],
    activation=relu,
) -> Float[Tensor, "... token d_model"]:
    """activation(x W_1 + b_1) W_2 + b_2.

    >>> feed_forward(torch.ones(1, 2), torch.eye(2), torch.zeros(2), torch.eye(2), torch.ones(2)).tolist()
    [[2.0, 2.0]]
    """
    return activation(x @ W_1 + b_1) @ W_2 + b_2


def swiglu(
    x: Float[Tensor, "... token d_model"],
    W_gate: Float[Tensor, "d_model d_ff"],
    W_up: Float[Tensor, "d_model d_ff"],
    W_down: Float[Tensor, "d_ff d_model"],
) -> Float[Tensor, "... token d_model"]:
    """(silu(x W_gate) * (x W_up)) W_down.

    >>> swiglu(torch.zeros(3, 2), torch.eye(2), torch.eye(2), torch.eye(2)).shape
    torch.Size([3, 2])
    """
    return (silu(x @ W_gate) * (x @ W_up)) @ W_down


def layer_norm(
    x: Float[Tensor, "... d"], gain: Float[Tensor, "d"], bias: Float[Tensor, "d"], eps: float = 1e-5
) -> Float[Tensor, "... d"]:
    """gain (x - mean) / sqrt(variance + eps) + bias over the last axis, the variance divided by d.

    >>> layer_norm(torch.tensor([[1.0, 3.0]]), torch.ones(2), torch.zeros(2), eps=0.0).tolist()
    [[-1.0, 1.0]]
    """
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = (centred**2).mean(dim=-1, keepdim=True)
    return gain * centred / torch.sqrt(variance + eps) + bias


def rms_norm(x: Float[Tensor, "... d"], gain: Float[Tensor, "d"], eps: float = 1e-6) -> Float[Tensor, "... d"]:
    """gain x / sqrt(mean of squares + eps) over the last axis.

    >>> rms_norm(torch.tensor([[1.0, 7.0]]), torch.ones(2), eps=0.0).tolist()
    [[0.20000000298023224, 1.399999976158142]]
    """
    return gain * x / torch.sqrt(x.square().mean(dim=-1, keepdim=True) + eps)


def dropout(x: Float[Tensor, "..."], p: float, generator: torch.Generator, training: bool) -> Float[Tensor, "..."]:
    """Entries set to zero with probability p, survivors divided by 1 - p; outside training nothing.

    >>> dropout(torch.ones(3), 0.5, torch.Generator(), training=False).tolist()
    [1.0, 1.0, 1.0]
    """
    if not 0.0 <= p < 1.0:
        raise ValueError(f"p is the probability to drop an entry, at least 0 and below 1; got {p}")
    if not training or p == 0.0:
        return x
    survives = torch.rand(x.shape, generator=generator, dtype=x.dtype, device=generator.device).to(x.device) >= p
    return x * survives / (1.0 - p)


def block(
    x: Float[Tensor, "... token d_model"],
    params: Mapping[str, Tensor | int],
    norm: Literal["pre", "post"] = "pre",
    mask: Bool[Tensor, "... token token"] | None = None,
    activation=relu,
    eps: float = 1e-5,
) -> Float[Tensor, "... token d_model"]:
    """One block, readable; the arguments are those of ``by_hand.block`` as tensors.

    >>> params = Block(BlockConfig(d_model=4, n_heads=2)).params()
    >>> block(torch.zeros(3, 4), params).shape
    torch.Size([3, 4])
    """
    if norm not in ("pre", "post"):
        raise ValueError(f'norm says where the norms stand, "pre" or "post"; got {norm!r}')
    biases = tuple(params[name] for name in ("b_Q", "b_K", "b_V", "b_O")) if "b_Q" in params else None
    matrices = [params[name] for name in ("W_Q", "W_K", "W_V", "W_O")]

    def attend(y: Tensor) -> Tensor:
        return multi_head_attention(y, *matrices, params["n_heads"], mask, biases=biases)

    def think(y: Tensor) -> Tensor:
        return feed_forward(y, params["W_1"], params["b_1"], params["W_2"], params["b_2"], activation)

    def norm_1(y: Tensor) -> Tensor:
        return layer_norm(y, params["gain_1"], params["bias_1"], eps)

    def norm_2(y: Tensor) -> Tensor:
        return layer_norm(y, params["gain_2"], params["bias_2"], eps)

    if norm == "post":
        x = norm_1(x + attend(x))
        return norm_2(x + think(x))
    x = x + attend(norm_1(x))
    return x + think(norm_2(x))


@dataclass(frozen=True)
class BlockConfig:
    """The shape of a block.

    Attributes:
        d_model: the width of the tokens.
        n_heads: must divide d_model.
        d_ff: the width inside the feed-forward network; 4 d_model where it is None.
        norm: "pre" or "post".
        activation: "relu", "gelu" (exact) or "gelu_tanh" (GPT-2).
        dropout: the share dropped in training: of attention weights, of the inside of the feed-forward network where
            `dropout_inside`, and of what each part adds to the residual path.
        dropout_inside: as torch.nn.TransformerEncoderLayer does; GPT-2 does not.
        bias: whether the matrices have biases.
        cross: a decoder's block: cross-attention to a source between the two parts.
        eps: of the norms.
        residual: False leaves the residual paths out, to see what they are for.
        fused: False takes the readable attention in place of PyTorch's kernel.
    """

    d_model: int
    n_heads: int
    d_ff: int | None = None
    norm: Literal["pre", "post"] = "pre"
    activation: Literal["relu", "gelu", "gelu_tanh"] = "gelu_tanh"
    dropout: float = 0.0
    dropout_inside: bool = False
    bias: bool = True
    cross: bool = False
    eps: float = 1e-5
    residual: bool = True
    fused: bool = True

    def __post_init__(self) -> None:
        if self.norm not in ("pre", "post"):
            raise ValueError(f'norm says where the norms stand, "pre" or "post"; got {self.norm!r}')
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation is one of {', '.join(ACTIVATIONS)}; got {self.activation!r}")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"dropout is a share, at least 0 and below 1; got {self.dropout}")

    @property
    def width_inside(self) -> int:
        """d_ff, or 4 d_model where it was left out."""
        return 4 * self.d_model if self.d_ff is None else self.d_ff


class FeedForward(nn.Module):
    """The feed-forward network with its weights: W_1 (d_model, d_ff), b_1, W_2 (d_ff, d_model), b_2.

    >>> FeedForward(BlockConfig(d_model=4, n_heads=1, d_ff=6))(torch.zeros(2, 4)).shape
    torch.Size([2, 4])
    """

    def __init__(self, config: BlockConfig) -> None:
        super().__init__()
        self.config = config
        d_model, d_ff = config.d_model, config.width_inside
        self.W_1 = nn.Parameter(torch.randn(d_model, d_ff) / math.sqrt(d_model))
        self.W_2 = nn.Parameter(torch.randn(d_ff, d_model) / math.sqrt(d_ff))
        self.b_1 = nn.Parameter(torch.zeros(d_ff)) if config.bias else None
        self.b_2 = nn.Parameter(torch.zeros(d_model)) if config.bias else None

    def extra_repr(self) -> str:
        return f"{self.config.d_model} -> {self.config.width_inside} -> {self.config.d_model}, {self.config.activation}"

    def forward(self, x: Float[Tensor, "... token d_model"]) -> Float[Tensor, "... token d_model"]:
        """Each token on its own: wider, through the activation, and back."""
        inside = functional.linear(x, self.W_1.T, self.b_1)
        if self.config.activation == "relu":
            inside = functional.relu(inside)
        else:
            inside = functional.gelu(inside, approximate="tanh" if self.config.activation == "gelu_tanh" else "none")
        if self.config.dropout_inside:
            inside = functional.dropout(inside, self.config.dropout, self.training)
        return functional.linear(inside, self.W_2.T, self.b_2)


class Block(nn.Module):
    """One block with its weights; in a decoder of an encoder-decoder with cross-attention in the middle.

    >>> block = Block(BlockConfig(d_model=8, n_heads=2))
    >>> block(torch.zeros(1, 5, 8), causal=True).shape
    torch.Size([1, 5, 8])
    """

    def __init__(self, config: BlockConfig) -> None:
        super().__init__()
        self.config = config

        def attention() -> MultiHeadAttention:
            return MultiHeadAttention(config.d_model, config.n_heads, config.bias, config.dropout, config.fused)

        def norm() -> nn.LayerNorm:
            return nn.LayerNorm(config.d_model, eps=config.eps)

        self.attention, self.norm_1 = attention(), norm()
        self.cross, self.norm_cross = (attention(), norm()) if config.cross else (None, None)
        self.feed_forward, self.norm_2 = FeedForward(config), norm()

    def forward(
        self,
        x: Float[Tensor, "batch token d_model"],
        mask: Bool[Tensor, "... token token"] | None = None,
        causal: bool = False,
        source: Float[Tensor, "batch key d_model"] | None = None,
        source_mask: Bool[Tensor, "... token key"] | None = None,
        cache: KeyValueCache | None = None,
    ) -> Float[Tensor, "batch token d_model"]:
        """The block's tokens.

        Args:
            x: the tokens.
            mask, causal: who may attend to whom among them, as in `MultiHeadAttention`.
            source, source_mask: for a block with cross-attention: the encoder's tokens, and who may attend to which.
            cache: keys and values of earlier tokens.
        Raises:
            ValueError: a source for a block without cross-attention, or none for one that has it.
        """
        if (source is not None) != (self.cross is not None):
            needs = "needs a source: the encoder's output" if self.cross is not None else "takes no source: cross=False"
            raise ValueError(f"this block {needs}")
        x = self._around(x, self.norm_1, lambda y: self.attention(y, mask=mask, causal=causal, cache=cache))
        if self.cross is not None:
            x = self._around(x, self.norm_cross, lambda y: self.cross(y, source=source, mask=source_mask))
        return self._around(x, self.norm_2, self.feed_forward)

    def _around(self, x: Tensor, norm: nn.LayerNorm, part) -> Tensor:
        """A part with its residual path, its dropout and its norm, before or after."""
        pre = self.config.norm == "pre"
        added = functional.dropout(part(norm(x) if pre else x), self.config.dropout, self.training)
        out = x + added if self.config.residual else added
        return out if pre else norm(out)

    def params(self) -> dict[str, Tensor | int]:
        """The weights under the names of ``by_hand.block`` (a block without cross-attention), as views."""
        attention, inside = self.attention, self.feed_forward
        named = {"n_heads": self.config.n_heads, "W_Q": attention.W_Q, "W_K": attention.W_K, "W_V": attention.W_V}
        named |= {"W_O": attention.W_O, "W_1": inside.W_1, "W_2": inside.W_2}
        if self.config.bias:
            named |= dict(zip(("b_Q", "b_K", "b_V", "b_O"), attention.biases, strict=True))
        zeros = {"b_1": inside.W_1.new_zeros(inside.W_1.shape[1]), "b_2": inside.W_2.new_zeros(inside.W_2.shape[1])}
        named |= {"b_1": inside.b_1, "b_2": inside.b_2} if self.config.bias else zeros
        for which, norm in ((1, self.norm_1), (2, self.norm_2)):
            named |= {f"gain_{which}": norm.weight, f"bias_{which}": norm.bias}
        return named
