"""positional_encoding.sinusoidal: the table of sines and cosines."""

import numpy as np

from course_lib.positional_encoding import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `n_positions` and an even `d_model`, return the table of shape `(n_positions, d_model)`. Row `p` belongs to position "
    "`p`, counted from 0; columns `2i` and `2i + 1` hold the sine and the cosine of the angle that hand `i`, counted from 0, has "
    "turned through at that position: $1 / 10000^{2i/d}$ radians for each step, where $d$ is `d_model`.",
    reference=by_hand.sinusoidal,
    points=2,
    minutes=10,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((5, 6)),
        Case((3, 10)),
        Case((int(rng.choice([7, 11, 13])), int(rng.choice([14, 22])))),
        Case((4, 8)),
        Case((2, 4), "numbers for a pocket calculator: sin 1, cos 1, sin 0.01, cos 0.01"),
        Case((101, 4), "positions up to 100"),
        Case((6, 6), "as many positions as columns"),
        Case((1, 8), "position 0 alone: sines 0, cosines 1"),
        Case((7, 2), "a single pair of columns"),
    ]


@right
def in_place(n_positions: int, d_model: int) -> np.ndarray:
    table = np.zeros((n_positions, d_model))
    angles = np.arange(n_positions)[:, None] / 10000 ** (np.arange(0, d_model, 2) / d_model)
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table


