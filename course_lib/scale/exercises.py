"""What the learner writes in lesson 12: parameters, training operations, the cache, days, and what a batch is."""

import math

import numpy as np

from course_lib.practice.exercise import Case, Exercise, WrongAnswer
from course_lib.scale import by_hand

__all__ = ["EXERCISES"]

# --- parameters ---------------------------------------------------------------------------------------------------


def _shapes(rng: np.random.Generator) -> list[Case]:
    drawn = [int(rng.choice(primes)) for primes in ((3, 5, 7), (11, 13, 17), (101, 103, 107), (19, 23, 29))]
    return [
        Case((3, 5, 7, 11)),
        Case((5, 7, 31, 2)),
        Case((2, 13, 3, 17)),
        Case(tuple(drawn)),
        Case((1, 1, 1, 1), "everything one"),
        Case((12, 768, 50257, 1024), "the sizes of GPT-2, the smallest"),
        Case((96, 12288, 50257, 2048), "the sizes of GPT-3"),
    ]


def _as_polynomial(layers, d_model, vocab, context):
    return d_model * (vocab + context + 2 + layers * (12 * d_model + 13))


def _tensor_by_tensor(layers, d_model, vocab, context):
    d, shapes = d_model, [(vocab, d_model), (context, d_model), (d_model,), (d_model,)]
    for _ in range(layers):
        shapes += [(d, 3 * d), (3 * d,), (d, d), (d,), (d, 4 * d), (4 * d,), (4 * d, d), (d,), (d,), (d,), (d,), (d,)]
    return sum(math.prod(shape) for shape in shapes)


def _count(layers, d, vocab, context, block=(12, 13), tables=1, positions=1, last=2):
    return tables * vocab * d + positions * context * d + layers * (block[0] * d * d + block[1] * d) + last * d


PARAMETER_COUNT = Exercise(
    id="scale.parameter_count",
    specification="Given whole numbers `layers`, `d_model`, `vocab` and `context`, return how many parameters a model of "
    "the GPT-2 family has, as a whole number: a token table that is the output too, a learned vector for each position, "
    "biases in all matrices and norms, four times the width inside the feed-forward network, a norm after the last block.",
    reference=by_hand.parameter_count,
    cases=_shapes,
    points=3,
    minutes=12,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "untied: the table counted twice",
            "You counted a second matrix for the output. In this family the output compares with the token table itself: "
            "one tensor, two uses.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, tables=2),
        ),
        WrongAnswer(
            "no biases",
            "Your matrices and gains are all there, the vectors that are added are not. Go through a block: which of its "
            "four steps (the product for queries, keys and values, the output, and the two of the feed-forward network) "
            "adds a vector, and how long is each? The norms add one too.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, (12, 2), last=1),
        ),
        WrongAnswer(
            "biases of the matrices forgotten",
            "The norms are complete. The biases of the matrices are missing: one number for each output of each matrix.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, (12, 4)),
        ),
        WrongAnswer(
            "positions forgotten",
            "The learned vectors of the positions are missing: a second table, with a row for every place in the context.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, positions=0),
        ),
        WrongAnswer(
            "the final norm forgotten",
            "Your number is two vectors short: after the last block there is one more norm, with its gain and its bias.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, last=0),
        ),
        WrongAnswer(
            "all norms forgotten",
            "No norm is in your count. Each block has two, each of two vectors, and there is one after the last block.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, (12, 9), last=0),
        ),
        WrongAnswer(
            "norms of one vector",
            "You gave each norm a gain and no bias. That is RMSNorm; LayerNorm has both.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, (12, 11), last=1),
        ),
        WrongAnswer(
            "the attention's output matrix forgotten",
            "Attention has four matrices, and you counted three: after queries, keys and values, the joined heads go "
            "through one more, with its bias.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, (11, 12)),
        ),
        WrongAnswer(
            "one matrix in the feed-forward network",
            "The feed-forward network goes to four times the width and back: two matrices, and you counted one.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, (8, 12)),
        ),
        WrongAnswer(
            "the width not widened in the feed-forward network",
            "You gave the feed-forward network two square matrices. Inside, it is four times as wide as the tokens.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, (6, 10)),
        ),
        WrongAnswer(
            "three widths of biases missing in each block",
            "Nearly. There are 13 d_model numbers in a block that belong to no matrix; you count 10. Two ways lead there: the biases of "
            "queries, keys and values left out, or a bias inside the feed-forward network that is d_model long (its matrix has four times "
            "as many outputs, and each has one).",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, (12, 10)),
        ),
        WrongAnswer(
            "twelve squares and two tables",
            "12 L d² + 2 V d is a good estimate, and it counts the table twice and leaves out positions, biases and norms. "
            "Here every tensor counts, and the table once.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, (12, 0), 2, 0, 0),
        ),
        WrongAnswer(
            "the blocks alone",
            "The blocks are right; what stands before and after them is missing: two tables, and a norm.",
            lambda layers, d_model, vocab, context: _count(layers, d_model, vocab, context, (12, 13), 0, 0, 0),
        ),
        WrongAnswer(
            "one block alone",
            "Your count has a single block in it, whatever `layers` is.",
            lambda layers, d_model, vocab, context: _count(1, d_model, vocab, context),
        ),
    ),
    hints=(
        "Write the shape of every tensor down, from the input to the output: tables, one block, the last norm. Multiply "
        "each shape out, and take the block `layers` times.",
        "A block has four matrices of attention, together 4 d², and two of the feed-forward network, d by 4d and 4d by d. "
        "Each has a bias as long as its output. Two norms come with a gain and a bias each.",
        "Biases of a block: 3d for queries, keys and values together, d, 4d, d, and 4d in the norms: 13 d in all. Around "
        "the blocks: `vocab * d_model + context * d_model + 2 * d_model`.",
    ),
    also_right=(_as_polynomial, _tensor_by_tensor),
)

