"""gpu.mfu: the share of a device's peak that training uses."""

import numpy as np

from course_lib.gpu import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Return the model FLOPs utilisation as a fraction: observed `tokens_per_second`, times the model's operations for "
    "each token of training, over `peak_flops`. The operations are $6N + 12LHQT$, with $N$ = `n_params`, $L$ = `layers`, "
    "$H$ = `heads`, $Q$ = `d_head` and $T$ = `context`.",
    reference=by_hand.mfu,
    points=1,
    minutes=5,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((float(rng.uniform(1e3, 9e3)), 1_234_567, 3, 5, 7, 211, 1.3e12)),
        Case((float(rng.uniform(1e4, 9e4)), 124_439_808, 12, 12, 64, 1024, 312e12), "GPT-2 on an A100"),
        Case((500.0, 100_003, 2, 3, 11, 8191, 1e11), "a long context: attention counts for much"),
    ]


@right
def peak_for_each_token(speed, n, L, H, Q, T, peak):
    return (6 * n + 12 * L * H * Q * T) / (peak / speed)


@right
def forward_pass_times_three(speed, n, L, H, Q, T, peak):
    return 3 * speed / peak * (2 * n + L * 2 * (2 * H * Q * T))


@wrong(
    1,
    "2N: forward alone",
    "You count two operations for each parameter: that is the forward pass. The backward pass takes another four.",
)
def with_2n(speed, n, L, H, Q, T, peak):
    return speed * (2 * n + 12 * L * H * Q * T) / peak


@wrong(
    2,
    "attention forgotten",
    "You count the parameters' operations alone. Queries times keys and weights times values have no parameters, and grow "
    "with the context.",
)
def attention_forgotten(speed, n, L, H, Q, T, peak):
    return speed * 6 * n / peak


@wrong(
    3,
    "one layer's attention",
    "Attention happens in every layer: a factor is missing.",
)
def one_layer_s_attention(speed, n, L, H, Q, T, peak):
    return speed * (6 * n + 12 * H * Q * T) / peak


@wrong(
    4,
    "no brackets around the operations",
    "Without brackets only the second part is divided by the peak, or only the first multiplied by the speed. Operations for a "
    "token are a sum: bracket it.",
)
def no_brackets_around_the_operations(speed, n, L, H, Q, T, peak):
    return speed * 6 * n + 12 * L * H * Q * T / peak


@wrong(
    5,
    "in percent",
    "A fraction was asked for, between 0 and 1; yours is a hundred times as large.",
)
def in_percent(*args):
    return 100 * by_hand.mfu(*args)


@wrong(
    6,
    "upside down",
    "You divide the peak by what was done. Utilisation is what was done over what could be.",
)
def upside_down(*args):
    return 1 / by_hand.mfu(*args)


@wrong(
    7,
    "the operations of the whole context",
    "You multiply by the context once more: the operations given are those of one token, and the speed is in tokens.",
)
def the_operations_of_the_whole_context(speed, n, L, H, Q, T, peak):
    return speed * (6 * n + 12 * L * H * Q * T) * T / peak


HINTS = (
    "Operations per token, times tokens per second: operations per second. And then?",
    "Operations per token are 6 N + 12 L H Q T.",
    "`tokens_per_second * (6 * n_params + 12 * layers * heads * d_head * context) / peak_flops`",
)
