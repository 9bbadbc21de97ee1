"""The loss by the place of a word in its window: does a model predict better where it has read more?"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_lib.loss.in_torch import fused_cross_entropy

__all__ = ["loss_by_place"]


@torch.no_grad()
def loss_by_place(
    model: nn.Module, ids: Int[Tensor, "token"], context: int | None = None, windows: int = 64
) -> Float[np.ndarray, "context"]:
    """The mean cross-entropy at each place of a window: entry 0 is predicted from one word, entry 1 from two, ...

    Args:
        model: from ids (batch, token) to logits; put into evaluation mode for the while.
        ids: a text, cut into whole windows that do not overlap; what is left over is not read.
        context: the length of a window; the model's own where it is left out.
        windows: so many at a time.
    Raises:
        ValueError: the text is shorter than a window and its target.

    >>> loss_by_place(lambda ids: torch.zeros(*ids.shape, 7), torch.zeros(12, dtype=torch.long), 5).round(3).tolist()
    [1.946, 1.946, 1.946, 1.946, 1.946]
    """
    context = model.config.context if context is None else context
    whole = (len(ids) - 1) // context
    if whole < 1:
        raise ValueError(
            f"a window of {context} tokens and its last target need {context + 1}; the text has {len(ids)}"
        )
    inputs, targets = ids[: whole * context].view(whole, context), ids[1 : whole * context + 1].view(whole, context)
    was_training = getattr(model, "training", False)
    if was_training:
        model.eval()
    try:
        losses = [
            fused_cross_entropy(model(some), wanted, reduction="none").view(wanted.shape)
            for some, wanted in zip(inputs.split(windows), targets.split(windows), strict=True)
        ]
    finally:
        if was_training:
            model.train()
    return torch.cat(losses).double().mean(dim=0).numpy()
