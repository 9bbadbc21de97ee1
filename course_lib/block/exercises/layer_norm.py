"""block.layer_norm: each token brought to mean 0 and variance 1."""

from collections.abc import Callable

import numpy as np

from course_lib.block import by_hand
from course_lib.block.by_hand import layer_norm
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `x` of shape `(..., d)`, `gain` and `bias` of shape `(d,)` and `eps`, return an array of the shape of "
    "`x`: in each row (the last axis) take away the mean, divide by $\\sqrt{\\text{variance} + \\text{eps}}$, multiply by "
    "`gain`, add `bias`. The variance is the mean of the squared distances from the mean: it divides by $d$.",
    reference=by_hand.layer_norm,
    points=2,
    minutes=8,
    difficulty=2,
    library=("torch.layer_norm",),
    rtol=1e-6,
    atol=1e-8,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def rows(*shape: int, size: float = 1.0) -> tuple:
        d = shape[-1]
        middle = rng.normal() if size == 1.0 else 0.0
        return size * rng.normal(size=shape) + middle, rng.normal(size=d) + 2.0, rng.normal(size=d)

    # Numbers that float32 holds exactly, so that an answer in single precision has the same row before it.
    x, gain, bias = np.round(8 * rng.normal(size=(3, 5))) / 8, *rows(5)[1:]
    x[1] = 0.75
    far = 3e6 + np.array([[-3.0, 0.0, 1.0, 2.0, 0.0], [3.0, -1.0, -1.0, -1.0, 0.0]])
    return [
        Case(rows(3, 5)),
        Case(rows(7, 3)),
        Case(rows(5, 5), "as many tokens as features"),
        Case(rows(2, 3, 5), "a batch axis in front"),
        Case(rows(7), "a single row"),
        Case(rows(3, 7, size=0.003), "rows of tiny variance, where eps matters"),
        Case((*rows(3, 7), 0.5), "a large eps"),
        Case((x, gain, bias), "a row of equal entries: eps keeps it finite"),
        Case((*rows(2, 5)[:1], np.ones(5), np.zeros(5)), "gain 1 and bias 0"),
        Case((far, gain, bias), "rows far from zero"),
        Case(
            (np.array([[1.0, 3.0, -1.0, 5.0], [7.0, 0.0, 2.0, 3.0]]), np.array([1.0, 2.0, 0.5, -1.0]), np.arange(4.0))
        ),
        Case(
            (np.array([[[2.0, 4.0]], [[1.0, -3.0]], [[0.0, 0.5]]]), np.array([2.0, 3.0]), np.ones(2)),
            "batches of one token",
        ),
    ]


@right
def layer_norm_by_rows(x, gain, bias, eps=1e-5):
    rows = []
    for row in x.reshape(-1, x.shape[-1]):
        mean = sum(row) / len(row)
        variance = sum((row - mean) ** 2) / len(row)
        rows.append((row - mean) * (variance + eps) ** -0.5 * gain + bias)
    return np.array(rows).reshape(x.shape)


@right
def layer_norm_by_var(x, gain, bias, eps=1e-5):
    scale = gain / np.sqrt(np.var(x, axis=-1, keepdims=True) + eps)
    return x * scale + (bias - np.mean(x, axis=-1, keepdims=True) * scale)


def _normed(root: Callable, axis: int | tuple | None = -1, gained: bool = True, ddof: int = 0) -> Callable:
    def wrong(x, gain, bias, eps=1e-5):
        centred = x - x.mean(axis=axis, keepdims=True)
        with np.errstate(all="ignore"):
            unit = centred / root(x.var(axis=axis, keepdims=True, ddof=ddof), eps)
        return gain * unit + bias if gained else unit

    return wrong


def _inside_root(variance: np.ndarray, eps: float) -> np.ndarray:
    return np.sqrt(variance + eps)


over_the_tokens = wrong(
    1,
    "over the tokens",
    "Your mean and variance run along the first axis, over the tokens: what a word becomes would depend on its "
    "neighbours. Each token is normed by itself, over its features: the last axis.",
    _normed(_inside_root, axis=0),
)

