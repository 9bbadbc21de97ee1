"""A decoder whose every change since GPT-2 is a switch of its `Shape`: the model that this lesson measures, and counts."""

import math

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from course_lib.modern.in_torch import balance, sliding_mask
from course_lib.modern.shape import Shape
from course_lib.multi_head.in_torch import merge_heads, split_heads

__all__ = ["Decoder", "Experts", "FeedForward", "GroupedAttention", "turns"]


def turns(n: int, shape: Shape, device: torch.device | str | None = None) -> Tensor:
    """The rotations of positions 0 to n - 1 as complex numbers, (token, d_head / 2), computed in double precision.

    >>> turns(2, Shape(vocab=1, context=2, layers=1, d_model=2, n_heads=1, rotary=True)).real.tolist()
    [[1.0], [0.5403023058681398]]
    """
    exponents = -torch.arange(0, shape.width, 2, dtype=torch.float64, device=device) / shape.width
    angles = torch.arange(n, dtype=torch.float64, device=device)[:, None] * shape.base**exponents
    return torch.polar(torch.ones_like(angles), angles)


def _turned(heads: Float[Tensor, "... token d_head"], by: Tensor) -> Float[Tensor, "... token d_head"]:
    """Neighbouring features 2i and 2i + 1 as one complex number, which a product turns: `rotate` of lesson 03."""
    pairs = torch.view_as_complex(heads.unflatten(-1, (-1, 2)).contiguous())
    return torch.view_as_real(pairs * by).flatten(-2)


class GroupedAttention(nn.Module):
    """Attention with any of the switches: fewer heads of keys than of queries, norms, rotation, biases."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        d, queries, keys = shape.d_model, shape.n_heads * shape.width, shape.key_heads * shape.width
        self.W_Q, self.W_K, self.W_V = (nn.Parameter(torch.empty(d, n)) for n in (queries, keys, keys))
        self.W_O = nn.Parameter(torch.empty(queries, d))
        for name, n in (("b_Q", queries), ("b_K", keys), ("b_V", keys), ("b_O", d)):
            self.register_parameter(name, nn.Parameter(torch.empty(n)) if shape.bias else None)
        for name in ("gain_Q", "gain_K"):
            self.register_parameter(name, nn.Parameter(torch.empty(shape.width)) if shape.qk_norm else None)

    def forward(
        self, x: Float[Tensor, "batch token d_model"], by: Tensor | None, mask: Bool[Tensor, "token token"] | None
    ) -> Float[Tensor, "batch token d_model"]:
        """What each token takes from those it sees; `by` are the `turns`, no mask is the causal one."""
        shape, n = self.shape, x.shape[-2]
        parts = [self.W_Q, self.W_K, self.W_V]
        biases = [self.b_Q, self.b_K, self.b_V]
        joined = functional.linear(x, torch.cat(parts, dim=1).T, torch.cat(biases) if shape.bias else None)
        Q, K, V = joined.split([matrix.shape[1] for matrix in parts], dim=-1)
        Q, K, V = split_heads(Q, shape.n_heads), split_heads(K, shape.key_heads), split_heads(V, shape.key_heads)
        if shape.qk_norm:
            Q = functional.rms_norm(Q, (shape.width,), self.gain_Q, shape.eps)
            K = functional.rms_norm(K, (shape.width,), self.gain_K, shape.eps)
        if by is not None:
            Q, K = _turned(Q, by), _turned(K, by)
        if shape.key_heads < shape.n_heads:
            K, V = (heads.repeat_interleave(shape.n_heads // shape.key_heads, dim=-3) for heads in (K, V))
        heads = functional.scaled_dot_product_attention(Q, K, V, attn_mask=mask, is_causal=mask is None and n > 1)
        return functional.linear(merge_heads(heads), self.W_O.T, self.b_O)


class FeedForward(nn.Module):
    """A feed-forward network, gated or not. W_in holds W_gate and W_up side by side where it is gated."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        d, d_ff = shape.d_model, shape.inside
        self.W_in = nn.Parameter(torch.empty(d, (1 + shape.swiglu) * d_ff))
        self.W_down = nn.Parameter(torch.empty(d_ff, d))
        for name, n in (("b_in", self.W_in.shape[1]), ("b_down", d)):
            self.register_parameter(name, nn.Parameter(torch.empty(n)) if shape.bias else None)

    def forward(self, x: Float[Tensor, "... d_model"]) -> Float[Tensor, "... d_model"]:
        """Each token on its own: wider, through the activation or the gate, and back."""
        inside = _activated(functional.linear(x, self.W_in.T, self.b_in), self.shape)
        return functional.linear(inside, self.W_down.T, self.b_down)


