"""What the learner writes in lesson 03: the table, the rotation, the sum."""

import numpy as np

from course_lib.positional_encoding import by_hand
from course_lib.practice.exercise import Case, Exercise, WrongAnswer

__all__ = ["EXERCISES"]


# --- the table ----------------------------------------------------------------------------------------------------


def _angles(positions: np.ndarray, d_model: int) -> np.ndarray:
    return positions[:, None] * by_hand.angular_frequencies(d_model)


def _interleaved(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.stack([first, second], axis=-1).reshape(len(first), -1)


def _in_place(n_positions: int, d_model: int) -> np.ndarray:
    table = np.zeros((n_positions, d_model))
    angles = np.arange(n_positions)[:, None] / 10000 ** (np.arange(0, d_model, 2) / d_model)
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table


def _by_exponentials(n_positions: int, d_model: int) -> np.ndarray:
    frequencies = np.exp(np.arange(0, d_model, 2) * (-np.log(10000.0) / d_model))
    turns = np.exp(1j * np.arange(n_positions)[:, None] * frequencies)
    return _interleaved(turns.imag, turns.real)


def _own_frequency_per_column(n_positions: int, d_model: int) -> np.ndarray:
    angles = np.arange(n_positions)[:, None] / 10000 ** (np.arange(d_model) / d_model)
    return np.where(np.arange(d_model) % 2 == 0, np.sin(angles), np.cos(angles))


def _exponent_i(n_positions: int, d_model: int) -> np.ndarray:
    angles = np.arange(n_positions)[:, None] / 10000 ** (np.arange(d_model // 2) / d_model)
    return _interleaved(np.sin(angles), np.cos(angles))


def _doubled_exponent(n_positions: int, d_model: int) -> np.ndarray:
    angles = np.arange(n_positions)[:, None] / 10000 ** (2 * np.arange(0, d_model, 2) / d_model)
    return _interleaved(np.sin(angles), np.cos(angles))


def _column_for_pair(n_positions: int, d_model: int) -> np.ndarray:
    angles = np.arange(n_positions)[:, None] / 10000 ** (2 * np.arange(d_model) / d_model)
    return np.where(np.arange(d_model) % 2 == 0, np.sin(angles), np.cos(angles))


def _without_brackets(n_positions: int, d_model: int) -> np.ndarray:
    angles = np.arange(n_positions)[:, None] / 10000**2 * np.arange(d_model // 2) / d_model
    return _interleaved(np.sin(angles), np.cos(angles))


SINUSOIDAL = Exercise(
    id="positional_encoding.sinusoidal",
    specification="Given `n_positions` and an even `d_model`, return the table of shape `(n_positions, d_model)` with "
    "$PE[p, 2i] = \\sin(p / 10000^{2i/d})$ and $PE[p, 2i+1] = \\cos(p / 10000^{2i/d})$, where $d$ is `d_model`, positions "
    "$p$ count from 0, and $i$ counts the pairs of columns from 0.",
    reference=by_hand.sinusoidal,
    cases=lambda rng: [
        Case((5, 6)),
        Case((3, 10)),
        Case((int(rng.choice([7, 11, 13])), int(rng.choice([14, 22])))),
        Case((101, 4), "positions up to 100"),
        Case((1, 8), "position 0 alone: sines 0, cosines 1"),
        Case((7, 2), "a single pair of columns"),
    ],
    points=2,
    minutes=10,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "sines first, cosines after",
            "All your sines stand in the left half and all cosines in the right. The formula interleaves them: column 2i "
            "holds the sine and column 2i + 1 the cosine of the same angle.",
            lambda n, d: np.hstack([np.sin(_angles(np.arange(n), d)), np.cos(_angles(np.arange(n), d))]),
        ),
        WrongAnswer(
            "exponent i / d instead of 2i / d",
            "Your frequencies fall too slowly: the exponent of pair i is 2i / d_model, the number of its even column. You "
            "have i / d_model.",
            _exponent_i,
        ),
        WrongAnswer(
            "positions from 1",
            "Your first row is that of position 1. Positions count from 0, so the first row is sin 0 = 0, cos 0 = 1, and so on.",
            lambda n, d: _interleaved(np.sin(_angles(np.arange(1, n + 1), d)), np.cos(_angles(np.arange(1, n + 1), d))),
        ),
        WrongAnswer(
            "sine and cosine exchanged",
            "Your even columns hold cosines. The sine comes first: column 2i is the sine, column 2i + 1 the cosine.",
            lambda n, d: _interleaved(np.cos(_angles(np.arange(n), d)), np.sin(_angles(np.arange(n), d))),
        ),
        WrongAnswer(
            "a frequency of its own for every column",
            "Each of your columns turns at its own speed. The sine and the cosine of a pair share one frequency; only then is "
            "a shift a rotation.",
            _own_frequency_per_column,
        ),
        WrongAnswer(
            "the 2 of 2i counted twice",
            "Your frequencies fall twice as fast as they should. `np.arange(0, d_model, 2)` is 2i already: 0, 2, 4. With another "
            "factor of 2 the exponent is 4i / d_model.",
            _doubled_exponent,
        ),
        WrongAnswer(
            "the number of the column for that of the pair",
            "You put the number of the column in for i. But i counts pairs: columns 0 and 1 have i = 0, columns 2 and 3 have "
            "i = 1, and the sine and the cosine of a pair share one frequency.",
            _column_for_pair,
        ),
        WrongAnswer(
            "no brackets around the exponent",
            "`10000 ** 2 * i / d_model` is (10000 ** 2) times i / d_model: ** binds closer than * and /. The whole of 2i / "
            "d_model belongs into the exponent.",
            _without_brackets,
        ),
        WrongAnswer(
            "sines alone",
            "Your odd columns hold sines too. The second column of a pair is the cosine.",
            lambda n, d: np.repeat(np.sin(_angles(np.arange(n), d)), 2, axis=1),
        ),
    ),
    hints=(
        "Make the angles first: a table with a row for each position and a column for each pair.",
        "`np.arange(n_positions)[:, None]` is a column of positions; divided by the row `10000 ** (np.arange(0, d_model, 2) / "
        "d_model)` it gives all the angles.",
        "Start from `np.zeros((n_positions, d_model))` and fill `table[:, 0::2]` with the sines and `table[:, 1::2]` with the "
        "cosines.",
    ),
    also_right=(_in_place, _by_exponentials, by_hand.sinusoidal_by_loops),
)


# --- the rotation -------------------------------------------------------------------------------------------------


def _blocks(turns: np.ndarray, d_model: int) -> np.ndarray:
    matrix = np.zeros((d_model, d_model))
    for i, turn in enumerate(turns):
        matrix[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    return matrix


def _solved(k: int, d_model: int) -> np.ndarray:
    # Least squares would do too, but only if every pair can be told apart; a product of small turns is always exact.
    step = _blocks(np.sign(k) * by_hand.angular_frequencies(d_model), d_model)
    return np.linalg.matrix_power(step, abs(k))


SHIFT_MATRIX = Exercise(
    id="positional_encoding.shift_matrix",
    specification="Given a shift `k` (which may be negative) and an even `d_model`, return the matrix `M` of shape `(d_model, "
    "d_model)` with `M @ PE[p] = PE[p + k]` wherever `p` and `p + k` are positions of the table above (0 or more).",
    reference=by_hand.shift_matrix,
    cases=lambda rng: [
        Case((3, 6)),
        Case((-5, 10)),
        Case((int(rng.choice([7, 11, 13])), 14)),
        Case((1, 2), "a single pair of columns"),
        Case((0, 6), "no shift: nothing turns"),
    ],
    points=3,
    minutes=12,
    difficulty=3,
    wrong=(
        WrongAnswer(
            "rotates the other way",
            "Your matrix leads from p to p - k. With the sine first, sin(a + b) = sin a cos b + cos a sin b says which entry "
            "of the block gets the minus.",
            lambda k, d: by_hand.shift_matrix(-k, d),
        ),
        WrongAnswer(
            "one frequency for all pairs",
            "You turn every pair by the same angle. Each pair has its own frequency, so its block has its own angle: "
            "k / 10000^(2i / d_model).",
            lambda k, d: _blocks(np.full(d // 2, float(k)), d),
        ),
        WrongAnswer(
            "halves instead of pairs",
            "Your matrix fits a table with all sines on the left and all cosines on the right. In ours they are interleaved, "
            "so the blocks lie along the diagonal.",
            lambda k, d: _in_halves(k, d),
        ),
        WrongAnswer(
            "the 2 of 2i counted twice",
            "Your angles fall twice as fast from pair to pair as those of the table. Where i runs over 0, 2, 4, it is 2i "
            "already, and the exponent is i / d_model.",
            lambda k, d: _blocks(k / 10000 ** (2 * np.arange(0, d, 2) / d), d),
        ),
        WrongAnswer(
            "no shift in the angle",
            "Your angles do not contain k: the matrix shifts by one position, whatever k is.",
            lambda k, d: by_hand.shift_matrix(1, d),
        ),
    ),
    hints=(
        "Look at one pair: you know (sin a, cos a) and want (sin(a + b), cos(a + b)). Which two formulas from school help?",
        "For one pair, M is [[cos b, sin b], [-sin b, cos b]], and b is k times the pair's frequency.",
        "Start from zeros. For pair i with b = k / 10000 ** (2 * i / d_model), write that block into rows and columns 2i and "
        "2i + 1.",
    ),
    also_right=(_solved, lambda k, d: _blocks(k * by_hand.angular_frequencies(d), d)),
)


def _in_halves(k: int, d_model: int) -> np.ndarray:
    turns = k * by_hand.angular_frequencies(d_model)
    cosines, sines = np.diag(np.cos(turns)), np.diag(np.sin(turns))
    return np.block([[cosines, sines], [-sines, cosines]])


# --- the sum ------------------------------------------------------------------------------------------------------


def _add_cases(rng: np.random.Generator) -> list[Case]:
    def case(batch: int, token: int, d_model: int, rows: int, note: str = "") -> Case:
        return Case((rng.normal(size=(batch, token, d_model)), rng.normal(size=(rows, d_model))), note)

    return [
        case(2, 3, 5, 7),
        case(3, 5, 2, 11),
        case(5, 5, 3, 7, "as many sequences as tokens"),
        case(1, 7, 2, 7, "a table that is used up to its last row"),
        case(3, 1, 2, 5, "sequences of a single token"),
    ]


def _sequence_by_sequence(embeddings: np.ndarray, table: np.ndarray) -> np.ndarray:
    return np.stack([np.stack([x + table[p] for p, x in enumerate(sequence)]) for sequence in embeddings])


ADD_POSITIONS = Exercise(
    id="positional_encoding.add_positions",
    specification="Given `embeddings` of shape `(batch, token, d_model)` and a `table` of shape `(max, d_model)` with at least as "
    "many rows as there are tokens, return an array of the shape of `embeddings` in which row `p` of the table has been added "
    "to the token at position `p` of every sequence.",
    reference=by_hand.add_positions,
    cases=_add_cases,
    points=1,
    minutes=4,
    wrong=(
        WrongAnswer(
            "concatenated instead of added",
            "You put the position beside the embedding, so the vectors have become wider. Here the two are added, and the width "
            "stays.",
            lambda x, table: np.concatenate([x, np.broadcast_to(table[: x.shape[1]], x.shape)], axis=-1),
        ),
        WrongAnswer(
            "added along the batch",
            "You gave each sequence a row of the table, and all its tokens the same one. The positions run along the tokens, "
            "axis 1, and every sequence gets the same rows.",
            lambda x, table: x + table[: x.shape[0], None],
        ),
        WrongAnswer(
            "the last rows of the table",
            "You took the last rows of the table. The token at position 0 gets row 0: take the first ones.",
            lambda x, table: x + table[-x.shape[1] :],
        ),
        WrongAnswer(
            "row 0 for every token",
            "Every token got the row of position 0, so the order is as unknown as before.",
            lambda x, table: x + table[0],
        ),
        WrongAnswer(
            "positions from 1",
            "The token at position 0 got row 1 of the table.",
            lambda x, table: x + np.roll(table, -1, axis=0)[: x.shape[1]],
        ),
        WrongAnswer(
            "multiplied instead of added",
            "You multiplied. The encoding is added, entry by entry.",
            lambda x, table: x * table[: x.shape[1]],
        ),
    ),
    hints=(
        "Which rows of the table are needed? There may be more rows than tokens.",
        "`table[:n]` has shape (token, d_model); NumPy adds it to every sequence of the batch by itself.",
        "`embeddings + table[: embeddings.shape[1]]`, and not +=, which would write into the argument.",
    ),
    also_right=(_sequence_by_sequence, lambda x, table: x + table[np.arange(x.shape[1])][None]),
)

EXERCISES = (SINUSOIDAL, SHIFT_MATRIX, ADD_POSITIONS)
