"""The encoder and the decoder of torch.nn.Transformer, and ours: every tensor by name, both ways.

torch.nn.Transformer has no embeddings and no output layer: it is two stacks, each with a norm at the end. Its matrices
are turned, and queries, keys and values stand one below the other in `in_proj_weight`.
"""

from collections.abc import Mapping

from torch import Tensor, nn

from course_lib.transformer.models import ModelConfig, Stack
from course_lib.transformer.weights.conversion import Row
from course_lib.transformer.weights.conversion import from_theirs as fill
from course_lib.transformer.weights.conversion import to_theirs as rename

__all__ = ["from_theirs", "new_stacks", "rows", "to_theirs"]


def new_stacks(config: ModelConfig) -> nn.ModuleDict:
    """An encoder and a decoder with cross-attention, as an `EncoderDecoder` has them.

    >>> sorted(new_stacks(ModelConfig(vocab=1, context=1, layers=1, d_model=4, n_heads=2)))
    ['decoder', 'encoder']
    """
    return nn.ModuleDict({"encoder": Stack(config), "decoder": Stack(config, cross=True)})


def rows(config: ModelConfig) -> list[Row]:
    """The table for stacks of this shape.

    >>> len(rows(ModelConfig(vocab=1, context=1, layers=1, d_model=4, n_heads=2)))
    34
    """
    d, d_ff = config.d_model, config.block().width_inside
    table = []
    for half, attentions, norms in (
        ("encoder", {"attention": "self_attn"}, {"norm_1": "norm1", "norm_2": "norm2"}),
        (
            "decoder",
            {"attention": "self_attn", "cross": "multihead_attn"},
            {"norm_1": "norm1", "norm_cross": "norm2", "norm_2": "norm3"},
        ),
    ):
        for i in range(config.layers):
            ours, theirs = f"{half}.blocks.{i}", f"{half}.layers.{i}"
            for mine, other in attentions.items():
                table += [
                    Row(f"{ours}.{mine}.W_QKV", (f"{theirs}.{other}.in_proj_weight",), (3 * d, d), turned=True),
                    Row(f"{ours}.{mine}.b_QKV", (f"{theirs}.{other}.in_proj_bias",), (3 * d,)),
                    Row(f"{ours}.{mine}.W_O", (f"{theirs}.{other}.out_proj.weight",), (d, d), turned=True),
                    Row(f"{ours}.{mine}.b_O", (f"{theirs}.{other}.out_proj.bias",), (d,)),
                ]
            table += [
                Row(f"{ours}.feed_forward.W_1", (f"{theirs}.linear1.weight",), (d_ff, d), turned=True),
                Row(f"{ours}.feed_forward.b_1", (f"{theirs}.linear1.bias",), (d_ff,)),
                Row(f"{ours}.feed_forward.W_2", (f"{theirs}.linear2.weight",), (d, d_ff), turned=True),
                Row(f"{ours}.feed_forward.b_2", (f"{theirs}.linear2.bias",), (d,)),
            ]
            for mine, other in norms.items():
                table += [Row(f"{ours}.{mine}.{part}", (f"{theirs}.{other}.{part}",), (d,)) for part in _PARTS]
        table += [Row(f"{half}.norm.{part}", (f"{half}.norm.{part}",), (d,)) for part in _PARTS]
    return table


_PARTS = ("weight", "bias")


def from_theirs(state: Mapping[str, Tensor], config: ModelConfig) -> nn.ModuleDict:
    """Our two stacks with the numbers of a torch.nn.Transformer.

    Args:
        state: its state_dict.
        config: layers, d_model, n_heads, d_ff, norm ("pre" is norm_first=True), activation and eps must be its own.
    Raises:
        ConversionError: a tensor is unknown, missing or of another shape.
    """
    return fill(new_stacks(config), rows(config), state)


def to_theirs(stacks: nn.Module, config: ModelConfig) -> dict[str, Tensor]:
    """The state_dict of a torch.nn.Transformer with our numbers.

    Args:
        stacks: from `new_stacks`, or an `EncoderDecoder`, whose tables are left out.
        config: the shape of the stacks.
    """
    return rename(stacks, rows(config))
