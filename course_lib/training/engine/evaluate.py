"""The loss on text that the model has not been trained on."""

import torch
from jaxtyping import Int
from torch import Tensor, nn

from course_lib.loss.in_torch import fused_cross_entropy

__all__ = ["mean_loss"]


@torch.no_grad()
def mean_loss(model: nn.Module, ids: Int[Tensor, "token"], context: int | None = None, windows: int = 64) -> float:
    """The mean cross-entropy, in nats, over a whole text: every token but the first is predicted once.

    The text is cut into windows of `context` tokens that do not overlap, so a token at the beginning of a window is
    predicted from little. The last window may be shorter.

    Args:
        model: from ids (batch, token) to logits; put into evaluation mode for the while.
        ids: the whole text.
        context: the length of a window; the model's own where it is left out.
        windows: so many at a time.
    Raises:
        ValueError: fewer than two tokens.

    >>> mean_loss(lambda ids: torch.zeros(*ids.shape, 7), torch.zeros(12, dtype=torch.long), context=5)
    1.9459...
    """
    if len(ids) < 2:
        raise ValueError(f"a token is predicted from the ones before it: at least two are needed, got {len(ids)}")
    context = model.config.context if context is None else context
    whole = (len(ids) - 1) // context
    cut = whole * context
    pieces = []
    if whole:
        inputs, targets = ids[:cut].view(whole, context), ids[1 : cut + 1].view(whole, context)
        pieces += zip(inputs.split(windows), targets.split(windows), strict=True)
    if cut + 1 < len(ids):
        pieces.append((ids[None, cut:-1], ids[None, cut + 1 :]))
    was_training = getattr(model, "training", False)
    if was_training:
        model.eval()
    try:
        total = sum(float(fused_cross_entropy(model(inputs), targets, reduction="sum")) for inputs, targets in pieces)
    finally:
        if was_training:
            model.train()
    return total / (len(ids) - 1)