def _activated(inside: Tensor, shape: Shape) -> Tensor:
    if shape.swiglu:
        gate, up = inside.chunk(2, dim=-1)
        return functional.silu(gate) * up
    if shape.activation == "relu_squared":
        return functional.relu(inside).square()
    return functional.gelu(inside, approximate="tanh")


class Experts(nn.Module):
    """A mixture of feed-forward networks without biases, of which each token goes through a few.

    After a forward pass `weights` (token, expert) and `ids` (token, chosen) say what the router wanted and whom it chose.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        d, d_ff, n = shape.d_model, shape.inside, shape.experts
        self.router = nn.Parameter(torch.empty(d, n))
        self.W_in = nn.Parameter(torch.empty(n, d, (1 + shape.swiglu) * d_ff))
        self.W_down = nn.Parameter(torch.empty(n, d_ff, d))
        self.weights: Tensor | None = None
        self.ids: Tensor | None = None

    def forward(self, x: Float[Tensor, "... d_model"]) -> Float[Tensor, "... d_model"]:
        """The chosen experts' outputs, weighted by a softmax over these alone."""
        tokens = x.flatten(0, -2)
        self.weights = (tokens @ self.router).softmax(dim=-1)
        kept, self.ids = self.weights.topk(self.shape.chosen, dim=-1)
        kept = kept / kept.sum(dim=-1, keepdim=True)
        out = torch.zeros_like(tokens)
        for e in range(self.shape.experts):
            here, places = torch.nonzero(self.ids == e, as_tuple=True)
            made = _activated(tokens[here] @ self.W_in[e], self.shape) @ self.W_down[e]
            out = out.index_add(0, here, kept[here, places, None] * made)
        return out.view_as(x)


class _Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = _norm(shape), _norm(shape)
        self.attention = GroupedAttention(shape)
        self.feed_forward = Experts(shape) if shape.experts else FeedForward(shape)

    def forward(self, x: Tensor, by: Tensor | None, mask: Tensor | None) -> Tensor:
        x = x + self.attention(self.norm_1(x), by, mask)
        return x + self.feed_forward(self.norm_2(x))