# --- training operations ------------------------------------------------------------------------------------------


def _runs(rng: np.random.Generator) -> list[Case]:
    return [
        Case((7e6, 3e8)),
        Case((1.3e9, 2.6e10)),
        Case((float(rng.integers(11, 97)) * 1e6, float(rng.integers(101, 997)) * 1e7)),
        Case((5.0, 3.0), "a model of five parameters, three tokens"),
        Case((124_439_808, 1_000_003), "whole numbers"),
        Case((174_600_000_000, 300e9), "GPT-3"),
    ]


TRAINING_FLOPS = Exercise(
    id="scale.training_flops",
    specification="Given the number of parameters `n_params` and of training `tokens`, return about how many "
    "floating-point operations the training takes, forward and backward, as a float. A multiplication and an addition are "
    "two operations.",
    reference=by_hand.training_flops,
    cases=_runs,
    minutes=4,
    wrong=(
        WrongAnswer(
            "the forward pass alone",
            "You counted the way forward: one multiplication and one addition for each parameter and token. Training goes "
            "back too, and you have seen above what that costs.",
            lambda n_params, tokens: 2.0 * n_params * tokens,
        ),
        WrongAnswer(
            "the backward pass alone",
            "You counted the way back. It needs the way forward first: add that.",
            lambda n_params, tokens: 4.0 * n_params * tokens,
        ),
        WrongAnswer(
            "the forward pass computed twice",
            "Yours is right for a run that computes each forward pass a second time to save memory, as Megatron does. "
            "Without that, one forward pass and one backward pass are asked for.",
            lambda n_params, tokens: 8.0 * n_params * tokens,
        ),
        WrongAnswer(
            "one operation for a product",
            "A multiplication and the addition that follows are two operations; you counted one.",
            lambda n_params, tokens: 3.0 * n_params * tokens,
        ),
        WrongAnswer(
            "twice too many",
            "You counted the multiplication and the addition twice over.",
            lambda n_params, tokens: 12.0 * n_params * tokens,
        ),
        WrongAnswer(
            "parameters times tokens alone",
            "You counted one operation for each parameter and token. How many are there really: forward, and back?",
            lambda n_params, tokens: 1.0 * n_params * tokens,
        ),
        WrongAnswer(
            "for one token",
            "That is the work for a single token. The run reads `tokens` of them.",
            lambda n_params, tokens: 6.0 * n_params,
        ),
        WrongAnswer(
            "petaflop-days",
            "You divided by 8.64e19: those are petaflop-days, the unit of GPT-3's table. Operations are asked for.",
            lambda n_params, tokens: 6.0 * n_params * tokens / 8.64e19,
        ),
    ),
    hints=(
        "Forward, each parameter is multiplied with something and added to something, once for each token. Backward costs "
        "a multiple of that: which, was counted above.",
        "Backward, each matrix takes part in two products of the same size: one for the gradient of its inputs, one for "
        "its own.",
        "Forward 2 for each parameter and token, backward 2 + 2.",
    ),
    also_right=(
        lambda n_params, tokens: 2.0 * n_params * tokens + 4.0 * n_params * tokens,
        lambda n_params, tokens: float(n_params) * float(tokens) * 2 * 3,
    ),
)

