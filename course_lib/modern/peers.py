"""Tiny models of Hugging Face's transformers with random weights, to copy into ours. Nothing is downloaded.

Their norms, their rotation and their router compute in single precision whatever the weights are, which a model in half
precision needs, and which hides a small mistake in the rounding. `in_double` lends them double precision for a comparison.
"""

import contextlib
import sys
from collections.abc import Iterator
from unittest import mock

import torch
from jaxtyping import Int
from torch import Tensor

from course_lib.modern import by_hand, weights
from course_lib.numeric import largest_difference
from course_lib.transformer.weights.conversion import as_arrays

__all__ = ["PEERS", "gaps", "in_double", "tiny"]

SIZES = {
    "vocab_size": 97, "max_position_embeddings": 32, "hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 2,
    "num_attention_heads": 6, "num_key_value_heads": 2, "initializer_range": 0.3, "bos_token_id": 0, "eos_token_id": 0,
}  # fmt: skip
#: Name -> what it has besides; Qwen3's heads are wider than d_model / heads, as the published ones are.
PEERS = {
    "Llama": {},
    "Mistral": {"sliding_window": 4, "head_dim": 4},
    "Qwen3": {"head_dim": 10, "tie_word_embeddings": True},
    "Mixtral": {"num_local_experts": 5, "num_experts_per_tok": 2},
}


def tiny(name: str, seed: int = 0, **other: object) -> torch.nn.Module:
    """A model of one of `PEERS` in double precision: 97 tokens, two blocks of width 24, six heads that share two of keys.

    >>> tiny("Qwen3").config.head_dim
    10
    """
    import transformers

    torch.manual_seed(seed)
    config = getattr(transformers, f"{name}Config")(**(SIZES | PEERS[name] | other))
    config._experts_implementation = "eager"  # the other ways have no double precision
    model = getattr(transformers, f"{name}ForCausalLM")(config)
    with torch.no_grad():
        for tensor in model.parameters():
            if tensor.dim() == 1:  # gains start as ones, which would hide one in the wrong place
                tensor.add_(0.3 * torch.randn_like(tensor))
    return model.double().eval()


class _Doubled:
    """The module torch, but that its single precision is double."""

    float32 = float = torch.float64

    def __getattr__(self, name: str) -> object:
        return getattr(torch, name)


@contextlib.contextmanager
def in_double(model: torch.nn.Module) -> Iterator[torch.nn.Module]:
    """While the block runs, a model of `tiny` computes all it does in double precision, and by the same lines of code."""
    code, rotary = sys.modules[type(model).__module__], model.model.rotary_emb
    width = 2 * len(rotary.inv_freq)
    base = model.config.rope_parameters["rope_theta"]
    exact = base ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    with (
        mock.patch.object(code, "torch", _Doubled()),
        mock.patch.object(torch.Tensor, "float", torch.Tensor.double),
        mock.patch.object(rotary, "inv_freq", exact),
    ):
        yield model


def gaps(name: str, ids: Int[Tensor, "batch token"], seed: int = 0) -> dict[str, float]:
    """How far one of `PEERS` and ours with the same weights differ at most: logits as both are, then all in double precision.

    Gradients are compared tensor by tensor, beside the largest entry of each.
    """
    theirs = tiny(name, seed)
    ours = weights.from_theirs(theirs.state_dict(), weights.shape_from(theirs.config))
    with torch.no_grad():
        found = {"theirs as it is": largest_difference(ours(ids), theirs(ids).logits)}
    with in_double(theirs):
        wanted, made = theirs(ids).logits, ours(ids)
        found["logits"] = largest_difference(made, wanted)
        by_numpy = by_hand.logits(ids[0].numpy(), as_arrays(ours.params()))
        found["by hand, NumPy"] = largest_difference(by_numpy, wanted[0])
        upstream = torch.randn(wanted.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
        for logits in (wanted, made):
            (logits * upstream).sum().backward()
    slopes = {other: tensor.grad for other, tensor in theirs.named_parameters()}
    found["all gradients"] = max(
        largest_difference(part, slopes[other]) / float(slopes[other].abs().max())
        for row in weights.rows(ours.config)
        for other, part in zip(row.theirs, row.part(ours.get_parameter(row.ours).grad), strict=True)
    )
    return found
