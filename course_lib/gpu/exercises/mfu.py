"""gpu.mfu: the share of a device's peak that training uses."""

import numpy as np

from course_lib.gpu import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Return the model FLOPs utilisation as a fraction: observed `tokens_per_second`, times the model's operations for "
    "each token of training, over `peak_flops`. Forward, a token costs 2 operations for each of the `n_params` parameters. On top come, "
    "in each of the `layers` and each of the `heads`, attention's two products, which have no parameters: the token's query, `d_head` "
    "wide, with the keys of all `context` tokens, mask or not, and its attention weights with their values. The backward pass costs twice what the forward pass does.",
    reference=by_hand.mfu,
    points=2,
    minutes=10,
    difficulty=2,
    atol=0.0,  # relative alone: a utilisation may be very small
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((float(rng.uniform(1e3, 9e3)), 1_234_567, 3, 5, 11, 211, 1.3e12)),
        Case((float(rng.uniform(1e4, 9e4)), 124_439_808, 12, 12, 64, 1024, 312e12), "GPT-2 on an A100"),
        Case((30_000.0, 124_439_808, 12, 12, 64, 1024, 312e12), "GPT-2 on an A100, 30 000 tokens a second"),
        Case((500.0, 100_003, 2, 3, 11, 8191, 1e11), "a long context: attention counts for much"),
        Case((1e6, 5_000_011, 1, 1, 13, 7, 1e14), "one layer, one head and a short context"),
        Case((5000.0, 1_000_000, 2, 3, 5, 7, 3.2e10), "close to the peak"),
        Case((1.0, 1_000_000, 4, 3, 16, 64, 1e12), "a single token a second"),
        Case((2000.0, 10, 2, 5, 3, 11, 1e8), "hardly any parameters"),
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
    "Without brackets the speed multiplies the first part alone and the peak divides the second alone. The operations for a "
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
    "You multiply by the context once more: what was to be counted are the operations of one token, and the speed is in tokens.",
)
def the_operations_of_the_whole_context(speed, n, L, H, Q, T, peak):
    return speed * (6 * n + 12 * L * H * Q * T) * T / peak


@wrong(
    8,
    "heads forgotten",
    "`d_head` is the width of one head, and every head computes its own scores: a factor is missing.",
)
def heads_forgotten(speed, n, L, H, Q, T, peak):
    return speed * (6 * n + 12 * L * Q * T) / peak


@wrong(
    9,
    "the context forgotten",
    "Each token is compared with all tokens of the context: a factor is missing in the second part.",
)
def the_context_forgotten(speed, n, L, H, Q, T, peak):
    return speed * (6 * n + 12 * L * H * Q) / peak


@wrong(
    10,
    "the context squared",
    "You squared the context. That is the work of a whole sequence; one token meets `context` keys.",
)
def the_context_squared(speed, n, L, H, Q, T, peak):
    return speed * (6 * n + 12 * L * H * Q * T**2) / peak


@wrong(
    11,
    "the speed multiplies the first part alone",
    "Only the parameters' operations are multiplied by the speed. The operations for a token are a sum: bracket it.",
)
def the_speed_multiplies_the_first_part_alone(speed, n, L, H, Q, T, peak):
    return (speed * 6 * n + 12 * L * H * Q * T) / peak


@wrong(
    12,
    "six times both",
    "You count attention six times too often. Its 2 + 2 operations are tripled for the way back, to 12, and that is all.",
)
def six_times_both(speed, n, L, H, Q, T, peak):
    return speed * 6 * (n + 12 * L * H * Q * T) / peak


@wrong(
    13,
    "the peak forgotten",
    "You return the operations that are done in a second. Which share of the peak are they?",
)
def the_peak_forgotten(speed, n, L, H, Q, T, peak):
    return speed * (6 * n + 12 * L * H * Q * T)


@wrong(
    14,
    "the speed forgotten",
    "You divide the operations of one token by the peak. How many tokens are there in a second?",
)
def the_speed_forgotten(speed, n, L, H, Q, T, peak):
    return (6 * n + 12 * L * H * Q * T) / peak


