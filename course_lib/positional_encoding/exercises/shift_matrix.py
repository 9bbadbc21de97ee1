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
        Case((1, 8)),
        Case((int(rng.choice([7, 11, 13])), 14)),
        Case((2, 4), "two pairs"),
        Case((-5, 10), "a shift back: k is negative"),
        Case((-1, 6), "one position back"),
        Case((200, 4), "a long way"),
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
    "From pair to pair your angles fall too fast. Where i runs over 0, 2, 4, it is 2i already, and the exponent is i / d_model.",
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


def _from(block: object) -> object:
    """The matrix made of the blocks that `block` gives for an angle."""

    def shift_matrix(k, d_model):
        matrix = np.zeros((d_model, d_model))
        for i, turn in enumerate(k * by_hand.angular_frequencies(d_model)):
            matrix[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = block(np.cos(turn), np.sin(turn))
        return matrix

    return shift_matrix


no_minus = wrong(
    6,
    "no minus",
    "Neither sine has a minus, so nothing is turned. cos(a + b) = cos a cos b - sin a sin b: one of the four entries is negative.",
    _from(lambda cos, sin: [[cos, sin], [sin, cos]]),
)

minus_at_a_cosine = wrong(
    7,
    "minus at a cosine",
    "Your minus stands before a cosine. In cos(a + b) = cos a cos b - sin a sin b it stands before the product of the sines.",
    _from(lambda cos, sin: [[cos, sin], [sin, -cos]]),
)

sines_and_cosines_exchanged = wrong(
    8,
    "sines and cosines exchanged",
    "Your sines stand on the diagonal. For a shift of 0 the matrix must change nothing: what is on its diagonal then?",
    _from(lambda cos, sin: [[sin, cos], [-cos, sin]]),
)

only_the_cosines = wrong(
    9,
    "cosines alone",
    "Only the diagonal is filled. The sine of p + k is made of the sine **and** the cosine of p, so each block has four entries.",
    _from(lambda cos, sin: [[cos, 0.0], [0.0, cos]]),
)


@wrong(
    10,
    "always forward",
    "Right for positive k. A negative k loses its sign on the way, so your matrix shifts forward there too.",
)
def always_forward(k, d):
    return by_hand.shift_matrix(abs(k), d)


@wrong(
    11,
    "exponent i / d instead of 2i / d",
    "From pair to pair your angles fall too slowly: the exponent of pair i is 2i / d_model, the number of its even column.",
)
def exponent_i(k, d):
    return _blocks(k / 10000 ** (np.arange(d // 2) / d), d)


@wrong(
    12,
    "blocks that overlap",
    "Your blocks begin at row and column i, so each one overwrites a part of the one before. Pair i has the columns 2i and 2i + 1.",
)
def blocks_that_overlap(k, d):
    matrix = np.zeros((d, d))
    for i, turn in enumerate(k * by_hand.angular_frequencies(d)):
        matrix[i : i + 2, i : i + 2] = [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    return matrix


@wrong(
    13,
    "multiplied instead of divided",
    "You multiplied k by 10000 to the power of 2i / d_model. The later pairs turn more slowly: divide.",
)
def multiplied_instead_of_divided(k, d):
    return _blocks(k * 10000 ** (np.arange(0, d, 2) / d), d)


@wrong(
    14,
    "only the first pair",
    "Only the first block is filled. A `return` inside a loop ends the function in its first round: move it to the left, below the "
    "loop.",
)
def only_the_first_pair(k, d):
    matrix = np.zeros((d, d))
    matrix[:2, :2] = by_hand.shift_matrix(k, 2)
    return matrix


@wrong(
    15,
    "last pair left out",
    "The last block is zeros: there are `d_model // 2` pairs, and `range` already stops before the number it is given.",
)
def last_pair_left_out(k, d):
    matrix = by_hand.shift_matrix(k, d)
    matrix[-2:] = 0.0
    return matrix


@wrong(
    16,
    "no brackets around the exponent",
    "`10000 ** 2 * i / d_model` is (10000 ** 2) times i / d_model: ** binds closer than * and /. The whole of 2i / d_model belongs in "
    "the exponent.",
)
def without_brackets(k, d):
    return _blocks(k / 10000**2 * np.arange(d // 2) / d, d)


@wrong(
    17,
    "pairs counted from 1",
    "Your first block turns at the speed of the second pair. Pairs count from 0: the angle of the first is k itself.",
)
def pairs_counted_from_1(k, d):
    return _blocks(k / 10000 ** (np.arange(2, d + 1, 2) / d), d)


@wrong(
    18,
    "no shift back",
    "Where k is negative your matrix shifts nothing: a loop over `range(k)` has no rounds then. The angle may be negative; there is "
    "nothing to repeat.",
)
def no_shift_back(k, d):
    return by_hand.shift_matrix(max(k, 0), d)


@wrong(
    19,
    "a frequency of its own for every row",
    "The two rows of each of your blocks turn at different speeds. The sine and the cosine of a pair share one angle.",
)
def own_frequency_per_row(k, d):
    own = k / 10000 ** (np.arange(d) / d)
    signs = np.where(np.arange(d) % 2 == 0, 1.0, -1.0)
    partner = np.arange(d) + signs.astype(int)
    matrix = np.diag(np.cos(own))
    matrix[np.arange(d), partner] = signs * np.sin(own)
    return matrix


minus_at_both_sines = wrong(
    20,
    "minus at both sines",
    "Both sines of your block have a minus. In sin(a + b) = sin a cos b + cos a sin b nothing is subtracted: only one row has one.",
    _from(lambda cos, sin: [[cos, -sin], [-sin, cos]]),
)


@wrong(
    21,
    "added to the unit matrix",
    "Every entry of the diagonal is too large by 1: you began with the unit matrix and added the blocks to it. Begin with zeros, or put "
    "each block in place of what was there.",
)
def added_to_the_unit_matrix(k, d):
    return np.eye(d) + by_hand.shift_matrix(k, d)


@wrong(
    22,
    "angles taken for degrees",
    "You turned the angles into radians, which makes them 57 times smaller. They are radians already, as in the table.",
)
def angles_taken_for_degrees(k, d):
    return _blocks(np.radians(k * by_hand.angular_frequencies(d)), d)


HINTS = (
    "Begin with d_model = 2: what four numbers lead from (sin a, cos a) to (sin(a + b), cos(a + b)), whatever a is? Each formula "
    "from school gives one row of two.",
    "sin(a + b) is cos b times the sine of a plus sin b times its cosine, so the first row of the block is (cos b, sin b). The second "
    "formula gives the second row. Other pairs have no say in it: zeros everywhere else.",
    "Start from zeros. For pair i with b = k / 10000 ** (2 * i / d_model), write [[cos b, sin b], [-sin b, cos b]] into rows and "
    "columns 2i and 2i + 1.",
)
