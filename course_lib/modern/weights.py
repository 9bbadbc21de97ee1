"""LLaMA, Mistral, Qwen3 and Mixtral as Hugging Face keeps them, and ours: every tensor by name, both ways.

Two things differ. torch.nn.Linear keeps its matrices the other way round. And where we turn neighbouring features, 2i with
2i + 1, as the paper of rotary positions does, their code turns feature i with feature i + d_head / 2: the same rotations
in another order. Whoever sorts the columns of W_Q and W_K once can rotate either way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from course_lib.modern.model import Decoder
from course_lib.modern.shape import LLAMA, Shape
from course_lib.transformer.models import GPT, ModelConfig
from course_lib.transformer.weights.conversion import ConversionError, Row, tied_head
from course_lib.transformer.weights.conversion import from_theirs as fill
from course_lib.transformer.weights.conversion import to_theirs as rename

__all__ = ["FAMILIES", "SKIP", "ExpertRow", "RotaryRow", "from_theirs", "rows", "shape_from", "to_gpt", "to_theirs"]

#: The values of model_type that are read.
FAMILIES = ("llama", "mistral", "mixtral", "qwen3")
#: The frequencies of the rotation, which old checkpoints carry.
SKIP = (r"model\.layers\.\d+\.self_attn\.rotary_emb\.inv_freq",)


@dataclass(frozen=True)
class RotaryRow(Row):
    """A tensor whose last axis is n_heads heads to be rotated: theirs has the first of each pair in front, ours side by side."""

    n_heads: int = 1

    def join(self, tensors: Sequence[Tensor]) -> Tensor:
        """Theirs to ours: i and i + d_head / 2 become neighbours."""
        halves = super().join(tensors).unflatten(-1, (self.n_heads, 2, -1))
        return halves.transpose(-1, -2).flatten(-3)

    def part(self, tensor: Tensor) -> tuple[Tensor, ...]:
        """Ours to theirs."""
        pairs = tensor.unflatten(-1, (self.n_heads, -1, 2))
        return super().part(pairs.transpose(-1, -2).flatten(-3))


@dataclass(frozen=True)
class ExpertRow(Row):
    """A matrix for each expert in one tensor, each the other way round."""

    def join(self, tensors: Sequence[Tensor]) -> Tensor:
        """Theirs to ours."""
        return torch.cat([tensor.mT for tensor in tensors], dim=-1).contiguous()

    def part(self, tensor: Tensor) -> tuple[Tensor, ...]:
        """Ours to theirs."""
        return tuple(part.mT.contiguous() for part in tensor.chunk(len(self.theirs), dim=-1))


def shape_from(theirs: Any) -> Shape:
    """Our shape for a LlamaConfig, MistralConfig, Qwen3Config or MixtralConfig, or for the dictionary of a config.json.

    Raises:
        ConversionError: it asks for something that our `Decoder` does not do.
    """
    said = dict(theirs) if isinstance(theirs, Mapping) else theirs.to_dict()
    family = said.get("model_type")
    if family not in FAMILIES:
        raise ConversionError(f"the families that are read are {', '.join(FAMILIES)}; got model_type={family!r}")
    rope = said.get("rope_parameters") or {}
    usual = {"attention_bias": False, "mlp_bias": False, "hidden_act": "silu"}
    strange = [f"{name}={said[name]!r}" for name, value in usual.items() if said.get(name, value) != value]
    if rope.get("rope_type", "default") != "default":
        strange.append(f"rope_type={rope['rope_type']!r}")
    if family == "qwen3" and "sliding_attention" in said.get("layer_types", ()):
        strange.append("a window in some of the layers")
    if strange:
        raise ConversionError(f"our decoder cannot do {', '.join(strange)}")
    switches = LLAMA | {"eps": said["rms_norm_eps"], "qk_norm": family == "qwen3"}
    if family == "mixtral":
        switches |= {"experts": said["num_local_experts"], "chosen": said["num_experts_per_tok"]}
    return Shape(
        vocab=said["vocab_size"],
        context=said["max_position_embeddings"],
        layers=said["num_hidden_layers"],
        d_model=said["hidden_size"],
        n_heads=said["num_attention_heads"],
        n_kv_heads=said["num_key_value_heads"],
        d_head=said.get("head_dim"),
        d_ff=said["intermediate_size"],
        base=rope.get("rope_theta", said.get("rope_theta", 10000.0)),
        window=None if family == "qwen3" else said.get("sliding_window"),
        tied=said["tie_word_embeddings"],
        **switches,
    )


def rows(shape: Shape) -> list[Row]:
    """The table for a model of this shape.

    >>> small = Shape(vocab=5, context=3, layers=0, d_model=2, n_heads=1, tied=False, **LLAMA)
    >>> [row.theirs[0] for row in rows(small)]
    ['model.embed_tokens.weight', 'model.norm.weight', 'lm_head.weight']
    """
    d, d_ff, width, experts = shape.d_model, shape.inside, shape.width, shape.experts
    queries, keys = shape.n_heads * width, shape.key_heads * width
    table = [Row("table", ("model.embed_tokens.weight",), (shape.vocab, d))]
    for i in range(shape.layers):
        ours, theirs = f"stack.blocks.{i}.", f"model.layers.{i}."
        heads, names = ours + "attention.", theirs + "self_attn."
        table += [
            Row(ours + "norm_1.weight", (theirs + "input_layernorm.weight",), (d,)),
            Row(ours + "norm_2.weight", (theirs + "post_attention_layernorm.weight",), (d,)),
            RotaryRow(heads + "W_Q", (names + "q_proj.weight",), (queries, d), turned=True, n_heads=shape.n_heads),
            RotaryRow(heads + "W_K", (names + "k_proj.weight",), (keys, d), turned=True, n_heads=shape.key_heads),
            Row(heads + "W_V", (names + "v_proj.weight",), (keys, d), turned=True),
            Row(heads + "W_O", (names + "o_proj.weight",), (d, queries), turned=True),
        ]
        if shape.qk_norm:
            table += [
                RotaryRow(f"{heads}gain_{letter.upper()}", (f"{names}{letter}_norm.weight",), (width,))
                for letter in "qk"
            ]
        inside, names = ours + "feed_forward.", theirs + "mlp."
        if experts:
            table += [
                Row(inside + "router", (names + "gate.weight",), (experts, d), turned=True),
                ExpertRow(inside + "W_in", (names + "experts.gate_up_proj",), (experts, 2 * d_ff, d)),
                ExpertRow(inside + "W_down", (names + "experts.down_proj",), (experts, d, d_ff)),
            ]
        else:
            both = (names + "gate_proj.weight", names + "up_proj.weight")
            table += [
                Row(inside + "W_in", both, (d_ff, d), turned=True),
                Row(inside + "W_down", (names + "down_proj.weight",), (d, d_ff), turned=True),
            ]
    table.append(Row("stack.norm.weight", ("model.norm.weight",), (d,)))
    return table if shape.tied else [*table, Row("head", ("lm_head.weight",), (shape.vocab, d))]


def from_theirs(state: Mapping[str, Tensor], shape: Shape) -> Decoder:
    """Our decoder with the numbers of a LlamaForCausalLM, MistralForCausalLM, Qwen3ForCausalLM or MixtralForCausalLM.

    Args:
        state: its state_dict.
        shape: from `shape_from`.
    Raises:
        ConversionError: a tensor is unknown, missing, of another shape, or a tied output differs from the table.
    """
    named = tied_head(dict(state), "lm_head.weight", "model.embed_tokens.weight") if shape.tied else dict(state)
    return fill(Decoder(shape), rows(shape), named, SKIP)


def to_theirs(model: Decoder) -> dict[str, Tensor]:
    """The state_dict of Hugging Face's model with our numbers."""
    theirs = rename(model, rows(model.config))
    theirs.setdefault("lm_head.weight", theirs["model.embed_tokens.weight"])
    return theirs


