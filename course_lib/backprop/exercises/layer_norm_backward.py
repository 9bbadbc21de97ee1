"""backprop.layer_norm_backward: back through layer norm, whose mean and variance move too."""

import numpy as np

from course_lib.backprop import by_hand
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "For `y = gain * n + bias` with `n = (x - mean) / sqrt(variance + eps)`, mean and variance over the last axis: "
    "given `x` `(token, d)`, `gain` `(d,)`, `d_out` `(token, d)` and `eps`, return `d_x` `(token, d)`, `d_gain` `(d,)`, `d_bias` "
    "`(d,)`, in this order. A row without any spread is no exception: that is what `eps` is for.",
    reference=by_hand.layer_norm_backward,
    points=3,
    minutes=20,
    difficulty=3,
    library=AUTOGRAD,
    rtol=1e-6,  # where a row has hardly any spread, right answers round differently by more than 1e-7
)


FIXED_X = np.array([[1.0, 3.0, -2.0, 0.0], [4.0, 4.5, 8.0, -1.0], [0.0, 0.0, 0.0, 6.0]])
FIXED_D_OUT = np.array(
    [[1.0, -1.0, 0.5, 2.0], [0.0, 0.0, 0.0, 0.0], [-3.0, 0.5, 1.0, 1.0]]
)  # nothing comes to the second token


def cases(rng: np.random.Generator) -> list[Case]:
    def tokens(n: int, d: int, size: float = 1.0, shift: float = 0.0) -> tuple:
        x = rng.normal(size=(n, d)) * size + shift
        return x, rng.normal(size=d) + 1.0, rng.normal(size=(n, d))

    flat = tokens(3, 5)
    flat[0][1] = 2.0
    return [
        Case(tokens(3, 5)),
        Case(tokens(7, 11, 3.0)),
        Case(tokens(5, 5), "as many tokens as features"),
        Case(tokens(5, 7, 2.0, 10.0), "far from zero"),
        Case((FIXED_X[:, :2], np.array([2.0, -1.0]), FIXED_D_OUT[:, :2]), "two features"),
        Case((*tokens(3, 7), 0.1), "eps of 0.1"),
        Case(flat, "a token whose entries are all equal"),
        Case(tokens(1, 5), "a single token"),
        Case((FIXED_X, np.array([1.0, 2.0, -0.5, 0.25]), FIXED_D_OUT)),
        Case((FIXED_X, np.array([1.0, 2.0, -0.5, 0.25]), FIXED_D_OUT, 0.5), "eps of 0.5"),
        Case((FIXED_X[:2], np.zeros(4), FIXED_D_OUT[:2]), "a gain of zeros"),
        Case(
            (np.full((2, 3), 4.0), np.ones(3), np.array([[1.0, -2.0, 4.0], [0.0, 3.0, 1.0]])), "no row has any spread"
        ),
        Case((np.array([[3.0], [-1.0]]), np.array([2.0]), np.array([[5.0], [0.5]])), "a single feature"),
    ]


def _norm_parts(x, gain, d_out, eps=1e-5, axis=-1, ddof=0):
    centred = x - x.mean(axis=axis, keepdims=True)
    s = np.sqrt(x.var(axis=axis, keepdims=True, ddof=ddof) + eps)
    return centred / s, s, d_out * gain


def _sums(n, d_out):
    return (d_out * n).sum(axis=0), d_out.sum(axis=0)


