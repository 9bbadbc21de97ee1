"""Parameters part by part, as closed formulas, for five families.

What this adds to ``by_hand``: the formula taken apart, and four more shapes. Where a family leaves something out (LLaMA
its biases, the Transformer of 2017 its position table), that part is zero.
"""

from dataclasses import dataclass

import numpy as np

from course_lib.scale.by_hand import expert_parameters
from course_lib.scale.limits import split_evenly, whole

__all__ = ["FAMILIES", "PARTS", "Shape", "active_parameters", "parameters", "parts", "shares"]

FAMILIES = ("gpt", "bert", "vit", "llama", "encoder-decoder")

#: What every model here is made of. The table holds tokens, or for ViT the matrix that reads patches.
PARTS = ("table", "positions", "attention", "feed-forward", "norms", "output")


@dataclass(frozen=True)
class Shape:
    """All that decides how many parameters a model has.

    Attributes:
        family: one of `FAMILIES`.
        layers: blocks; for an encoder-decoder in each half.
        d_model, heads: the width of the tokens and how many heads share it.
        vocab: tokens; for ViT how many classes it tells apart.
        context: the longest sequence; for ViT its patches and the class token.
        d_ff: the width inside the feed-forward network, 4 d_model where it is None.
        key_heads: heads of keys and values where queries share them (LLaMA); as many as heads where it is None.
        d_k, d_v: widths of a head's keys and values where heads do not share d_model (encoder-decoder).
        bias: whether matrices and norms have biases (gpt).
        patch_values: numbers in a patch (vit), 16 x 16 pixels of 3 colours by default.
        tied: whether the table is the output too (llama; gpt's always is).
        head_norms: whether queries and keys of each head have a norm (llama's later relatives).
        experts, chosen: feed-forward networks in a block, and how many of them work for a token (llama); 0 and 0 where there is
            one network and no router.

    >>> Shape("gpt", layers=2, d_model=8, heads=3, vocab=5, context=7)
    Traceback (most recent call last):
    ...
    ValueError: 3 heads do not divide a width of 8: 8 / 3 leaves 2 over. Near it, 2 or 4 heads do.
    """

    family: str
    layers: int
    d_model: int
    heads: int
    vocab: int
    context: int
    d_ff: int | None = None
    key_heads: int | None = None
    d_k: int | None = None
    d_v: int | None = None
    bias: bool = True
    patch_values: int = 768
    tied: bool = False
    head_norms: bool = False
    experts: int = 0
    chosen: int = 0

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise ValueError(f"family must be one of {', '.join(FAMILIES)}; got {self.family!r}")
        for name in ("layers", "d_model", "heads", "vocab", "context", "patch_values"):
            whole(name, getattr(self, name))
        for name in ("d_ff", "key_heads", "d_k", "d_v"):
            if getattr(self, name) is not None:
                whole(name, getattr(self, name))
        if not 0 <= self.chosen <= self.experts or (self.experts and not self.chosen):
            raise ValueError(f"a token cannot go to {self.chosen} of {self.experts} experts")
        if self.d_k is None or self.d_v is None:
            split_evenly(self.d_model, self.heads)
        if self.heads % self.shared_heads:
            raise ValueError(f"{self.shared_heads} heads of keys cannot serve {self.heads} heads of queries evenly")

    @property
    def inside(self) -> int:
        """d_ff, or 4 d_model where it was left out."""
        return 4 * self.d_model if self.d_ff is None else self.d_ff

    @property
    def shared_heads(self) -> int:
        """Heads of keys and values."""
        return self.heads if self.key_heads is None else self.key_heads

    @property
    def key_width(self) -> int:
        """The width of one head's keys."""
        return self.d_model // self.heads if self.d_k is None else self.d_k

    @property
    def value_width(self) -> int:
        """The width of one head's values."""
        return self.d_model // self.heads if self.d_v is None else self.d_v


def _blocks(shape: Shape, bias: int, norm_values: int) -> dict[str, int]:
    """The blocks of gpt, bert and vit, which are one and the same, and the norm that each of the three has beside them."""
    L, d, f = shape.layers, shape.d_model, shape.inside
    return {
        "attention": L * (4 * d * d + bias * 4 * d),
        "feed-forward": L * (2 * d * f + bias * (f + d)),
        "norms": (2 * L + 1) * norm_values * d,
    }


