"""block.rms_norm: layer norm without its mean and its bias."""

from collections.abc import Callable

import numpy as np

from course_lib.block import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `x` of shape `(..., d)`, `gain` of shape `(d,)` and `eps`, return an array of the shape of `x`: each row (the last "
    "axis) divided by its **root mean square** and multiplied by `gain`. As in layer norm, `eps` keeps the division finite and "
    "stands inside the root. No mean is taken away, and there is no bias.",
    reference=by_hand.rms_norm,
    points=1,
    minutes=5,
    library=("torch.rms_norm", "torch.layer_norm", "course_lib.layer_norm"),
    rtol=1e-6,
    atol=1e-8,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def rows(*shape: int, size: float = 1.0) -> tuple:
        middle = rng.normal() if size == 1.0 else 0.0
        return size * rng.normal(size=shape) + middle, rng.normal(size=shape[-1]) + 2.0

    on_paper = np.array([[1.0, 7.0, -5.0, 5.0], [3.0, 0.0, 0.0, -4.0]]), np.array([1.0, 2.0, 0.5, -1.0])
    equal = np.array([[0.75] * 5, [-2.0, 1.0, 0.5, 4.0, 0.0]])
    silent = np.array([[0.0] * 3, [1.0, -2.0, 2.0]])
    return [
        Case(rows(3, 5)),
        Case(rows(7, 3)),
        Case(rows(5, 5), "as many tokens as features"),
        Case(on_paper),
        Case((equal, np.arange(1.0, 6.0)), "a row of equal entries: nothing is taken away"),
        Case((silent, np.array([1.0, 2.0, 3.0])), "a row of zeros: eps keeps it finite"),
        Case(rows(2, 3, 5), "a batch axis in front"),
        Case(rows(7), "a single row"),
        Case(rows(3, 7, size=0.0005), "small rows, where eps matters"),
        Case((*rows(3, 7), 0.5), "a large eps"),
        Case((np.array([[[2.0, 4.0]], [[1.0, -3.0]]]), np.array([2.0, 3.0])), "batches of one token"),
    ]


@right
def rms_norm_by_rows(x, gain, eps=1e-6):
    rows = []
    for row in x.reshape(-1, x.shape[-1]):
        mean_square = sum(value * value for value in row) / len(row)
        rows.append(row / (mean_square + eps) ** 0.5 * gain)
    return np.array(rows).reshape(x.shape)


@right
def rms_norm_by_einsum(x, gain, eps=1e-6):
    squares = np.einsum("...d,...d->...", x, x)[..., None]
    return x * (gain * (squares / x.shape[-1] + eps) ** -0.5)


def _root(square: np.ndarray, eps: float) -> np.ndarray:
    return np.sqrt(square + eps)


def _divided(by: Callable, axis: int | tuple | None = -1) -> Callable:
    """The right answer with another divisor, made of the mean of the squares over `axis` and eps."""

    def wrong(x, gain, eps=1e-6):
        with np.errstate(all="ignore"):
            return gain * x / by((x**2).mean(axis=axis, keepdims=True), eps)

    return wrong


@wrong(
    1,
    "mean taken away",
    "You take the mean away first: that is layer norm without a bias. Here a row keeps its mean.",
)
def mean_taken_away(x, gain, eps=1e-6):
    centred = x - x.mean(axis=-1, keepdims=True)
    return gain * centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)


eps_outside_the_root = wrong(
    2,
    "eps outside the root",
    "You added eps after the root. Where a row is small the two differ: √eps is much larger than eps.",
    _divided(lambda square, eps: np.sqrt(square) + eps),
)


@wrong(
    3,
    "squares added up and not averaged",
    "You divide by the length of the row, the root of the *sum* of its squares. The root *mean* square divides that sum by d "
    "first, so that the size of an entry does not depend on the width.",
)
def sum_of_squares(x, gain, eps=1e-6):
    return gain * x / np.sqrt((x**2).sum(axis=-1, keepdims=True) + eps)


