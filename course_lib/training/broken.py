"""A GPT with a part taken out, to see what the part is for: the mask, the positions, the residual path, the norm."""

from dataclasses import replace

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from course_lib.multi_head.cache import KeyValueCache
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["PARTS", "BrokenGPT"]

PARTS = ("mask", "positions", "residual", "norm")


class BrokenGPT(GPT):
    """A GPT without some of its parts; without any of them missing it is `GPT` itself.

    >>> model = BrokenGPT(ModelConfig(vocab=11, context=8, layers=2, d_model=12, n_heads=3), without=("mask",))
    >>> model(torch.tensor([[1, 2, 3]])).shape
    torch.Size([1, 3, 11])
    """

    def __init__(
        self, config: ModelConfig, generator: torch.Generator | None = None, without: tuple[str, ...] = ()
    ) -> None:
        """Make the model; `without` holds any of PARTS.

        Raises:
            ValueError: there is no such part.
        """
        if unknown := set(without) - set(PARTS):
            raise ValueError(f"the parts that can be left out are {', '.join(PARTS)}; got {', '.join(sorted(unknown))}")
        super().__init__(config, generator)
        self.without = tuple(without)
        for block in self.stack.blocks:
            block.config = replace(block.config, residual="residual" not in without)
            if "norm" in without:
                block.norm_1 = block.norm_2 = nn.Identity()
        if "norm" in without:
            self.stack.norm = None

    def forward(
        self, ids: Int[Tensor, "batch token"], caches: list[KeyValueCache] | None = None
    ) -> Float[Tensor, "batch token vocab"]:
        """The logits of the next token at every position.

        Raises:
            ValueError: more tokens than the context holds, or a cache for a model without a mask (what it keeps would
                have to change with every new token).
        """
        if caches and "mask" in self.without:
            raise ValueError(
                "without a mask earlier tokens look at later ones, so nothing of them can be kept: no caches"
            )
        old = len(caches[0]) if caches else 0
        total = old + ids.shape[-1]
        if total > self.config.context:
            raise ValueError(f"{total} tokens do not fit into a context of {self.config.context}: cut the text")
        x = functional.embedding(ids, self.table)
        if "positions" not in self.without:
            x = x + self.positions[old:total]
        x = functional.dropout(x, self.config.dropout, self.training)
        x = self.stack(x, caches, causal="mask" not in self.without)
        return functional.linear(x, self.table if self.head is None else self.head)