# --- the cache ----------------------------------------------------------------------------------------------------


def _caches(rng: np.random.Generator) -> list[Case]:
    return [
        Case((3, 5, 7, 11, 4)),
        Case((5, 3, 13, 7, 1), "one byte for a number"),
        Case((7, 11, 2, 3, 8)),
        Case((int(rng.choice([3, 5])), int(rng.choice([13, 17])), int(rng.choice([19, 23])), 3, 4)),
        Case((1, 5, 3, 1, 4), "one block, one text"),
        Case((12, 768, 1024, 1, 2), "GPT-2, the smallest, in 16 bits"),
        Case((96, 12288, 2048, 1, 2), "GPT-3 in 16 bits"),
    ]


KV_CACHE_BYTES = Exercise(
    id="scale.kv_cache_bytes",
    specification="Return the bytes that the keys and values of all blocks take for `batch` texts of `tokens` tokens each, "
    "as a whole number. In every block, all heads together have keys of width `d_model` and values of width `d_model`; a "
    "number takes `bytes_per_element` bytes.",
    reference=by_hand.kv_cache_bytes,
    cases=_caches,
    points=2,
    minutes=6,
    wrong=(
        WrongAnswer(
            "keys only",
            "The cache is called after keys and values, and you counted one of the two.",
            lambda layers, d_model, tokens, batch, bytes_per_element: (
                layers * d_model * tokens * batch * bytes_per_element
            ),
        ),
        WrongAnswer(
            "for one block",
            "Every block has keys and values of its own; you counted those of a single one.",
            lambda layers, d_model, tokens, batch, bytes_per_element: 2 * d_model * tokens * batch * bytes_per_element,
        ),
        WrongAnswer(
            "queries kept too",
            "You kept three vectors a token. A query is used once, by its own token, and forgotten: keys and values stay.",
            lambda layers, d_model, tokens, batch, bytes_per_element: (
                3 * layers * d_model * tokens * batch * bytes_per_element
            ),
        ),
        WrongAnswer(
            "for one text",
            "Every text of the batch has its own keys and values; you counted those of one text.",
            lambda layers, d_model, tokens, batch, bytes_per_element: 2 * layers * d_model * tokens * bytes_per_element,
        ),
        WrongAnswer(
            "for one token",
            "That is what one more token adds. All tokens read so far are kept.",
            lambda layers, d_model, tokens, batch, bytes_per_element: 2 * layers * d_model * batch * bytes_per_element,
        ),
        WrongAnswer(
            "numbers instead of bytes",
            "You counted numbers. Each takes `bytes_per_element` bytes.",
            lambda layers, d_model, tokens, batch, bytes_per_element: 2 * layers * d_model * tokens * batch,
        ),
        WrongAnswer(
            "bits instead of bytes",
            "You have eight times too many: `bytes_per_element` is in bytes already.",
            lambda layers, d_model, tokens, batch, bytes_per_element: (
                16 * layers * d_model * tokens * batch * bytes_per_element
            ),
        ),
        WrongAnswer(
            "tokens squared",
            "Yours grows with the square of the text. That is true of the scores; keys and values have one row for each "
            "token.",
            lambda layers, d_model, tokens, batch, bytes_per_element: (
                2 * layers * d_model * tokens**2 * batch * bytes_per_element
            ),
        ),
        WrongAnswer(
            "width squared",
            "You squared the width, as for a matrix of weights. What is kept are vectors: `d_model` numbers for each token.",
            lambda layers, d_model, tokens, batch, bytes_per_element: (
                2 * layers * d_model**2 * tokens * batch * bytes_per_element
            ),
        ),
    ),
    hints=(
        "Start with one token of one text in one block: what is kept of it, and how many numbers is that?",
        "A key of `d_model` numbers and a value of as many. Then: how many blocks, how many tokens, how many texts?",
        "It is a product of six factors: a 2 and the five arguments.",
    ),
    also_right=(
        lambda layers, d_model, tokens, batch, bytes_per_element: (
            sum(2 * batch * tokens * d_model for _ in range(layers)) * bytes_per_element
        ),
        lambda layers, d_model, tokens, batch, bytes_per_element: math.prod(
            (2, layers, d_model, tokens, batch, bytes_per_element)
        ),
    ),
)