def _interleaved(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.stack([first, second], axis=-1).reshape(len(first), -1)


@right
def by_exponentials(n_positions: int, d_model: int) -> np.ndarray:
    frequencies = np.exp(np.arange(0, d_model, 2) * (-np.log(10000.0) / d_model))
    turns = np.exp(1j * np.arange(n_positions)[:, None] * frequencies)
    return _interleaved(turns.imag, turns.real)


sinusoidal_by_loops = right(by_hand.sinusoidal_by_loops)


def _angles(positions: np.ndarray, d_model: int) -> np.ndarray:
    return positions[:, None] * by_hand.angular_frequencies(d_model)


@wrong(
    1,
    "sines first, cosines after",
    "All your sines are in the left half and all your cosines in the right. The formula interleaves them: column 2i "
    "holds the sine and column 2i + 1 the cosine of the same angle.",
)
def sines_first_cosines_after(n, d):
    return np.hstack([np.sin(_angles(np.arange(n), d)), np.cos(_angles(np.arange(n), d))])


@wrong(
    2,
    "exponent i / d instead of 2i / d",
    "Your frequencies fall too slowly: the exponent of pair i is 2i / d_model, the number of its even column. You "
    "have i / d_model.",
)
def exponent_i(n_positions: int, d_model: int) -> np.ndarray:
    angles = np.arange(n_positions)[:, None] / 10000 ** (np.arange(d_model // 2) / d_model)
    return _interleaved(np.sin(angles), np.cos(angles))


@wrong(
    3,
    "positions from 1",
    "Your first row is that of position 1. Positions count from 0, so the first row is sin 0 = 0, cos 0 = 1, and so on.",
)
def positions_from_1(n, d):
    return _interleaved(np.sin(_angles(np.arange(1, n + 1), d)), np.cos(_angles(np.arange(1, n + 1), d)))


@wrong(
    4,
    "sine and cosine exchanged",
    "Your even columns hold cosines. The sine comes first: column 2i is the sine, column 2i + 1 the cosine.",
)
def sine_and_cosine_exchanged(n, d):
    return _interleaved(np.cos(_angles(np.arange(n), d)), np.sin(_angles(np.arange(n), d)))


@wrong(
    5,
    "a frequency of its own for every column",
    "Each of your columns turns at its own speed. The sine and the cosine of a pair share one frequency; only then is "
    "a shift a rotation.",
)
def own_frequency_per_column(n_positions: int, d_model: int) -> np.ndarray:
    angles = np.arange(n_positions)[:, None] / 10000 ** (np.arange(d_model) / d_model)
    return np.where(np.arange(d_model) % 2 == 0, np.sin(angles), np.cos(angles))


@wrong(
    6,
    "the 2 of 2i counted twice",
    "Your frequencies fall twice as fast as they should. `np.arange(0, d_model, 2)` is 2i already: 0, 2, 4. With another "
    "factor of 2 the exponent is 4i / d_model. (Dividing by `d_model // 2` doubles it as well.)",
)
def doubled_exponent(n_positions: int, d_model: int) -> np.ndarray:
    angles = np.arange(n_positions)[:, None] / 10000 ** (2 * np.arange(0, d_model, 2) / d_model)
    return _interleaved(np.sin(angles), np.cos(angles))


@wrong(
    7,
    "the number of the column for that of the pair",
    "You put the number of the column in for i. But i counts pairs: columns 0 and 1 have i = 0, columns 2 and 3 have "
    "i = 1, and the sine and the cosine of a pair share one frequency.",
)
def column_for_pair(n_positions: int, d_model: int) -> np.ndarray:
    angles = np.arange(n_positions)[:, None] / 10000 ** (2 * np.arange(d_model) / d_model)
    return np.where(np.arange(d_model) % 2 == 0, np.sin(angles), np.cos(angles))


@wrong(
    8,
    "no brackets around the exponent",
    "`10000 ** 2 * i / d_model` is (10000 ** 2) times i / d_model: ** binds closer than * and /. The whole of 2i / "
    "d_model belongs in the exponent.",
)
def without_brackets(n_positions: int, d_model: int) -> np.ndarray:
    angles = np.arange(n_positions)[:, None] / 10000**2 * np.arange(d_model // 2) / d_model
    return _interleaved(np.sin(angles), np.cos(angles))


@wrong(
    9,
    "sines alone",
    "Your odd columns hold sines too. The second column of a pair is the cosine.",
)
def sines_alone(n, d):
    return np.repeat(np.sin(_angles(np.arange(n), d)), 2, axis=1)


def _table(angles: np.ndarray) -> np.ndarray:
    return _interleaved(np.sin(angles), np.cos(angles))


@wrong(
    10,
    "one speed for all pairs",
    "All your pairs turn equally fast. The exponent is a fraction between 0 and 1, and `//` makes 0 of it: divide with `/`.",
)
def one_speed_for_all_pairs(n, d):
    return _table(np.repeat(np.arange(n)[:, None], d // 2, axis=1))


@wrong(
    11,
    "multiplied instead of divided",
    "Your later pairs turn faster and faster; they should turn more and more slowly. The position is divided by 10000 to the "
    "power of 2i / d_model.",
)
def multiplied_instead_of_divided(n, d):
    return _table(np.arange(n)[:, None] * 10000 ** (np.arange(0, d, 2) / d))


@wrong(
    12,
    "odd columns left empty",
    "Your odd columns are zeros. The second column of a pair is the cosine of the same angle.",
)
def odd_columns_left_empty(n, d):
    angles = _angles(np.arange(n), d)
    return _interleaved(np.sin(angles), np.zeros_like(angles))


@wrong(
    13,
    "pairs counted from 1",
    "Your first pair turns at the speed of the second. Pairs count from 0, and 10000 to the power of 0 is 1: the first pair turns by "
    "1 from one position to the next.",
)
def pairs_counted_from_1(n, d):
    return _table(np.arange(n)[:, None] / 10000 ** (np.arange(2, d + 1, 2) / d))


@wrong(
    14,
    "angles without sine and cosine",
    "These are the angles. The table holds their sines, in the even columns, and their cosines, in the odd ones.",
)
def angles_without_sine_and_cosine(n, d):
    return np.repeat(_angles(np.arange(n), d), 2, axis=1)


@wrong(
    15,
    "only the first position",
    "Only the row of position 0 holds anything. Either a `return` stands inside a loop, which ends the function in its first round: "
    "move it to the left, below all the loops. Or the table is one of whole numbers (`dtype=int`), where everything between -1 and 1 "
    "becomes 0.",
)
def only_the_first_position(n, d):
    table = np.zeros((n, d))
    table[0, 1::2] = 1.0
    return table


@wrong(
    16,
    "whole turns instead of radians",
    "Your angles are 2π times too large. The formula has no π in it: the first pair turns by 1 radian, not by a whole turn.",
)
def whole_turns(n, d):
    return _table(2 * np.pi * _angles(np.arange(n), d))


@wrong(
    17,
    "a loop over columns, written as pairs",
    "Your i runs up to `d_model`, and `2 * i + 1` then points beyond the last column: IndexError. There are half as many pairs as "
    "columns.",
)
def too_many_pairs(n_positions: int, d_model: int) -> np.ndarray:
    table = np.zeros((n_positions, d_model))
    for p in range(n_positions):
        for i in range(d_model):
            angle = p / 10000 ** (2 * i / d_model)
            table[p, 2 * i], table[p, 2 * i + 1] = np.sin(angle), np.cos(angle)
    return table


@wrong(
    18,
    "angles rounded down",
    "`//` rounds the angles down to whole numbers, so that the slow pairs do not turn at all. A position over a power is a fraction: "
    "divide with `/`.",
)
def angles_rounded_down(n, d):
    return _table(np.arange(n)[:, None] // 10000 ** (np.arange(0, d, 2) / d))


@wrong(
    19,
    "rows and columns exchanged",
    "Your table is on its side, `(d_model, n_positions)`: a position is a row, and its sines and cosines are the columns.",
)
def rows_and_columns_exchanged(n, d):
    return by_hand.sinusoidal(n, d).T


@wrong(
    20,
    "angles taken for degrees",
    "You turned the angles into radians, which makes them 57 times smaller. They are radians already, and `np.sin` takes them as such.",
)
def angles_taken_for_degrees(n, d):
    return _table(np.radians(_angles(np.arange(n), d)))


HINTS = (
    "Make the angles first: a table with a row for each position and a column for each pair.",
    "`np.arange(n_positions)[:, None]` is a column of positions; divided by the row `10000 ** (np.arange(0, d_model, 2) / "
    "d_model)` it gives all the angles.",
    "Start from `np.zeros((n_positions, d_model))` and fill `table[:, 0::2]` with the sines and `table[:, 1::2]` with the "
    "cosines.",
)
