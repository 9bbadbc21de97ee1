"""backprop.softmax_backward: back through softmax, from weights to scores."""

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.backprop import by_hand
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "`weights` `(..., n)` came out of softmax over the last axis, and `d_weights`, of the same shape, is the "
    "gradient of the loss with respect to them. Return `d_scores`, the gradient with respect to the scores that went in.",
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


HINTS = (
    "For one row the slopes are a matrix: dw_j/ds_i is w_i (1 − w_i) where i = j, and −w_i w_j elsewhere. d_s_i sums over j.",
    "Sum over j of d_w_j w_j ([i = j] − w_i): the first part leaves one term, the second is w_i times a sum that is the same "
    "for all i of the row.",
    "With `average = (weights * d_weights).sum(axis=-1, keepdims=True)` one line is left.",
)
