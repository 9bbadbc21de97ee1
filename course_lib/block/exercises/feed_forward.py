"""block.feed_forward: widen, ReLU, narrow, for each token alone."""

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.block.by_hand import feed_forward, gelu_tanh, relu
from course_lib.practice.exercise import Asked, Case, right, wrong


def _reference_feed_forward(x, W_1, b_1, W_2, b_2):
    return np.maximum(x @ W_1 + b_1, 0.0) @ W_2 + b_2


ASKED = Asked(
    "Given tokens `x` `(token, d_model)`, `W_1` `(d_model, d_ff)`, `b_1` `(d_ff,)`, `W_2` `(d_ff, d_model)` and "
    "`b_2` `(d_model,)`, return the output of the feed-forward network with ReLU, `(token, d_model)`: "
    "$\\max(0, xW_1 + b_1)\\,W_2 + b_2$.",
    reference=_reference_feed_forward,
    points=2,
    minutes=6,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def weights(n: int, d_model: int, d_ff: int) -> tuple:
        shapes = [(n, d_model), (d_model, d_ff), (d_ff,), (d_ff, d_model), (d_model,)]
        return tuple(rng.normal(size=shape) for shape in shapes)

    x, W_1, _, W_2, b_2 = weights(3, 2, 7)
    wide = np.array([[1.0, -2.0, 0.5], [0.5, 1.0, -1.0]]), np.array([0.5, -1.0, 2.0])
    narrow = np.array([[2.0, 1.0], [-1.0, 0.5], [1.0, -3.0]]), np.array([-1.0, 0.25])
    return [
        Case(weights(3, 5, 7)),
        Case(weights(5, 3, 11)),
        Case(weights(7, 5, 5), "as wide inside as outside"),
        Case(weights(2, 7, 3), "narrower inside than outside"),
        Case(weights(1, 3, 5), "a single token"),
        Case((x, W_1, np.full(7, -50.0), W_2, b_2), "biases so low that no unit fires"),
        Case((np.array([[1.0, 2.0], [-1.0, 0.5], [2.0, -2.0]]), *wide, *narrow)),
        Case((np.zeros((2, 2)), *wide, *narrow), "tokens of zeros: the biases alone speak"),
    ]


@right
def feed_forward_by_token(x, W_1, b_1, W_2, b_2):
    rows = []
    for token in x:
        inside = [max(0.0, sum(token * W_1[:, unit]) + b_1[unit]) for unit in range(len(b_1))]
        rows.append(sum(value * W_2[unit] for unit, value in enumerate(inside)) + b_2)
    return np.array(rows)


@right
def feed_forward_by_choice(x, W_1, b_1, W_2, b_2):
    inside = np.einsum("td,df->tf", x, W_1) + b_1
    return np.where(inside > 0, inside, 0.0) @ W_2 + b_2


no_relu = wrong(
    1,
    "no ReLU",
    "Both matrix products are there, and nothing between them. Two linear maps in a row are one linear map: the "
    "wide middle would be useless. What stands between the two products in the formula?",
    lambda x, W_1, b_1, W_2, b_2: (x @ W_1 + b_1) @ W_2 + b_2,
)

relu_at_the_end = wrong(
    2,
    "ReLU at the end",
    "You cut off negative numbers at the end. The network could then only ever add to a token, never take away, "
    "and its two products stand side by side as one linear map. The ReLU belongs inside.",
    lambda x, W_1, b_1, W_2, b_2: relu((x @ W_1 + b_1) @ W_2 + b_2),
)

relu_inside_and_at_the_end = wrong(
    3,
    "ReLU inside and at the end",
    "There is one ReLU too many: the output of the network may be negative.",
    lambda x, W_1, b_1, W_2, b_2: relu(relu(x @ W_1 + b_1) @ W_2 + b_2),
)

relu_before_the_bias = wrong(
    4,
    "ReLU before the bias",
    "You cut off first and add b₁ after. The bias is what sets each unit's threshold: it has to be in the sum "
    "before the sum is compared with zero.",
    lambda x, W_1, b_1, W_2, b_2: (relu(x @ W_1) + b_1) @ W_2 + b_2,
)

first_bias_forgotten = wrong(
    5,
    "first bias forgotten",
    "b₁ is never used. Without it every unit has its threshold at zero.",
    lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1) @ W_2 + b_2,
)

second_bias_forgotten = wrong(
    6,
    "second bias forgotten",
    "b₂ is never used: it is added to every token at the end.",
    lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1 + b_1) @ W_2,
)

x_added_to_the_output = wrong(
    7,
    "x added to the output",
    "You added x to the output. The residual path belongs to the block around the network, not to the network.",
    lambda x, W_1, b_1, W_2, b_2: x + feed_forward(x, W_1, b_1, W_2, b_2),
)

absolute_value_instead_of_relu = wrong(
    8,
    "absolute value instead of ReLU",
    "Your negative numbers come out positive. ReLU sets them to zero.",
    lambda x, W_1, b_1, W_2, b_2: np.abs(x @ W_1 + b_1) @ W_2 + b_2,
)

the_smaller_of_the_number_and_zero = wrong(
    9,
    "the smaller of the number and zero",
    "You kept what is negative and set the positive numbers to zero: `np.minimum` is the wrong one of the two.",
    lambda x, W_1, b_1, W_2, b_2: np.minimum(x @ W_1 + b_1, 0.0) @ W_2 + b_2,
)

