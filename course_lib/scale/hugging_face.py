"""A witness of another hand: Hugging Face's models of the same shapes, built on the meta device and counted.

Formulas (``families``) and tensors (``counted``) were written for this course by the same people, who may have
misunderstood the same thing twice. These models were written by others, and load the weights that the makers published.
"""

import contextlib
from collections.abc import Iterator

import torch
from torch import nn

from course_lib.scale.families import Shape

__all__ = ["count", "model_of"]


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Without its messages about devices and settings."""
    from transformers.utils import logging

    level = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(level)


def model_of(shape: Shape) -> nn.Module:
    """Hugging Face's model of a shape of LLaMA's family, on the meta device: every tensor, and no memory.

    Raises:
        ValueError: a shape of another family, or a mixture for which there is no model here.
        ModuleNotFoundError: transformers is not installed.

    >>> shape = Shape("llama", layers=2, d_model=8, heads=4, vocab=11, context=5, d_ff=12, key_heads=2)
    >>> type(model_of(shape)).__name__, next(model_of(shape).parameters()).device.type
    ('LlamaForCausalLM', 'meta')
    """
    import transformers

    if shape.family != "llama":
        raise ValueError(f"only shapes of the family llama are built here; got {shape.family}")
    if shape.experts and (shape.head_norms or shape.tied):
        raise ValueError("a mixture with norms on queries and keys, or with a tied table, is not built here")
    settings = {
        "num_hidden_layers": shape.layers, "hidden_size": shape.d_model, "intermediate_size": shape.inside,
        "num_attention_heads": shape.heads, "num_key_value_heads": shape.shared_heads, "head_dim": shape.key_width,
        "vocab_size": shape.vocab, "max_position_embeddings": shape.context, "tie_word_embeddings": shape.tied,
    }  # fmt: skip
    with _quietly(), torch.device("meta"):
        if shape.experts:
            experts = {"num_local_experts": shape.experts, "num_experts_per_tok": shape.chosen}
            return transformers.MixtralForCausalLM(transformers.MixtralConfig(**settings, **experts))
        if shape.head_norms:
            return transformers.Qwen3ForCausalLM(transformers.Qwen3Config(**settings))
        return transformers.LlamaForCausalLM(transformers.LlamaConfig(**settings))


def count(shape: Shape) -> int:
    """All numbers in the tensors of that model; a tied table counts once.

    >>> shape = Shape("llama", layers=2, d_model=8, heads=4, vocab=11, context=5, d_ff=12, key_heads=2)
    >>> from course_lib.scale.families import parameters
    >>> count(shape) == parameters(shape)
    True
    """
    tensors = {id(tensor): tensor for tensor in model_of(shape).parameters()}
    return sum(tensor.numel() for tensor in tensors.values())
