"""BERT as Hugging Face keeps it, and ours: every tensor by name, both ways.

BERT's matrices are those of torch.nn.Linear, (out, in), so each is turned; and queries, keys and values are three.
"""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from course_lib.transformer.models import BERT, ModelConfig
from course_lib.transformer.weights.conversion import ConversionError, Row, without_prefix
from course_lib.transformer.weights.conversion import from_theirs as fill
from course_lib.transformer.weights.conversion import to_theirs as rename
from course_lib.transformer.weights.gpt2 import ACTIVATIONS

__all__ = ["SKIP", "block_rows", "config_from", "from_theirs", "rows", "to_theirs"]

#: Lists of 0, 1, 2, ... that old checkpoints carry.
SKIP = (r"embeddings\.(position_ids|token_type_ids)",)


def config_from(theirs: Any) -> ModelConfig:
    """Our config for a BertConfig, or for the dictionary of a config.json.

    Raises:
        ConversionError: it asks for something that our BERT does not do.
    """
    said = dict(theirs) if isinstance(theirs, Mapping) else theirs.to_dict()
    other = {"position_embedding_type": "absolute", "is_decoder": False, "add_cross_attention": False}
    strange = [f"{name}={said[name]}" for name, usual in other.items() if said.get(name, usual) != usual]
    strange += [] if said["hidden_act"] in ACTIVATIONS else [f"hidden_act={said['hidden_act']!r}"]
    if strange:
        raise ConversionError(f"our BERT cannot do {', '.join(strange)}")
    return ModelConfig(
        vocab=said["vocab_size"],
        context=said["max_position_embeddings"],
        layers=said["num_hidden_layers"],
        d_model=said["hidden_size"],
        n_heads=said["num_attention_heads"],
        d_ff=said["intermediate_size"],
        activation=ACTIVATIONS[said["hidden_act"]],
        eps=said["layer_norm_eps"],
        norm="post",
    )


#: How their BERT calls the parts of a block.
NAMES = {
    "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
    "out": "attention.output.dense", "wider": "intermediate.dense", "back": "output.dense",
    "norm_1": "attention.output.LayerNorm", "norm_2": "output.LayerNorm",
}  # fmt: skip


def block_rows(ours: str, theirs: str, names: Mapping[str, str], d: int, d_ff: int) -> list[Row]:
    """The rows of one encoder block.

    Args:
        ours, theirs: what the names of its tensors begin with.
        names: what they call query, key, value, out, wider, back, norm_1 and norm_2.
        d, d_ff: the widths outside and inside.

    >>> block_rows("blocks.0", "encoder.layer.0", NAMES, 2, 8)[0].theirs[0]
    'encoder.layer.0.attention.self.query.weight'
    """
    inside = [f"{theirs}.{names[which]}" for which in ("query", "key", "value")]
    table = [
        Row(f"{ours}.attention.W_QKV", tuple(f"{which}.weight" for which in inside), (d, d), turned=True),
        Row(f"{ours}.attention.b_QKV", tuple(f"{which}.bias" for which in inside), (d,)),
        Row(f"{ours}.attention.W_O", (f"{theirs}.{names['out']}.weight",), (d, d), turned=True),
        Row(f"{ours}.attention.b_O", (f"{theirs}.{names['out']}.bias",), (d,)),
        Row(f"{ours}.feed_forward.W_1", (f"{theirs}.{names['wider']}.weight",), (d_ff, d), turned=True),
        Row(f"{ours}.feed_forward.b_1", (f"{theirs}.{names['wider']}.bias",), (d_ff,)),
        Row(f"{ours}.feed_forward.W_2", (f"{theirs}.{names['back']}.weight",), (d, d_ff), turned=True),
        Row(f"{ours}.feed_forward.b_2", (f"{theirs}.{names['back']}.bias",), (d,)),
    ]
    for norm in ("norm_1", "norm_2"):
        table += [
            Row(f"{ours}.{norm}.{part}", (f"{theirs}.{names[norm]}.{part}",), (d,)) for part in ("weight", "bias")
        ]
    return table


def rows(config: ModelConfig, kinds: int = 2) -> list[Row]:
    """The table for a model of this shape.

    >>> len(rows(ModelConfig(vocab=5, context=3, layers=1, d_model=2, n_heads=1, norm="post")))
    19
    """
    d, d_ff = config.d_model, config.block().width_inside
    table = [
        Row("table", ("embeddings.word_embeddings.weight",), (config.vocab, d)),
        Row("positions", ("embeddings.position_embeddings.weight",), (config.context, d)),
        Row("kinds", ("embeddings.token_type_embeddings.weight",), (kinds, d)),
    ]
    table += [Row(f"first_norm.{part}", (f"embeddings.LayerNorm.{part}",), (d,)) for part in ("weight", "bias")]
    for i in range(config.layers):
        table += block_rows(f"stack.blocks.{i}", f"encoder.layer.{i}", NAMES, d, d_ff)
    pool = [Row("W_pool", ("pooler.dense.weight",), (d, d), turned=True), Row("b_pool", ("pooler.dense.bias",), (d,))]
    return [*table, *pool]


def from_theirs(state: Mapping[str, Tensor], config: ModelConfig, kinds: int = 2) -> BERT:
    """Our BERT with the numbers of a BertModel.

    Args:
        state: its state_dict, with or without "bert." in front of the names.
        config: from `config_from`.
        kinds: how many kinds of sentence there are (type_vocab_size).
    Raises:
        ConversionError: a tensor is unknown, missing or of another shape.
    """
    return fill(BERT(config, kinds), rows(config, kinds), without_prefix(state, "bert."), SKIP)


def to_theirs(model: BERT) -> dict[str, Tensor]:
    """The state_dict of a BertModel with our numbers."""
    return rename(model, rows(model.config, len(model.kinds)))
