"""backprop.reused_value: the gradients of a value that is used twice add up."""

import numpy as np

from course_lib.backprop import by_hand
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "`x` `(token, d_in)` is used twice: `a = x @ W_1` and `b = x @ W_2`, each `(token, d)`, and the output is "
    "`a * b`, entry by entry. Given `d_out` `(token, d)`, the gradient of the loss with respect to that output, return "
    "`d_x` `(token, d_in)`.",
    reference=by_hand.reused_value,
    points=1,
    minutes=8,
    difficulty=2,
    library=AUTOGRAD,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def sizes(n: int, d_in: int, d: int) -> tuple:
        return tuple(rng.normal(size=shape) for shape in ((n, d_in), (d_in, d), (d_in, d), (n, d)))

    return [
        Case(sizes(3, 5, 2)),
        Case(sizes(5, 2, 7)),
        Case(sizes(7, 3, 3), "square matrices"),
        Case(sizes(5, 5, 5), "everything square"),
        Case(sizes(1, 2, 3), "a single token"),
        Case(sizes(5, 3, 1), "a and b are columns"),
        Case(
            (
                np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]]),
                np.array([[2.0, 0.0, 1.0], [1.0, -1.0, 3.0]]),
                np.array([[0.0, 4.0, -1.0], [1.0, 2.0, 0.5]]),
                np.array([[0.0, 0.0, 0.0], [1.0, 10.0, -3.0], [0.0, 0.5, 0.0]]),
            ),
            "a token that the loss does not look at",
        ),
        Case(
            (np.array([[3.0], [-2.0]]), np.array([[1.0]]), np.array([[1.0]]), np.array([[1.0], [5.0]])),
            "both matrices alike: the output is a square",
        ),
        Case((np.zeros((2, 3)), *sizes(2, 3, 5)[1:]), "x is zero throughout"),
    ]


@right
def reused_by_loops(x, W_1, W_2, d_out):
    a, b, d_x = x @ W_1, x @ W_2, np.zeros(x.shape)
    for t, i in np.ndindex(*x.shape):
        d_x[t, i] = sum(d_out[t, j] * (W_1[i, j] * b[t, j] + a[t, j] * W_2[i, j]) for j in range(W_1.shape[1]))
    return d_x


@right
def in_one_product(x, W_1, W_2, d_out):
    return np.hstack([d_out * (x @ W_2), d_out * (x @ W_1)]) @ np.concatenate([W_1, W_2], axis=1).T


def _ways(x, W_1, W_2, d_out):
    """What comes back along the first way and along the second."""
    return (d_out * (x @ W_2)) @ W_1.T, (d_out * (x @ W_1)) @ W_2.T


@wrong(
    1,
    "the last overwrites the first",
    "You return what came back through W_2 alone: what arrived first, through W_1, is lost. x moves the loss along "
    "both ways at once.",
)
def the_last_overwrites_the_first(x, W_1, W_2, d_out):
    return _ways(x, W_1, W_2, d_out)[1]


@wrong(
    2,
    "the second way forgotten",
    "You return what came back through W_1 alone. x goes into W_2 as well.",
)
def the_second_way_forgotten(x, W_1, W_2, d_out):
    return _ways(x, W_1, W_2, d_out)[0]


@wrong(
    3,
    "the product rule forgotten",
    "You sent d_out to both factors unchanged, as a sum would. The slope of a · b with respect to a is not 1.",
)
def the_product_rule_forgotten(x, W_1, W_2, d_out):
    return d_out @ W_1.T + d_out @ W_2.T


@wrong(
    4,
    "each factor gets itself",
    "What you send back through W_1 is d_out times a, and through W_2 d_out times b: each factor received itself, or the two "
    "matrices have changed places. In a product the slope with respect to one factor is the other one.",
)
def each_factor_gets_itself(x, W_1, W_2, d_out):
    return (d_out * (x @ W_1)) @ W_1.T + (d_out * (x @ W_2)) @ W_2.T


@wrong(
    5,
    "the ways averaged",
    "Both ways are right and you took their mean. Moving x moves both factors, fully: nothing is halved.",
)
def the_ways_averaged(x, W_1, W_2, d_out):
    return sum(_ways(x, W_1, W_2, d_out)) / 2