over_the_tokens = wrong(
    4,
    "over the tokens",
    "Your mean runs along the first axis, over the tokens: what a word becomes would depend on its neighbours. Each token is "
    "normed by itself, over its features: the last axis.",
    _divided(_root, axis=0),
)

over_the_whole_array = wrong(
    5,
    "over the whole array",
    "You took one root mean square for the whole array. Every row has its own: `axis=-1`, with `keepdims=True`.",
    _divided(_root, axis=None),
)

axis_1 = wrong(
    6,
    "axis=1 instead of the last axis",
    "Right for a table of tokens. With a batch in front, or for a single row, the last axis has another number.",
    _divided(_root, axis=1),
)

no_root = wrong(
    7,
    "no root",
    "You divided by the mean square itself. It is in squared units; the root brings it back.",
    _divided(lambda square, eps: square + eps),
)

no_eps = wrong(
    8,
    "no eps",
    "`eps` is never used: a row of zeros is divided by zero.",
    _divided(lambda square, eps: np.sqrt(square)),
)


@wrong(
    9, "no gain", "The rows have the right size. What is learned is missing: each feature is multiplied by its gain."
)
def no_gain(x, gain, eps=1e-6):
    return by_hand.rms_norm(x, np.ones_like(gain), eps)


@wrong(
    10,
    "divided by the standard deviation",
    "You leave the mean in above the line and take it away below: the standard deviation measures distances from the mean. The "
    "root mean square squares the numbers as they are.",
)
def divided_by_the_spread(x, gain, eps=1e-6):
    return gain * x / np.sqrt(x.var(axis=-1, keepdims=True) + eps)


@wrong(
    11,
    "mean size instead of the root mean square",
    "You divided by the mean of the absolute values. Square first, average, and take the root.",
)
def mean_size(x, gain, eps=1e-6):
    return gain * x / (np.abs(x).mean(axis=-1, keepdims=True) + eps)


@wrong(
    12,
    "square of the mean",
    "You average first and square then, where positive and negative entries have already cancelled. Square first.",
)
def square_of_the_mean(x, gain, eps=1e-6):
    return gain * x / np.sqrt(x.mean(axis=-1, keepdims=True) ** 2 + eps)


@wrong(
    13, "eps of its own", "Right for eps = 1e-6, and with another value your result stays the same: use the argument."
)
def eps_of_its_own(x, gain, eps=1e-6):
    return by_hand.rms_norm(x, gain)


@wrong(
    14,
    "the eps of layer norm",
    "Right where eps is given. Left out, it is 1e-6 here, not layer norm's 1e-5: keep the first line as it was.",
)
def another_default(x, gain, eps=1e-5):
    return by_hand.rms_norm(x, gain, eps)


@wrong(15, "divided by the gain", "You divide by the gain, which belongs above the line.")
def divided_by_the_gain(x, gain, eps=1e-6):
    return by_hand.rms_norm(x, 1 / gain, eps)


multiplied_by_the_size = wrong(
    16,
    "multiplied by the root mean square",
    "You multiplied where one divides: long rows become longer still.",
    _divided(lambda square, eps: 1 / np.sqrt(square + eps)),
)


@wrong(
    17,
    "a loop over the first axis",
    "Right for a table of tokens. With a batch in front, `for row in x` takes a whole table at a time, and from a single row it "
    "takes single numbers. `axis=-1` means the last axis, however many there are.",
)
def loop_over_the_first_axis(x, gain, eps=1e-6):
    return np.array([row / np.sqrt((row**2).mean() + eps) * gain for row in x])


@wrong(
    18,
    "divided by d less one",
    "You divided the sum of the squares by d − 1, as for a sample's variance. It is the plain mean: divide by d.",
)
def by_one_less(x, gain, eps=1e-6):
    d = x.shape[-1]
    return gain * x / np.sqrt((x**2).sum(axis=-1, keepdims=True) / (d - 1) + eps)


HINTS = (
    "Read the three words from the right: square every entry, take the mean over the row, take the root.",
    "Your `layer_norm` without two of its lines. `keepdims=True` keeps the last axis, so that the division lines up.",
    "`size = np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps)`; then the division, and `gain`.",
)
