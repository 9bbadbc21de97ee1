"""vision.roll_out: attention followed through all blocks, down to the patches."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.vision import by_hand

ASKED = Asked(
    "Given `weights` of shape `(layer, head, token, token)`, the attention of every block in the order in which they are "
    "passed, return `(token,)`: how much of the class token, which is token 0, comes from each token at the input. Treat a block "
    "as one mixing matrix: the mean of its heads, and because of the residual path half of each token is what it was before. "
    "Rows sum to one throughout.",
    reference=by_hand.roll_out,
    library=("course_lib.roll_out",),
    points=3,
    minutes=12,
    difficulty=3,
)


def _softmax(scores: np.ndarray) -> np.ndarray:
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def cases(rng: np.random.Generator) -> list[Case]:
    def weights(layers: int, heads: int, tokens: int) -> np.ndarray:
        return _softmax(2 * rng.normal(size=(layers, heads, tokens, tokens)))

    fixed = np.random.default_rng(15)
    one = np.zeros((2, 1, 3, 3))
    one[0, 0, :, 2] = 1.0  # in the first block everybody looks at token 2
    one[1, 0, :, 1] = 1.0  # in the second at token 1
    return [
        Case((weights(3, 2, 5),)),
        Case((weights(2, 3, 7),)),
        Case((weights(5, 1, 3),), "a single head"),
        Case((weights(1, 5, 4),), "a single block"),
        Case((one,), "two blocks, each of which looks at one token only"),
        Case((_softmax(2 * fixed.normal(size=(3, 2, 4, 4))),), "fixed weights"),
        Case((np.full((2, 2, 1, 1), 1.0),), "a class token alone"),
    ]


@right
def product_of_matrices(weights):
    total = np.eye(weights.shape[-1])
    for layer in weights:
        total = (layer.mean(axis=0) / 2 + np.eye(len(total)) / 2) @ total
    return total[0]


@right
def backwards_from_the_class_token(weights):
    row = np.eye(weights.shape[-1])[0]
    for layer in weights[::-1]:
        row = 0.5 * row + 0.5 * row @ layer.mean(axis=0)
    return row


@right
def by_multi_dot(weights):
    eye = np.eye(weights.shape[-1])
    mixed = [(layer.mean(axis=0) + eye) / 2 for layer in weights][::-1]
    return np.linalg.multi_dot([eye, *mixed, eye])[0] if len(mixed) > 1 else mixed[0][0]


def _rolled(weights, heads=lambda layer: layer.mean(axis=0), mix=lambda A: (A + np.eye(len(A))) / 2, reverse=False):
    total = np.eye(weights.shape[-1])
    for layer in weights[::-1] if reverse else weights:
        total = mix(heads(layer)) @ total
    return total


@wrong(
    1,
    "the residual path left out",
    "You multiplied the weights themselves. Around attention runs the residual path: half of what leaves a block is the token "
    "as it came in.",
)
def residual_left_out(weights):
    return _rolled(weights, mix=lambda A: A)[0]


@wrong(
    2,
    "the blocks in the wrong order",
    "Your matrices are right, and multiplied in the wrong order. The class token is read after the *last* block: its row of the "
    "last matrix mixes what left the block before. Which matrix then stands on the left?",
)
def wrong_order(weights):
    return _rolled(weights, reverse=True)[0]


@wrong(
    3,
    "the largest head instead of the mean",
    "You took the largest weight over the heads. Rows then no longer sum to one, and one loud head speaks for all: take the "
    "mean.",
)
def heads_by_maximum(weights):
    return _rolled(weights, heads=lambda layer: layer.max(axis=0))[0]


@wrong(
    4,
    "the column of the class token",
    "You returned the column of the class token: how much of it went into every other token. Rows ask, columns are asked: "
    "what it is made of stands in its row.",
)
def the_column(weights):
    return _rolled(weights)[:, 0]


@wrong(
    5,
    "the whole matrix",
    "You returned the roll-out of every token. The class token is read: one row of it.",
)
def the_whole_matrix(weights):
    return _rolled(weights)


@wrong(
    6,
    "the last block only",
    "Your result is the mixing of the last block alone. What it mixes has been mixed before: go down to the input.",
)
def the_last_block_only(weights):
    return _rolled(weights[-1:])[0]


@wrong(
    7,
    "mean over the blocks",
    "You averaged the blocks. They act one after the other, each on what the one before has mixed: multiply.",
)
def mean_over_the_blocks(weights):
    return np.mean([_rolled(layer[None])[0] for layer in weights], axis=0)


@wrong(
    8,
    "the identity added, and the sum not halved",
    "You added the identity for the residual path and did not divide: your rows sum to two, and the result grows with every "
    "block. Half and half.",
)
def not_halved(weights):
    return _rolled(weights, mix=lambda A: A + np.eye(len(A)))[0]


@wrong(
    9,
    "sum of the heads",
    "You added the heads up: rows then sum to the number of heads. Their mean keeps the sum at one.",
)
def sum_of_the_heads(weights):
    return _rolled(weights, heads=lambda layer: layer.sum(axis=0))[0]


@wrong(
    10,
    "the first head only",
    "You followed head 0 and no other. Take the mean over the heads.",
)
def the_first_head_only(weights):
    return _rolled(weights, heads=lambda layer: layer[0])[0]


@wrong(
    11,
    "the first block only",
    "Your result stops after the first block.",
)
def the_first_block_only(weights):
    return _rolled(weights[:1])[0]


@wrong(
    12,
    "the patches only",
    "You dropped the class token's own share. It belongs to the result: entry 0.",
)
def the_patches_only(weights):
    return _rolled(weights)[0, 1:]


@wrong(
    13,
    "the last token's row",
    "You returned the row of the last token. The class token stands first.",
)
def the_last_tokens_row(weights):
    return _rolled(weights)[-1]


@wrong(
    14,
    "multiplied entry by entry",
    "You multiplied the matrices entry by entry (`*`). A path through a token in between is a sum over all of them: a matrix "
    "product.",
)
def entry_by_entry(weights):
    total = np.ones(weights.shape[-2:])
    for layer in weights:
        total = total * (layer.mean(axis=0) + np.eye(len(total))) / 2
    return total[0]


@wrong(
    15,
    "the residual path added once, at the end",
    "You multiplied the weights of all blocks and mixed the identity in once. Every block has a residual path of its own.",
)
def residual_once(weights):
    return (_rolled(weights, mix=lambda A: A)[0] + np.eye(weights.shape[-1])[0]) / 2


@wrong(
    16,
    "ones in place of the identity",
    "You added 1 to every entry. What a token keeps is itself, so the identity is added: ones on the diagonal, zeros beside it.",
)
def ones_in_place_of_the_identity(weights):
    return _rolled(weights, mix=lambda A: (A + 1) / 2)[0]


@wrong(
    17,
    "heads and layers confused",
    "You multiplied over the heads and averaged over the layers. The first axis of `weights` is the layer.",
)
def heads_and_layers_confused(weights):
    return _rolled(weights.swapaxes(0, 1))[0]


@wrong(
    18,
    "the mean of all rows",
    "You averaged the rows of all tokens. The classifier reads the class token alone: its row.",
)
def the_mean_of_all_rows(weights):
    return _rolled(weights).mean(axis=0)


@wrong(
    19,
    "the class token's share set to zero",
    "You set the class token's own share to zero and stretched the rest. It belongs to the result.",
)
def the_own_share_set_to_zero(weights):
    row = _rolled(weights)[0] * (np.arange(weights.shape[-1]) > 0)
    return row / row.sum()


@wrong(
    20,
    "each head rolled out by itself",
    "You followed each head through all blocks and averaged at the end. A head of one block reads what *all* heads of the "
    "block before have written: average within each block, then multiply.",
)
def each_head_by_itself(weights):
    return np.mean([_rolled(weights[:, h : h + 1])[0] for h in range(weights.shape[1])], axis=0)


@wrong(
    21,
    "halved, and no identity added",
    "You took half of the weights and left the other half out: it is the token itself, half of the identity matrix.",
)
def halved_without_identity(weights):
    return _rolled(weights, mix=lambda A: A / 2)[0]


@wrong(
    22,
    "half of the identity beside all of the weights",
    "You halved the identity and not the weights, so your rows sum to one and a half. Half and half. `A + I / 2` divides `I` "
    "alone.",
)
def identity_halved_alone(weights):
    return _rolled(weights, mix=lambda A: A + np.eye(len(A)) / 2)[0]


@wrong(
    23,
    "the weights transposed",
    "You transposed the weights. The row asks: row 0 of a block's matrix says what the class token is made of.",
)
def transposed(weights):
    return _rolled(weights.swapaxes(-1, -2))[0]


@wrong(
    24,
    "sum over the blocks",
    "You added the blocks up. They act one after the other, each on what the one before has mixed: multiply.",
)
def sum_over_the_blocks(weights):
    return np.sum([_rolled(layer[None])[0] for layer in weights], axis=0)


@wrong(
    25,
    "the last block's weights as they are",
    "Your result is where the class token looks in the last block. It leaves out the blocks below, and the residual path.",
)
def the_last_weights(weights):
    return weights[-1].mean(axis=0)[0]


@wrong(
    26,
    "the smallest head instead of the mean",
    "You took the smallest weight over the heads. Rows then no longer sum to one: take the mean.",
)
def heads_by_minimum(weights):
    return _rolled(weights, heads=lambda layer: layer.min(axis=0))[0]


@wrong(
    27,
    "the largest head, stretched to sum one",
    "You took the largest weight over the heads and divided by the sum. Some do; here it is the mean.",
)
def heads_by_maximum_stretched(weights):
    return _rolled(weights, heads=lambda layer: layer.max(axis=0) / layer.max(axis=0).sum(axis=-1, keepdims=True))[0]


@wrong(
    28,
    "one mean over all heads and blocks",
    "You averaged all heads of all blocks. The heads of a block work side by side; the blocks come one after the other.",
)
def one_mean_of_everything(weights):
    return weights.mean(axis=(0, 1))[0]


@wrong(
    29,
    "the first block left out",
    "You began with the second block. At the start stands the identity matrix, and the first block multiplies it.",
)
def the_first_block_left_out(weights):
    return _rolled(weights[1:])[0]


@wrong(
    30,
    "the identity added to the product",
    "You mixed the identity into the product so far and not into the block's own matrix. Make each block's matrix complete, half "
    "weights and half identity, and then multiply.",
)
def identity_added_to_the_product(weights):
    eye = np.eye(weights.shape[-1])
    total = eye
    for layer in weights:
        total = (layer.mean(axis=0) @ total + eye) / 2
    return total[0]


@wrong(
    31,
    "no residual path, and the wrong order",
    "Two things: the matrices are multiplied in the wrong order, and half of each token, which the residual path keeps, is "
    "missing.",
)
def no_residual_and_reversed(weights):
    return _rolled(weights, mix=lambda A: A, reverse=True)[0]


HINTS = (
    "For one block: average over the heads, then take half of that and half of the identity matrix. What does row 0 of it say?",
    "Two blocks: the second mixes tokens that the first has mixed already, so its matrix stands on the left: `M2 @ M1`.",
    "`total = np.eye(n)`, then for every layer `total = (layer.mean(axis=0) + np.eye(n)) / 2 @ total`; return `total[0]`.",
)
