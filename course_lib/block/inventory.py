"""What a built model is made of: its parts by name, with their shapes and their parameters."""

from dataclasses import dataclass

from torch import nn

from course_lib.block.in_torch import FeedForward
from course_lib.multi_head.in_torch import MultiHeadAttention

__all__ = ["KINDS", "Part", "inventory"]

#: What a part is called, by its class.
KINDS = {MultiHeadAttention: "attention", FeedForward: "feed-forward", nn.LayerNorm: "norm"}


@dataclass(frozen=True)
class Part:
    """One part of a model.

    Attributes:
        name: its path inside the model, such as "cross".
        kind: one of the values of KINDS.
        shapes: the shapes of its weights by their names.
        parameters: how many numbers they hold together.
    """

    name: str
    kind: str
    shapes: dict[str, tuple[int, ...]]
    parameters: int


def inventory(model: nn.Module) -> list[Part]:
    """Every attention, feed-forward network and norm inside a model, in the order in which they were built.

    >>> from course_lib.block.in_torch import Block, BlockConfig
    >>> [part.kind for part in inventory(Block(BlockConfig(8, 2)))]
    ['attention', 'norm', 'feed-forward', 'norm']
    """
    found = []
    for name, module in model.named_modules():
        kind = next((kind for cls, kind in KINDS.items() if isinstance(module, cls)), None)
        if kind is not None:
            weights = dict(module.named_parameters())
            shapes = {own: tuple(weight.shape) for own, weight in weights.items()}
            found.append(Part(name, kind, shapes, sum(weight.numel() for weight in weights.values())))
    return found
