"""Three families from one block: GPT (decoder-only), BERT (encoder-only), and the encoder-decoder of 2017.

Each is a table, positions, and a `Stack` of blocks; they differ in who may see whom, where the norms stand, and what is
done with the last row.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from course_lib.block.in_torch import Block, BlockConfig
from course_lib.multi_head.cache import KeyValueCache
from course_lib.positional_encoding.in_torch import sinusoidal

__all__ = ["BERT", "GPT", "EncoderDecoder", "ModelConfig", "Stack", "n_parameters", "start"]


@dataclass(frozen=True)
class ModelConfig:
    """The shape of a model.

    Attributes:
        vocab: how many tokens there are.
        context: the longest sequence, in tokens.
        layers: how many blocks; an encoder-decoder has as many in each half.
        d_model, n_heads, d_ff, dropout, bias, fused: as in `BlockConfig`.
        norm, activation, eps: as in `BlockConfig`; the defaults are GPT-2's.
        tied: whether the output compares with the token table itself, or with a matrix of its own.
        target_vocab: for an encoder-decoder whose two languages have vocabularies of their own.
    """

    vocab: int
    context: int
    layers: int
    d_model: int
    n_heads: int
    d_ff: int | None = None
    dropout: float = 0.0
    bias: bool = True
    tied: bool = True
    norm: Literal["pre", "post"] = "pre"
    activation: Literal["relu", "gelu", "gelu_tanh"] = "gelu_tanh"
    eps: float = 1e-5
    target_vocab: int | None = None
    fused: bool = True

    def __post_init__(self) -> None:
        sizes = {name: getattr(self, name) for name in ("vocab", "context", "d_model", "n_heads")}
        for name, size in sizes.items():
            if size < 1:
                raise ValueError(f"{name} must be at least 1, got {size}")
        if self.layers < 0:
            raise ValueError(f"layers must be at least 0, got {self.layers}")
        self.block()

    def block(self, cross: bool = False) -> BlockConfig:
        """The shape of each block."""
        return BlockConfig(
            d_model=self.d_model,
            n_heads=self.n_heads,
            d_ff=self.d_ff,
            norm=self.norm,
            activation=self.activation,
            dropout=self.dropout,
            bias=self.bias,
            cross=cross,
            eps=self.eps,
            fused=self.fused,
        )


class Stack(nn.Module):
    """Blocks, one after the other, and a norm at the end where one is asked for.

    >>> stack = Stack(ModelConfig(vocab=5, context=7, layers=2, d_model=4, n_heads=2))
    >>> stack(torch.zeros(1, 3, 4)).shape
    torch.Size([1, 3, 4])
    """

    def __init__(self, config: ModelConfig, cross: bool = False, last_norm: bool = True) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(Block(config.block(cross)) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.d_model, eps=config.eps) if last_norm else None

    def forward(
        self, x: Float[Tensor, "batch token d_model"], caches: list[KeyValueCache] | None = None, **who
    ) -> Float[Tensor, "batch token d_model"]:
        """The tokens after the last block; `who` is handed to every `Block` (mask, causal, source, source_mask)."""
        for block, cache in zip(self.blocks, caches or [None] * len(self.blocks), strict=True):
            x = block(x, cache=cache, **who)
        return x if self.norm is None else self.norm(x)


class GPT(nn.Module):
    """Decoder-only: every token sees itself and what came before, and predicts the next one.

    >>> model = GPT(ModelConfig(vocab=11, context=8, layers=2, d_model=12, n_heads=3))
    >>> model(torch.tensor([[1, 2, 3]])).shape
    torch.Size([1, 3, 11])
    """

    def __init__(self, config: ModelConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        self.table = nn.Parameter(torch.empty(config.vocab, config.d_model))
        self.positions = nn.Parameter(torch.empty(config.context, config.d_model))
        self.stack = Stack(config)
        self.head = None if config.tied else nn.Parameter(torch.empty(config.vocab, config.d_model))
        start(self, generator)

    def forward(
        self, ids: Int[Tensor, "batch token"], caches: list[KeyValueCache] | None = None
    ) -> Float[Tensor, "batch token vocab"]:
        """The logits of the next token, at every position.

        Args:
            ids: token numbers; with caches only the new ones.
            caches: one for each block, from `new_caches`.
        Raises:
            ValueError: more tokens than the context holds.
        """
        old = len(caches[0]) if caches else 0
        total = old + ids.shape[-1]
        if total > self.config.context:
            raise ValueError(
                f"{total} tokens do not fit into a context of {self.config.context}: cut the text, or slide a window"
            )
        x = functional.embedding(ids, self.table) + self.positions[old:total]
        x = functional.dropout(x, self.config.dropout, self.training)
        x = self.stack(x, caches, causal=True)
        return functional.linear(x, self.table if self.head is None else self.head)

    def new_caches(self) -> list[KeyValueCache]:
        """An empty cache for each block."""
        return [KeyValueCache() for _ in self.stack.blocks]

    def params(self) -> dict:
        """The weights under the names of ``by_hand.gpt_logits``, as views."""
        named = {"table": self.table, "positions": self.positions, "eps": self.config.eps}
        named |= {"blocks": [block.params() for block in self.stack.blocks]}
        named |= {"gain": self.stack.norm.weight, "bias": self.stack.norm.bias}
        return named | ({} if self.head is None else {"head": self.head})


class BERT(nn.Module):
    """Encoder-only: every token sees every token; the first one stands for the whole sentence.

    The original has norm="post", activation="gelu" and eps=1e-12; give them in the config.

    >>> config = ModelConfig(vocab=11, context=8, layers=2, d_model=12, n_heads=3, norm="post", activation="gelu")
    >>> tokens, sentence = BERT(config)(torch.tensor([[1, 2, 3]]))
    >>> tokens.shape, sentence.shape
    (torch.Size([1, 3, 12]), torch.Size([1, 12]))
    """

    def __init__(self, config: ModelConfig, kinds: int = 2, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        self.table = nn.Parameter(torch.empty(config.vocab, config.d_model))
        self.positions = nn.Parameter(torch.empty(config.context, config.d_model))
        self.kinds = nn.Parameter(torch.empty(kinds, config.d_model))
        self.first_norm = nn.LayerNorm(config.d_model, eps=config.eps)
        self.stack = Stack(config, last_norm=config.norm == "pre")
        self.W_pool = nn.Parameter(torch.empty(config.d_model, config.d_model))
        self.b_pool = nn.Parameter(torch.zeros(config.d_model))
        start(self, generator)

    def forward(
        self,
        ids: Int[Tensor, "batch token"],
        kinds: Int[Tensor, "batch token"] | None = None,
        present: Bool[Tensor, "batch token"] | None = None,
    ) -> tuple[Float[Tensor, "batch token d_model"], Float[Tensor, "batch d_model"]]:
        """The tokens after the last block, and tanh(first token W_pool + b_pool).

        Args:
            ids: token numbers.
            kinds: which of two sentences a token belongs to; all 0 where it is left out.
            present: False where a token only fills up the batch and nobody may attend to it.
        """
        if ids.shape[-1] > self.config.context:
            raise ValueError(f"{ids.shape[-1]} tokens do not fit into a context of {self.config.context}")
        kinds = torch.zeros_like(ids) if kinds is None else kinds
        x = functional.embedding(ids, self.table) + self.positions[: ids.shape[-1]]
        x = self.first_norm(x + functional.embedding(kinds, self.kinds))
        x = functional.dropout(x, self.config.dropout, self.training)
        x = self.stack(x, mask=None if present is None else present[:, None, :])
        return x, torch.tanh(functional.linear(x[:, 0], self.W_pool.T, self.b_pool))


class EncoderDecoder(nn.Module):
    """Reads a whole source, then writes a target token by token, asking the source at every block.

    As in the paper: embeddings times sqrt(d_model), sinusoidal positions, the output tied to the target's table.

    >>> model = EncoderDecoder(ModelConfig(vocab=11, context=8, layers=2, d_model=12, n_heads=3, target_vocab=7))
    >>> model(torch.tensor([[1, 2, 3]]), torch.tensor([[4, 5]])).shape
    torch.Size([1, 2, 7])
    """

    def __init__(self, config: ModelConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        self.source_table = nn.Parameter(torch.empty(config.vocab, config.d_model))
        self.table = nn.Parameter(torch.empty(config.target_vocab or config.vocab, config.d_model))
        self.register_buffer("positions", sinusoidal(config.context, config.d_model), persistent=False)
        self.encoder, self.decoder = Stack(config), Stack(config, cross=True)
        self.head = None if config.tied else nn.Parameter(torch.empty_like(self.table))
        start(self, generator)

    def _embed(self, ids: Tensor, table: Tensor, old: int = 0) -> Tensor:
        total = old + ids.shape[-1]
        if total > self.config.context:
            raise ValueError(f"{total} tokens do not fit into a context of {self.config.context}")
        x = functional.embedding(ids, table) * math.sqrt(self.config.d_model) + self.positions[old:total].to(table)
        return functional.dropout(x, self.config.dropout, self.training)

    def encode(
        self, source: Int[Tensor, "batch source"], present: Bool[Tensor, "batch source"] | None = None
    ) -> Float[Tensor, "batch source d_model"]:
        """The source's tokens after the encoder; `present` is False where a token only fills up the batch."""
        mask = None if present is None else present[:, None, :]
        return self.encoder(self._embed(source, self.source_table), mask=mask)

    def decode(
        self,
        target: Int[Tensor, "batch target"],
        memory: Float[Tensor, "batch source d_model"],
        present: Bool[Tensor, "batch source"] | None = None,
        caches: list[KeyValueCache] | None = None,
    ) -> Float[Tensor, "batch target target_vocab"]:
        """The logits of the next target token at every position, given what the encoder made of the source."""
        x = self._embed(target, self.table, len(caches[0]) if caches else 0)
        mask = None if present is None else present[:, None, :]
        x = self.decoder(x, caches, causal=True, source=memory, source_mask=mask)
        return functional.linear(x, self.table if self.head is None else self.head)

    def forward(
        self,
        source: Int[Tensor, "batch source"],
        target: Int[Tensor, "batch target"],
        present: Bool[Tensor, "batch source"] | None = None,
    ) -> Float[Tensor, "batch target target_vocab"]:
        """Encode the source, decode the target: in training all positions in one pass."""
        return self.decode(target, self.encode(source, present), present)

    def new_caches(self) -> list[KeyValueCache]:
        """An empty cache for each block of the decoder."""
        return [KeyValueCache() for _ in self.decoder.blocks]