def parts(shape: Shape) -> dict[str, int]:
    """How many parameters each of the `PARTS` of a model has.

    - gpt: V d, T d, L (4d² + 4d), L (2 d f + f + d), (2L + 1) 2d; the table is the output too (Radford et al. 2019).
    - bert: the same with 2 d more for which of two sentences a token is in, and a pooler of d² + d (Devlin et al. 2018).
    - vit: a matrix from patch to token with its bias, a class token, and a classifier (Dosovitskiy et al. 2020).
    - llama: no positions, no biases, norms of one vector, three matrices in the feed-forward network (SwiGLU), keys and
      values of fewer heads where they are shared, an output of its own (Touvron et al. 2023). Its relatives may tie the
      output, norm queries and keys (a vector of a head's width each), or have experts and a router.
    - encoder-decoder: three attentions for each pair of blocks, without biases, one table for both languages and the
      output, sinusoids for positions (Vaswani et al. 2017; V = 37000 is shared by both languages).

    >>> parts(Shape("gpt", layers=12, d_model=768, heads=12, vocab=50257, context=1024))["table"]
    38597376
    """
    L, d, V, T, f = shape.layers, shape.d_model, shape.vocab, shape.context, shape.inside
    if shape.family == "gpt":
        blocks = _blocks(shape, int(shape.bias), 2 if shape.bias else 1)
        found = {"table": V * d, "positions": T * d, **blocks, "output": 0}
    elif shape.family == "bert":
        found = {"table": V * d, "positions": T * d + 2 * d, **_blocks(shape, 1, 2), "output": d * d + d}
    elif shape.family == "vit":
        patches = shape.patch_values * d + d
        found = {"table": patches, "positions": T * d + d, **_blocks(shape, 1, 2), "output": V * d + V}
    elif shape.family == "llama":
        queries, keys = shape.heads * shape.key_width, shape.shared_heads * shape.key_width
        attention = L * (2 * d * queries + 2 * d * keys)
        norms = (2 * L + 1) * d + (2 * L * shape.key_width if shape.head_norms else 0)
        inside = expert_parameters(L, d, f, shape.experts, shape.chosen)[0] if shape.experts else L * 3 * d * f
        found = {"table": V * d, "positions": 0, "attention": attention, "feed-forward": inside, "norms": norms}
        found |= {"output": 0 if shape.tied else V * d}
    else:
        attention = 2 * d * shape.heads * shape.key_width + 2 * d * shape.heads * shape.value_width
        inside = 2 * L * (2 * d * f + f + d)
        found = {"table": V * d, "positions": 0, "attention": 3 * L * attention, "feed-forward": inside}
        found |= {"norms": L * (2 + 3) * 2 * d, "output": 0}
    return {name: found[name] for name in PARTS}


def parameters(shape: Shape) -> int:
    """All parameters of a model, by formula.

    >>> parameters(Shape("llama", layers=32, d_model=4096, heads=32, vocab=32000, context=2048, d_ff=11008))
    6738415616
    """
    return sum(parts(shape).values())


def active_parameters(shape: Shape) -> int:
    """Those that work for one token: all of them, less the experts that rest.

    >>> sizes = {"d_ff": 5, "experts": 4, "chosen": 1}
    >>> shape = Shape("llama", layers=2, d_model=6, heads=3, vocab=7, context=5, **sizes)
    >>> parameters(shape) - active_parameters(shape) == 2 * 3 * (3 * 6 * 5)
    True
    """
    if not shape.experts:
        return parameters(shape)
    total, active = expert_parameters(shape.layers, shape.d_model, shape.inside, shape.experts, shape.chosen)
    return parameters(shape) - total + active


def shares(shape: Shape) -> np.ndarray:
    """Each part's share of all parameters, in percent.

    >>> shares(Shape("gpt", layers=12, d_model=768, heads=12, vocab=50257, context=1024)).round(1).tolist()
    [31.0, 0.6, 22.8, 45.5, 0.0, 0.0]
    """
    numbers = np.array([parts(shape)[name] for name in PARTS], float)
    return 100 * numbers / numbers.sum()
