"""scale.parameter_count: the parameters of a GPT-2 of any shape."""

import math

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.scale import by_hand

ASKED = Asked(
    "Given whole numbers `layers`, `d_model`, `vocab` and `context`, return how many parameters a model of "
    "the GPT-2 family has, as a whole number: a token table that is the output too, a learned vector for each position, "
    "biases in all matrices and norms, four times the width inside the feed-forward network, a norm after the last block.",
    reference=by_hand.parameter_count,
    library=("course_lib.parameters",),
    points=3,
    minutes=12,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
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


@right
def as_polynomial(layers, d_model, vocab, context):
    return d_model * (vocab + context + 2 + layers * (12 * d_model + 13))


@right
def tensor_by_tensor(layers, d_model, vocab, context):
    d, shapes = d_model, [(vocab, d_model), (context, d_model), (d_model,), (d_model,)]
    for _ in range(layers):
        shapes += [(d, 3 * d), (3 * d,), (d, d), (d,), (d, 4 * d), (4 * d,), (4 * d, d), (d,), (d,), (d,), (d,), (d,)]
    return sum(math.prod(shape) for shape in shapes)


def _count(layers, d, vocab, context, block=(12, 13), tables=1, positions=1, last=2):
    return tables * vocab * d + positions * context * d + layers * (block[0] * d * d + block[1] * d) + last * d


@wrong(
    1,
    "untied: the table counted twice",
    "You counted a second matrix for the output. In this family the output compares with the token table itself: "
    "one tensor, two uses.",
)
def untied(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, tables=2)


@wrong(
    2,
    "no biases",
    "Your matrices and gains are all there; the vectors that are added are not. Go through a block: which of its "
    "four steps (the product for queries, keys and values, the output, and the two of the feed-forward network) "
    "adds a vector, and how long is each? The norms add one too.",
)
def no_biases(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 2), last=1)


@wrong(
    3,
    "biases of the matrices forgotten",
    "The norms are complete. The biases of the matrices are missing: one number for each output of each matrix.",
)
def biases_of_the_matrices_forgotten(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 4))


@wrong(
    4,
    "positions forgotten",
    "The learned vectors of the positions are missing: a second table, with a row for every place in the context.",
)
def positions_forgotten(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, positions=0)


@wrong(
    5,
    "the final norm forgotten",
    "Your number is two vectors short: after the last block there is one more norm, with its gain and its bias.",
)
def the_final_norm_forgotten(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, last=0)


@wrong(
    6,
    "all norms forgotten",
    "No norm is in your count. Each block has two, each of two vectors, and there is one after the last block.",
)
def all_norms_forgotten(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 9), last=0)


@wrong(
    7,
    "norms of one vector",
    "You gave each norm a gain and no bias. That is RMSNorm; LayerNorm has both.",
)
def norms_of_one_vector(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 11), last=1)


@wrong(
    8,
    "the attention's output matrix forgotten",
    "Attention has four matrices, and you counted three: after queries, keys and values, the joined heads go "
    "through one more, with its bias.",
)
def the_attention_s_output_matrix_forgotten(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (11, 12))


@wrong(
    9,
    "one matrix in the feed-forward network",
    "The feed-forward network goes to four times the width and back: two matrices, and you counted one.",
)
def one_matrix_in_the_feed_forward_network(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (8, 12))


@wrong(
    10,
    "the width not widened in the feed-forward network",
    "You gave the feed-forward network two square matrices. Inside, it is four times as wide as the tokens.",
)
def the_width_not_widened_in_the_feed_forward_network(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (6, 10))


@wrong(
    11,
    "three widths of biases missing in each block",
    "Nearly. A block has 13 d_model numbers that belong to no matrix, and you count 10. There are two ways to get there: the biases of "
    "queries, keys and values left out, or a bias inside the feed-forward network that is d_model long (its matrix has four times "
    "as many outputs, and each has one).",
)
def three_widths_of_biases_missing_in_each_block(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 10))


@wrong(
    12,
    "twelve squares and two tables",
    "12 L d² + 2 V d is a good estimate, and it counts the table twice and leaves out positions, biases and norms. "
    "Here every tensor counts, and the table once.",
)
def twelve_squares_and_two_tables(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 0), 2, 0, 0)


@wrong(
    13,
    "the blocks alone",
    "The blocks are right; what stands before and after them is missing: two tables, and a norm.",
)
def the_blocks_alone(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 13), 0, 0, 0)


@wrong(
    14,
    "one block alone",
    "Your count has a single block in it, whatever `layers` says.",
)
def one_block_alone(layers, d_model, vocab, context):
    return _count(1, d_model, vocab, context)


@wrong(
    15,
    "one norm in each block",
    "You counted one norm in each block. There are two: one before attention, one before the feed-forward network.",
)
def one_norm_in_each_block(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 11))


@wrong(
    16,
    "matrices and tables alone",
    "Your tables and matrices are all there, and nothing else is. Each matrix has a bias; each norm, the one after the "
    "last block too, has a gain and a bias.",
)
def matrices_and_tables_alone(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 0), last=0)


@wrong(
    17,
    "biases of attention forgotten",
    "The feed-forward network has its biases; the matrices of attention have none in your count. In this family every "
    "matrix has one.",
)
def biases_of_attention_forgotten(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 9))


@wrong(
    18,
    "biases of the feed-forward network forgotten",
    "The matrices of attention have their biases; the two of the feed-forward network have none in your count. A bias is "
    "as long as the output of its matrix.",
)
def biases_of_the_feed_forward_network_forgotten(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 8))


@wrong(
    19,
    "the inner width on both sides",
    "Your matrices of the feed-forward network are four times as wide on both sides. One leads from the width to four "
    "times the width, the other back.",
)
def the_inner_width_on_both_sides(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (36, 13))


@wrong(
    20,
    "an output layer with a bias",
    "You gave the output a matrix and a bias of its own. In this family the token table is the output too, and nothing is "
    "added after it.",
)
def an_output_layer_with_a_bias(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, tables=2) + vocab


@wrong(
    21,
    "the token table forgotten",
    "The token table is missing: a row of `d_model` numbers for each entry of the vocabulary.",
)
def the_token_table_forgotten(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, tables=0)


@wrong(
    22,
    "a bias for the output",
    "You count one number too many for each entry of the vocabulary: the output is the token table and nothing more, without a bias.",
)
def a_bias_for_the_output(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context) + vocab


@wrong(
    23,
    "no bias anywhere but in the last norm",
    "A block of yours is its matrices alone. Each matrix has a bias as long as its output, and each of its two norms a gain and a bias: 13 "
    "vectors.",
)
def no_bias_anywhere_but_in_the_last_norm(layers, d_model, vocab, context):
    return _count(layers, d_model, vocab, context, (12, 0))


HINTS = (
    "Write the shape of every tensor down, from the input to the output: tables, one block, the last norm. Multiply "
    "each shape out, and take the block `layers` times.",
    "A block has four matrices of attention, together 4 d², and two of the feed-forward network, d by 4d and 4d by d. "
    "Each has a bias as long as its output. Two norms come with a gain and a bias each.",
    "Biases of a block: 3d for queries, keys and values together, d, 4d, d, and 4d in the norms: 13 d in all. Around "
    "the blocks: `vocab * d_model + context * d_model + 2 * d_model`.",
)
