"""A GPT with a part taken out, to see what the part is for: the mask, the positions, the residual path, the norm.

A small model reads a small part of the course's corpus: what is to be seen does not need more.
"""

from dataclasses import replace

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from course_lib import corpus
from course_lib.loss.in_torch import fused_cross_entropy
from course_lib.multi_head.cache import KeyValueCache
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.loop import Trainer
from course_lib.training.studies.story_model import stream
from course_lib.transformer.models import GPT, ModelConfig

__all__ = ["PARTS", "BrokenGPT", "broken_run", "small_model", "writing_loss"]

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


def small_model(
    context: int = 32,
    d_model: int = 48,
    layers: int = 2,
    dropout: float = 0.0,
    without: tuple[str, ...] = (),
    seed: int = 0,
) -> BrokenGPT:
    """A small GPT over the course's words, with or without all of its parts, the same random numbers for a seed."""
    shape = ModelConfig(
        vocab=len(corpus.vocabulary()), context=context, layers=layers, d_model=d_model, n_heads=4, dropout=dropout
    )
    return BrokenGPT(shape, torch.Generator().manual_seed(seed), without)


def broken_run(without: tuple[str, ...] = (), steps: int = 200, context: int = 8, seed: int = 0) -> Trainer:
    """Train a model without some of its parts for a while, on windows of `context` words."""
    config = TrainConfig(steps=steps, batch_size=32, peak=1e-2, floor=3e-3, warmup=10, seed=seed)
    trainer = Trainer(small_model(context, without=without, seed=seed), stream("train"), config=config)
    trainer.run()
    return trainer


@torch.no_grad()
def writing_loss(model: GPT, ids: Int[Tensor, "token"], length: int = 7, windows: int = 256) -> float:
    """The loss as it counts for writing: of the token after a window, predicted from the window alone.

    `mean_loss` shows a model the whole window, and one without a mask finds each target there. Whoever writes has
    nothing to look at after the last word.
    """
    starts = torch.arange(windows) * ((len(ids) - length - 1) // windows)
    places = starts[:, None] + torch.arange(length)
    model.eval()
    logits = model(ids[places])[:, -1]
    return float(fused_cross_entropy(logits, ids[starts + length]))
