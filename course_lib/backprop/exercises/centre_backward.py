"""backprop.centre_backward: back through taking away the mean, the first half of a layer norm."""

import numpy as np

from course_lib.backprop import by_hand
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Every row of `x` `(token, d)` was centred: `c = x - x.mean(axis=1, keepdims=True)`. Given `d_out` `(token, d)`, the gradient of `c`, return "
    "`d_x` `(token, d)`. (`x` itself is not needed. Why?)",
    reference=by_hand.centre_backward,
    points=1,
    minutes=6,
    difficulty=1,
    library=(*AUTOGRAD, "course_lib.layer_norm_backward"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((np.array([[1.0, 0.0, 0.0, 0.0]]),), "only the first entry matters"),
        Case((rng.normal(size=(3, 5)),)),
        Case((rng.normal(size=(5, 2)),)),
        Case((rng.normal(size=(7, 7)),), "as many tokens as entries"),
        Case((np.array([[2.0, 2.0, 2.0], [1.0, 2.0, 6.0]]),), "a row in which all entries matter alike"),
        Case((np.array([[3.0], [-1.0]]),), "a single entry in each row"),
    ]


@right
def by_the_table_of_slopes(d_out):
    d = d_out.shape[1]
    return d_out @ (np.eye(d) - np.full((d, d), 1 / d))


@right
def by_loops(d_out):
    d_x = np.array(d_out, dtype=float)
    for row, given in zip(d_x, d_out, strict=True):
        for gradient in given:
            row -= gradient / len(given)
    return d_x


@wrong(
    1,
    "the mean taken as a constant",
    "You pass d_out on as it is. The mean is made of x too: each entry moves it, and it moves all entries of its row.",
)
def mean_as_a_constant(d_out):
    return d_out


@wrong(
    2,
    "the mean's way for the entry itself alone",
    "You count what the mean does to the entry itself and not what it does to its neighbours. One mean is subtracted from all entries of the row.",
)
def own_share_only(d_out):
    return d_out * (1 - 1 / d_out.shape[1])


@wrong(
    3,
    "the sum instead of the mean",
    "You take away the sum of the row. An entry is one of d that make the mean, so it moves it by 1/d.",
)
def the_sum(d_out):
    return d_out - d_out.sum(axis=1, keepdims=True)


@wrong(
    4,
    "the mean over the tokens",
    "You take the mean of each column. Each row was centred by itself.",
)
def over_the_tokens(d_out):
    return d_out - d_out.mean(axis=0)


@wrong(
    5,
    "the mean of everything",
    "You take away one number everywhere. Each row has a mean of its own.",
)
def of_everything(d_out):
    return d_out - d_out.mean()


@wrong(
    6,
    "the mean added",
    "You add the mean. It was subtracted on the way forward: its slope is negative.",
)
def the_mean_added(d_out):
    return d_out + d_out.mean(axis=1, keepdims=True)


@wrong(
    7,
    "the way through the mean alone",
    "You return what comes back through the mean. Each entry also reaches its own place directly, with slope 1.",
)
def through_the_mean_alone(d_out):
    return -np.broadcast_to(d_out.mean(axis=1, keepdims=True), d_out.shape)


HINTS = (
    "An entry x_i reaches the loss in two ways: through its own c_i, and through the mean of its row, which stands in every c_j.",
    "The first way sends d_out_i. On the second, the mean moves by 1/d and every c_j by minus that: sum over j of −d_out_j / d, the same for all i.",
    "`d_out - d_out.mean(axis=1, keepdims=True)`.",
)
