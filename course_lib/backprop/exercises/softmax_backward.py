"""backprop.softmax_backward: back through softmax, from weights to scores."""

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.backprop import by_hand
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "`weights` `(..., n)` came out of softmax over the last axis, and `d_weights`, of the same shape, is the "
    "gradient of the loss with respect to them. Return `d_scores`, the gradient with respect to the scores that went in. A weight "
    "may be 0 (a hidden key), and a row that may attend to nothing is 0 throughout: nothing comes back there.",
    reference=by_hand.softmax_backward,
    points=2,
    minutes=10,
    difficulty=2,
    library=AUTOGRAD,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def pair(*shape: int, spread: float = 1.0) -> tuple:
        return softmax(rng.normal(size=shape) * spread), rng.normal(size=shape)

    masked = softmax(np.where(np.tri(5, dtype=bool), rng.normal(size=(5, 5)), -np.inf))
    return [
        Case(pair(3, 5)),
        Case(pair(5, 2)),
        Case(pair(7, 7), "a square matrix"),
        Case(pair(3), "a single row, one axis"),
        Case(pair(2, 3, 5), "an axis in front"),
        Case((masked, rng.normal(size=(5, 5))), "weights under a causal mask"),
        Case(pair(3, 5, spread=30.0), "weights close to 0 and 1"),
        Case(pair(2, 3, 2, 5), "two axes in front"),
        Case(pair(3, 3, 3), "three axes of one size"),
        Case((np.array([[0.7, 0.2, 0.1], [0.25, 0.5, 0.25]]), np.array([[1.0, 0.0, 0.0], [-2.0, 4.0, 8.0]]))),
        Case((np.array([[0.7, 0.2, 0.1], [0.25, 0.5, 0.25]]), np.full((2, 3), 5.0)), "all weights would gain alike"),
        Case(
            (np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5]]), np.array([[3.0, -2.0, 7.0], [1.0, 9.0, -1.0]])),
            "weights of exactly 0 and 1",
        ),
        Case(
            (np.array([[0.0, 0.0], [0.25, 0.75]]), np.array([[3.0, -1.0], [2.0, 4.0]])),
            "a row that may attend to nothing",
        ),
        Case((np.ones((4, 1)), np.array([[3.0], [-1.0], [0.0], [2.0]])), "one weight in each row"),
    ]


@right
def softmax_by_jacobian(weights, d_weights):
    jacobian = weights[..., :, None] * (np.eye(weights.shape[-1]) - weights[..., None, :])
    return (jacobian @ d_weights[..., None])[..., 0]


@right
def softmax_by_rows(weights, d_weights):
    flat, d_flat = weights.reshape(-1, weights.shape[-1]), d_weights.reshape(-1, weights.shape[-1])
    rows = [w * d - w * (w @ d) for w, d in zip(flat, d_flat, strict=True)]
    return np.stack(rows).reshape(weights.shape)


@wrong(
    1,
    "diagonal only",
    "You used w (1 − w), the slope of a weight with respect to its own score, and nothing else. Raising one score also "
    "lowers every other weight of the row.",
)
def diagonal_only(weights, d_weights):
    return weights * (1 - weights) * d_weights


@wrong(
    2,
    "without the sum term",
    "You returned w · d_w. If all of d_weights were equal, no score could make a difference, since the weights of a row "
    "always sum to one; yours would still move.",
)
def without_the_sum_term(weights, d_weights):
    return weights * d_weights


@wrong(
    3,
    "softmax twice",
    "You put the weights through softmax once more. They are softmax's output already: use them as they are.",
)
def softmax_twice(weights, d_weights):
    return by_hand.softmax_backward(softmax(weights), d_weights)


@wrong(
    4,
    "sum along the wrong axis",
    "You summed down the columns. Softmax normalised each row, so it is within a row that weights compete: the last "
    "axis.",
)
def sum_along_the_wrong_axis(weights, d_weights):
    return weights * (d_weights - (weights * d_weights).sum(axis=0, keepdims=True))


@wrong(
    5,
    "sum over everything",
    "You subtracted one number for the whole array. Each row has its own.",
)
def sum_over_everything(weights, d_weights):
    return weights * (d_weights - (weights * d_weights).sum())


@wrong(
    6,
    "plain sum instead of the weighted one",
    "You subtracted the sum of d_weights. In the sum every entry counts by its weight.",
)
def plain_sum_instead_of_the_weighted_one(weights, d_weights):
    return weights * (d_weights - d_weights.sum(axis=-1, keepdims=True))