@wrong(
    15,
    "the forward pass alone",
    "You count the forward pass alone, in both parts. Training goes back too, and that costs twice as much again.",
)
def the_forward_pass_alone(speed, n, L, H, Q, T, peak):
    return speed * (2 * n + 4 * L * H * Q * T) / peak


@wrong(
    16,
    "4N: the backward pass alone",
    "You count four operations for each parameter: that is the backward pass. The forward pass takes another two.",
)
def with_4n(speed, n, L, H, Q, T, peak):
    return speed * (4 * n + 12 * L * H * Q * T) / peak


@wrong(
    17,
    "the parameters forgotten",
    "You count attention's operations alone. Every parameter takes part as well, forward and backward.",
)
def the_parameters_forgotten(speed, n, L, H, Q, T, peak):
    return speed * 12 * L * H * Q * T / peak


@wrong(
    18,
    "the width of a head forgotten",
    "A dot product of a query and a key has `d_head` terms: a factor is missing in the second part.",
)
def the_width_of_a_head_forgotten(speed, n, L, H, Q, T, peak):
    return speed * (6 * n + 12 * L * H * T) / peak


@wrong(
    19,
    "6 for attention too",
    "Attention counts half in yours. It has two products, queries times keys and weights times values, and each counts 2 on the way forward and 6 with the way back.",
)
def six_for_attention_too(speed, n, L, H, Q, T, peak):
    return speed * (6 * n + 6 * L * H * Q * T) / peak


@wrong(
    20,
    "speed and peak for attention alone",
    "Only attention's operations are multiplied by the speed and divided by the peak. The operations for a token are a sum: bracket it.",
)
def speed_and_peak_for_attention_alone(speed, n, L, H, Q, T, peak):
    return 6 * n + 12 * L * H * Q * T * speed / peak


@wrong(
    21,
    "the fraction cut off",
    "You divide with `//`, which cuts the fraction off, and a utilisation is nothing but a fraction.",
)
def the_fraction_cut_off(speed, n, L, H, Q, T, peak):
    return speed * (6 * n + 12 * L * H * Q * T) // peak


@wrong(
    22,
    "rounded",
    "You rounded to two digits. Return the fraction as it is, and round where you show it.",
)
def rounded(speed, n, L, H, Q, T, peak):
    return round(speed * (6 * n + 12 * L * H * Q * T) / peak, 2)


@wrong(
    23,
    "multiplied by the operations for want of brackets",
    "`a / b * c` is (a / b) times c. Besides, it is the wrong way round: utilisation is what was done over what could be.",
)
def multiplied_by_the_operations_for_want_of_brackets(speed, n, L, H, Q, T, peak):
    return peak / speed * (6 * n + 12 * L * H * Q * T)


@wrong(
    24,
    "attention forward only",
    "You tripled the parameters' part for the way back, and not attention's. Its two products have a backward pass as well.",
)
def attention_forward_only(speed, n_params, layers, heads, d_head, context, peak):
    return speed * (6 * n_params + 4 * layers * heads * d_head * context) / peak


@wrong(
    25,
    "one operation for each parameter",
    "Your attention is right; a parameter counts half. Forward, each takes part in a multiplication and in an addition.",
)
def one_operation_for_each_parameter(speed, n_params, layers, heads, d_head, context, peak):
    return speed * (3 * n_params + 12 * layers * heads * d_head * context) / peak


@wrong(
    26,
    "backward alone, in both parts",
    "You count twice the forward pass. That is the backward pass alone: training takes both.",
)
def backward_alone_in_both_parts(speed, n_params, layers, heads, d_head, context, peak):
    return speed * (4 * n_params + 8 * layers * heads * d_head * context) / peak


HINTS = (
    "Count forward first, then take it three times: backward costs two forward passes. Operations per token, times tokens per second, are "
    "operations per second. And then?",
    "One query with `context` keys of width `d_head`: 2 · d_head · context operations. The weights with the values: as many again. "
    "In each head of each layer.",
    "`tokens_per_second * (6 * n_params + 12 * layers * heads * d_head * context) / peak_flops`",
)
