"""One training step, in every way the lesson compares: batch size, precision, attention, accumulation."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from course_lib.attention.in_torch import attention, causal_mask
from course_lib.device import need_memory
from course_lib.gpu.by_hand import activation_bytes, training_bytes
from course_lib.gpu.clock import Timing, time_on
from course_lib.training.engine.saved import saved_bytes
from course_lib.transformer.models import GPT, ModelConfig

__all__ = [
    "SMALL",
    "AttentionCost",
    "Step",
    "attention_costs",
    "batch_costs",
    "gradients",
    "in_double",
    "loss_of",
    "make_step",
    "precision_costs",
    "random_batch",
    "step_bytes",
]

#: A model that trains a step in some ten milliseconds on two cores, and keeps a GPU a little busy.
SMALL = ModelConfig(vocab=633, context=64, layers=2, d_model=64, n_heads=4)


def random_batch(
    config: ModelConfig, batch: int, device: torch.device, seed: int = 0
) -> tuple[Int[Tensor, "batch token"], Int[Tensor, "batch token"]]:
    """Random token numbers of the model's full context, and the same shifted by one as targets."""
    ids = torch.randint(config.vocab, (batch, config.context + 1), generator=torch.Generator().manual_seed(seed))
    ids = ids.to(device)
    return ids[:, :-1], ids[:, 1:]


def loss_of(model: GPT, inputs: Tensor, targets: Tensor) -> Float[Tensor, ""]:
    """The mean cross-entropy of the next token."""
    logits = model(inputs).flatten(0, 1)
    if logits.dtype in (torch.bfloat16, torch.float16):  # their sums of exponentials would be too coarse
        logits = logits.float()
    return functional.cross_entropy(logits, targets.flatten())


@dataclass
class Step:
    """A training step that can be called again and again: forward, backward, AdamW.

    Attributes:
        model, optimizer: what is trained, and by what.
        inputs, targets: one batch, the same at every call.
        autocast: the precision of the matrix products, None for that of the weights.
    """

    model: GPT
    optimizer: torch.optim.Optimizer
    inputs: Tensor
    targets: Tensor
    autocast: torch.dtype | None = None

    @property
    def tokens(self) -> int:
        """Tokens that one call trains on."""
        return self.inputs.numel()

    def __call__(self) -> Tensor:
        device = self.inputs.device
        with torch.autocast(device.type, self.autocast) if self.autocast else nullcontext():
            loss = loss_of(self.model, self.inputs, self.targets)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.detach()


def make_step(
    device: torch.device,
    batch: int = 8,
    config: ModelConfig = SMALL,
    autocast: torch.dtype | None = None,
    seed: int = 0,
) -> Step:
    """A step of a fresh model on a device.

    Raises:
        ValueError: fewer than one sequence, or more than the device has memory for.

    >>> make_step(torch.device("cpu"), batch=2).tokens
    128
    """
    if batch < 1:
        raise ValueError(f"a batch holds at least one sequence, got {batch}")
    need_memory(device, step_bytes(config, batch), f"a training step with a batch of {batch}")
    model = GPT(config, torch.Generator().manual_seed(seed)).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=device.type == "cuda")
    return Step(model, optimizer, *random_batch(config, batch, device, seed), autocast)


def step_bytes(config: ModelConfig, batch: int) -> int:
    """About what a training step in float32 holds: weights, gradients, moments, and the activations of the batch.

    >>> step_bytes(SMALL, 2) > step_bytes(SMALL, 1) > 16 * 633 * 64
    True
    """
    weights = config.layers * 12 * config.d_model**2 + (config.vocab + config.context) * config.d_model
    kept = activation_bytes(
        batch, config.context, max(config.layers, 1), config.d_model, config.n_heads, config.vocab, fused=config.fused
    )
    return training_bytes(weights, mixed_precision=False) + kept


def batch_costs(
    device: torch.device, batches: tuple[int, ...] = (1, 2, 4, 8, 16, 32), config: ModelConfig = SMALL, **clock
) -> Iterator[tuple[int, Timing, float]]:
    """For each batch size: the batch, the time of a step, and tokens per second."""
    for batch in batches:
        step = make_step(device, batch, config)
        timing = time_on(device, step, **clock)
        yield batch, timing, timing.rate(step.tokens)


def precision_costs(device: torch.device, batch: int = 16, config: ModelConfig = SMALL, **clock) -> dict[str, Timing]:
    """The time of a step in float32 and with bfloat16 matrix products (autocast; weights and AdamW stay float32)."""
    return {
        name: time_on(device, make_step(device, batch, config, dtype), **clock)
        for name, dtype in (("float32", None), ("bfloat16", torch.bfloat16))
    }


@dataclass(frozen=True)
class AttentionCost:
    """What causal attention over n tokens costs, forward and backward.

    Attributes:
        n_tokens: the length.
        readable, fused: seconds of each.
        readable_bytes, fused_bytes: what each keeps for the backward pass.
        difference: the largest between their outputs.
    """

    n_tokens: int
    readable: Timing
    fused: Timing
    readable_bytes: int
    fused_bytes: int
    difference: float


def attention_costs(
    device: torch.device, lengths: tuple[int, ...] = (128, 256, 512, 1024), heads: int = 4, d_head: int = 32, **clock
) -> Iterator[AttentionCost]:
    """Readable attention, which writes down the (query, key) matrix, against PyTorch's fused kernel, which never does."""
    for n_tokens in lengths:
        if n_tokens < 1 or heads < 1 or d_head < 1:
            raise ValueError(
                f"attention needs a token, a head and a width of at least 1; got {n_tokens}, {heads}, {d_head}"
            )
        # The readable one holds scores, weights and their gradients at once.
        need_memory(device, 4 * 4 * heads * n_tokens**2, f"readable attention over {n_tokens} tokens")
        yield _attention_cost(device, n_tokens, heads, d_head, clock)


def _attention_cost(device: torch.device, n_tokens: int, heads: int, d_head: int, clock: dict) -> AttentionCost:
    generator = torch.Generator().manual_seed(n_tokens)
    Q, K, V = (torch.randn(1, heads, n_tokens, d_head, generator=generator).to(device).requires_grad_() for _ in "QKV")
    # The kernel is told "causal" and gets no mask: a mask is a matrix again, and keeps GPUs from their quickest kernel.
    readable = partial(attention, Q, K, V, causal_mask(n_tokens, device))
    fused = partial(functional.scaled_dot_product_attention, Q, K, V, is_causal=True)

    def run(how: Callable) -> Tensor:
        out = how()
        torch.autograd.grad(out.sum(), (Q, K, V))
        return out.detach()

    readable_time, fused_time = (time_on(device, partial(run, how), **clock) for how in (readable, fused))
    difference = (run(readable) - run(fused)).abs().max().item()
    return AttentionCost(n_tokens, readable_time, fused_time, saved_bytes(readable), saved_bytes(fused), difference)


def gradients(model: GPT, inputs: Tensor, targets: Tensor) -> list[Tensor]:
    """The gradient of the mean loss, for every parameter."""
    return list(torch.autograd.grad(loss_of(model, inputs, targets), list(model.parameters())))


def in_double(step: Step) -> Step:
    """The same step in float64: to tell rounding from mistakes."""
    return replace(step, model=step.model.double())
