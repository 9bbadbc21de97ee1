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
        Case((np.array([[1.0, 2.0, 30.0], [3.0, 6.0, 10.0]]),), "two rows that can be averaged on paper"),
        Case((np.array([[4.0, -4.0], [0.0, 1.0], [0.0, 2.0], [0.0, 3.0], [1.0, -7.0]]),), "more rows than columns"),
        Case((np.array([[1.0, 9.0, 2.0], [1.0, 0.0, 4.0], [7.0, 3.0, 6.0]]),), "as many rows as columns"),
        Case((np.array([[2.5, -1.0, 0.0, 4.0]]),), "a single row: its own average"),
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


@wrong(
    5,
    "a table of one row",
    "The right numbers in one pair of brackets too many: shape `(1, d)` where `(d,)` is asked for. `keepdims=True` keeps the "
    "axis that was averaged away, with length 1.",
)
def a_table_of_one_row(x):
    return x.mean(axis=0, keepdims=True)


@wrong(
    6,
    "total of everything over the number of rows",
    "You added up all the numbers before dividing, so that a single one is left. Add up within each column, and divide those "
    "sums.",
)
def total_of_everything_over_the_number_of_rows(x):
    return x.sum() / len(x)


@wrong(
    7,
    "last row left out",
    "The last row is not in your sum. `range(n - 1)` ends before n - 1: it is `range(n)` that reaches the last of n rows.",
)
def last_row_left_out(x):
    return x[:-1].sum(axis=0) / len(x)


@wrong(
    8,
    "first row left out",
    "The first row is not in your sum. Rows count from 0, and `range(1, n)` starts at the second.",
)
def first_row_left_out(x):
    return x[1:].sum(axis=0) / len(x)


@wrong(
    9,
    "only one row in the sum",
    "Only the first row went into your sum before it was divided. A `return` inside a loop ends the function in its first "
    "round: set it to the left, below the loop.",
)
def only_one_row_in_the_sum(x):
    return x[0] / len(x)


@wrong(
    10,
    "= instead of +=",
    "Only the last row is in your sum: each row has overwritten the ones before it. `+=` adds, `=` replaces.",
)
def overwritten(x):
    return x[-1] / len(x)


@wrong(
    11,
    "one row too few in the division",
    "You divided by one less than the number of rows. There are `len(x)` of them: counting from 0 changes their numbers, not "
    "how many there are.",
)
def divided_by_one_too_few(x):
    return x.sum(axis=0) / (len(x) - 1)


@wrong(
    12,
    "median instead of mean",
    "You took the number in the middle of each column. The mean is the sum divided by how many there are.",
)
def median_instead_of_mean(x):
    return np.median(x, axis=0)


@wrong(
    13,
    "whole numbers only",
    "The fractions are gone: `//` rounds down to a whole number. A mean needs `/`.",
)
def whole_numbers_only(x):
    return x.sum(axis=0) // len(x)


HINTS = (
    "Write down a small array with two rows of three numbers and work out the answer on paper. How many numbers has it?",
    "Every NumPy sum or mean takes an argument `axis`: the axis that is summed away.",
    "`x.mean(axis=...)` with the number of the axis along which the tokens lie: rows are axis 0, columns are axis 1.",
)
