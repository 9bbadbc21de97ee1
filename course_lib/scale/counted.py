"""The models themselves, without their numbers: built on PyTorch's meta device and counted tensor by tensor.

A tensor on the meta device has a shape and a type and no memory. A model of 175 billion parameters is put together in
about a second, and every tensor can be asked for its size: a count that knows nothing of the formula.
GPT and BERT are this course's own models; the other three hold the tensors of their papers and are only counted.
"""

import torch
from torch import nn

from course_lib.block.in_torch import Block, BlockConfig
from course_lib.scale.families import PARTS, Shape
from course_lib.transformer.models import BERT, GPT, ModelConfig, n_parameters

__all__ = ["build", "count", "count_parts", "part_of", "parts_of"]

#: Each block is a handful of Python objects, also on the meta device.
MOST_LAYERS = 2000


class _Llama(nn.Module):
    """LLaMA's tensors: rotary positions and RMSNorm's one vector leave little; SwiGLU has three matrices.

    Its relatives have norms for queries and keys, experts with a router, or no output of their own.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        d, f = shape.d_model, shape.inside
        queries, keys = shape.heads * shape.key_width, shape.shared_heads * shape.key_width

        def swiglu() -> nn.Module:
            matrices = {"gate": nn.Linear(d, f, bias=False), "up": nn.Linear(d, f, bias=False)}
            return nn.ModuleDict(matrices | {"down": nn.Linear(f, d, bias=False)})

        def layer() -> nn.Module:
            attention = {"q": nn.Linear(d, queries, bias=False), "k": nn.Linear(d, keys, bias=False)}
            attention |= {"v": nn.Linear(d, keys, bias=False), "o": nn.Linear(queries, d, bias=False)}
            if shape.head_norms:
                attention |= {f"norm_{name}": nn.RMSNorm(shape.key_width) for name in "qk"}
            inside = swiglu()
            if shape.experts:
                router = nn.Linear(d, shape.experts, bias=False)
                inside = nn.ModuleList([router, *(swiglu() for _ in range(shape.experts))])
            return nn.ModuleDict(
                {
                    "attention": nn.ModuleDict(attention),
                    "feed_forward": inside,
                    "norm_1": nn.RMSNorm(d),
                    "norm_2": nn.RMSNorm(d),
                }
            )

        self.table = nn.Parameter(torch.empty(shape.vocab, d))
        self.blocks = nn.ModuleList(layer() for _ in range(shape.layers))
        self.norm = nn.RMSNorm(d)
        if not shape.tied:
            self.head = nn.Linear(d, shape.vocab, bias=False)


class _ViT(nn.Module):
    """ViT's tensors: a matrix that reads patches, a class token, positions, the course's own blocks, a classifier."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        d = shape.d_model
        config = BlockConfig(d_model=d, n_heads=shape.heads, d_ff=shape.d_ff, activation="gelu")
        self.patch = nn.Linear(shape.patch_values, d)
        self.class_token = nn.Parameter(torch.empty(d))
        self.positions = nn.Parameter(torch.empty(shape.context, d))
        self.blocks = nn.ModuleList(Block(config) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(d)
        self.head = nn.Linear(d, shape.vocab)


class _Transformer2017(nn.Module):
    """The tensors of Vaswani et al. 2017: one table for three uses, attention without biases, norms after each part.

    (`course_lib.transformer.models.EncoderDecoder` has a table for each language, biases, and a norm after each half.)
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        d, f = shape.d_model, shape.inside
        keys, values = shape.heads * shape.key_width, shape.heads * shape.value_width

        def attention() -> nn.Module:
            return nn.ModuleDict(
                {
                    "q": nn.Linear(d, keys, bias=False),
                    "k": nn.Linear(d, keys, bias=False),
                    "v": nn.Linear(d, values, bias=False),
                    "o": nn.Linear(values, d, bias=False),
                }
            )

        def layer(attentions: int) -> nn.Module:
            return nn.ModuleDict(
                {
                    "attention": nn.ModuleList(attention() for _ in range(attentions)),
                    "feed_forward": nn.Sequential(nn.Linear(d, f), nn.ReLU(), nn.Linear(f, d)),
                    "norms": nn.ModuleList(nn.LayerNorm(d) for _ in range(attentions + 1)),
                }
            )

        self.table = nn.Parameter(torch.empty(shape.vocab, d))
        self.encoder = nn.ModuleList(layer(1) for _ in range(shape.layers))
        self.decoder = nn.ModuleList(layer(2) for _ in range(shape.layers))


def _without_norm_biases(model: nn.Module) -> nn.Module:
    """nanoGPT's bias=False takes the biases of the norms away too."""
    for module in model.modules():
        if isinstance(module, nn.LayerNorm):
            module.bias = None
    return model


def build(shape: Shape) -> nn.Module:
    """A model of this shape on the meta device: every tensor, and no memory.

    Raises:
        ValueError: more blocks than can be put together in reasonable time.

    >>> model = build(Shape("gpt", layers=2, d_model=12, heads=3, vocab=11, context=7))
    >>> model.table.shape, model.table.device.type
    (torch.Size([11, 12]), 'meta')
    """
    if shape.layers > MOST_LAYERS:
        raise ValueError(
            f"{shape.layers} blocks are too many to build, even without memory: at most {MOST_LAYERS}. "
            "The formula in families.parts has no such limit."
        )
    sizes = {"vocab": shape.vocab, "context": shape.context, "layers": shape.layers, "d_model": shape.d_model}
    sizes |= {"n_heads": shape.heads, "d_ff": shape.d_ff}
    with torch.device("meta"):
        if shape.family == "gpt":
            model = GPT(ModelConfig(**sizes, bias=shape.bias))
            return model if shape.bias else _without_norm_biases(model)
        if shape.family == "bert":
            return BERT(ModelConfig(**sizes, norm="post", activation="gelu", eps=1e-12))
        return {"vit": _ViT, "llama": _Llama, "encoder-decoder": _Transformer2017}[shape.family](shape)


def part_of(name: str) -> str:
    """Which of the `PARTS` a tensor belongs to, by its name.

    >>> part_of("stack.blocks.0.attention.W_QKV"), part_of("stack.norm.weight")
    ('attention', 'norms')
    """
    marks = {"norm": "norms", "attention": "attention", "feed_forward": "feed-forward", "positions": "positions"}
    marks |= {"kinds": "positions", "class_token": "positions", "table": "table", "patch": "table"}
    marks |= {"pool": "output", "head": "output"}
    return next(part for mark, part in marks.items() if mark in name)


def parts_of(model: nn.Module) -> dict[str, int]:
    """How many numbers the tensors of each part of a model hold, counted one tensor after the other.

    >>> parts_of(build(Shape("gpt", layers=2, d_model=12, heads=3, vocab=11, context=7)))["table"]
    132
    """
    found = dict.fromkeys(PARTS, 0)
    for name, numbers in n_parameters(model).items():
        found[part_of(name)] += numbers
    return found


def count_parts(shape: Shape) -> dict[str, int]:
    """The same for a model of this shape, which is built and counted.

    >>> count_parts(Shape("gpt", layers=2, d_model=12, heads=3, vocab=11, context=7))["positions"]
    84
    """
    return parts_of(build(shape))


def count(shape: Shape) -> int:
    """All numbers that the tensors of a model hold.

    >>> count(Shape("vit", layers=12, d_model=768, heads=12, vocab=1000, context=197))
    86567656
    """
    return sum(count_parts(shape).values())
