"""attention.softmax: scores become weights that sum to one."""

import numpy as np

from course_lib.attention import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `scores` of shape `(..., n)`, return weights of the same shape: positive, each row (the last "
    "axis) summing to one, $w_i = e^{s_i} / \\sum_j e^{s_j}$. It must survive scores of 1000 and of -1000, in one row or in "
    "different rows.",
    reference=by_hand.softmax,
    points=2,
    minutes=8,
    library=("torch.softmax", "scipy.special.softmax"),
)
# An epsilon of 1e-8 or less under the line passes: once the row is shifted its sum is at least 1, so it changes nothing.


def cases(rng: np.random.Generator) -> list[Case]:
    quarters = rng.integers(-8, 9, size=(2, 5)) / 4  # exact in single precision too, also beside 1000
    return [
        Case((rng.normal(size=(3, 5)),)),
        Case((rng.normal(size=(5, 3)) * 3,)),
        Case((rng.normal(size=(2, 3, 7)),), "an axis in front, as for several heads"),
        Case((rng.normal(size=7),), "a single row of scores"),
        Case((rng.normal(size=(3, 1)),), "a single key: all the weight goes to it"),
        Case((quarters + 1000.0,), "scores near 1000, where exp overflows"),
        Case((quarters - 1000.0,), "scores near -1000, where exp underflows to zero"),
        Case((np.array([[2, -1, 0.5, 1, 0], [0, -3, -0.5, -2, 1], [-4, 1.5, 1, 3, -1], [0.5, 0.5, 2, -2, 1]]),)),
        Case(
            (np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0], [6.0, 1.0, 3.0]]),),
            "as many rows as columns; 1/8, 1/4 and 5/8 first",
        ),
        Case(
            (np.array([[[1.0, 3.0], [0.0, -2.0], [1.0, 1.0]], [[-1.0, 0.0], [4.0, 2.0], [-2.0, -5.0]]]),), "two tables"
        ),
        Case((np.array([0.5, -1.5, 2.0]),), "a single row of scores"),
        Case((np.array([[-2.0, -2.0, -2.0, -2.0], [0.0, 0.0, 0.0, 0.0]]),), "all scores of a row equal: equal shares"),
        Case((np.array([[1000.0, 1001.0, 999.5], [1003.0, 1000.0, 1000.0]]),), "scores of 1000 and a little more"),
        Case((np.array([[-1000.0, -1001.0, -999.5], [-1003.0, -1000.0, -1000.0]]),), "scores of about -1000"),
        Case((np.array([[1000.0, 999.0], [-1000.0, -998.0], [0.5, 0.0]]),), "one row near 1000, one near -1000"),
        Case((np.array([[-800.0, 0.0, 900.0], [5.0, 5.0, 5.0]]),), "scores far apart in one row"),
        Case((np.array([[1000.0, -1000.0, 1001.0]]),), "1000 and -1000 in one row"),
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
    "The largest score has got the smallest weight: the sign is the wrong way round. Subtract the maximum from the scores, not the scores from the maximum.",
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


@wrong(
    11,
    "shifted by the smallest score",
    "You subtract the smallest score of the row, so every exponent is 0 or more, and scores far apart still overflow. Which number "
    "of the row makes every exponent 0 or less?",
)
def shifted_by_the_smallest_score(scores):
    return _exp_over_sum(scores, scores.min(axis=-1, keepdims=True), -1)


@wrong(
    12,
    "scores cut off",
    "You cut the scores off before exp overflows, and with them their differences: beyond the limit all keys get equal shares. Move the "
    "scores instead; a shift keeps the differences.",
)
def scores_cut_off(scores):
    return _exp_over_sum(np.clip(scores, -700, 700), 0.0, -1)


@wrong(
    13,
    "logarithms of the weights",
    "You returned the logarithms of the weights, which are negative. The weights themselves are asked for.",
)
def logarithms_of_the_weights(scores):
    return scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)


@wrong(
    14,
    "divided by the mean",
    "You divided by the mean of the exponentials, so a row sums to as many as it has keys. Divide by their sum.",
)
def divided_by_the_mean(scores):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.mean(axis=-1, keepdims=True)


@wrong(
    15,
    "NaN turned into zeros",
    "exp still overflows, and you write zeros where infinity was divided by infinity: the largest scores then get no weight at all. "
    "Prevent it rather than repair it: which number can be subtracted from a row before exp?",
)
def nan_turned_into_zeros(scores):
    return np.nan_to_num(_exp_over_sum(scores, 0.0, -1))


@wrong(
    16,
    "shifted above the line only",
    "You subtract the largest score above the line and not in the sum below it. The shift cancels only if it is in both.",
)
def shifted_above_the_line_only(scores):
    return np.exp(scores - scores.max(axis=-1, keepdims=True)) / np.exp(scores).sum(axis=-1, keepdims=True)


@wrong(
    17,
    "a loop over the first axis",
    "You go through the first axis as if there were always a single row below it. With heads in front there is a whole table, which you "
    "let sum to one, and in a single row there is one score. A row is the last axis, whatever stands in front.",
)
def a_loop_over_the_first_axis(scores):
    return np.stack([_exp_over_sum(part, part.max(), None) for part in scores])


@wrong(
    18,
    "divided by the sum of the scores",
    "Above the line are exponentials, below it the sum of the scores themselves. The sum is taken over the exponentials.",
)
def divided_by_the_sum_of_the_scores(scores):
    return np.exp(scores - scores.max(axis=-1, keepdims=True)) / scores.sum(axis=-1, keepdims=True)


@wrong(
    10,
    "each score by itself",
    "Each of your numbers depends on its own score alone, as with the sigmoid 1 / (1 + e^-s). In softmax the keys of a row compete: "
    "what one gains the others lose.",
)
def each_score_by_itself(scores):
    return 1 / (1 + np.exp(-scores))


@wrong(
    19,
    "a fixed shift",
    "You subtract the same number from all scores, whatever they are. That helps where they are near it; far below it exp gives 0 and "
    "the quotient is 0 / 0. Which number fits every row?",
)
def a_fixed_shift(scores):
    return _exp_over_sum(scores, 1000.0, -1)


HINTS = (
    "Three steps for a row: make every number positive with exp, add them up, divide. Then let NumPy do all the rows "
    "at once.",
    "`np.exp(scores).sum(axis=-1, keepdims=True)` keeps the last axis with length 1, so that the division works row "
    "by row for any number of axes in front.",
    "exp overflows above about 709. e^(s - m) / Σ e^(s - m) is the same for every m: subtract "
    "`scores.max(axis=-1, keepdims=True)` from the scores before exp.",
)
