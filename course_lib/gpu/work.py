"""Pieces of a Transformer's work, each measured where it falls under the roofline."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import torch
from torch.nn import functional

from course_lib.attention.in_torch import attention, fused_attention
from course_lib.gpu.by_hand import matmul_flops, matmul_intensity
from course_lib.gpu.clock import Timing, time_on

__all__ = ["Work", "attention_bytes", "attention_flops", "measured_work", "norm_flops"]

FLOAT32 = 4
#: Operations of a layer norm for each number: sum, centre, square, sum, scale, gain, bias.
NORM = 7


@dataclass(frozen=True)
class Work:
    """A piece of work, timed.

    Attributes:
        name: what it is.
        intensity: FLOP for each byte that has to be moved at least.
        flops: operations per second that were reached.
        timing: the seconds of one call.
    """

    name: str
    intensity: float
    flops: float
    timing: Timing


def attention_flops(n_tokens: int, heads: int, d_head: int) -> int:
    """Operations of the two products, Q Kᵀ and weights times V; softmax's own few are left out.

    >>> attention_flops(3, 2, 5)
    360
    """
    return 4 * heads * n_tokens**2 * d_head


def attention_bytes(n_tokens: int, heads: int, d_head: int, fused: bool) -> int:
    """What has to be moved at least, in float32: Q, K, V and the output; readable attention also writes and reads its scores
    and its weights.

    >>> attention_bytes(3, 2, 5, fused=True), attention_bytes(3, 2, 5, fused=False)
    (480, 768)
    """
    return FLOAT32 * heads * (4 * n_tokens * d_head + (0 if fused else 4 * n_tokens**2))


def norm_flops(numbers: int) -> int:
    """Operations of a layer norm over so many numbers.

    >>> norm_flops(10)
    70
    """
    return NORM * numbers


def measured_work(device: torch.device) -> list[Work]:
    """Products with 1, 8, 64 and 256 rows, a layer norm, and both attentions, forward, in float32.

    The matrices are larger than most caches. A GPU gets still larger ones, or there is nothing to time but launches, and
    a product of 4096 rows.
    """
    on_cpu = device.type == "cpu"
    width = 4096 if on_cpu else 8192
    rows = (1, 8, 64, 256) if on_cpu else (1, 8, 64, 256, 4096)
    tokens = 512 if on_cpu else 2048
    return [
        Work(name, intensity, timing.rate(flops), timing)
        for name, intensity, flops, run in _pieces(device, rows, width, tokens)
        for timing in [time_on(device, run, rounds=3, warm_up=1)]
    ]


def _pieces(
    device: torch.device, rows: tuple[int, ...], width: int, n_tokens: int, heads: int = 8, d_head: int = 64
) -> Iterator[tuple[str, float, int, Callable]]:
    generator = torch.Generator().manual_seed(0)

    def filled(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator).to(device)

    weights = filled(width, width)
    for m in rows:
        name = f"{m} row{'' if m == 1 else 's'}"
        yield (
            name,
            matmul_intensity(m, width, width, FLOAT32),
            matmul_flops(m, width, width),
            partial(torch.mm, filled(m, width), weights),
        )
    x = filled(width, width)
    norm = partial(functional.layer_norm, x, (width,), filled(width), filled(width))
    yield "layer norm", NORM / (2 * FLOAT32), norm_flops(x.numel()), norm
    Q, K, V = (filled(heads, n_tokens, d_head) for _ in "QKV")
    flops = attention_flops(n_tokens, heads, d_head)
    for name, how in (("readable attention", attention), ("fused attention", fused_attention)):
        n_bytes = attention_bytes(n_tokens, heads, d_head, fused=how is fused_attention)
        yield name, flops / n_bytes, flops, partial(how, Q, K, V)
