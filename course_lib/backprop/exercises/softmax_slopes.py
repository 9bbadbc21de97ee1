"""backprop.softmax_slopes: how much every weight of a row moves with every score."""

import numpy as np

from course_lib.backprop import by_hand
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "One row of `weights` `(n,)` came out of softmax. Return the table of slopes `(n, n)`: in row `i` and column `j`, how much weight `j` "
    "moves for each unit that score `i` is raised. The weights are all it takes.",
    reference=by_hand.softmax_slopes,
    points=1,
    minutes=10,
    difficulty=2,
    library=(*AUTOGRAD, "torch.autograd.functional.jacobian", "torch.func"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def weights(n: int) -> np.ndarray:
        return rng.dirichlet(np.ones(n))

    return [
        Case((np.array([0.7, 0.2, 0.1]),), "the row of the lesson"),
        Case((np.array([0.75, 0.25]),)),
        Case((weights(5),)),
        Case((weights(3),)),
        Case((np.full(4, 0.25),), "all weights equal"),
        Case((np.array([0.0, 1.0, 0.0]),), "everything on one"),
        Case((np.array([0.5, 0.0, 0.3, 0.2]),), "a weight that is masked"),
        Case((np.array([1.0]),), "a single weight: nothing competes"),
    ]


@right
def entry_by_entry(weights):
    n = len(weights)
    table = np.empty((n, n))
    for i, j in np.ndindex(n, n):
        table[i, j] = weights[j] * ((i == j) - weights[i])
    return table


@right
def by_broadcasting(weights):
    return weights * (np.eye(len(weights)) - weights[:, None])


@wrong(
    1,
    "other weights do not move",
    "Your table is zero off the diagonal. The weights share one unit: when one grows the others shrink.",
)
def diagonal_only(weights):
    return np.diag(weights * (1 - weights))


@wrong(
    2,
    "other weights grow too",
    "Off the diagonal your slopes are positive. Raising one score makes the sum below all weights larger: the others shrink.",
)
def others_grow(weights):
    return np.outer(weights, weights) + np.diag(weights - 2 * weights**2)


@wrong(
    3,
    "the sum taken as a constant",
    "You have w on the diagonal: the exponential on top grows, and so does the sum below it, which contains that exponential. A quotient has two parts that move.",
)
def the_sum_taken_as_a_constant(weights):
    return np.diag(weights)


@wrong(
    4,
    "the sign of everything",
    "All signs are the wrong way round: raising a score raises its own weight.",
)
def sign(weights):
    return np.outer(weights, weights) - np.diag(weights)


@wrong(
    5,
    "the part of the sum alone",
    "You have what the sum below does to every weight. The weight whose own score was raised has an exponential on top that moves as well.",
)
def the_sum_alone(weights):
    return -np.outer(weights, weights)


@wrong(
    6,
    "off the diagonal only the other weight",
    "Off the diagonal you have −w of one of the two. How much a weight loses depends on both: on its own size and on the size of the one that grows.",
)
def one_weight_off_the_diagonal(weights):
    table = -np.tile(weights, (len(weights), 1))
    np.fill_diagonal(table, weights * (1 - weights))
    return table


@wrong(
    7,
    "1 − w on the diagonal",
    "Your diagonal is 1 − w. That is the slope of the weight's logarithm; the weight itself moves in proportion to its own size.",
)
def of_the_logarithm(weights):
    return np.eye(len(weights)) * (1 - weights) - np.outer(weights, weights) * (1 - np.eye(len(weights)))


@wrong(
    8,
    "the slopes of the logarithms",
    "You have how the logarithms of the weights move. Each column is still to be multiplied by its weight.",
)
def the_slopes_of_the_logarithms(weights):
    return np.eye(len(weights)) - weights[:, None]


@wrong(
    9,
    "one slope for each weight",
    "You return w (1 − w), the slope of each weight for its own score: the diagonal of the table. Every score moves every weight, so there "
    "are n times n slopes.",
)
def one_slope_for_each_weight(weights):
    return weights * (1 - weights)


HINTS = (
    "Write one weight as e^s_j / Z. Raising s_i changes Z always, and the top only where i = j. Use the quotient rule, and write the result "
    "with weights instead of exponentials.",
    "On the diagonal: w_i − w_i². Off the diagonal the top stands still, and the quotient rule leaves −e^s_j e^s_i / Z².",
    "`np.diag(weights) - np.outer(weights, weights)`.",
)
