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


HINTS = (
    "For one block: average over the heads, then take half of that and half of the identity matrix. What does row 0 of it say?",
    "Two blocks: the second mixes tokens that the first has mixed already, so its matrix stands on the left: `M2 @ M1`.",
    "`total = np.eye(n)`, then for every layer `total = (layer.mean(axis=0) + np.eye(n)) / 2 @ total`; return `total[0]`.",
)