# --- days ---------------------------------------------------------------------------------------------------------


def _clusters(rng: np.random.Generator) -> list[Case]:
    return [
        Case((3e21, 7, 1.1e14, 0.3)),
        Case((5e22, 13, 3.12e14, 0.45)),
        Case((float(rng.integers(11, 97)) * 1e20, int(rng.choice([3, 5, 11])), 2e14, float(rng.choice([0.2, 0.35])))),
        Case((1e18, 1, 1e13, 0.5), "a single device"),
        Case((1e20, 3, 1e14, 1.0), "every device at its peak all the time"),
        Case((3.14e23, 10_000, 125e12, 24.6 / 125), "GPT-3 on ten thousand V100"),
    ]


TRAINING_DAYS = Exercise(
    id="scale.training_days",
    specification="Given the operations `flops` of a whole run, `n_devices`, what one device could do in a second "
    "(`peak_flops`) and which share of that it does (`utilisation`, above 0 and at most 1), return how many days the run "
    "takes, as a float.",
    reference=by_hand.training_days,
    cases=_clusters,
    minutes=6,
    wrong=(
        WrongAnswer(
            "seconds",
            "Your number is in seconds; a day has 86 400 of them.",
            lambda flops, n_devices, peak_flops, utilisation: flops / (n_devices * peak_flops * utilisation),
        ),
        WrongAnswer(
            "hours",
            "Your number is in hours. Days are asked for.",
            lambda flops, n_devices, peak_flops, utilisation: flops / (n_devices * peak_flops * utilisation) / 3600,
        ),
        WrongAnswer(
            "utilisation multiplied to the time",
            "With half the utilisation, your run takes half as long. A device that works half as much takes twice as long: "
            "where does the share belong?",
            lambda flops, n_devices, peak_flops, utilisation: flops * utilisation / (n_devices * peak_flops) / 86_400,
        ),
        WrongAnswer(
            "at the peak",
            "You let every device work at its peak. It reaches a share of that: `utilisation`.",
            lambda flops, n_devices, peak_flops, utilisation: flops / (n_devices * peak_flops) / 86_400,
        ),
        WrongAnswer(
            "one device",
            "That is how long one device would take. `n_devices` share the work.",
            lambda flops, n_devices, peak_flops, utilisation: flops / (peak_flops * utilisation) / 86_400,
        ),
        WrongAnswer(
            "devices multiplied",
            "The more devices you have, the longer your run takes. They share the work.",
            lambda flops, n_devices, peak_flops, utilisation: n_devices * flops / (peak_flops * utilisation) / 86_400,
        ),
        WrongAnswer(
            "a day of 24 x 60 seconds",
            "You divided by 1440, the minutes of a day; the peak is in operations a second.",
            lambda flops, n_devices, peak_flops, utilisation: flops / (n_devices * peak_flops * utilisation) / 1440,
        ),
        WrongAnswer(
            "upside down",
            "You divided the speed by the work: that is runs a day. Time is work divided by speed.",
            lambda flops, n_devices, peak_flops, utilisation: n_devices * peak_flops * utilisation * 86_400 / flops,
        ),
    ),
    hints=(
        "Time is work divided by speed. What is the work here, and what is the speed of all devices together?",
        "All devices together do `n_devices * peak_flops * utilisation` operations a second. That gives seconds.",
        "`flops / (n_devices * peak_flops * utilisation)` are seconds; a day has 24 · 3600 of them.",
    ),
    also_right=(
        lambda flops, n_devices, peak_flops, utilisation: flops / n_devices / peak_flops / utilisation / 60 / 60 / 24,
        lambda flops, n_devices, peak_flops, utilisation: flops / (86_400 * utilisation * peak_flops * n_devices),
    ),
)