over_the_whole_array = wrong(
    2,
    "over the whole array",
    "You took one mean and one variance for the whole array. Every row has its own: `axis=-1`, with "
    "`keepdims=True` so that it lines up.",
    _normed(_inside_root, axis=None),
)

axis_1_instead_of_the_last_axis = wrong(
    3,
    "axis=1 instead of the last axis",
    "Right for a table of tokens. With a batch in front, or for a single row, the last axis has another number.",
    _normed(_inside_root, axis=1),
)

unbiased_variance = wrong(
    4,
    "unbiased variance",
    "You divided the squares by d − 1, as one does to estimate the variance of a population from a sample. Here "
    "the row is all there is: divide by d. (NumPy's `var` does; `ddof=1`, and PyTorch's `var`, do not.)",
    _normed(_inside_root, ddof=1),
)

eps_outside_the_root = wrong(
    5,
    "eps outside the root",
    "You added eps to the standard deviation, after the root. Both keep the quotient finite, but where the variance is "
    "small they differ: √eps is much larger than eps. Where does it stand in the formula?",
    _normed(lambda variance, eps: np.sqrt(variance) + eps),
)

eps_outside_the_root_and_unbiased = wrong(
    6,
    "eps outside the root, and unbiased",
    "Two things: the standard deviation divides by d − 1 (the population's needs d), and eps is added after the "
    "root instead of inside. Some well-known tutorials have it like this; PyTorch, GPT-2 and the paper on layer norm "
    "do not.",
    _normed(lambda variance, eps: np.sqrt(variance) + eps, ddof=1),
)

no_eps = wrong(
    7,
    "no eps",
    "Right until a row has hardly any variance: then the division is by nothing, or nearly. `eps` is never used.",
    _normed(lambda variance, eps: np.sqrt(variance)),
)

divided_by_the_variance = wrong(
    8,
    "divided by the variance",
    "You divided by the variance. That has the unit of the numbers squared; the root brings it back, and the row "
    "to variance one.",
    _normed(lambda variance, eps: variance + eps),
)

no_gain_and_no_bias = wrong(
    9,
    "no gain and no bias",
    "The rows are normed. What is learned is missing: each feature is multiplied by its gain and moved by its bias.",
    _normed(_inside_root, gained=False),
)


@wrong(
    10,
    "no gain",
    "The rows are normed and the bias is added. The gain is never used.",
)
def no_gain(x, gain, bias, eps=1e-05):
    return layer_norm(x, np.ones_like(gain), bias, eps)


@wrong(
    11,
    "no bias",
    "The rows are normed and multiplied by the gain. The bias is never used.",
)
def no_bias(x, gain, bias, eps=1e-05):
    return layer_norm(x, gain, np.zeros_like(bias), eps)


@wrong(
    12,
    "bias before the gain",
    "You add the bias and multiply after, so that the gain stretches the bias too. First the gain, then the bias.",
)
def bias_before_gain(x, gain, bias, eps=1e-5):
    return gain * (layer_norm(x, np.ones_like(gain), np.zeros_like(bias), eps) + bias)


@wrong(
    13,
    "mean not taken away",
    "You divide by the spread, and the mean is still in the numbers. It has to go first.",
)
def not_centred(x, gain, bias, eps=1e-5):
    return gain * x / np.sqrt(x.var(axis=-1, keepdims=True) + eps) + bias


@wrong(
    14,
    "root mean square",
    "You divide by the root of the mean square and leave the mean in. That is RMSNorm, which several later models "
    "use instead; layer norm takes the mean away first.",
)
def root_mean_square(x, gain, bias, eps=1e-5):
    return gain * x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps) + bias


@wrong(
    15,
    "eps of its own",
    "Right for eps = 1e-5, and with another value your result stays the same: use the argument.",
)
def eps_of_its_own(x, gain, bias, eps=1e-05):
    return layer_norm(x, gain, bias)


