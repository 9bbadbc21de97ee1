"""scale.sequences_per_batch: tokens in a batch and sequences in a batch are two things."""

import math

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.scale import by_hand

ASKED = Asked(
    "A paper gives its batch in tokens. Given `batch_tokens` and the `context`, the length of a sequence, "
    "return how many sequences are in a batch, as a float, not rounded.",
    reference=by_hand.sequences_per_batch,
    minutes=3,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((1000, 7)),
        Case((12_345, 101)),
        Case((int(rng.integers(10_000, 99_999)) * 13 + 9, 13)),
        Case((5, 11), "less than one sequence"),
        Case((4096, 1024), "it divides"),
        Case((500_000, 2048), "GPT-3 Small"),
        Case((3_200_000, 2048), "GPT-3 175B"),
    ]


@right
def by_divide(batch_tokens, context):
    return float(np.divide(batch_tokens, context))


@right
def whole_and_rest(batch_tokens, context):
    return batch_tokens // context + batch_tokens % context / context


@wrong(
    1,
    "tokens taken for sequences",
    "You returned the tokens. A sequence is as long as the context, and holds that many of them.",
)
def tokens_taken_for_sequences(batch_tokens, context):
    return float(batch_tokens)


@wrong(
    2,
    "the remainder cut off",
    "You cut the remainder off (`//` or `int`). It is worth seeing: a batch size in tokens that is no whole number "
    "of sequences was rounded by whoever printed it.",
)
def the_remainder_cut_off(batch_tokens, context):
    return batch_tokens // context


@wrong(
    3,
    "rounded",
    "You rounded to a whole number. The remainder is worth seeing: it says that the printed batch size was rounded.",
)
def rounded(batch_tokens, context):
    return round(batch_tokens / context)


@wrong(
    4,
    "rounded up",
    "You rounded up to a whole number. The quotient itself is asked for.",
)
def rounded_up(batch_tokens, context):
    return math.ceil(batch_tokens / context)


@wrong(
    5,
    "the product",
    "You multiplied: that is how many tokens there would be if `batch_tokens` were sequences, the very confusion "
    "this exercise is about.",
)
def the_product(batch_tokens, context):
    return float(batch_tokens * context)


@wrong(
    6,
    "upside down",
    "You divided the context by the batch: that is batches in a sequence.",
)
def upside_down(batch_tokens, context):
    return context / batch_tokens


@wrong(
    7,
    "the remainder",
    "`%` gives what is left over after the division. The quotient is asked for.",
)
def the_remainder(batch_tokens, context):
    return float(batch_tokens % context)


HINTS = (
    "How many sequences of 10 tokens are in a batch of 30 tokens? And in one of 35?",
    "A sequence has `context` tokens: tokens divided by tokens a sequence gives sequences.",
    "One division with `/`, which keeps the fraction.",
)
