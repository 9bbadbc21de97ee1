"""The formulas' witnesses on small shapes: a counter of operations, memory that was allocated, a clock."""

import statistics
import time
from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_lib.multi_head.cache import KeyValueCache
from course_lib.scale.families import Shape
from course_lib.transformer.models import GPT, ModelConfig

__all__ = [
    "Rate",
    "cache_of",
    "copy_bandwidth",
    "counted_flops",
    "matmul_rate",
    "small_gpt",
    "writing_seconds",
]


def small_gpt(shape: Shape, fused: bool = False) -> GPT:
    """A real model, with numbers in it, of a small gpt shape.

    Raises:
        ValueError: another family.

    >>> small_gpt(Shape("gpt", layers=1, d_model=4, heads=2, vocab=5, context=3)).table.shape
    torch.Size([5, 4])
    """
    if shape.family != "gpt":
        raise ValueError(f"small_gpt builds the family gpt; got {shape.family}")
    sizes = {"vocab": shape.vocab, "context": shape.context, "layers": shape.layers, "d_model": shape.d_model}
    config = ModelConfig(**sizes, n_heads=shape.heads, d_ff=shape.d_ff, bias=shape.bias, fused=fused)
    return GPT(config, torch.Generator().manual_seed(12))


def counted_flops(model: nn.Module, tokens: int, batch: int = 1, backward: bool = False) -> int:
    """The operations of one pass, as PyTorch's own counter sees them go by.

    It counts matrix products. On a CPU it does not see PyTorch's fused attention: build the model with fused=False.

    >>> shape = Shape("gpt", layers=1, d_model=4, heads=2, vocab=5, context=3)
    >>> counted_flops(small_gpt(shape), tokens=3)
    1416
    """
    ids = torch.arange(tokens).remainder(model.config.vocab).expand(batch, tokens)
    with FlopCounterMode(display=False) as counter:
        logits = model(ids)
        if backward:
            logits.sum().backward()
    model.zero_grad()
    return counter.get_total_flops()


def cache_of(model: GPT, tokens: int, batch: int = 1) -> list[KeyValueCache]:
    """The caches of a model that has read so many tokens of so many texts.

    >>> model = small_gpt(Shape("gpt", layers=2, d_model=4, heads=2, vocab=5, context=3))
    >>> sum(cache.bytes for cache in cache_of(model, tokens=3)) == 2 * 2 * 4 * 3 * 4
    True
    """
    caches = model.new_caches()
    with torch.no_grad():
        model(torch.zeros(batch, tokens, dtype=torch.long), caches)
    return caches


def writing_seconds(shape: Shape, read: int, batch: int = 1, tokens: int = 12) -> float:
    """The median seconds in which a model that has read `read` tokens of `batch` texts writes one more of each, in float32.

    >>> writing_seconds(Shape("gpt", layers=1, d_model=4, heads=2, vocab=5, context=20), read=3) > 0
    True
    """
    model = small_gpt(shape, fused=True)
    seconds = []
    with torch.no_grad():
        caches = model.new_caches()
        model(torch.zeros(batch, read, dtype=torch.long), caches)
        newest = torch.zeros(batch, 1, dtype=torch.long)
        for _ in range(tokens):
            started = time.perf_counter()
            model(newest, caches)
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[2:])


def copy_bandwidth(n_bytes: int = 2**27, rounds: int = 7) -> float:
    """Bytes per second that the processor reads and writes when it copies an array too large for its caches.

    >>> copy_bandwidth(2**20, rounds=3) > 0
    True
    """
    source = torch.ones(n_bytes // 4)
    target = torch.empty_like(source)
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        target.copy_(source)
        seconds.append(time.perf_counter() - started)
    return 2 * n_bytes / statistics.median(seconds)


@dataclass(frozen=True)
class Rate:
    """How many operations a second a device reached with matrix products.

    Attributes:
        device: its name.
        low, middle, high: the slowest, the median and the fastest of the rounds.
    """

    device: str
    low: float
    middle: float
    high: float

    def __repr__(self) -> str:
        low, middle, high = (f"{rate / 1e9:,.0f}" for rate in (self.low, self.middle, self.high))
        return f"{self.device}: {middle} GFLOP/s in float32 (rounds from {low} to {high})"


def matmul_rate(n: int = 768, rounds: int = 7) -> Rate:
    """Multiply two (n, n) matrices on the CUDA device, or the processor where there is none; divide 2 n³ by the time.

    >>> rate = matmul_rate(n=64, rounds=3)
    >>> 0 < rate.low <= rate.middle <= rate.high
    True
    """
    gpu = torch.cuda.is_available()
    device = torch.device("cuda" if gpu else "cpu")
    a, b = torch.randn(2, n, n, device=device, generator=torch.Generator(device).manual_seed(0))

    def once() -> float:
        started = time.perf_counter()
        out = a @ b
        if gpu:
            torch.cuda.synchronize()
        del out
        return time.perf_counter() - started

    once()
    rates = [2 * n**3 / once() for _ in range(rounds)]
    name = torch.cuda.get_device_name() if gpu else f"this processor, {torch.get_num_threads()} threads"
    name = name.replace(", 1 threads", ", 1 thread")
    return Rate(name, min(rates), statistics.median(rates), max(rates))