@wrong(
    16,
    "squares added up and not averaged",
    "Your variance is the sum of the squared distances. It is their mean: divide by d.",
)
def sum_of_squares(x, gain, bias, eps=1e-5):
    centred = x - x.mean(axis=-1, keepdims=True)
    return gain * centred / np.sqrt((centred**2).sum(axis=-1, keepdims=True) + eps) + bias


@wrong(
    17,
    "variance around zero",
    "The mean is taken away above the line, but below it you square the numbers as they came. The variance is the mean of the "
    "squared distances from the mean.",
)
def variance_around_zero(x, gain, bias, eps=1e-5):
    centred = x - x.mean(axis=-1, keepdims=True)
    return gain * centred / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps) + bias


root_of_the_standard_deviation = wrong(
    18,
    "root of the standard deviation",
    "`std` is the root of the variance already, and you took the root once more.",
    _normed(lambda variance, eps: np.sqrt(np.sqrt(variance) + eps)),
)


@wrong(
    19,
    "variance as a difference of two large numbers",
    "The mean of the squares less the square of the mean is the variance on paper. Where the row lies far from zero both are "
    "huge and nearly equal, and their difference keeps few digits. Take the mean away first and square then.",
)
def variance_by_difference(x, gain, bias, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return gain * (x - mean) / np.sqrt((x**2).mean(axis=-1, keepdims=True) - mean**2 + eps) + bias


@wrong(
    20,
    "gain and bias exchanged",
    "You multiply by the bias and add the gain.",
)
def gain_and_bias_exchanged(x, gain, bias, eps=1e-5):
    return layer_norm(x, bias, gain, eps)


eps_as_the_smallest_spread = wrong(
    21,
    "eps as the smallest spread",
    "You divide by the standard deviation, or by eps where that is larger. That keeps the quotient finite too, but it is not "
    "the formula: eps is added to the variance, under the root.",
    _normed(lambda variance, eps: np.maximum(np.sqrt(variance), eps)),
)

no_eps_and_unbiased = wrong(
    22,
    "no eps, and unbiased",
    "Two things: the variance divides by d - 1, where the row is all there is and d is right; and `eps` is never used.",
    _normed(lambda variance, eps: np.sqrt(variance), ddof=1),
)


@wrong(
    23,
    "a loop over the first axis",
    "Right for a table of tokens. Where a batch stands in front, `for row in x` takes a whole table at a time, and from a single "
    "row it takes single numbers. `axis=-1` means the last axis, however many there are.",
)
def loop_over_the_first_axis(x, gain, bias, eps=1e-5):
    return np.array([(row - row.mean()) / np.sqrt(row.var() + eps) * gain + bias for row in x])


@wrong(
    24,
    "mean divided before it is taken away",
    "`x - mean / spread` divides the mean alone: division comes before subtraction. The difference needs brackets.",
)
def mean_divided(x, gain, bias, eps=1e-5):
    spread = np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    return gain * (x - x.mean(axis=-1, keepdims=True) / spread) + bias


multiplied_by_the_spread = wrong(
    25,
    "multiplied by the spread",
    "You multiplied by the root where one divides: rows that are spread out end up more so.",
    _normed(lambda variance, eps: 1 / np.sqrt(variance + eps)),
)


@wrong(
    26,
    "mean distance instead of the root",
    "You divided by the mean of the absolute distances. The formula has the root of the mean of their squares.",
)
def mean_distance(x, gain, bias, eps=1e-5):
    centred = x - x.mean(axis=-1, keepdims=True)
    return gain * centred / (np.abs(centred).mean(axis=-1, keepdims=True) + eps) + bias


HINTS = (
    "Four steps for one row: mean, variance, quotient, gain and bias. `axis=-1` does it for all rows at once.",
    "`x.mean(axis=-1, keepdims=True)` keeps the last axis with length 1, so that it can be taken away from x. "
    "`x.var(axis=-1, keepdims=True)` divides by d.",
    "`centred / np.sqrt(variance + eps)`, then `gain *` and `+ bias`: both have one number for each feature.",
)