@right
def norm_by_jacobian(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    d = x.shape[1]
    rows = [(np.eye(d) - 1 / d - np.outer(n_t, n_t) / d) @ g_t / s_t for n_t, g_t, s_t in zip(n, g, s, strict=True)]
    return np.stack(rows), *_sums(n, d_out)


@right
def norm_step_by_step(x, gain, d_out, eps=1e-5):
    d = x.shape[1]
    centred = x - x.mean(axis=1, keepdims=True)
    s = np.sqrt((centred**2).sum(axis=1, keepdims=True) / d + eps)
    d_n = d_out * gain
    d_s = -(d_n * centred).sum(axis=1, keepdims=True) / s**2
    d_centred = d_n / s + d_s / (2 * s) * 2 * centred / d
    return d_centred - d_centred.mean(axis=1, keepdims=True), (d_out * centred / s).sum(axis=0), d_out.sum(axis=0)


def _norm_back(n, s, g, mean=True, variance=True, axis=-1):
    without = g - (g.mean(axis=axis, keepdims=True) if mean else 0.0)
    return (without - (n * (g * n).mean(axis=axis, keepdims=True) if variance else 0.0)) / s


def _norm_with(**options):
    def layer_norm_backward(x, gain, d_out, eps=1e-5):
        n, s, g = _norm_parts(x, gain, d_out, eps)
        return _norm_back(n, s, g, **options), *_sums(n, d_out)

    return layer_norm_backward


mean_and_variance_taken_as_constants = wrong(
    1,
    "mean and variance taken as constants",
    "Your d_x is d_out · gain / s: as if mean and variance were given numbers. Both are computed from x, so x reaches "
    "the loss through them too.",
    _norm_with(mean=False, variance=False),
)

variance_taken_as_a_constant = wrong(
    2,
    "variance taken as a constant",
    "The way through the mean is there; the one through the variance is missing. Moving an entry also changes s, "
    "by which the whole row is divided.",
    _norm_with(variance=False),
)

mean_taken_as_a_constant = wrong(
    3,
    "mean taken as a constant",
    "The way through the variance is there; the one through the mean is missing. Raise all entries of a row alike: y does "
    "not change, so d_x has to sum to zero over a row.",
    _norm_with(mean=False),
)


@wrong(
    4,
    "gain forgotten in d_x",
    "You sent d_out back through the norm as it came. Between y and n stands the gain.",
)
def norm_gain_forgotten(x, gain, d_out, eps=1e-5):
    n, s, _ = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, d_out), *_sums(n, d_out)


@wrong(
    5,
    "not divided by s",
    "The brackets of d_x are right; the division by sqrt(variance + eps) is missing: a row with a large spread moves n "
    "less.",
)
def norm_not_divided(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, np.ones_like(s), g), *_sums(n, d_out)


@wrong(
    6,
    "gain in its own gradient",
    "Your d_gain is multiplied by the gain. The slope of gain · n with respect to gain is n alone.",
)
def norm_gain_in_its_own(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), (g * n).sum(axis=0), d_out.sum(axis=0)


@wrong(
    7,
    "d_gain from x",
    "You multiplied d_out by x. What the gain multiplies is the normalised row.",
)
def norm_gain_from_x(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), *_sums(x, d_out)


@wrong(
    8,
    "d_gain and d_bias not summed",
    "Yours have a row for each token. Gain and bias are one vector each, used by all tokens.",
)
def norm_not_summed(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), d_out * n, d_out.copy()


@wrong(
    9,
    "d_gain and d_bias averaged",
    "You took the mean over the tokens. Every token that used them adds its part.",
)
def norm_averaged(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), (d_out * n).mean(axis=0), d_out.mean(axis=0)


@wrong(
    10,
    "d_gain and d_bias exchanged",
    "Both are right, and they stand in each other's place: the order is d_x, d_gain, d_bias.",
)
def norm_exchanged(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), d_out.sum(axis=0), (d_out * n).sum(axis=0)


@wrong(
    11,
    "eps outside the root",
    "You added eps to the standard deviation; it belongs under the root, beside the variance. Where a row has no spread "
    "that makes a great difference.",
)
def norm_eps_outside(x, gain, d_out, eps=1e-5):
    s = x.std(axis=-1, keepdims=True) + eps
    n = (x - x.mean(axis=-1, keepdims=True)) / s
    return _norm_back(n, s, d_out * gain), *_sums(n, d_out)


@wrong(
    12,
    "unbiased variance",
    "You divided the squares by d − 1. Layer norm divides by d.",
)
def norm_unbiased(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps, ddof=1)
    return _norm_back(n, s, g), *_sums(n, d_out)


@wrong(
    13,
    "over the tokens",
    "Your mean and variance run down the columns. Each token is normalised on its own, over its features.",
)
def norm_over_tokens(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps, axis=0)
    return _norm_back(n, s, g, axis=0), *_sums(n, d_out)


def _norm_d_x(change):
    """The right sums over the tokens, with d_x = change(n, s, g, d_out, gain)."""

    def layer_norm_backward(x, gain, d_out, eps=1e-5):
        n, s, g = _norm_parts(x, gain, d_out, eps)
        return change(n, s, g, d_out, gain), *_sums(n, d_out)

    return layer_norm_backward


