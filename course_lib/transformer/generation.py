"""One token after the other from a trained model, with the cache that saves reading the beginning again."""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_lib.transformer.models import GPT

__all__ = ["generate", "greedy"]


def greedy(logits: Float[Tensor, "batch vocab"]) -> Int[Tensor, "batch"]:
    """The token with the largest logit.

    >>> greedy(torch.tensor([[0.0, 2.0, 1.0]])).tolist()
    [1]
    """
    return logits.argmax(dim=-1)


@torch.no_grad()
def generate(
    model: GPT,
    ids: Int[Tensor, "batch token"],
    n_tokens: int,
    choose: Callable[[Tensor], Tensor] = greedy,
    cached: bool = True,
) -> Int[Tensor, "batch longer"]:
    """Write n_tokens after `ids`.

    Args:
        model: put into evaluation mode for the while, and back.
        ids: at least one token for each text of the batch.
        n_tokens: how many to write. Where the text outgrows the context, the model reads the last `context` tokens.
        choose: from the logits of the last position to the next token.
        cached: False reads the whole text again for every token; the result is the same.
    Returns:
        `ids` with the new tokens behind.
    Raises:
        ValueError: nothing to begin with, or a negative number of tokens.
    """
    if ids.dim() != 2 or ids.shape[1] == 0:
        raise ValueError(f"there must be at least one token to begin with: ids (batch, token), got {tuple(ids.shape)}")
    if n_tokens < 0:
        raise ValueError(f"n_tokens must be at least 0, got {n_tokens}")
    was_training = model.training
    model.eval()
    try:
        context, caches, read = model.config.context, None, 0
        for _ in range(n_tokens):
            window = ids[:, -context:]
            if cached and ids.shape[1] <= context:
                if caches is None:
                    caches = model.new_caches()
                logits = model(ids[:, read:], caches)
                read = ids.shape[1]
            else:  # past the context every token's position changes, and with it all keys: nothing to reuse
                logits = model(window)
            ids = torch.cat([ids, choose(logits[:, -1])[:, None]], dim=1)
        return ids
    finally:
        model.train(was_training)
