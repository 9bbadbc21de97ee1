"""The functions of ``by_hand`` in PyTorch, under the same names. The models themselves are in ``models``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from course_lib.attention.in_torch import attention, causal_mask
from course_lib.block.in_torch import block, gelu_tanh, layer_norm
from course_lib.transformer.by_hand import FAMILIES

__all__ = ["FAMILIES", "attention_mask", "cross_attention", "gpt_logits", "greedy_decode", "padding_mask"]


def cross_attention(
    decoder_x: Float[Tensor, "... target d_model"],
    encoder_y: Float[Tensor, "... source d_model"],
    W_Q: Float[Tensor, "d_model d_head"],
    W_K: Float[Tensor, "d_model d_head"],
    W_V: Float[Tensor, "d_model d_head"],
) -> Float[Tensor, "... target d_head"]:
    """Queries from the decoder, keys and values from the encoder.

    >>> cross_attention(torch.zeros(3, 2), torch.zeros(5, 2), *[torch.eye(2)] * 3).shape
    torch.Size([3, 2])
    """
    return attention(decoder_x @ W_Q, encoder_y @ W_K, encoder_y @ W_V)


def attention_mask(
    family: Literal["encoder", "decoder", "encoder-decoder"],
    n_source: int,
    n_target: int,
    device: torch.device | str | None = None,
) -> dict[str, Bool[Tensor, "query key"]]:
    """The masks of a family, True where a query may attend to a key.

    >>> attention_mask("decoder", 0, 2)["decoder"].tolist()
    [[True, False], [True, True]]
    """
    if family not in FAMILIES:
        raise ValueError(f"there are three families, {', '.join(FAMILIES)}; got {family!r}")
    masks = {}
    if family != "decoder":
        masks["encoder"] = torch.ones(n_source, n_source, dtype=torch.bool, device=device)
    if family != "encoder":
        masks["decoder"] = causal_mask(n_target, device)
    if family == "encoder-decoder":
        masks["cross"] = torch.ones(n_target, n_source, dtype=torch.bool, device=device)
    return masks


def padding_mask(lengths: Int[Tensor, "batch"], n: int) -> Bool[Tensor, "batch n"]:
    """Which places of a batch hold a token, True where one stands; on the device of `lengths`.

    >>> padding_mask(torch.tensor([1, 3]), 3).int().tolist()
    [[1, 0, 0], [1, 1, 1]]
    """
    if len(lengths) and not 0 <= lengths.min() <= lengths.max() <= n:
        raise ValueError(f"{n} places hold 0 to {n} tokens, got lengths from {lengths.min()} to {lengths.max()}")
    return torch.arange(n, device=lengths.device) < lengths[:, None]


def greedy_decode(
    next_logits: Callable[[list[int]], Float[Tensor, "vocab"]], start: Sequence[int], stop: int, max_tokens: int
) -> list[int]:
    """Token after token, each time the one with the largest logit.

    >>> greedy_decode(lambda ids: torch.eye(5)[ids[-1] + 1], [0], stop=3, max_tokens=10)
    [0, 1, 2, 3]
    """
    ids = list(start)
    for _ in range(max_tokens):
        logits = next_logits(list(ids))
        chosen = int((logits == logits.max()).nonzero()[0])  # the smallest id among equals, on every device
        ids.append(chosen)
        if chosen == stop:
            break
    return ids


def gpt_logits(ids: Int[Tensor, "... token"], params: Mapping) -> Float[Tensor, "... token vocab"]:
    """A GPT from token ids to logits, readable; the arguments are those of ``by_hand.gpt_logits`` as tensors.

    >>> empty = {"table": torch.eye(3, 2), "positions": torch.zeros(4, 2), "blocks": []}
    >>> gpt_logits(torch.tensor([0, 1]), empty | {"gain": torch.zeros(2), "bias": torch.zeros(2)}).shape
    torch.Size([2, 3])
    """
    n_tokens, context = ids.shape[-1], len(params["positions"])
    if n_tokens > context:
        raise ValueError(f"{n_tokens} tokens do not fit into a context of {context}: cut the text, or slide a window")
    eps = params.get("eps", 1e-5)
    x = params["table"][ids] + params["positions"][:n_tokens]
    for block_params in params["blocks"]:
        x = block(x, block_params, norm="pre", mask=causal_mask(n_tokens, x.device), activation=gelu_tanh, eps=eps)
    return layer_norm(x, params["gain"], params["bias"], eps) @ params.get("head", params["table"]).T
