"""Tiny models of other people with random weights, copied into ours: how far the two differ. Nothing is downloaded.

Adds to ``gpt2``, ``bert`` and ``torch_transformer``: the models to compare with. All in double precision, where a mistake
cannot hide in the rounding.
"""

import copy

import torch

from course_lib.numeric import largest_difference
from course_lib.transformer.by_hand import attention_mask
from course_lib.transformer.models import GPT, ModelConfig
from course_lib.transformer.weights import bert, torch_transformer

__all__ = ["bert_gap", "fused_gaps", "tiny_gpt2", "torch_gap"]

VOCAB, CONTEXT, D_MODEL, HEADS, LAYERS = 97, 16, 24, 3, 2


def tiny_gpt2(seed: int = 0) -> torch.nn.Module:
    """A GPT-2 of Hugging Face's transformers: 97 tokens, 16 places, two blocks of width 24 with three heads.

    >>> tiny_gpt2().config.n_layer
    2
    """
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(seed)
    return _stirred(
        GPT2LMHeadModel(
            GPT2Config(
                vocab_size=VOCAB, n_positions=CONTEXT, n_embd=D_MODEL, n_layer=LAYERS, n_head=HEADS,
                initializer_range=0.3, bos_token_id=0, eos_token_id=0,
            )
        )
    )  # fmt: skip


def _stirred(model: torch.nn.Module) -> torch.nn.Module:
    """Biases start as zeros and gains as ones, which would hide one in the wrong place."""
    with torch.no_grad():
        for tensor in model.parameters():
            if tensor.dim() == 1:
                tensor.add_(0.3 * torch.randn_like(tensor))
    return model.double().eval()


def bert_gap(ids: torch.Tensor, seed: int = 0) -> float:
    """How far our BERT and one of Hugging Face with the same weights differ at most."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    sizes = {"vocab_size": VOCAB, "max_position_embeddings": CONTEXT, "hidden_size": D_MODEL, "intermediate_size": 48}
    sizes |= {"num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "initializer_range": 0.3}
    theirs = _stirred(BertModel(BertConfig(**sizes)))
    ours = bert.from_theirs(theirs.state_dict(), bert.config_from(theirs.config))
    return largest_difference(ours(ids)[0], theirs(ids).last_hidden_state)


def torch_gap(seed: int = 0) -> float:
    """How far our encoder-decoder and ``torch.nn.Transformer`` with the same weights differ at most."""
    torch.manual_seed(seed)
    theirs = torch.nn.Transformer(D_MODEL, 4, LAYERS, LAYERS, 48, 0.0, batch_first=True, dtype=torch.float64)
    theirs = _stirred(theirs)
    config = ModelConfig(1, 1, LAYERS, D_MODEL, 4, d_ff=48, norm="post", activation="relu")
    stacks = torch_transformer.from_theirs(theirs.state_dict(), config)
    source, target = torch.randn(1, 7, D_MODEL).double(), torch.randn(1, 5, D_MODEL).double()
    ours = stacks["decoder"](target, causal=True, source=stacks["encoder"](source))
    forbidden = ~torch.tensor(attention_mask("decoder", 0, 5)["decoder"])
    return largest_difference(ours, theirs(source, target, tgt_mask=forbidden))


def fused_gaps(model: GPT, ids: torch.Tensor) -> tuple[float, float]:
    """How far a GPT with the fused kernel and with the readable attention differ at most: logits, and all gradients."""
    readable = copy.deepcopy(model)
    for block in readable.stack.blocks:
        block.attention.fused = False
    upstream = torch.randn(model(ids).shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    slopes = [torch.autograd.grad((one(ids) * upstream).sum(), list(one.parameters())) for one in (model, readable)]
    gradients = max(largest_difference(a, b) for a, b in zip(*slopes, strict=True))
    return largest_difference(model(ids), readable(ids)), gradients
