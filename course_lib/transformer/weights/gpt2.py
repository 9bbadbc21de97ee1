"""GPT-2 as Hugging Face keeps it, and ours: every tensor by name, both ways.

GPT-2's Conv1D keeps its matrices as we do, (in, out), and queries, keys and values side by side, so nothing is turned.
"""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from course_lib.transformer.models import GPT, ModelConfig
from course_lib.transformer.weights.conversion import ConversionError, Row, tied_head, without_prefix
from course_lib.transformer.weights.conversion import from_theirs as fill
from course_lib.transformer.weights.conversion import to_theirs as rename

__all__ = ["ACTIVATIONS", "SKIP", "config_from", "from_theirs", "rows", "to_theirs"]

ACTIVATIONS = {"gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "gelu": "gelu", "relu": "relu"}
#: The causal mask and the number that stood for minus infinity, which old checkpoints carry in every layer.
SKIP = (r"h\.\d+\.attn\.(bias|masked_bias)",)


def config_from(theirs: Any) -> ModelConfig:
    """Our config for a GPT2Config, or for the dictionary of a config.json.

    Raises:
        ConversionError: it asks for something that our GPT does not do.

    >>> small = {"vocab_size": 11, "n_positions": 7, "n_layer": 1, "n_embd": 6, "n_head": 3}
    >>> config_from(small | {"activation_function": "gelu_new"}).d_model
    6
    """
    said = dict(theirs) if isinstance(theirs, Mapping) else theirs.to_dict()
    other = {"scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False, "add_cross_attention": False}
    strange = [f"{name}={said[name]}" for name, usual in other.items() if said.get(name, usual) != usual]
    activation = said.get("activation_function", "gelu_new")
    strange += [] if activation in ACTIVATIONS else [f"activation_function={activation!r}"]
    if strange:
        raise ConversionError(f"our GPT cannot do {', '.join(strange)}")
    return ModelConfig(
        vocab=said["vocab_size"],
        context=said.get("n_positions", 1024),
        layers=said["n_layer"],
        d_model=said["n_embd"],
        n_heads=said["n_head"],
        d_ff=said.get("n_inner"),
        activation=ACTIVATIONS[activation],
        eps=said.get("layer_norm_epsilon", 1e-5),
        tied=said.get("tie_word_embeddings", True),
    )


def rows(config: ModelConfig) -> list[Row]:
    """The table for a model of this shape.

    >>> [row.theirs[0] for row in rows(ModelConfig(vocab=5, context=3, layers=0, d_model=2, n_heads=1))]
    ['wte.weight', 'wpe.weight', 'ln_f.weight', 'ln_f.bias']
    """
    d, d_ff = config.d_model, config.block().width_inside
    table = [Row("table", ("wte.weight",), (config.vocab, d)), Row("positions", ("wpe.weight",), (config.context, d))]
    for i in range(config.layers):
        matrices = {
            "attention.W_QKV": ("attn.c_attn.weight", (d, 3 * d)),
            "attention.b_QKV": ("attn.c_attn.bias", (3 * d,)),
            "attention.W_O": ("attn.c_proj.weight", (d, d)),
            "attention.b_O": ("attn.c_proj.bias", (d,)),
            "feed_forward.W_1": ("mlp.c_fc.weight", (d, d_ff)),
            "feed_forward.b_1": ("mlp.c_fc.bias", (d_ff,)),
            "feed_forward.W_2": ("mlp.c_proj.weight", (d_ff, d)),
            "feed_forward.b_2": ("mlp.c_proj.bias", (d,)),
        }
        norms = {f"norm_{n}.{part}": (f"ln_{n}.{part}", (d,)) for n in (1, 2) for part in ("weight", "bias")}
        for ours, (name, shape) in (norms | matrices).items():
            table.append(Row(f"stack.blocks.{i}.{ours}", (f"h.{i}.{name}",), shape))
    table += [Row(f"stack.norm.{part}", (f"ln_f.{part}",), (d,)) for part in ("weight", "bias")]
    return table if config.tied else [*table, Row("head", ("lm_head.weight",), (config.vocab, d))]


def from_theirs(state: Mapping[str, Tensor], config: ModelConfig) -> GPT:
    """Our GPT with the numbers of a GPT2LMHeadModel or GPT2Model.

    Args:
        state: its state_dict, with or without "transformer." in front of the names.
        config: from `config_from`.
    Raises:
        ConversionError: a tensor is unknown, missing, of another shape, or a tied output differs from the table.
    """
    named = without_prefix(state, "transformer.")
    named = tied_head(named, "lm_head.weight", "wte.weight") if config.tied else named
    return fill(GPT(config), rows(config), named, SKIP)


def to_theirs(model: GPT) -> dict[str, Tensor]:
    """The state_dict of a GPT2LMHeadModel with our numbers."""
    theirs = rename(model, rows(model.config))
    theirs.setdefault("lm_head.weight", theirs["wte.weight"])
    return {name if name == "lm_head.weight" else f"transformer.{name}": tensor for name, tensor in theirs.items()}