@wrong(
    7,
    "plain mean instead of the weighted one",
    "You subtracted the mean of d_weights, in which all entries count alike. Here each counts by its weight.",
)
def plain_mean_instead_of_the_weighted_one(weights, d_weights):
    return weights * (d_weights - d_weights.mean(axis=-1, keepdims=True))


@wrong(
    8,
    "not multiplied by the weights",
    "You returned d_w minus its average. A key that has no weight cannot be moved: the difference still has to be "
    "multiplied by something.",
)
def not_multiplied_by_the_weights(weights, d_weights):
    return d_weights - (weights * d_weights).sum(axis=-1, keepdims=True)


@wrong(
    9,
    "only the first term multiplied by the weights",
    "You multiplied d_w by the weight, and subtracted the average as it is. Both terms carry the weight: mind the "
    "brackets.",
)
def only_the_first_term_multiplied_by_the_weights(weights, d_weights):
    return weights * d_weights - (weights * d_weights).sum(axis=-1, keepdims=True)


@wrong(
    10,
    "sign",
    "The average minus d_w: the other way round. A weight whose gain is above the average should grow.",
)
def sign(weights, d_weights):
    return weights * ((weights * d_weights).sum(axis=-1, keepdims=True) - d_weights)


@wrong(
    11,
    "the summed axis not kept",
    "Your averages have lost an axis, one for each row: they no longer fit beside the rows, or, where everything is square, they "
    "are subtracted from the columns.",
)
def the_summed_axis_not_kept(weights, d_weights):
    return weights * (d_weights - (weights * d_weights).sum(axis=-1))


@wrong(
    12,
    "axis 1 instead of the last",
    "You sum along axis 1, which is the last axis of a table alone. A single row has no axis 1, and with axes in front it is "
    "another one.",
)
def axis_1_instead_of_the_last(weights, d_weights):
    return weights * (d_weights - (weights * d_weights).sum(axis=1, keepdims=True))


@wrong(
    13,
    "the weighted sum divided once more",
    "You took the mean of w · d_w, which divides by n. The weights sum to one: their weighted sum is an average already.",
)
def the_weighted_sum_divided_once_more(weights, d_weights):
    return weights * (d_weights - (weights * d_weights).mean(axis=-1, keepdims=True))


@wrong(
    14,
    "the average added",
    "You added the average. What counts is what a weight would gain beyond it.",
)
def the_average_added(weights, d_weights):
    return weights * (d_weights + (weights * d_weights).sum(axis=-1, keepdims=True))


@wrong(
    15,
    "weights and d_weights exchanged",
    "`weights` and `d_weights` have changed places in your formula: the average is subtracted from the weights. Gains are compared "
    "with the average gain.",
)
def weights_and_d_weights_exchanged(weights, d_weights):
    return d_weights * (weights - (weights * d_weights).sum(axis=-1, keepdims=True))


@wrong(
    16,
    "other weights grow too",
    "Off the diagonal your slopes are + w_i w_j. Raising one score lowers the other weights.",
)
def other_weights_grow_too(weights, d_weights):
    average = (weights * d_weights).sum(axis=-1, keepdims=True)
    return weights * (d_weights * (1 - 2 * weights) + average)


@wrong(
    17,
    "the last weight only",
    "Only what came back from the last weight of each row is left: each turn of the loop writes over the one before. A score "
    "reaches the loss through every weight of its row.",
)
def the_last_weight_only(weights, d_weights):
    last = np.eye(weights.shape[-1])[-1]
    return by_hand.softmax_backward(weights, d_weights * last)


@wrong(
    18,
    "the table of slopes itself",
    "You return the slopes of all weights with respect to all scores, a table for each row. It still has to meet d_weights.",
)
def the_table_of_slopes_itself(weights, d_weights):
    return weights[..., :, None] * (np.eye(weights.shape[-1]) - weights[..., None, :])


HINTS = (
    "For one row the slopes are a matrix: dw_j/ds_i is w_i (1 − w_i) where i = j, and −w_i w_j elsewhere. d_s_i sums over j.",
    "Sum over j of d_w_j w_j ([i = j] − w_i): the first part leaves one term, the second is w_i times a sum that is the same "
    "for all i of the row.",
    "With `average = (weights * d_weights).sum(axis=-1, keepdims=True)` one line is left.",
)