@torch.no_grad()
def start(model: nn.Module, generator: torch.Generator | None = None) -> None:
    """Random numbers to begin with: normal with deviation 0.02, biases zero, norms one.

    The matrices that write into the residual path are smaller by 1 / sqrt(how many of them there are), as the paper of
    GPT-2 says (its released code does not do it). An encoder-decoder's tables, which are multiplied by sqrt(d_model),
    start with deviation 1 / sqrt(d_model), and its matrices so that they keep the variance.
    """
    translating = isinstance(model, EncoderDecoder)
    writers = [name for name, _ in model.named_parameters() if name.endswith(("W_O", "W_2"))]
    for name, parameter in model.named_parameters():
        if parameter.dim() < 2:
            parameter.fill_(1.0 if "norm" in name and name.endswith("weight") else 0.0)
            continue
        deviation = 0.02
        if translating:
            deviation = 1 / math.sqrt(parameter.shape[-1] if "table" in name or name == "head" else parameter.shape[0])
        if name in writers:
            deviation /= math.sqrt(len(writers))
        parameter.normal_(0.0, deviation, generator=generator)


def n_parameters(model: nn.Module) -> Mapping[str, int]:
    """How many numbers each tensor of a model holds, by name.

    >>> sum(n_parameters(GPT(ModelConfig(vocab=5, context=3, layers=0, d_model=2, n_heads=1))).values())
    20
    """
    return {name: parameter.numel() for name, parameter in model.named_parameters()}
