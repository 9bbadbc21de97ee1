"""positional_encoding.add_positions: tokens and positions, added."""

import numpy as np

from course_lib.positional_encoding import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `embeddings` of shape `(batch, token, d_model)` and a `table` of shape `(max, d_model)` with at least as "
    "many rows as there are tokens, return an array of the shape of `embeddings` in which row `p` of the table has been added "
    "to the token at position `p` of every sequence.",
    reference=by_hand.add_positions,
    points=1,
    minutes=4,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(batch: int, token: int, d_model: int, rows: int, note: str = "") -> Case:
        return Case((rng.normal(size=(batch, token, d_model)), rng.normal(size=(rows, d_model))), note)

    return [
        case(2, 3, 5, 7),
        case(3, 5, 2, 11),
        case(5, 5, 3, 7, "as many sequences as tokens"),
        case(1, 7, 2, 7, "a table that is used up to its last row"),
        case(3, 1, 2, 5, "sequences of a single token"),
    ]


@right
def sequence_by_sequence(embeddings: np.ndarray, table: np.ndarray) -> np.ndarray:
    return np.stack([np.stack([x + table[p] for p, x in enumerate(sequence)]) for sequence in embeddings])


@right
def rows_by_arange(x, table):
    return x + table[np.arange(x.shape[1])][None]


@wrong(
    1,
    "concatenated instead of added",
    "You put the position beside the embedding, so the vectors have become wider. Here the two are added, and the width "
    "stays.",
)
def concatenated_instead_of_added(x, table):
    return np.concatenate([x, np.broadcast_to(table[: x.shape[1]], x.shape)], axis=-1)


@wrong(
    2,
    "added along the batch",
    "You gave each sequence a row of the table, and all its tokens the same one. The positions run along the tokens, "
    "axis 1, and every sequence gets the same rows.",
)
def added_along_the_batch(x, table):
    return x + table[: x.shape[0], None]


@wrong(
    3,
    "the last rows of the table",
    "You took the last rows of the table. The token at position 0 gets row 0: take the first ones.",
)
def the_last_rows_of_the_table(x, table):
    return x + table[-x.shape[1] :]


@wrong(
    4,
    "row 0 for every token",
    "Every token got the row of position 0, so the order is as unknown as before.",
)
def row_0_for_every_token(x, table):
    return x + table[0]


@wrong(
    5,
    "positions from 1",
    "The token at position 0 got row 1 of the table.",
)
def positions_from_1(x, table):
    return x + np.roll(table, -1, axis=0)[: x.shape[1]]


@wrong(
    6,
    "multiplied instead of added",
    "You multiplied. The encoding is added, entry by entry.",
)
def multiplied_instead_of_added(x, table):
    return x * table[: x.shape[1]]


HINTS = (
    "Which rows of the table are needed? There may be more rows than tokens.",
    "`table[:n]` has shape (token, d_model); NumPy adds it to every sequence of the batch by itself.",
    "`embeddings + table[: embeddings.shape[1]]`, and not +=, which would write into the argument.",
)