def _mean(values):
    return values.mean(axis=-1, keepdims=True)


sums_instead_of_means = wrong(
    14,
    "sums instead of means",
    "In d_x you subtract sums over a row where means belong: each way through mean or variance carries a factor 1 / d.",
    _norm_d_x(lambda n, s, g, d_out, gain: (g - g.shape[-1] * (_mean(g) + n * _mean(g * n))) / s),
)

n_missing_behind_the_variance = wrong(
    15,
    "n missing behind the variance",
    "The part through the variance is one number for each row in yours. s moves every entry in proportion to its own n.",
    _norm_d_x(lambda n, s, g, d_out, gain: (g - _mean(g) - _mean(g * n)) / s),
)

only_the_last_part_divided_by_s = wrong(
    16,
    "only the last part divided by s",
    "The division by s reaches only the last part of d_x. All three ways are divided by it: bracket their sum.",
    _norm_d_x(lambda n, s, g, d_out, gain: g - _mean(g) - n * _mean(g * n) / s),
)

divided_by_the_variance = wrong(
    17,
    "divided by the variance",
    "You divided d_x by variance + eps. n was made by dividing by its root, and so is its slope.",
    _norm_d_x(lambda n, s, g, d_out, gain: _norm_back(n, s, g) / s),
)

gain_multiplied_last = wrong(
    18,
    "gain multiplied last",
    "You took d_out back through the norm and multiplied by the gain afterwards. On the way back the gain comes first: its entries "
    "differ, so the means are other ones.",
    _norm_d_x(lambda n, s, g, d_out, gain: gain * _norm_back(n, s, d_out)),
)

means_of_the_gradient_over_the_tokens = wrong(
    19,
    "means of the gradient over the tokens",
    "x is normalised as it should be; but the means that you subtract in d_x run down the columns. A token's mean and variance are "
    "its own: the last axis here too.",
    _norm_d_x(lambda n, s, g, d_out, gain: _norm_back(n, s, g, axis=0)),
)


@wrong(
    20,
    "gain in d_gain and d_bias",
    "Your d_gain and d_bias are multiplied by the gain. It belongs on the way to x alone: the slope of y with respect to gain "
    "is n, and with respect to bias it is 1.",
)
def norm_gain_in_both(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), *_sums(n, g)


@wrong(
    21,
    "d_gain not divided by s",
    "You multiplied d_out by x minus its mean. What the gain multiplies is the whole of n, divided by s.",
)
def norm_gain_from_centred(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), *_sums(n * s, d_out)


@wrong(
    22,
    "d_gain and d_bias summed over the features",
    "You summed each token's row, which leaves a number for each token. Gain and bias have a number for each feature.",
)
def norm_summed_over_features(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, eps)
    return _norm_back(n, s, g), (d_out * n).sum(axis=-1), d_out.sum(axis=-1)


@wrong(
    23,
    "eps written into the function",
    "Right with the usual eps alone: the one that you are given is not used.",
)
def norm_own_eps(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out)
    return _norm_back(n, s, g), *_sums(n, d_out)


@wrong(
    24,
    "eps left out",
    "There is no eps in your s. Where a row has no spread that is 0 / 0, and elsewhere it is a little off.",
)
def norm_without_eps(x, gain, d_out, eps=1e-5):
    n, s, g = _norm_parts(x, gain, d_out, 0.0)
    return _norm_back(n, s, g), *_sums(n, d_out)


a_sum_behind_the_variance = wrong(
    25,
    "a sum in the way through the variance",
    "The way through the mean is right. In the one through s you add g · n up over the row; the variance is a mean, so its slope carries a "
    "factor 1 / d.",
    _norm_d_x(lambda n, s, g, d_out, gain: (g - _mean(g) - n * g.shape[-1] * _mean(g * n)) / s),
)


HINTS = (
    "First the outer part: d_bias and d_gain are sums over the tokens, as in a linear layer; and g = d_out · gain is the "
    "gradient of n. Now from n to x: three ways, directly, through the mean, through s.",
    "Directly: g / s. Through the mean: it takes away the mean of g. Through s: it takes away the part of g that points "
    "along n, and that part is n times the mean of g · n.",
    "`d_x = (g - g.mean(...) - n * (g * n).mean(...)) / s`, each mean over the last axis with keepdims.",
)
