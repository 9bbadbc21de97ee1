"""How many parameters a model has, and how many of them a token passes through: by formula, and tensor by tensor.

The published models come from data/modern_models.csv. The formula knows nothing of PyTorch; the other count knows nothing of the
formula: it builds the `Decoder` on the meta device, where a tensor has a shape and no memory.
"""

import functools
from dataclasses import dataclass

import torch

from course_lib.data import read_table
from course_lib.modern.model import Decoder, Experts
from course_lib.modern.shape import LLAMA, Shape

__all__ = ["Count", "Published", "by_formula", "cache_bytes", "on_meta", "published"]


@dataclass(frozen=True)
class Count:
    """All parameters, and those that take part in one token: fewer where a token goes through some experts of many."""

    total: int
    active: int


@dataclass(frozen=True)
class Published:
    """A published model: its shape, its exact counts, what it is called by, and where its sizes stand."""

    name: str
    label: str
    shape: Shape
    count: Count
    source: str


def by_formula(shape: Shape) -> Count:
    """Table, blocks and norms of a model with the switches of `LLAMA`.

    Each block has d·heads·d_head for queries and as much for the output, 2·d·kv_heads·d_head for keys and values, 3·d·d_ff for the gated
    network or for each expert, d·experts for a router, 2·d for its norms, 2·d_head where queries and keys have one.

    >>> by_formula(Shape(vocab=10, context=8, layers=1, d_model=4, n_heads=2, d_ff=6, **LLAMA)).total
    188
    """
    d, width = shape.d_model, shape.width
    attention = 2 * d * shape.n_heads * width + 2 * d * shape.key_heads * width
    norms = 2 * d + 2 * width * shape.qk_norm
    network, router = 3 * d * shape.inside, d * shape.experts
    around = shape.vocab * d * (1 if shape.tied else 2) + d

    def with_networks(n: int) -> int:
        return around + shape.layers * (attention + norms + router + n * network)

    return Count(with_networks(shape.experts or 1), with_networks(shape.chosen or 1))


def on_meta(shape: Shape) -> Count:
    """The same, counted from the tensors of a `Decoder` that takes no memory.

    >>> on_meta(Shape(vocab=10, context=8, layers=1, d_model=4, n_heads=2, d_ff=6, **LLAMA)).total
    188
    """
    with torch.device("meta"):
        model = Decoder(shape)
    total = sum(tensor.numel() for tensor in model.parameters())
    idle = 0
    for mixed in model.modules():
        if isinstance(mixed, Experts):
            of_one = mixed.W_in[0].numel() + mixed.W_down[0].numel()
            idle += (shape.experts - shape.chosen) * of_one
    return Count(total, total - idle)


def cache_bytes(shape: Shape, tokens: int, bytes_per_number: int = 2) -> int:
    """What keys and values of a text take while it is being written: of the last `window` tokens alone where there is one.

    >>> cache_bytes(Shape(vocab=10, context=8, layers=3, d_model=4, n_heads=2), 100)
    4800
    """
    kept = tokens if shape.window is None else min(tokens, shape.window)
    return 2 * shape.layers * shape.key_heads * shape.width * kept * bytes_per_number


@functools.cache
def published() -> dict[str, Published]:
    """Every model of data/modern_models.csv by its name.

    >>> published()["Mixtral 8x7B"].count.active
    12879925248
    """
    return {row["model"]: _read(row) for row in read_table("modern_models.csv")}


def _read(row: dict[str, str]) -> Published:
    sizes = {name: int(row[name]) for name in ("layers", "d_model", "vocab", "d_head", "d_ff", "experts")}
    shape = Shape(
        **sizes,
        context=4096,  # no parameter depends on it
        n_heads=int(row["heads"]),
        n_kv_heads=int(row["kv_heads"]),
        chosen=int(row["experts_chosen"]),
        qk_norm=row["norm_on_q_and_k"] == "yes",
        window=4096 if row["model"] == "Mistral 7B" else None,
        tied=row["tied"] == "yes",
        **LLAMA,
    )
    count = Count(int(row["exact_parameters"]), int(row["active_parameters"]))
    return Published(row["model"], row["label"], shape, count, row["source"])
