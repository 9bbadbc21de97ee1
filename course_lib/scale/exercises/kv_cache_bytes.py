"""scale.kv_cache_bytes: the memory of the keys and values that are kept."""

import math

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.scale import by_hand

ASKED = Asked(
    "Return the bytes that the keys and values of all blocks take for `batch` texts of `tokens` tokens each, "
    "as a whole number. In every block, all heads together have keys of width `d_model` and values of width `d_model`; a "
    "number takes `bytes_per_element` bytes.",
    reference=by_hand.kv_cache_bytes,
    points=2,
    minutes=6,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((3, 5, 7, 11, 4)),
        Case((5, 3, 13, 7, 1), "one byte for a number"),
        Case((7, 11, 2, 3, 8)),
        Case((int(rng.choice([3, 5])), int(rng.choice([13, 17])), int(rng.choice([19, 23])), 3, 4)),
        Case((1, 5, 3, 1, 4), "one block, one text"),
        Case((12, 768, 1024, 1, 2), "GPT-2, the smallest, in 16 bits"),
        Case((96, 12288, 2048, 1, 2), "GPT-3 in 16 bits"),
    ]


@right
def layer_by_layer(layers, d_model, tokens, batch, bytes_per_element):
    return sum(2 * batch * tokens * d_model for _ in range(layers)) * bytes_per_element


@right
def by_prod(layers, d_model, tokens, batch, bytes_per_element):
    return math.prod((2, layers, d_model, tokens, batch, bytes_per_element))


@wrong(
    1,
    "keys only",
    "The cache is called after keys and values, and you counted one of the two.",
)
def keys_only(layers, d_model, tokens, batch, bytes_per_element):
    return layers * d_model * tokens * batch * bytes_per_element


@wrong(
    2,
    "for one block",
    "Every block has keys and values of its own; you counted those of a single one.",
)
def for_one_block(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * d_model * tokens * batch * bytes_per_element


@wrong(
    3,
    "queries kept too",
    "You kept three vectors a token. A query is used once, by its own token, and forgotten: keys and values stay.",
)
def queries_kept_too(layers, d_model, tokens, batch, bytes_per_element):
    return 3 * layers * d_model * tokens * batch * bytes_per_element


@wrong(
    4,
    "for one text",
    "Every text of the batch has its own keys and values; you counted those of one text.",
)
def for_one_text(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * d_model * tokens * bytes_per_element


@wrong(
    5,
    "for one token",
    "That is what one more token adds. All tokens read so far are kept.",
)
def for_one_token(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * d_model * batch * bytes_per_element


@wrong(
    6,
    "numbers instead of bytes",
    "You counted numbers. Each takes `bytes_per_element` bytes.",
)
def numbers_instead_of_bytes(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * d_model * tokens * batch


@wrong(
    7,
    "bits instead of bytes",
    "You have eight times too many: `bytes_per_element` is in bytes already.",
)
def bits_instead_of_bytes(layers, d_model, tokens, batch, bytes_per_element):
    return 16 * layers * d_model * tokens * batch * bytes_per_element


@wrong(
    8,
    "tokens squared",
    "Yours grows with the square of the text. That is true of the scores; keys and values have one row for each token.",
)
def tokens_squared(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * d_model * tokens**2 * batch * bytes_per_element


@wrong(
    9,
    "width squared",
    "You squared the width, as for a matrix of weights. What is kept are vectors: `d_model` numbers for each token.",
)
def width_squared(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * d_model**2 * tokens * batch * bytes_per_element


@wrong(
    10,
    "the width forgotten",
    "You counted one number for each key and each value. They are vectors: how long are they?",
)
def the_width_forgotten(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * tokens * batch * bytes_per_element


@wrong(
    11,
    "megabytes",
    "You divided by a million. Bytes are asked for, a whole number.",
)
def megabytes(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * d_model * tokens * batch * bytes_per_element / 1e6


@wrong(
    12,
    "gigabytes",
    "You divided by a billion. Bytes are asked for, a whole number.",
)
def gigabytes(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * d_model * tokens * batch * bytes_per_element / 1e9


@wrong(
    13,
    "four bytes, whatever the format",
    "You count four bytes for each number. That is float32; how many there are is given by `bytes_per_element`.",
)
def four_bytes_whatever_the_format(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * d_model * tokens * batch * 4


@wrong(
    14,
    "two bytes, whatever the format",
    "You count two bytes for each number. That is a format of 16 bits; how many there are is given by `bytes_per_element`.",
)
def two_bytes_whatever_the_format(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * d_model * tokens * batch * 2


@wrong(
    15,
    "the table of scores",
    "You counted scores, tokens times tokens. They are used at once and not kept; what is kept are the keys and values.",
)
def the_table_of_scores(layers, d_model, tokens, batch, bytes_per_element):
    return layers * batch * tokens**2 * bytes_per_element


@wrong(
    16,
    "divided by eight",
    "You divided by eight, as if the numbers had been counted in bits. `bytes_per_element` is in bytes already.",
)
def divided_by_eight(layers, d_model, tokens, batch, bytes_per_element):
    return 2 * layers * d_model * tokens * batch * bytes_per_element // 8


HINTS = (
    "Start with one token of one text in one block: what is kept of it, and how many numbers is that?",
    "A key of `d_model` numbers and a value of as many. Then: how many blocks, how many tokens, how many texts?",
    "It is a product of six factors: a 2 and the five arguments.",
)
