"""vision.vit_parameters: the parameters of a Vision Transformer of any shape."""

import math

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.vision import by_hand

ASKED = Asked(
    "Given whole numbers, return how many parameters a Vision Transformer has: `image` and `patch` (pixels along a side of "
    "the square image and of a patch), `channels`, `layers`, `d_model`, `d_ff` (inside the feed-forward network) and `classes`. "
    "A matrix with a bias turns a patch into a token; a class token stands in front; every token has a learned position; "
    "then come the blocks of lesson 06 with all their biases, one more layer norm, and a classifier with a bias.",
    reference=by_hand.vit_parameters,
    library=("course_lib.vit_parameters", "course_lib.parameters"),
    points=3,
    minutes=12,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    patch, side = (int(n) for n in rng.choice([2, 3, 5, 7], 2))
    layers, d_model, d_ff, classes = (int(rng.choice(p)) for p in ((3, 5), (11, 13, 17), (19, 23, 29), (31, 37, 41)))
    return [
        Case((8, 2, 1, 2, 32, 64, 10), "the model of this lesson"),
        Case((15, 3, 2, 3, 7, 11, 5)),
        Case((28, 7, 3, 5, 13, 29, 17)),
        Case((patch * side, patch, 3, layers, d_model, d_ff, classes)),
        Case((5, 5, 1, 1, 3, 2, 7), "a single patch"),
        Case((6, 1, 2, 2, 5, 3, 4), "patches of one pixel"),
        Case((224, 16, 3, 12, 768, 3072, 1000), "ViT-B/16"),
    ]


@right
def tensor_by_tensor(image, patch, channels, layers, d_model, d_ff, classes):
    d, n = d_model, (image // patch) ** 2
    shapes = [(patch * patch * channels, d), (d,), (1, d), (n + 1, d)]
    block = [(d, 3 * d), (3 * d,), (d, d), (d,), (d, d_ff), (d_ff,), (d_ff, d), (d,), (d,), (d,), (d,), (d,)]
    shapes += layers * block + [(d,), (d,), (d, classes), (classes,)]
    return sum(math.prod(shape) for shape in shapes)


@right
def as_polynomial(image, patch, channels, layers, d_model, d_ff, classes):
    n = (image // patch) ** 2
    return (
        d_model * (patch * patch * channels + n + 5 + classes + layers * (4 * d_model + 9 + 2 * d_ff))
        + layers * d_ff
        + classes
    )


def _count(sizes, patch_bias=1, class_token=1, extra=1, square=4, attention=4, inside=2, inside_bias=(1, 1), norms=4,
           last=2, classifier=(1, 1), flat=2, cut=2, all_layers=True):  # fmt: skip
    """The count with a part changed; sizes are the arguments of the exercise."""
    image, patch, channels, layers, d, d_ff, classes = sizes
    n = (image // patch) ** cut
    before = patch**flat * channels * d + (patch_bias + class_token + n + extra) * d
    block = square * d * d + attention * d + inside * d * d_ff + inside_bias[0] * d_ff + inside_bias[1] * d + norms * d
    after = last * d + classifier[0] * d * classes + classifier[1] * classes
    return before + (layers if all_layers else 1) * block + after


def _with(**change):
    def vit_parameters(image, patch, channels, layers, d_model, d_ff, classes):
        return _count((image, patch, channels, layers, d_model, d_ff, classes), **change)

    return vit_parameters


one_vector_missing = wrong(
    1,
    "one vector missing: the class token, its position, or the patches' bias",
    "Your number is one width short. There are three ways to get there: the class token itself, which is learned; its position, "
    "which the table of positions has besides those of the patches; the bias of the matrix that reads the patches.",
    _with(class_token=0),
)
two_vectors_missing = wrong(
    2,
    "two vectors missing: the last norm, or the class token and its position",
    "Your number is two widths short: the gain and bias of the norm after the last block, or the class token together with its "
    "position.",
    _with(last=0),
)
no_biases = wrong(
    3,
    "no biases",
    "Your matrices are complete, and no vector is added to their products. Go through them: the patches, four of "
    "attention, two of the feed-forward network, the classifier. Each has a bias as long as its output; each norm has one too.",
    _with(patch_bias=0, attention=0, inside_bias=(0, 0), norms=2, last=1, classifier=(1, 0)),
)
biases_of_the_matrices_forgotten = wrong(
    4,
    "biases of all matrices forgotten",
    "The norms are complete. The biases of the matrices are missing: one number for each output of each matrix.",
    _with(patch_bias=0, attention=0, inside_bias=(0, 0), classifier=(1, 0)),
)
positions_forgotten = wrong(
    5,
    "the table of positions forgotten",
    "The table of positions is missing: a row for each patch and one for the class token.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: (
        _count((image, patch, channels, layers, d_model, d_ff, classes)) - ((image // patch) ** 2 + 1) * d_model
    ),
)
classifier_forgotten = wrong(
    6,
    "the classifier forgotten",
    "You stop before the classifier: a matrix from the width to the classes, with a bias.",
    _with(classifier=(0, 0)),
)
classifier_without_bias = wrong(
    7,
    "the classifier's bias forgotten",
    "Nearly: the classifier has a bias, one number for each class.",
    _with(classifier=(1, 0)),
)
channels_forgotten = wrong(
    8,
    "the channels forgotten",
    "A patch of a colour image has `channels` numbers for each pixel, and the matrix a row for each number.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: _count(
        (image, patch, 1, layers, d_model, d_ff, classes)
    ),
)
patch_along_one_side = wrong(
    9,
    "pixels along one side only",
    "You gave a patch `patch` pixels. It is a square.",
    _with(flat=1),
)
patches_along_one_side = wrong(
    10,
    "patches along one side only",
    "You counted the patches along one side of the image. They cover it: as many down as across.",
    _with(cut=1),
)
one_norm_in_each_block = wrong(
    11,
    "one norm in each block",
    "Each block has two norms: one before attention, one before the feed-forward network.",
    _with(norms=2),
)
three_matrices = wrong(
    12,
    "the output matrix of attention forgotten",
    "Attention has four matrices with a bias each: after queries, keys and values, the joined heads go through one more.",
    _with(square=3, attention=3),
)
one_block_alone = wrong(
    13,
    "one block alone",
    "Your count has a single block in it, whatever `layers` says.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: _count(
        (image, patch, channels, 1, d_model, d_ff, classes)
    ),
)
four_times_the_width = wrong(
    14,
    "four times the width instead of d_ff",
    "You took 4 d_model for the width inside the feed-forward network. It is given here, as `d_ff`.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: _count(
        (image, patch, channels, layers, d_model, 4 * d_model, classes)
    ),
)
a_position_for_every_pixel = wrong(
    15,
    "a position for every pixel",
    "You gave every pixel a position. The tokens are patches.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: (
        _count((image, patch, channels, layers, d_model, d_ff, classes)) + (image**2 - (image // patch) ** 2) * d_model
    ),
)
one_matrix_inside = wrong(
    16,
    "one matrix in the feed-forward network",
    "The feed-forward network goes to `d_ff` and back: two matrices, and you counted one.",
    _with(inside=1),
)
four_vectors_missing_in_each_block = wrong(
    17,
    "four vectors missing in each block: its norms, or the biases of attention",
    "In every block four widths are missing. There are two ways to get there: the two norms, each of which has a gain and a "
    "bias; the biases of attention's four matrices.",
    _with(norms=0),
)
gains_without_biases = wrong(
    18,
    "norms without biases",
    "Your norms have one vector each. A norm has two: a gain and a bias.",
    _with(norms=2, last=1),
)
all_norms_forgotten = wrong(
    19,
    "all norms forgotten",
    "No norm is in your count: there are two in each block and one after the last, and each has a gain and a bias.",
    _with(norms=0, last=0),
)
inside_biases_forgotten = wrong(
    20,
    "the biases of the feed-forward network forgotten",
    "Both matrices of the feed-forward network are there, and their biases are not: one has `d_ff` numbers, the other"
    " `d_model`.",
    _with(inside_bias=(0, 0)),
)
inside_biases_alike = wrong(
    21,
    "both biases of the feed-forward network d_ff long",
    "You gave both biases of the feed-forward network `d_ff` numbers. A bias is as long as the *output* of its "
    "matrix, and the second goes back to the width.",
    _with(inside_bias=(2, 0)),
)
second_inside_bias_forgotten = wrong(
    22,
    "the second bias of the feed-forward network forgotten",
    "The second matrix of the feed-forward network has a bias too: as long as its output.",
    _with(inside_bias=(1, 0)),
)
weights_counted = wrong(
    23,
    "attention weights counted as parameters",
    "You counted the attention weights. They are computed anew for every image; parameters are what is learned and "
    "kept.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: (
        _count((image, patch, channels, layers, d_model, d_ff, classes)) + layers * ((image // patch) ** 2 + 1) ** 2
    ),
)
a_matrix_for_every_patch = wrong(
    24,
    "a matrix for every patch",
    "You counted the patch matrix once for every patch. All patches share one.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: (
        _count((image, patch, channels, layers, d_model, d_ff, classes))
        + ((image // patch) ** 2 - 1) * patch * patch * channels * d_model
    ),
)
a_number_for_each_position = wrong(
    25,
    "a number for each position",
    "You gave each position one number. A position is a vector as long as the width: it is added to a token.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: (
        _count((image, patch, channels, layers, d_model, d_ff, classes)) - ((image // patch) ** 2 + 1) * (d_model - 1)
    ),
)
everything_times_layers = wrong(
    26,
    "everything taken as often as there are blocks",
    "You multiplied the whole sum by `layers`. Only the block is there that often.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: (
        _count((image, patch, channels, layers, d_model, d_ff, classes)) * layers
    ),
)
all_tokens_classified = wrong(
    27,
    "a classifier that reads every token",
    "Your classifier has a matrix row for every number of every token. It reads the class token alone.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: (
        _count((image, patch, channels, layers, d_model, d_ff, classes)) + (image // patch) ** 2 * d_model * classes
    ),
)
classifier_bias_as_wide_as_the_model = wrong(
    28,
    "the classifier's bias as long as its input",
    "You gave the classifier a bias as long as the width. A bias is as long as the output of its matrix: one number "
    "for each class.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: (
        _count((image, patch, channels, layers, d_model, d_ff, classes)) + d_model - classes
    ),
)
patch_bias_as_long_as_a_patch = wrong(
    29,
    "the patches' bias as long as a patch",
    "You gave the patch matrix a bias as long as a patch. A bias is as long as the output of its matrix, the width.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: (
        _count((image, patch, channels, layers, d_model, d_ff, classes)) + patch * patch * channels - d_model
    ),
)
two_matrices_of_attention = wrong(
    30,
    "two matrices in attention",
    "Your attention has two matrices. It has four: for queries, keys, values, and for the joined heads.",
    _with(square=2, attention=2),
)
no_block = wrong(
    31,
    "no block at all",
    "Your count has what stands before the blocks and after them, and no block.",
    _with(square=0, attention=0, inside=0, inside_bias=(0, 0), norms=0),
)
no_position_and_no_class_token = wrong(
    32,
    "the positions and the class token forgotten",
    "The table of positions and the class token are missing: together a vector for each patch and two for the class "
    "token.",
    lambda image, patch, channels, layers, d_model, d_ff, classes: (
        _count((image, patch, channels, layers, d_model, d_ff, classes)) - ((image // patch) ** 2 + 2) * d_model
    ),
)

HINTS = (
    "Write down the shape of every tensor from the pixels to the classes, multiply each out, and take the block `layers` times.",
    "Before the blocks: a matrix with `patch * patch * channels` rows and its bias, one vector for the class token, and a table "
    "with one row more than there are patches. After them: a norm of two vectors, and a classifier.",
    "A block: `4*d*d + 4*d` for attention, `2*d*d_ff + d_ff + d` for the feed-forward network, `4*d` for two norms.",
)
