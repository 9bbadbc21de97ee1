"""attention.softmax: scores become weights that sum to one."""

import numpy as np

from course_lib.attention import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `scores` of shape `(..., n)`, return weights of the same shape: positive, each row (the last "
    "axis) summing to one, $w_i = e^{s_i} / \\sum_j e^{s_j}$. It must survive scores of 1000 and of -1000.",
    reference=by_hand.softmax,
    points=2,
    minutes=8,
    library=("torch.softmax", "scipy.special.softmax"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.normal(size=(3, 5)),)),
        Case((rng.normal(size=(5, 3)) * 3,)),
        Case((rng.normal(size=(2, 3, 7)),), "an axis in front, as for several heads"),
        Case((rng.normal(size=7),), "a single row of scores"),
        Case((rng.normal(size=(3, 1)),), "a single key: all the weight goes to it"),
        Case((rng.normal(size=(2, 5)) + 1000.0,), "scores near 1000, where exp overflows"),
        Case((rng.normal(size=(2, 5)) - 1000.0,), "scores near -1000, where exp underflows to zero"),
        Case((np.array([[-800.0, 0.0, 900.0], [5.0, 5.0, 5.0]]) + rng.normal(),), "scores far apart in one row"),
    ]


@right
def softmax_by_logs(scores: np.ndarray) -> np.ndarray:
    largest = scores.max(-1, keepdims=True)
    return np.exp(scores - largest - np.log(np.exp(scores - largest).sum(-1, keepdims=True)))


@right
def softmax_row_by_row(scores: np.ndarray) -> np.ndarray:
    rows = [np.exp(row - max(row)) / sum(np.exp(row - max(row))) for row in scores.reshape(-1, scores.shape[-1])]
    return np.array(rows).reshape(scores.shape)


def _exp_over_sum(scores: np.ndarray, shift: np.ndarray | float, axis: int | None) -> np.ndarray:
    exponentials = np.exp(scores - shift)
    return exponentials / exponentials.sum(axis=axis, keepdims=axis is not None)


@wrong(
    1,
    "softmax over the first axis",
    "Your columns sum to one instead of your rows. A row belongs to one query, and its weights are spread over "
    "the keys, which lie along the last axis: `axis=-1`.",
)
def shift_by_first_axis(scores: np.ndarray) -> np.ndarray:
    return _exp_over_sum(scores, scores.max(axis=0, keepdims=True), 0)


@wrong(
    2,
    "softmax over the whole array",
    "All your numbers together sum to one. Each row has its own sum: give `axis=-1` to the sum, and "
    "`keepdims=True` so that it divides row by row.",
)
def softmax_over_the_whole_array(scores):
    return _exp_over_sum(scores, scores.max(), None)


@wrong(
    3,
    "no shift, so exp overflows",
    "Right for small scores. But exp(1000) is infinity in float64, and infinity divided by infinity is NaN; "
    "exp(-1000) is 0, and 0 / 0 is NaN too. Adding the same number to every score of a row changes nothing in "
    "the quotient: which number would you subtract so that the largest exponent becomes 0?",
)
def no_shift_so_exp_overflows(scores):
    return _exp_over_sum(scores, 0.0, -1)


@wrong(
    4,
    "shifted by the mean",
    "Subtracting the mean is harmless in the formula, yet it does not keep exp from overflowing when one score "
    "lies far above the others: 900 minus the mean of such a row is still hundreds. Which number of the row "
    "makes every exponent 0 or less?",
)
def shifted_by_the_mean(scores):
    return _exp_over_sum(scores, scores.mean(axis=-1, keepdims=True), -1)


@wrong(
    5,
    "shifted by the maximum of the whole array",
    "The largest score of all the rows is not the largest of each: a row that lies far below it underflows to "
    "0 / 0. Take the maximum of each row.",
)
def shifted_by_the_maximum_of_the_whole_array(scores):
    return _exp_over_sum(scores, scores.max(), -1)


@wrong(
    6,
    "not divided by the sum",
    "Your weights are positive but do not sum to one: the division by the sum of the row is missing.",
)
def not_divided_by_the_sum(scores):
    return np.exp(scores - scores.max(axis=-1, keepdims=True))


@wrong(
    7,
    "negative exponents",
    "The largest score has got the smallest weight: the sign is turned round. Subtract the maximum from the scores, not the scores from the maximum.",
)
def negative_exponents(scores):
    return _exp_over_sum(-scores, (-scores).max(axis=-1, keepdims=True), -1)


@wrong(
    8,
    "axis=1 instead of the last axis",
    "Right for a table of scores, whose last axis is axis 1. With several heads in front, or with a single row, the last axis has another number: `axis=-1` is the last one, always.",
)
def softmax_over_axis_1(scores: np.ndarray) -> np.ndarray:
    return _exp_over_sum(scores, scores.max(axis=1, keepdims=True), 1)


@wrong(
    9,
    "divided without exponentials",
    "Dividing the scores themselves by their sum gives weights that can be negative or infinite. The exponential "
    "comes first: it makes every score positive.",
)
def divided_without_exponentials(scores):
    return scores / scores.sum(axis=-1, keepdims=True)


HINTS = (
    "Three steps for a row: make every number positive with exp, add them up, divide. Then let NumPy do all the rows "
    "at once.",
    "`np.exp(scores).sum(axis=-1, keepdims=True)` keeps the last axis with length 1, so that the division works row "
    "by row for any number of axes in front.",
    "exp overflows above about 709. e^(s - m) / Σ e^(s - m) is the same for every m: subtract "
    "`scores.max(axis=-1, keepdims=True)` from the scores before exp.",
)
