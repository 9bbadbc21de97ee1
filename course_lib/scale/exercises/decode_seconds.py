"""scale.decode_seconds: what writing one more token takes, bound by memory."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.scale import by_hand

ASKED = Asked(
    "To write its next token, a model reads all its weights once, and all keys and values that it keeps. While few texts are written at a "
    "time, nothing else counts: the arithmetic is done before the next bytes arrive. Given the bytes of both and the `bandwidth` "
    "in bytes per second, return the seconds that one more token takes (for each text of the batch one token, all in the same pass).",
    reference=by_hand.decode_seconds,
    points=1,
    minutes=4,
    atol=0.0,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((float(rng.uniform(10, 20)), float(rng.uniform(3, 9)), 7.0)),
        Case((30.0, 12.0, 6.0)),
        Case((13.0, 5.0, 11.0)),
        Case((16e9, 0.0, 3.35e12), "nothing read yet: no cache"),
        Case((349_208_518_656, 9_663_676_416, 3.35e12), "GPT-3 in 16 bits, one text of 2048 tokens"),
        Case((349_208_518_656, 966_367_641_600, 3.35e12), "GPT-3, a hundred texts: the cache is the larger part"),
    ]


@right
def one_after_the_other(weight_bytes, cache_bytes, bandwidth):
    return weight_bytes / bandwidth + cache_bytes / bandwidth


@right
def over_the_rate(weight_bytes, cache_bytes, bandwidth):
    per_second = bandwidth / (weight_bytes + cache_bytes)
    return 1 / per_second


@wrong(
    1,
    "weights only",
    "You count the weights. For every token the cache is read as well, all of it.",
)
def weights_only(weight_bytes, cache_bytes, bandwidth):
    return weight_bytes / bandwidth


@wrong(
    2,
    "operations instead of bytes",
    "You count two operations for each byte, as if arithmetic were what one waits for. Here it is the bytes that have to arrive.",
)
def operations_instead_of_bytes(weight_bytes, cache_bytes, bandwidth):
    return 2 * (weight_bytes + cache_bytes) / bandwidth


@wrong(
    3,
    "cache only",
    "You count the cache. For every token all weights are read as well.",
)
def cache_only(weight_bytes, cache_bytes, bandwidth):
    return cache_bytes / bandwidth


@wrong(
    4,
    "tokens per second",
    "That is how many tokens come in a second. Asked for are the seconds of one.",
)
def tokens_per_second(weight_bytes, cache_bytes, bandwidth):
    return bandwidth / (weight_bytes + cache_bytes)


@wrong(
    5,
    "the larger of the two",
    "You take the larger of the two, as if both arrived at once. They share one memory: the times add up.",
)
def the_larger_of_the_two(weight_bytes, cache_bytes, bandwidth):
    return max(weight_bytes, cache_bytes) / bandwidth


@wrong(
    6,
    "milliseconds",
    "You multiplied by a thousand. Seconds are asked for.",
)
def milliseconds(weight_bytes, cache_bytes, bandwidth):
    return 1000 * (weight_bytes + cache_bytes) / bandwidth


@wrong(
    7,
    "bytes times bandwidth",
    "You multiplied by the bandwidth. Twice the bandwidth should halve the time.",
)
def bytes_times_bandwidth(weight_bytes, cache_bytes, bandwidth):
    return (weight_bytes + cache_bytes) * bandwidth


@wrong(
    8,
    "only the cache divided",
    "`weight_bytes + cache_bytes / bandwidth` divides the cache alone. Bracket the sum.",
)
def only_the_cache_divided(weight_bytes, cache_bytes, bandwidth):
    return weight_bytes + cache_bytes / bandwidth


@wrong(
    9,
    "weights read and written",
    "You count the weights twice. They are read; nothing is written back.",
)
def weights_read_and_written(weight_bytes, cache_bytes, bandwidth):
    return (2 * weight_bytes + cache_bytes) / bandwidth


@wrong(
    10,
    "cache taken away from the weights",
    "You subtract the cache. Both have to arrive.",
)
def cache_taken_away(weight_bytes, cache_bytes, bandwidth):
    return (weight_bytes - cache_bytes) / bandwidth


@wrong(
    11,
    "bits",
    "You count eight bits for each byte. The bandwidth is in bytes already.",
)
def bits(weight_bytes, cache_bytes, bandwidth):
    return 8 * (weight_bytes + cache_bytes) / bandwidth


HINTS = (
    "How many bytes have to arrive before the token is done?",
    "Weights and cache come out of the same memory, one after the other.",
    "Their sum over the bandwidth.",
)
