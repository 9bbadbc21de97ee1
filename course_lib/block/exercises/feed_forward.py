"""block.feed_forward: widen, ReLU, narrow, for each token alone."""

from collections.abc import Callable

import numpy as np

from course_lib.block.by_hand import feed_forward, relu
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
    return [
        Case(weights(3, 5, 7)),
        Case(weights(5, 3, 11)),
        Case(weights(7, 5, 5), "as wide inside as outside"),
        Case(weights(2, 7, 3), "narrower inside than outside"),
        Case(weights(1, 3, 5), "a single token"),
        Case((x, W_1, np.full(7, -50.0), W_2, b_2), "biases so low that no unit fires"),
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


def _network(order: Callable) -> Callable:
    def wrong(x, W_1, b_1, W_2, b_2):
        return order(x, W_1, b_1, W_2, b_2)

    return wrong


no_relu = wrong(
    1,
    "no ReLU",
    "Both matrix products are there, and nothing between them. Two linear maps in a row are one linear map: the "
    "wide middle would be of no use. What stands between the two products in the formula?",
    _network(lambda x, W_1, b_1, W_2, b_2: (x @ W_1 + b_1) @ W_2 + b_2),
)

relu_at_the_end = wrong(
    2,
    "ReLU at the end",
    "You cut negative numbers off at the end. The network could then only ever add to a token, never take away, "
    "and its two products stand side by side as one linear map. The ReLU belongs inside.",
    _network(lambda x, W_1, b_1, W_2, b_2: relu((x @ W_1 + b_1) @ W_2 + b_2)),
)

relu_inside_and_at_the_end = wrong(
    3,
    "ReLU inside and at the end",
    "There is one ReLU too many: the output of the network may be negative.",
    _network(lambda x, W_1, b_1, W_2, b_2: relu(relu(x @ W_1 + b_1) @ W_2 + b_2)),
)

relu_before_the_bias = wrong(
    4,
    "ReLU before the bias",
    "You cut off first and add b₁ after. The bias is what sets each unit's threshold: it has to be in the sum "
    "before the sum is compared with zero.",
    _network(lambda x, W_1, b_1, W_2, b_2: (relu(x @ W_1) + b_1) @ W_2 + b_2),
)

first_bias_forgotten = wrong(
    5,
    "first bias forgotten",
    "b₁ is never used. Without it every unit has its threshold at zero.",
    _network(lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1) @ W_2 + b_2),
)

second_bias_forgotten = wrong(
    6,
    "second bias forgotten",
    "b₂ is never used: it is added to every token at the end.",
    _network(lambda x, W_1, b_1, W_2, b_2: relu(x @ W_1 + b_1) @ W_2),
)

x_added_to_the_output = wrong(
    7,
    "x added to the output",
    "You added x to the output. The residual path belongs to the block around the network, not to the network.",
    _network(lambda x, W_1, b_1, W_2, b_2: x + feed_forward(x, W_1, b_1, W_2, b_2)),
)

absolute_value_instead_of_relu = wrong(
    8,
    "absolute value instead of ReLU",
    "Your negative numbers come out positive. ReLU sets them to zero.",
    _network(lambda x, W_1, b_1, W_2, b_2: np.abs(x @ W_1 + b_1) @ W_2 + b_2),
)

the_smaller_of_the_number_and_zero = wrong(
    9,
    "the smaller of the number and zero",
    "You kept what is negative and set the positive numbers to zero: `np.minimum` is the wrong one of the two.",
    _network(lambda x, W_1, b_1, W_2, b_2: np.minimum(x @ W_1 + b_1, 0.0) @ W_2 + b_2),
)

one_where_it_is_positive = wrong(
    10,
    "one where it is positive",
    "You multiplied W₂ by True and False: a unit that fires would always say 1. Keep how far it is above zero.",
    _network(lambda x, W_1, b_1, W_2, b_2: ((x @ W_1 + b_1) > 0) @ W_2 + b_2),
)

HINTS = (
    "Three steps: a matrix product with its bias, the ReLU, a matrix product with its bias.",
    "`np.maximum(a, 0.0)` compares every entry with zero. `np.max` is something else: one number for the whole array.",
    "`inside = np.maximum(x @ W_1 + b_1, 0.0)`, then the second product and its bias.",
)