def to_gpt(model: Decoder) -> GPT:
    """The GPT of lesson 07 with the numbers of a decoder whose switches are all off.

    Raises:
        ConversionError: one of them is on.
    """
    shape = model.config
    plain = Shape(
        shape.vocab,
        shape.context,
        shape.layers,
        shape.d_model,
        shape.n_heads,
        d_ff=shape.d_ff,
        tied=shape.tied,
        eps=shape.eps,
    )
    if shape != plain:
        raise ConversionError(f"a GPT has none of the switches; the decoder has {shape}")
    config = ModelConfig(
        shape.vocab,
        shape.context,
        shape.layers,
        shape.d_model,
        shape.n_heads,
        shape.d_ff,
        tied=shape.tied,
        eps=shape.eps,
    )
    state, other = model.state_dict(), {"W_in": "W_1", "b_in": "b_1", "W_down": "W_2", "b_down": "b_2"}
    ours = {}
    for name, tensor in state.items():
        place, _, last = name.rpartition(".")
        if last in ("W_K", "W_V", "b_K", "b_V"):
            continue
        if last in ("W_Q", "b_Q"):
            ours[f"{place}.{last}KV"] = torch.cat([state[f"{place}.{last[:2]}{letter}"] for letter in "QKV"], dim=-1)
        else:
            ours[f"{place}.{other.get(last, last)}" if place else last] = tensor
    gpt = GPT(config).to(model.table.dtype)
    gpt.load_state_dict(ours)
    return gpt
