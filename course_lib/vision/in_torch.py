"""The Vision Transformer in PyTorch: the names of ``by_hand``, and the module that is trained."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from course_lib.attention.in_torch import scaled_scores, softmax
from course_lib.block.in_torch import Block, BlockConfig
from course_lib.multi_head.in_torch import split_heads

__all__ = ["ViT", "ViTConfig", "attention_maps", "patchify", "roll_out"]


def patchify(
    image: Float[Tensor, "... height width channel"], patch: int
) -> Float[Tensor, "... patch patch*patch*channel"]:
    """Cut an image into squares and write each as one row, in the order of ``by_hand.patchify``.

    >>> patchify(torch.arange(8.0).reshape(2, 4, 1), 2).tolist()
    [[0.0, 1.0, 4.0, 5.0], [2.0, 3.0, 6.0, 7.0]]
    """
    *lead, height, width, channels = image.shape
    if patch < 1 or height % patch or width % patch:
        raise ValueError(
            f"patches of {patch} x {patch} pixels do not cover an image of {height} x {width}: "
            "choose a patch that divides both, or crop the image"
        )
    down, across = height // patch, width // patch
    cut = image.reshape(*lead, down, patch, across, patch, channels)
    return cut.transpose(-4, -3).reshape(*lead, down * across, patch * patch * channels)


@dataclass(frozen=True)
class ViTConfig:
    """The shape of a Vision Transformer.

    Attributes:
        image, patch: how many pixels wide and high the image and a patch are.
        channels: numbers in a pixel.
        classes: how many there are to choose from.
        layers, d_model, n_heads, d_ff, eps: as in `BlockConfig`.
        positions: False leaves the positions out.
        position_start: the deviation of the random positions to begin with.
    """

    image: int
    patch: int
    channels: int
    classes: int
    layers: int
    d_model: int
    n_heads: int
    d_ff: int | None = None
    eps: float = 1e-12
    positions: bool = True
    position_start: float = 0.02

    def __post_init__(self) -> None:
        if self.patch < 1 or self.image % self.patch:
            raise ValueError(f"patches of {self.patch} pixels do not cover an image of {self.image}")

    @property
    def n_patches(self) -> int:
        """How many patches an image has."""
        return (self.image // self.patch) ** 2

    def block(self) -> BlockConfig:
        """The shape of each block."""
        return BlockConfig(self.d_model, self.n_heads, self.d_ff, norm="pre", activation="gelu", eps=self.eps)


class ViT(nn.Module):
    """Patches, a class token, positions, blocks, a norm, and a classifier that reads the class token.

    >>> model = ViT(ViTConfig(image=8, patch=4, channels=1, classes=10, layers=1, d_model=6, n_heads=2))
    >>> model(torch.zeros(5, 8, 8, 1)).shape
    torch.Size([5, 10])
    """

    def __init__(self, config: ViTConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        d = config.d_model
        self.W_patch = nn.Parameter(torch.empty(config.patch**2 * config.channels, d))
        self.b_patch = nn.Parameter(torch.empty(d))
        self.class_token = nn.Parameter(torch.empty(d))
        shape = (1 + config.n_patches, d)
        self.positions = nn.Parameter(torch.empty(shape)) if config.positions else None
        self.blocks = nn.ModuleList(Block(config.block()) for _ in range(config.layers))
        self.norm = nn.LayerNorm(d, eps=config.eps)
        self.W_head = nn.Parameter(torch.empty(d, config.classes))
        self.b_head = nn.Parameter(torch.empty(config.classes))
        self._start(generator)

    @torch.no_grad()
    def _start(self, generator: torch.Generator | None) -> None:
        """Matrices that keep the variance, a small class token, positions as the config says, biases zero, gains one."""
        for name, parameter in self.named_parameters():
            if name in ("positions", "class_token"):
                deviation = self.config.position_start if name == "positions" else 0.02
                parameter.normal_(0.0, deviation, generator=generator)
            elif parameter.dim() == 2:
                parameter.normal_(0.0, parameter.shape[0] ** -0.5, generator=generator)
            else:
                parameter.fill_(1.0 if "norm" in name and name.endswith("weight") else 0.0)

    def tokens(self, image: Float[Tensor, "batch height width channel"]) -> Float[Tensor, "batch token d_model"]:
        """What the first block receives."""
        x = functional.linear(patchify(image, self.config.patch), self.W_patch.T, self.b_patch)
        x = torch.cat([self.class_token.expand(*x.shape[:-2], 1, -1), x], dim=-2)
        return x if self.positions is None else x + self.positions

    def forward(self, image: Float[Tensor, "batch height width channel"]) -> Float[Tensor, "batch class"]:
        """A score for each class."""
        x = self.tokens(image)
        for block in self.blocks:
            x = block(x)
        return functional.linear(self.norm(x[:, 0]), self.W_head.T, self.b_head)

    def params(self) -> dict:
        """The weights under the names of ``by_hand.vit_logits``, as views."""
        config = self.config
        nowhere = self.W_patch.new_zeros(1 + config.n_patches, config.d_model)
        named = {"patch": config.patch, "eps": config.eps, "blocks": [block.params() for block in self.blocks]}
        named |= {name: getattr(self, name) for name in ("W_patch", "b_patch", "class_token", "W_head", "b_head")}
        named |= {"positions": nowhere if self.positions is None else self.positions}
        return named | {"gain": self.norm.weight, "bias": self.norm.bias}


def attention_maps(
    model: ViT, image: Float[Tensor, "batch height width channel"]
) -> Float[Tensor, "batch layer head token token"]:
    """The weights of every head of every block while images are read."""
    x, maps = model.tokens(image), []
    for block in model.blocks:
        b, y = block.params(), block.norm_1(x)
        Q, K = (split_heads(y @ b[f"W_{name}"] + b[f"b_{name}"], b["n_heads"]) for name in "QK")
        maps.append(softmax(scaled_scores(Q, K)))
        x = block(x)
    return torch.stack(maps, dim=-4)


def roll_out(weights: Float[Tensor, "... layer head token token"]) -> Float[Tensor, "... token"]:
    """How much of the class token comes from each token, through all blocks; as in ``by_hand.roll_out``.

    >>> roll_out(torch.tensor([[[[0.0, 1.0], [0.0, 1.0]]]])).tolist()
    [0.5, 0.5]
    """
    eye = torch.eye(weights.shape[-1], dtype=weights.dtype, device=weights.device)
    mixed = (weights.mean(dim=-3) + eye) / 2
    row = eye[:1].expand(*weights.shape[:-4], 1, -1)
    for i in reversed(range(mixed.shape[-3])):
        row = row @ mixed[..., i, :, :]
    return row[..., 0, :]
