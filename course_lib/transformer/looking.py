"""Into a model while it runs: the attention weights of every layer, recomputed readably from what the layer was given.

The fused kernel never stores the weights. `looking_at` notes what each `MultiHeadAttention` of a model is called with;
`attention_weights` works out softmax(Q Kᵀ / sqrt(d_head)) from it, head by head.
"""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from course_lib.attention.in_torch import causal_mask, scaled_scores, softmax
from course_lib.multi_head.in_torch import MultiHeadAttention, split_heads

__all__ = ["attention_weights", "looking_at"]


@torch.no_grad()
def attention_weights(
    layer: MultiHeadAttention,
    x: Float[Tensor, "batch query d_model"],
    source: Float[Tensor, "batch key d_model"] | None = None,
    mask: Bool[Tensor, "... query key"] | None = None,
    causal: bool = False,
) -> Float[Tensor, "batch head query key"]:
    """Where each head of a layer attends; the arguments are those of the layer's own forward, without a cache.

    >>> layer = MultiHeadAttention(8, 2)
    >>> attention_weights(layer, torch.zeros(1, 3, 8)).shape
    torch.Size([1, 2, 3, 3])
    """
    asked = x if source is None else source
    b_Q, b_K = (0.0, 0.0) if layer.biases is None else layer.biases[:2]
    Q, K = (split_heads(rows, layer.n_heads) for rows in (x @ layer.W_Q + b_Q, asked @ layer.W_K + b_K))
    scores = scaled_scores(Q, K)
    allowed = causal_mask(x.shape[-2], x.device) if causal else mask
    if allowed is not None:
        allowed = allowed if causal else allowed[..., None, :, :]
        scores = scores.masked_fill(~allowed, -torch.inf)
    return softmax(scores)


@torch.no_grad()
def looking_at(model: nn.Module, run: Callable[[], object]) -> dict[str, Float[Tensor, "batch head query key"]]:
    """Run something and return the attention weights of every layer of the model that took part, by the layer's name.

    Args:
        model: any model made of `MultiHeadAttention` layers.
        run: calls the model; without caches. Where it calls it twice, the last time counts.

    >>> from course_lib.transformer.models import GPT, ModelConfig
    >>> model = GPT(ModelConfig(vocab=5, context=4, layers=1, d_model=6, n_heads=2))
    >>> {name: weights.shape for name, weights in looking_at(model, lambda: model(torch.tensor([[1, 2, 3]]))).items()}
    {'stack.blocks.0.attention': torch.Size([1, 2, 3, 3])}
    """
    found: dict[str, Tensor] = {}

    def note(name: str) -> Callable:
        def hook(layer: MultiHeadAttention, args: tuple, kwargs: dict, output: Tensor) -> None:
            if kwargs.get("cache") is not None:
                raise ValueError("with a cache a layer sees only the new tokens: run the model without caches")
            known = {key: value for key, value in kwargs.items() if key != "cache"}
            found[name] = attention_weights(layer, *args, **known)

        return hook

    layers = [(name, part) for name, part in model.named_modules() if isinstance(part, MultiHeadAttention)]
    hooks = [layer.register_forward_hook(note(name), with_kwargs=True) for name, layer in layers]
    try:
        run()
    finally:
        for hook in hooks:
            hook.remove()
    return found