one_where_it_is_positive = wrong(
    10,
    "one where it is positive",
    "You multiplied W₂ by True and False: a unit that fires would always say 1. Keep how far it is above zero.",
    lambda x, W_1, b_1, W_2, b_2: ((x @ W_1 + b_1) > 0) @ W_2 + b_2,
)

no_biases = wrong(
    11,
    "no biases",
    "Neither b₁ nor b₂ is used. The first sets each unit's threshold, the second is added at the end.",
    lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1) @ W_2,
)

relu_on_the_tokens = wrong(
    12,
    "ReLU on the tokens",
    "You cut off the tokens before the first product, so that half of what they say is lost. The ReLU comes between the two "
    "products.",
    lambda x, W_1, b_1, W_2, b_2: (relu(x) @ W_1 + b_1) @ W_2 + b_2,
)

gelu_instead_of_relu = wrong(
    13,
    "GELU instead of ReLU",
    "That is the network of GPT-2, with GELU in the middle. Here it is the one of 2017, with ReLU.",
    lambda x, W_1, b_1, W_2, b_2: gelu_tanh(x @ W_1 + b_1) @ W_2 + b_2,
)

sigmoid_instead_of_relu = wrong(
    14,
    "sigmoid instead of ReLU",
    "Your units end between 0 and 1. ReLU keeps what is positive as large as it is.",
    lambda x, W_1, b_1, W_2, b_2: 1 / (1 + np.exp(-(x @ W_1 + b_1))) @ W_2 + b_2,
)

tanh_instead_of_relu = wrong(
    15,
    "tanh instead of ReLU",
    "Your units end between -1 and 1. ReLU keeps what is positive as large as it is, and sets the rest to zero.",
    lambda x, W_1, b_1, W_2, b_2: np.tanh(x @ W_1 + b_1) @ W_2 + b_2,
)

leaky_relu = wrong(
    16,
    "a hundredth of the negative numbers kept",
    "Below zero you keep a hundredth (leaky ReLU). ReLU keeps nothing there.",
    lambda x, W_1, b_1, W_2, b_2: np.maximum(0.01 * (x @ W_1 + b_1), x @ W_1 + b_1) @ W_2 + b_2,
)

bias_added_to_the_matrix = wrong(
    17,
    "first bias added to the matrix",
    "You added b₁ to W₁ and multiplied by the sum, so that the bias is multiplied by the token too. First the product, then the "
    "bias.",
    lambda x, W_1, b_1, W_2, b_2: relu(x @ (W_1 + b_1)) @ W_2 + b_2,
)

bias_added_at_every_term = wrong(
    18,
    "first bias added at every term",
    "Your loop adds b₁ once for every feature of the token. It belongs after the inner loop, once for each unit.",
    lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1 + len(W_1) * b_1) @ W_2 + b_2,
)

no_relu_and_no_second_bias = wrong(
    19,
    "no ReLU, and second bias forgotten",
    "Two things: nothing stands between the two products, and b₂ is never used.",
    lambda x, W_1, b_1, W_2, b_2: (x @ W_1 + b_1) @ W_2,
)

stops_in_the_middle = wrong(
    20,
    "the second product is missing",
    "You returned what is inside, `(token, d_ff)`. The second product makes it as narrow as a token again.",
    lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1 + b_1),
)

one_number_for_all = wrong(
    21,
    "one largest number for the whole array",
    "`np.max` and `.max()` give one number, the largest of the array. ReLU compares every entry with zero.",
    lambda x, W_1, b_1, W_2, b_2: np.full((len(x), len(b_1)), max(0.0, (x @ W_1 + b_1).max())) @ W_2 + b_2,
)

every_term_cut_off = wrong(
    22,
    "ReLU on every term of the sum",
    "You cut off the products before they are added up. A unit adds all of them, and its bias; then the sum is compared with zero.",
    lambda x, W_1, b_1, W_2, b_2: relu(relu(x[:, :, None] * W_1).sum(axis=1) + b_1) @ W_2 + b_2,
)

bias_taken_away = wrong(
    23,
    "first bias taken away",
    "You subtract b₁. In the formula it is added: where it is negative it raises the threshold.",
    lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1 - b_1) @ W_2 + b_2,
)

second_bias_added_to_the_matrix = wrong(
    24,
    "second bias added to the matrix",
    "You added b₂ to W₂ and multiplied by the sum, so that the bias is multiplied by what is inside. First the product, then the "
    "bias.",
    lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1 + b_1) @ (W_2 + b_2),
)

softmax_instead_of_relu = wrong(
    25,
    "softmax instead of ReLU",
    "Your units share out one unit among them. In this network nothing is shared: each unit is compared with zero by itself.",
    lambda x, W_1, b_1, W_2, b_2: softmax(x @ W_1 + b_1) @ W_2 + b_2,
)

HINTS = (
    "Three steps: a matrix product with its bias, the ReLU, a matrix product with its bias.",
    "`np.maximum(a, 0.0)` compares every entry with zero. `np.max` is something else: one number for the whole array.",
    "`inside = np.maximum(x @ W_1 + b_1, 0.0)`, then the second product and its bias.",
)
