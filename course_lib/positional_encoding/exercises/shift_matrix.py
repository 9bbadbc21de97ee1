"""positional_encoding.shift_matrix: the matrix that moves every position by k."""

import numpy as np

from course_lib.positional_encoding import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given a shift `k` (which may be negative) and an even `d_model`, return the matrix `M` of shape `(d_model, "
    "d_model)` with `M @ PE[p] = PE[p + k]` wherever `p` and `p + k` are positions of the table above (0 or more).",
    reference=by_hand.shift_matrix,
    points=3,
    minutes=12,
    difficulty=3,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((3, 6)),
        Case((-5, 10)),
        Case((int(rng.choice([7, 11, 13])), 14)),
        Case((1, 2), "a single pair of columns"),
        Case((0, 6), "no shift: nothing turns"),
    ]


def _blocks(turns: np.ndarray, d_model: int) -> np.ndarray:
    matrix = np.zeros((d_model, d_model))
    for i, turn in enumerate(turns):
        matrix[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    return matrix


@right
def solved(k: int, d_model: int) -> np.ndarray:
    # Least squares would do too, but only if every pair can be told apart; a product of small turns is always exact.
    step = _blocks(np.sign(k) * by_hand.angular_frequencies(d_model), d_model)
    return np.linalg.matrix_power(step, abs(k))


@right
def block_by_block(k, d):
    return _blocks(k * by_hand.angular_frequencies(d), d)


@wrong(
    1,
    "rotates the other way",
    "Your matrix leads from p to p - k. With the sine first, sin(a + b) = sin a cos b + cos a sin b says which entry "
    "of the block gets the minus.",
)
def rotates_the_other_way(k, d):
    return by_hand.shift_matrix(-k, d)


@wrong(
    2,
    "one frequency for all pairs",
    "You turn every pair by the same angle. Each pair has its own frequency, so its block has its own angle: "
    "k / 10000^(2i / d_model).",
)
def one_frequency_for_all_pairs(k, d):
    return _blocks(np.full(d // 2, float(k)), d)


def _in_halves(k: int, d_model: int) -> np.ndarray:
    turns = k * by_hand.angular_frequencies(d_model)
    cosines, sines = np.diag(np.cos(turns)), np.diag(np.sin(turns))
    return np.block([[cosines, sines], [-sines, cosines]])


@wrong(
    3,
    "halves instead of pairs",
    "Your matrix fits a table with all sines on the left and all cosines on the right. In ours they are interleaved, "
    "so the blocks lie along the diagonal.",
)
def halves_instead_of_pairs(k, d):
    return _in_halves(k, d)


@wrong(
    4,
    "the 2 of 2i counted twice",
    "Your angles fall twice as fast from pair to pair as those of the table. Where i runs over 0, 2, 4, it is 2i "
    "already, and the exponent is i / d_model.",
)
def the_2_of_2i_counted_twice(k, d):
    return _blocks(k / 10000 ** (2 * np.arange(0, d, 2) / d), d)


@wrong(
    5,
    "no shift in the angle",
    "Your angles do not contain k: the matrix shifts by one position, whatever k is.",
)
def no_shift_in_the_angle(k, d):
    return by_hand.shift_matrix(1, d)


HINTS = (
    "Look at one pair: you know (sin a, cos a) and want (sin(a + b), cos(a + b)). Which two formulas from school help?",
    "For one pair, M is [[cos b, sin b], [-sin b, cos b]], and b is k times the pair's frequency.",
    "Start from zeros. For pair i with b = k / 10000 ** (2 * i / d_model), write that block into rows and columns 2i and "
    "2i + 1.",
)