@wrong(
    6,
    "the ways multiplied",
    "You multiplied what came back along the two ways. Slopes are multiplied along one way; what do different ways "
    "that end in the same place do?",
)
def the_ways_multiplied(x, W_1, W_2, d_out):
    return np.multiply(*_ways(x, W_1, W_2, d_out))


@wrong(
    7,
    "one way subtracted",
    "You subtracted one way from the other. Both carry their own sign already.",
)
def one_way_subtracted(x, W_1, W_2, d_out):
    return np.subtract(*_ways(x, W_1, W_2, d_out))


@wrong(
    8,
    "matrices not transposed",
    "On the way back you multiplied by W_1 and W_2 as they stand. They lead from d_in to d; the way back leads from d "
    "to d_in.",
)
def matrices_not_transposed(x, W_1, W_2, d_out):
    return (d_out * (x @ W_2)) @ W_1 + (d_out * (x @ W_1)) @ W_2


@wrong(
    9,
    "d_out left out",
    "Yours is the gradient of the plain sum of all outputs. How much the loss moves with each output stands in d_out.",
)
def d_out_left_out(x, W_1, W_2, d_out):
    return sum(_ways(x, W_1, W_2, np.ones_like(d_out)))


@wrong(
    10,
    "two gradients instead of one",
    "You return what came back along each of the two ways. There is one x, and it has one gradient.",
)
def two_gradients_instead_of_one(x, W_1, W_2, d_out):
    return _ways(x, W_1, W_2, d_out)


@wrong(
    11,
    "the ways side by side",
    "You put what came back along the two ways side by side. Both have the shape of x already, and so has d_x.",
)
def the_ways_side_by_side(x, W_1, W_2, d_out):
    return np.concatenate(_ways(x, W_1, W_2, d_out), axis=1)


@wrong(
    12,
    "back to the matrices",
    "You multiplied by x transposed: that leads to the gradients of W_1 and W_2. Asked for is the gradient of x.",
)
def back_to_the_matrices(x, W_1, W_2, d_out):
    return x.T @ (d_out * (x @ W_2)) + x.T @ (d_out * (x @ W_1))


@wrong(
    13,
    "the whole product in place of the other factor",
    "You multiplied d_out by a · b. In a product the slope with respect to one factor is the other one, alone.",
)
def the_whole_product_in_place_of_the_other_factor(x, W_1, W_2, d_out):
    d = d_out * (x @ W_1) * (x @ W_2)
    return d @ W_1.T + d @ W_2.T


@wrong(
    14,
    "divided by the tokens",
    "You divided by the number of tokens. Each token has its own row of d_x; nothing is averaged. If the loss is a mean, "
    "d_out has that division in it.",
)
def divided_by_the_tokens(x, W_1, W_2, d_out):
    return sum(_ways(x, W_1, W_2, d_out)) / len(x)


@wrong(
    15,
    "summed over the tokens",
    "You summed over the tokens. What all tokens share gets a sum, the matrices here; x has a row for each token, and so has d_x.",
)
def summed_over_the_tokens(x, W_1, W_2, d_out):
    return sum(_ways(x, W_1, W_2, d_out)).sum(axis=0)


@wrong(
    16,
    "lying on its side",
    "Your result is (d_in, token). A gradient has the shape of what it belongs to.",
)
def lying_on_its_side(x, W_1, W_2, d_out):
    return sum(_ways(x, W_1, W_2, d_out)).T


@wrong(
    17,
    "one way twice",
    "You went back through W_1 twice. The second way has a matrix and a factor of its own.",
)
def one_way_twice(x, W_1, W_2, d_out):
    return 2 * _ways(x, W_1, W_2, d_out)[0]


HINTS = (
    "Draw the graph: x, its two arrows, a and b, and the product. How many arrows end in x on the way back?",
    "First the product: d_a is d_out times b, and d_b is d_out times a, entry by entry. Then each goes back through its "
    "matrix, transposed.",
    "`(d_out * b) @ W_1.T` came along the first way, `(d_out * a) @ W_2.T` along the second. They are added.",
)