class _Stack(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(_Block(shape) for _ in range(shape.layers))
        self.norm = _norm(shape)


def _norm(shape: Shape) -> nn.Module:
    if shape.rms:
        return nn.RMSNorm(shape.d_model, eps=shape.eps)
    return nn.LayerNorm(shape.d_model, eps=shape.eps, bias=shape.bias)


class Decoder(nn.Module):
    """A GPT with switches; `LLAMA` turns on those of LLaMA.

    >>> model = Decoder(Shape(vocab=11, context=8, layers=2, d_model=12, n_heads=3, rotary=True))
    >>> model(torch.tensor([[1, 2, 3]])).shape
    torch.Size([1, 3, 11])
    """

    def __init__(self, shape: Shape, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = shape
        self.table = nn.Parameter(torch.empty(shape.vocab, shape.d_model))
        self.positions = None if shape.rotary else nn.Parameter(torch.empty(shape.context, shape.d_model))
        self.stack = _Stack(shape)
        self.head = None if shape.tied else nn.Parameter(torch.empty(shape.vocab, shape.d_model))
        self._start(generator)

    @torch.no_grad()
    def _start(self, generator: torch.Generator | None) -> None:
        """GPT-2's random numbers, deviation 0.02 and less for what writes into the residual path; gains one, biases zero.

        Inside the feed-forward networks it is 1 / sqrt(rows), which at GPT-2's width is about as much. At a width of 64 it is
        six times as much, and with 0.02 a gate, which multiplies two such numbers, hardly begins: after 200 steps the loss of
        the lesson's model with SwiGLU was 3.43 with 0.02 and 2.30 with this (with GELU 2.69 and 2.27).
        """
        writers = 2 * self.config.layers
        for name, parameter in self.named_parameters():
            last = name.rpartition(".")[2]
            if parameter.dim() < 2:
                parameter.fill_(1.0 if last in ("weight", "gain_Q", "gain_K") else 0.0)
                continue
            deviation = parameter.shape[-2] ** -0.5 if last in ("W_in", "W_down") else 0.02
            deviation /= math.sqrt(writers) if last in ("W_O", "W_down") else 1.0
            parameter.normal_(0.0, deviation, generator=generator)

    def forward(self, ids: Int[Tensor, "batch token"]) -> Float[Tensor, "batch token vocab"]:
        """The logits of the next token, at every position.

        Raises:
            ValueError: more tokens than the context holds.
        """
        shape, n = self.config, ids.shape[-1]
        if n > shape.context:
            raise ValueError(f"{n} tokens do not fit into a context of {shape.context}: cut the text")
        x = functional.embedding(ids, self.table)
        by = None
        if self.positions is not None:
            x = x + self.positions[:n]
        else:
            by = turns(n, shape, x.device).to(torch.complex128 if x.dtype == torch.float64 else torch.complex64)
        mask = None if shape.window is None or shape.window >= n else sliding_mask(n, shape.window, x.device)
        for block in self.stack.blocks:
            x = block(x, by, mask)
        return functional.linear(self.stack.norm(x), self.table if self.head is None else self.head)

    def experts(self) -> list[Experts]:
        """The mixtures of the model, one for each block; none where each block has one network."""
        return [block.feed_forward for block in self.stack.blocks if isinstance(block.feed_forward, Experts)]

    def balance(self) -> Tensor:
        """The loss for balance of the last forward pass, the mean over the blocks."""
        return torch.stack([balance(mixed.weights, mixed.ids) for mixed in self.experts()]).mean()

    def params(self) -> dict:
        """The weights under the names of ``by_hand.logits``, as views: a model with all switches of `LLAMA`.

        Raises:
            ValueError: the model is not one.
        """
        shape = self.config
        if not (shape.rotary and shape.rms and shape.swiglu) or shape.bias:
            raise ValueError("by hand there is a LLaMA: rotary, rms and swiglu on, bias off")
        named = {"table": self.table, "gain": self.stack.norm.weight, "eps": shape.eps}
        named |= {"blocks": [self._of_block(block) for block in self.stack.blocks]}
        return named | ({} if self.head is None else {"head": self.head})

    def _of_block(self, block: _Block) -> dict:
        shape, inside = self.config, block.feed_forward
        named = {"n_heads": shape.n_heads, "n_kv_heads": shape.key_heads, "eps": shape.eps, "base": shape.base}
        named |= {name: getattr(block.attention, name) for name in ("W_Q", "W_K", "W_V", "W_O")}
        named |= {"gain_1": block.norm_1.weight, "gain_2": block.norm_2.weight}
        if shape.qk_norm:
            named |= {"gain_Q": block.attention.gain_Q, "gain_K": block.attention.gain_K}
        named |= {} if shape.window is None else {"window": shape.window}
        gate, up = inside.W_in.chunk(2, dim=-1)
        if not shape.experts:
            return named | {"W_gate": gate, "W_up": up, "W_down": inside.W_down}
        experts = [[gate[e], up[e], inside.W_down[e]] for e in range(shape.experts)]
        return named | {"router": inside.router, "experts": experts, "chosen": shape.chosen}
