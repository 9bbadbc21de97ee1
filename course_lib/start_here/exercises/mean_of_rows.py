"""start_here.mean_of_rows: a first exercise, to see what checking is like."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.start_here import by_hand

ASKED = Asked(
    "Given `x` of shape `(token, d)`, return the average of its rows: an array of shape `(d,)` whose entry "
    "`j` is the mean of column `j`.",
    reference=by_hand.mean_of_rows,
    minutes=3,
)


def cases(rng: np.random.Generator) -> list[Case]:
    sizes = [(2, 3), (5, 3), (7, 2), (3, 3)]
    return [
        *(Case((rng.normal(size=size),)) for size in sizes),
        Case((rng.normal(size=(1, 5)),), "a single row"),
        Case((rng.normal(size=(5, 2)) + 1e6,), "numbers near a million"),
    ]


@right
def by_mean(x):
    return x.mean(axis=0)


@right
def as_a_loop(x: np.ndarray) -> np.ndarray:
    total = np.zeros(x.shape[1])
    for row in x:
        total = total + row
    return total / len(x)


@right
def by_a_row_of_ones(x):
    return np.ones(len(x)) @ x / len(x)


@wrong(
    1,
    "mean over the other axis",
    "You averaged within each row and got one number per token. What is asked for is one number per column: "
    "in NumPy, `axis=k` is the axis that disappears, and here the tokens must disappear.",
)
def mean_over_the_other_axis(x):
    return x.mean(axis=1)


@wrong(
    2,
    "sum instead of mean",
    "You added the rows up and did not divide by how many there are.",
)
def sum_instead_of_mean(x):
    return x.sum(axis=0)


@wrong(
    3,
    "mean of everything",
    "You averaged all the numbers into a single one. Without `axis`, NumPy flattens the array first.",
)
def mean_of_everything(x):
    return x.mean()


@wrong(
    4,
    "divided by the number of columns",
    "You divided the sum of the rows by the width `d`; the mean of rows divides by the number of rows.",
)
def divided_by_the_number_of_columns(x):
    return x.sum(axis=0) / x.shape[1]


HINTS = (
    "Write down a small array with two rows of three numbers and work out the answer on paper. How many numbers has it?",
    "Every NumPy sum or mean takes an argument `axis`: the axis that is summed away.",
    "`x.mean(axis=...)` with the number of the axis along which the tokens lie: rows are axis 0, columns are axis 1.",
)
