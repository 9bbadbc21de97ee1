"""positional_encoding.rotate: rotary positions, for queries and keys."""

import numpy as np

from course_lib.positional_encoding import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `x` of shape `(..., token, d)` with an even `d`, the `positions` of its tokens, `(token,)`, and a `base`, return an "
    "array of floats of the shape of `x` in which pair $i$, features $2i$ and $2i + 1$ of each token, has been turned by the angle "
    "$p / \\text{base}^{2i/d}$, where $p$ is the token's position. A positive angle leads from the first feature of the pair "
    "towards the second: a quarter turn takes (1, 0) to (0, 1). Positions may come in any order.",
    reference=by_hand.rotate,
    points=3,
    minutes=12,
    difficulty=3,
    library=("course_lib.rotate_by_loops",),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(shape: tuple[int, ...], positions: object, *base: float, note: str = "") -> Case:
        return Case((rng.normal(size=shape), np.array(positions), *base), note)

    return [
        case((5, 6), range(5)),
        case((7, 10), range(7)),
        case((3, 14), [4, 5, 6]),
        Case((np.array([[1.0, 0.0, 1.0, 0.0]]), np.array([1])), "for a pocket calculator: angles 1 and 0.01"),
        case((5, 8), [3, 0, 11, 3, 7], note="positions out of order, one of them twice"),
        case((3, 6), [100, 101, 102], note="positions that begin at 100"),
        case((5, 6), range(5), 500.0, note="a base of 500"),
        case((2, 5, 6), range(5), note="one axis in front: two heads"),
        case((2, 3, 7, 4), range(7), note="two axes in front: batch and head"),
        case((5, 5, 4), [2, 9, 4, 1, 6], note="as many heads as tokens"),
        case((3, 2), [0, 1, 2], note="a single pair"),
        case((1, 6), [0], note="position 0: nothing turns"),
        Case((np.array([[1, 2, 3, 4], [5, 6, 7, 8]]), np.array([1, 2])), "whole numbers in x"),
    ]


@right
def as_complex_numbers(x: np.ndarray, positions: np.ndarray, base: float = 10000.0) -> np.ndarray:
    d = x.shape[-1]
    turns = np.exp(1j * np.outer(positions, base ** (-np.arange(0, d, 2) / d)))
    turned = (x[..., 0::2] + 1j * x[..., 1::2]) * turns
    return np.stack([turned.real, turned.imag], axis=-1).reshape(x.shape)


rotate_by_loops = right(by_hand.rotate_by_loops)


@right
def by_the_neighbour(x, positions, base=10000.0):
    """x cos + (each feature's partner, the second one's with a minus) sin, as many libraries write it."""
    d = x.shape[-1]
    angles = np.repeat(np.asarray(positions)[:, None] / base ** (np.arange(0, d, 2) / d), 2, axis=-1)
    partner = np.empty(x.shape)
    partner[..., 0::2], partner[..., 1::2] = -x[..., 1::2], x[..., 0::2]
    return x * np.cos(angles) + partner * np.sin(angles)