# --- what a batch is ----------------------------------------------------------------------------------------------


def _batches(rng: np.random.Generator) -> list[Case]:
    return [
        Case((1000, 7)),
        Case((12_345, 101)),
        Case((int(rng.integers(10_000, 99_999)) * 13 + 9, 13)),
        Case((5, 11), "less than one sequence"),
        Case((4096, 1024), "it divides"),
        Case((500_000, 2048), "GPT-3 Small"),
        Case((3_200_000, 2048), "GPT-3 175B"),
    ]


SEQUENCES_PER_BATCH = Exercise(
    id="scale.sequences_per_batch",
    specification="A paper gives its batch in tokens. Given `batch_tokens` and the `context`, the length of a sequence, "
    "return how many sequences are in a batch, as a float, not rounded.",
    reference=by_hand.sequences_per_batch,
    cases=_batches,
    minutes=3,
    wrong=(
        WrongAnswer(
            "tokens taken for sequences",
            "You returned the tokens. A sequence is as long as the context, and holds that many of them.",
            lambda batch_tokens, context: float(batch_tokens),
        ),
        WrongAnswer(
            "the remainder cut off",
            "You cut the remainder off (`//` or `int`). It is worth seeing: a batch size in tokens that is no whole number "
            "of sequences was rounded by whoever printed it.",
            lambda batch_tokens, context: batch_tokens // context,
        ),
        WrongAnswer(
            "rounded",
            "You rounded to a whole number. The remainder is worth seeing: it says that the printed batch size was rounded.",
            lambda batch_tokens, context: round(batch_tokens / context),
        ),
        WrongAnswer(
            "rounded up",
            "You rounded up to a whole number. The quotient itself is asked for.",
            lambda batch_tokens, context: math.ceil(batch_tokens / context),
        ),
        WrongAnswer(
            "the product",
            "You multiplied: that is how many tokens there would be if `batch_tokens` were sequences, the very confusion "
            "this exercise is about.",
            lambda batch_tokens, context: float(batch_tokens * context),
        ),
        WrongAnswer(
            "upside down",
            "You divided the context by the batch: that is batches in a sequence.",
            lambda batch_tokens, context: context / batch_tokens,
        ),
        WrongAnswer(
            "the remainder",
            "`%` gives what is left over after the division. The quotient is asked for.",
            lambda batch_tokens, context: float(batch_tokens % context),
        ),
    ),
    hints=(
        "How many sequences of 10 tokens are in a batch of 30 tokens? And in one of 35?",
        "A sequence has `context` tokens: tokens divided by tokens a sequence gives sequences.",
        "One division with `/`, which keeps the fraction.",
    ),
    also_right=(
        lambda batch_tokens, context: float(np.divide(batch_tokens, context)),
        lambda batch_tokens, context: batch_tokens // context + batch_tokens % context / context,
    ),
)

EXERCISES = (PARAMETER_COUNT, TRAINING_FLOPS, KV_CACHE_BYTES, SEQUENCES_PER_BATCH, TRAINING_DAYS)
