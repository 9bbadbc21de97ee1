"""What the learner writes in lesson 00: one line, to see what checking is like."""

import numpy as np

from course_lib.practice.exercise import Case, Exercise, WrongAnswer
from course_lib.start_here import by_hand

__all__ = ["EXERCISES"]


def _cases(rng: np.random.Generator) -> list[Case]:
    sizes = [(2, 3), (5, 3), (7, 2), (3, 3)]
    return [
        *(Case((rng.normal(size=size),)) for size in sizes),
        Case((rng.normal(size=(1, 5)),), "a single row"),
        Case((rng.normal(size=(5, 2)) + 1e6,), "numbers near a million"),
    ]


def _as_a_loop(x: np.ndarray) -> np.ndarray:
    total = np.zeros(x.shape[1])
    for row in x:
        total = total + row
    return total / len(x)


MEAN_OF_ROWS = Exercise(
    id="start_here.mean_of_rows",
    specification="Given `x` of shape `(token, d)`, return the average of its rows: an array of shape `(d,)` whose entry "
    "`j` is the mean of column `j`.",
    reference=by_hand.mean_of_rows,
    cases=_cases,
    minutes=3,
    wrong=(
        WrongAnswer(
            "mean over the other axis",
            "You averaged within each row and got one number per token. What is asked for is one number per column: "
            "in NumPy, `axis=k` is the axis that disappears, and here the tokens must disappear.",
            lambda x: x.mean(axis=1),
        ),
        WrongAnswer(
            "sum instead of mean",
            "You added the rows up and did not divide by how many there are.",
            lambda x: x.sum(axis=0),
        ),
        WrongAnswer(
            "mean of everything",
            "You averaged all the numbers into a single one. Without `axis`, NumPy flattens the array first.",
            lambda x: x.mean(),
        ),
        WrongAnswer(
            "divided by the number of columns",
            "You divided the sum of the rows by the width `d`; the mean of rows divides by the number of rows.",
            lambda x: x.sum(axis=0) / x.shape[1],
        ),
    ),
    hints=(
        "Write down a small array with two rows of three numbers and work out the answer on paper. How many numbers has it?",
        "Every NumPy sum or mean takes an argument `axis`: the axis that is summed away.",
        "`x.mean(axis=...)` with the number of the axis along which the tokens lie: rows are axis 0, columns are axis 1.",
    ),
    also_right=(lambda x: x.mean(axis=0), _as_a_loop, lambda x: np.ones(len(x)) @ x / len(x)),
)

EXERCISES = (MEAN_OF_ROWS,)
