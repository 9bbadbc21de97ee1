"""The shape of a model whose every change since GPT-2 is a switch; with all of them off it is GPT-2."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["LLAMA", "Shape"]


@dataclass(frozen=True)
class Shape:
    """Sizes and switches.

    Attributes:
        vocab: how many tokens there are.
        context: the longest sequence, in tokens; with rotary positions no parameter depends on it.
        layers, d_model, n_heads: as in the `ModelConfig` of lesson 07.
        n_kv_heads: heads of keys and values; n_heads where left out. It must divide n_heads.
        d_head: the width of a head; d_model / n_heads where left out.
        d_ff: inside the feed-forward network, and inside each expert. Where left out, 4 d_model, or, where three matrices share
            the parameters of two, 8/3 d_model, rounded to a multiple of 8.
        rotary: queries and keys are turned, instead of a learned table of positions that is added.
        base: of the rotation.
        rms: root mean squares instead of layer norm.
        swiglu: a gated feed-forward network.
        activation: of one that is not gated.
        bias: whether the products and the layer norms have biases.
        qk_norm: root mean squares of queries and keys, one gain for all heads of a layer.
        window: how many tokens each sees, itself among them; all before it where None.
        experts, chosen: a mixture of so many feed-forward networks, of which each token goes through so many; 0 for one network.
        tied: whether the output compares with the token table itself.
        eps: of the norms.

    >>> Shape(vocab=10, context=8, layers=1, d_model=12, n_heads=3, swiglu=True).inside
    32
    """

    vocab: int
    context: int
    layers: int
    d_model: int
    n_heads: int
    n_kv_heads: int | None = None
    d_head: int | None = None
    d_ff: int | None = None
    rotary: bool = False
    base: float = 10000.0
    rms: bool = False
    swiglu: bool = False
    activation: Literal["gelu_tanh", "relu_squared"] = "gelu_tanh"
    bias: bool = True
    qk_norm: bool = False
    window: int | None = None
    experts: int = 0
    chosen: int = 0
    tied: bool = True
    eps: float = 1e-5

    def __post_init__(self) -> None:
        for name in ("vocab", "context", "d_model", "n_heads", "key_heads", "width"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.n_heads % self.key_heads:
            raise ValueError(
                f"{self.n_heads} heads of queries cannot share {self.key_heads} heads of keys evenly: n_kv_heads must "
                "divide n_heads"
            )
        if self.d_head is None and self.d_model % self.n_heads:
            raise ValueError(f"{self.n_heads} heads do not divide a width of {self.d_model}: give d_head")
        if self.rotary and self.width % 2:
            raise ValueError(f"rotary positions turn pairs of features: heads of width {self.width} have one left over")
        if not (0 < self.chosen <= self.experts or self.chosen == self.experts == 0):
            raise ValueError(
                f"each token goes through 1 to {self.experts} of {self.experts} experts; got {self.chosen}"
            )
        if self.window is not None and self.window < 1:
            raise ValueError(f"a window holds at least the token itself; got {self.window}")
        if self.activation not in ("gelu_tanh", "relu_squared"):
            raise ValueError(f'activation is "gelu_tanh" or "relu_squared"; got {self.activation!r}')

    @property
    def key_heads(self) -> int:
        """How many heads of keys and values there are."""
        return self.n_heads if self.n_kv_heads is None else self.n_kv_heads

    @property
    def width(self) -> int:
        """The width of a head."""
        return self.d_model // self.n_heads if self.d_head is None else self.d_head

    @property
    def inside(self) -> int:
        """d_ff, or what it is where it was left out."""
        if self.d_ff is not None:
            return self.d_ff
        return 8 * round(self.d_model / 3) if self.swiglu else 4 * self.d_model


#: The switches of every model in ``data/modern_models.csv``; Qwen3 has norms on queries and keys too.
LLAMA = {"rotary": True, "rms": True, "swiglu": True, "bias": False, "eps": 1e-6}
