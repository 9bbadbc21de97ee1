"""scale.grouped_cache_bytes: the cache where heads of queries share keys and values."""

import math

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.scale import by_hand

ASKED = Asked(
    "In grouped-query attention the heads of queries of a block stand in groups, and each group shares one head of keys and one of values. "
    "There are `kv_heads` such shared heads in each block, `d_head` wide. Return the bytes of the cache for `batch` texts of "
    "`tokens` tokens each, as a whole number; a number takes `bytes_per_element` bytes.",
    reference=by_hand.grouped_cache_bytes,
    points=1,
    minutes=5,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((3, 5, 7, 11, 13, 4)),
        Case((5, 2, 17, 3, 7, 8)),
        Case((int(rng.choice([7, 11])), 3, int(rng.choice([13, 17])), int(rng.choice([19, 23])), 5, 2)),
        Case((3, 1, 7, 11, 5, 4), "one shared head: multi-query attention"),
        Case((1, 3, 5, 7, 1, 1), "one block, one text, one byte for a number"),
        Case((32, 8, 128, 8192, 1, 2), "LLaMA-3 8B in 16 bits, all of its context"),
        Case((126, 8, 128, 131_072, 1, 2), "LLaMA-3.1 405B in 16 bits, all of its context"),
    ]


@right
def as_a_narrower_model(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return by_hand.kv_cache_bytes(layers, kv_heads * d_head, tokens, batch, bytes_per_element)


@right
def by_prod(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    keys = math.prod((layers, kv_heads, d_head, tokens, batch, bytes_per_element))
    return keys + keys


def _product(*factors: int) -> int:
    return 2 * math.prod(factors)


@wrong(
    1,
    "keys only",
    "The cache holds keys and values, and you counted one of the two.",
)
def keys_only(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return layers * kv_heads * d_head * tokens * batch * bytes_per_element


@wrong(
    2,
    "all heads",
    "You count more heads than are kept: the width of a model is often `32 * d_head`, but only `kv_heads` heads have keys.",
)
def all_heads(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(layers, 32, d_head, tokens, batch, bytes_per_element)


@wrong(
    3,
    "heads forgotten",
    "You counted one head of keys and values. There are `kv_heads` of them in each block.",
)
def heads_forgotten(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(layers, d_head, tokens, batch, bytes_per_element)


@wrong(
    4,
    "width forgotten",
    "You counted one number for each key and each value. They are vectors of `d_head` numbers.",
)
def width_forgotten(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(layers, kv_heads, tokens, batch, bytes_per_element)


@wrong(
    5,
    "for one block",
    "Every block has keys and values of its own; you counted those of a single one.",
)
def for_one_block(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(kv_heads, d_head, tokens, batch, bytes_per_element)


@wrong(
    6,
    "for one text",
    "Every text of the batch has its own keys and values; you counted those of one.",
)
def for_one_text(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(layers, kv_heads, d_head, tokens, bytes_per_element)


@wrong(
    7,
    "for one token",
    "That is what one more token adds. All tokens read so far are kept.",
)
def for_one_token(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(layers, kv_heads, d_head, batch, bytes_per_element)


@wrong(
    8,
    "numbers instead of bytes",
    "You counted numbers. Each takes `bytes_per_element` bytes.",
)
def numbers_instead_of_bytes(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(layers, kv_heads, d_head, tokens, batch)


@wrong(
    9,
    "queries kept too",
    "You kept three vectors for each head. A query is used once, by its own token, and forgotten.",
)
def queries_kept_too(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return 3 * layers * kv_heads * d_head * tokens * batch * bytes_per_element


@wrong(
    10,
    "divided by the heads",
    "You divided by `kv_heads`. More shared heads need more memory: the fewer there are, the smaller the cache.",
)
def divided_by_the_heads(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(layers, d_head, tokens, batch, bytes_per_element) // kv_heads


@wrong(
    11,
    "tokens squared",
    "Yours grows with the square of the text. That is true of the scores; keys and values have one row for each token.",
)
def tokens_squared(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(layers, kv_heads, d_head, tokens, tokens, batch, bytes_per_element)


@wrong(
    12,
    "gigabytes",
    "You divided by a billion. Bytes are asked for, a whole number.",
)
def gigabytes(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(layers, kv_heads, d_head, tokens, batch, bytes_per_element) / 1e9


@wrong(
    13,
    "two bytes, whatever the format",
    "You count two bytes for each number. How many there are is given by `bytes_per_element`.",
)
def two_bytes_whatever_the_format(layers, kv_heads, d_head, tokens, batch, bytes_per_element):
    return _product(layers, kv_heads, d_head, tokens, batch, 2)


HINTS = (
    "Which of a block's heads have keys and values to keep: those of the queries, or the shared ones?",
    "In your `kv_cache_bytes` all heads together had a width of `d_model`. What is it here?",
    "`2 * layers * kv_heads * d_head * tokens * batch * bytes_per_element`",
)
