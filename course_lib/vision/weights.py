"""ViT as Hugging Face keeps it, and ours: every tensor by name, and a small one with random numbers to compare with.

Two things differ besides the names. Their matrices are those of torch.nn.Linear, (out, in), so each is turned. And theirs
reads patches by a convolution, whose weight is (d_model, channel, row, column), where our patches run row, column, channel.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.transformer.weights.bert import block_rows
from course_lib.transformer.weights.conversion import ConversionError, Row, without_prefix
from course_lib.transformer.weights.conversion import from_theirs as fill
from course_lib.vision.in_torch import ViT, ViTConfig

__all__ = ["config_from", "from_theirs", "rows", "tiny_vit"]

PATCH = "embeddings.patch_embeddings.projection.weight"
#: Their names within a block: those of today, and those of published checkpoints and of earlier versions of the library.
TODAY = {
    "block": "layers.{}", "query": "attention.q_proj", "key": "attention.k_proj", "value": "attention.v_proj",
    "out": "attention.o_proj", "wider": "mlp.fc1", "back": "mlp.fc2",
    "norm_1": "layernorm_before", "norm_2": "layernorm_after",
}  # fmt: skip
PUBLISHED = {
    "block": "encoder.layer.{}", "query": "attention.attention.query", "key": "attention.attention.key",
    "value": "attention.attention.value", "out": "attention.output.dense", "wider": "intermediate.dense",
    "back": "output.dense", "norm_1": "layernorm_before", "norm_2": "layernorm_after",
}  # fmt: skip


def config_from(theirs: Any) -> ViTConfig:
    """Our config for a ViTConfig of Hugging Face's, or for the dictionary of a config.json.

    Raises:
        ConversionError: it asks for something that our ViT does not do.
    """
    said = dict(theirs) if isinstance(theirs, Mapping) else theirs.to_dict()
    usual = {"hidden_act": "gelu", "qkv_bias": True}
    strange = [f"{name}={said[name]!r}" for name, value in usual.items() if said.get(name, value) != value]
    if strange:
        raise ConversionError(f"our ViT cannot do {', '.join(strange)}")
    return ViTConfig(
        image=said["image_size"],
        patch=said["patch_size"],
        channels=said["num_channels"],
        classes=len(said["id2label"]) if "id2label" in said else said["num_labels"],
        layers=said["num_hidden_layers"],
        d_model=said["hidden_size"],
        n_heads=said["num_attention_heads"],
        d_ff=said["intermediate_size"],
        eps=said["layer_norm_eps"],
    )


def rows(config: ViTConfig, names: Mapping[str, str] = TODAY) -> list[Row]:
    """The table for a model of this shape, once their patch matrix is flat.

    >>> len(rows(ViTConfig(image=8, patch=4, channels=1, classes=10, layers=1, d_model=6, n_heads=2)))
    20
    """
    d, d_ff = config.d_model, config.block().width_inside
    table = [
        Row("class_token", ("embeddings.cls_token",), (d,)),
        Row("positions", ("embeddings.position_embeddings",), (1 + config.n_patches, d)),
        Row("W_patch", (PATCH,), (config.patch**2 * config.channels, d)),
        Row("b_patch", (PATCH.replace("weight", "bias"),), (d,)),
    ]
    for i in range(config.layers):
        table += block_rows(f"blocks.{i}", names["block"].format(i), names, d, d_ff)
    table += [Row(f"norm.{part}", (f"layernorm.{part}",), (d,)) for part in ("weight", "bias")]
    table.append(Row("W_head", ("classifier.weight",), (config.classes, d), turned=True))
    return [*table, Row("b_head", ("classifier.bias",), (config.classes,))]


def from_theirs(state: Mapping[str, Tensor], config: ViTConfig) -> ViT:
    """Our ViT with the numbers of a ViTForImageClassification.

    Args:
        state: its state_dict.
        config: from `config_from`.
    Raises:
        ConversionError: a tensor is unknown, missing or of another shape.
    """
    flat = without_prefix(state, "vit.")
    names = PUBLISHED if any(name.startswith("encoder.layer.") for name in flat) else TODAY
    reshape = {
        "embeddings.cls_token": lambda one: one[0, 0],
        "embeddings.position_embeddings": lambda one: one[0],
        PATCH: lambda one: one.permute(2, 3, 1, 0).flatten(
            0, 2
        ),  # (d, channel, row, column) to (row column channel, d)
    }
    flat |= {name: change(flat[name]) for name, change in reshape.items() if name in flat}
    return fill(ViT(config), rows(config, names), flat)


@torch.no_grad()
def tiny_vit(seed: int = 0) -> nn.Module:
    """A ViT of Hugging Face's transformers: 12 x 12 pixels of 3 colours, patches of 4, two blocks of width 20, 7 classes.

    Every number is random, biases and gains too, so that none can be left out unnoticed; float64.
    """
    from transformers import ViTConfig as TheirConfig  # seconds to import
    from transformers import ViTForImageClassification

    sizes = {"image_size": 12, "patch_size": 4, "num_channels": 3, "hidden_size": 20, "num_hidden_layers": 2}
    sizes |= {"num_attention_heads": 5, "intermediate_size": 34, "num_labels": 7}
    model, generator = ViTForImageClassification(TheirConfig(**sizes)), torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        spread = 0.3 * torch.randn(parameter.shape, generator=generator)
        parameter.copy_(1 + spread if "layernorm" in name and name.endswith("weight") else spread)
    return model.double().eval()