@right
def by_a_matrix_for_each_token(x, positions, base=10000.0):
    d, turned = x.shape[-1], np.empty(x.shape)
    for t, p in enumerate(positions):
        matrix = np.zeros((d, d))
        for i in range(d // 2):
            angle = p / base ** (2 * i / d)
            cos, sin = np.cos(angle), np.sin(angle)
            matrix[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[cos, sin], [-sin, cos]]
        turned[..., t, :] = x[..., t, :] @ matrix
    return turned


def _angles(positions: np.ndarray, d: int, base: float) -> np.ndarray:
    return np.asarray(positions)[:, None] * by_hand.angular_frequencies(d, base)


def _turned(x: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Every pair turned by its angle, (token, pair), whatever the angles are."""
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = x[..., 0::2], x[..., 1::2]
    return np.stack([first * cos - second * sin, first * sin + second * cos], axis=-1).reshape(x.shape)


@wrong(
    1,
    "halves as pairs",
    "You paired feature i with feature i + d / 2. That is another convention, of many libraries, and a model trained with it must "
    "keep it; here, as in the paper, features 2i and 2i + 1 are a pair.",
)
def halves_as_pairs(x, positions, base=10000.0):
    angles = _angles(positions, x.shape[-1], base)
    first, second = np.split(x, 2, axis=-1)
    cos, sin = np.cos(angles), np.sin(angles)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)


@wrong(
    2,
    "the other way round",
    "Your pairs turn clockwise. If queries and keys both did, their products would be the same numbers; but a model trained one way "
    "cannot be run the other. A quarter turn should take (1, 0) to (0, 1): where does yours take it?",
)
def the_other_way_round(x, positions, base=10000.0):
    return _turned(x, -_angles(positions, x.shape[-1], base))


@wrong(
    3,
    "positions from 1",
    "Every token is turned one step too far. Use the positions as they are given; a token at position 0 is not turned at all.",
)
def positions_from_1(x, positions, base=10000.0):
    return _turned(x, _angles(np.asarray(positions) + 1, x.shape[-1], base))


@wrong(
    4,
    "one frequency for all pairs",
    "You turn every pair of a token by the same angle. Each pair has a speed of its own: the angle is divided by base^(2i / d).",
)
def one_frequency_for_all_pairs(x, positions, base=10000.0):
    return _turned(x, np.repeat(np.asarray(positions)[:, None], x.shape[-1] // 2, axis=1))


@wrong(
    5,
    "exponent i / d instead of 2i / d",
    "From pair to pair your angles fall too slowly: the exponent of pair i is 2i / d, the number of its first feature over d.",
)
def exponent_i(x, positions, base=10000.0):
    d = x.shape[-1]
    return _turned(x, np.asarray(positions)[:, None] / base ** (np.arange(d // 2) / d))


@wrong(
    6,
    "added instead of rotated",
    "You added the sinusoids of the position. Here nothing is added: each pair keeps its length and changes its direction.",
)
def added_instead_of_rotated(x, positions, base=10000.0):
    angles = _angles(positions, x.shape[-1], base)
    return x + np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(x.shape[-2:])


@wrong(
    7,
    "positions counted instead of taken",
    "You counted the tokens 0, 1, 2 and left the argument `positions` unused. A piece of a text may begin anywhere.",
)
def positions_counted(x, positions, base=10000.0):
    return _turned(x, _angles(np.arange(x.shape[-2]), x.shape[-1], base))


@wrong(
    8,
    "always a base of 10000",
    "Right for the base of 10000, and that number stands in your code: the argument `base` is not used.",
)
def always_10000(x, positions, base=10000.0):
    return _turned(x, _angles(positions, x.shape[-1], 10000.0))


@wrong(
    9,
    "the second feature made from the new first one",
    "You changed the first feature of a pair and then made the second from it. Both need the old values: keep a copy of them.",
)
def second_from_the_new_first(x, positions, base=10000.0):
    angles = _angles(positions, x.shape[-1], base)
    turned = np.array(x, dtype=float)
    turned[..., 0::2] = turned[..., 0::2] * np.cos(angles) - turned[..., 1::2] * np.sin(angles)
    turned[..., 1::2] = turned[..., 0::2] * np.sin(angles) + turned[..., 1::2] * np.cos(angles)
    return turned


@wrong(
    10,
    "only the first pair",
    "Features 2 and up are as they were: only the first pair has been turned.",
)
def only_the_first_pair(x, positions, base=10000.0):
    turned = np.array(x, dtype=float)
    turned[..., :2] = _turned(turned[..., :2], np.asarray(positions)[:, None])
    return turned


@wrong(
    11,
    "multiplied instead of divided",
    "You multiplied the position by base^(2i / d). The later pairs turn more slowly: divide.",
)
def multiplied_instead_of_divided(x, positions, base=10000.0):
    d = x.shape[-1]
    return _turned(x, np.asarray(positions)[:, None] * base ** (np.arange(0, d, 2) / d))


@wrong(
    12,
    "no minus",
    "Neither sine has a minus, so the length of a pair changes. A rotation keeps it: one of the two new features is a difference.",
)
def no_minus(x, positions, base=10000.0):
    angles = _angles(positions, x.shape[-1], base)
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = x[..., 0::2], x[..., 1::2]
    return np.stack([first * cos + second * sin, first * sin + second * cos], axis=-1).reshape(x.shape)


@wrong(
    13,
    "angles taken for degrees",
    "You turned the angles into radians, which makes them 57 times smaller. They are radians already.",
)
def angles_taken_for_degrees(x, positions, base=10000.0):
    return _turned(x, np.radians(_angles(positions, x.shape[-1], base)))


@wrong(
    14,
    "positions along the heads",
    "You gave each head a position of its own, and all its tokens the same one. Positions run along the last axis but one.",
)
def positions_along_the_heads(x, positions, base=10000.0):
    angles = _angles(positions, x.shape[-1], base)
    return _turned(x, angles if x.ndim == 2 else angles.reshape(len(angles), *[1] * (x.ndim - 2), -1))


@wrong(
    15,
    "first features first, second ones after",
    "The numbers are right and stand in the wrong places: all first features, then all second ones. Put each pair side by side again.",
)
def not_interleaved_again(x, positions, base=10000.0):
    turned = by_hand.rotate(x, positions, base)
    return np.concatenate([turned[..., 0::2], turned[..., 1::2]], axis=-1)


@wrong(
    16,
    "cut to whole numbers",
    "Right unless `x` holds whole numbers: your result is then a copy of whole numbers too, and cuts off what you write into it. "
    "Make it an array of floats.",
)
def cut_to_whole_numbers(x, positions, base=10000.0):
    return by_hand.rotate(x, positions, base).astype(x.dtype)


@wrong(
    17,
    "cosines alone",
    "You multiplied each feature by a cosine, and no pair was turned: both new features need both old ones.",
)
def cosines_alone(x, positions, base=10000.0):
    return x * np.repeat(np.cos(_angles(positions, x.shape[-1], base)), 2, axis=-1)


@wrong(
    18,
    "the 2 of 2i counted twice",
    "From pair to pair your angles fall too fast. Where i runs over 0, 2, 4, it is 2i already, and the exponent is i / d.",
)
def the_2_of_2i_counted_twice(x, positions, base=10000.0):
    d = x.shape[-1]
    return _turned(x, np.asarray(positions)[:, None] / base ** (2 * np.arange(0, d, 2) / d))


@wrong(
    19,
    "pairs counted from 1",
    "Your first pair turns at the speed of the second. Pairs count from 0: the angle of the first is the position itself.",
)
def pairs_counted_from_1(x, positions, base=10000.0):
    d = x.shape[-1]
    return _turned(x, np.asarray(positions)[:, None] / base ** (np.arange(2, d + 1, 2) / d))


@wrong(
    20,
    "sines and cosines exchanged",
    "Your sines stand where the cosines belong. At position 0 nothing may turn: what are the cosine and the sine of 0?",
)
def sines_and_cosines_exchanged(x, positions, base=10000.0):
    angles = _angles(positions, x.shape[-1], base)
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = x[..., 0::2], x[..., 1::2]
    return np.stack([first * sin - second * cos, first * cos + second * sin], axis=-1).reshape(x.shape)


@wrong(
    21,
    "a speed of its own for every feature",
    "The two features of your pairs use different angles: with 2i running over all features, neighbours no longer share one.",
)
def a_speed_for_every_feature(x, positions, base=10000.0):
    d = x.shape[-1]
    angles = np.asarray(positions)[:, None] / base ** (np.arange(d) / d)
    partner = np.empty(x.shape)
    partner[..., 0::2], partner[..., 1::2] = -x[..., 1::2], x[..., 0::2]
    return x * np.cos(angles) + partner * np.sin(angles)


@wrong(
    22,
    "no axes in front",
    "Right for x of shape (token, d). With batch or head in front, you took another axis for the tokens or the features: index from "
    "the end, x[..., 0::2], and the same code serves both.",
)
def no_axes_in_front(x, positions, base=10000.0):
    if x.ndim == 2:
        return by_hand.rotate(x, positions, base)
    return x.astype(float)


HINTS = (
    "Three steps: an angle for every token and every pair, an array (token, d / 2); the two features of each pair, "
    "`x[..., 0::2]` and `x[..., 1::2]`; the rotation.",
    "A turn by an angle b takes (1, 0) to (cos b, sin b) and (0, 1) to (-sin b, cos b); the pair (u, v) is u times the one plus v "
    "times the other.",
    "`angles = positions[:, None] / base ** (np.arange(0, d, 2) / d)`. The new first features are `u * cos - v * sin`, the new second "
    "ones `u * sin + v * cos`; write them into `turned[..., 0::2]` and `turned[..., 1::2]` of a new array of floats.",
)
