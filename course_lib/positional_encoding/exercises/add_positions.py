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
        case(2, 5, 3, 7),
        Case(
            (np.arange(12.0).reshape(2, 2, 3), np.array([[10.0, 20.0, 30.0], [40.0, 50.0, 60.0], [70.0, 80.0, 90.0]]))
        ),  # no note: an ordinary case, which can be added up on paper
        Case(
            (np.zeros((2, 3, 2)), np.array([[1.0, -1], [2, -2], [3, -3], [4, -4], [5, -5], [6, -6]])),
            "embeddings of zeros, so that only the table shows",
        ),
        case(5, 5, 3, 7, "as many sequences as tokens"),
        case(1, 3, 5, 11, "a single sequence"),
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


@wrong(
    7,
    "as many rows as sequences",
    "You took as many rows of the table as there are sequences: `shape[0]`, or `len`, is the batch. The tokens lie along axis 1.",
)
def as_many_rows_as_sequences(x, table):
    return x + table[: len(x)]


@wrong(
    8,
    "the whole table",
    "You added the table as it is, and it may have more rows than there are tokens. Take the rows that are needed.",
)
def the_whole_table(x, table):
    return x + table


@wrong(
    9,
    "as many rows as the width",
    "You took as many rows of the table as a vector has entries: `shape[-1]` is d_model. The tokens lie along axis 1.",
)
def as_many_rows_as_the_width(x, table):
    return x + table[: x.shape[-1]]


@wrong(
    10,
    "only the first sequence",
    "Only the first sequence of the batch got its positions. Every sequence begins at position 0 and gets the same rows.",
)
def only_the_first_sequence(x, table):
    result = x.copy()
    result[0] += table[: x.shape[1]]
    return result


@wrong(
    11,
    "positions that go on from sequence to sequence",
    "Your positions go on counting where a new sequence begins, until the table ends. Every sequence begins at position 0.",
)
def positions_that_go_on(x, table):
    result = x.copy()
    for p, (sequence, token) in enumerate(np.ndindex(x.shape[:2])):
        result[sequence, token] += table[p]
    return result


@wrong(
    12,
    "the positions without the tokens",
    "You returned the rows of the table alone. They are added to the embeddings, or every word would be the same.",
)
def the_positions_without_the_tokens(x, table):
    return np.broadcast_to(table[: x.shape[1]], x.shape)


@wrong(
    13,
    "last token left out",
    "The last token of every sequence has no position. `range(n)` already stops before n.",
)
def last_token_left_out(x, table):
    result = x.copy()
    result[:, :-1] += table[: x.shape[1] - 1]
    return result


@wrong(
    14,
    "first token left out",
    "The first token of every sequence has no position. Positions count from 0, and row 0 of the table is one like any other.",
)
def first_token_left_out(x, table):
    result = x.copy()
    result[:, 1:] += table[1 : x.shape[1]]
    return result


@wrong(
    15,
    "positions appended as tokens",
    "You put the rows of the table after the tokens, so the sequences have become twice as long. Add them, entry by entry.",
)
def positions_appended_as_tokens(x, table):
    return np.concatenate([x, np.broadcast_to(table[: x.shape[1]], x.shape)], axis=1)


@wrong(
    16,
    "embeddings scaled first",
    "You multiplied the embeddings by the square root of d_model before adding. The paper does that in the model; here they are added "
    "as they are.",
)
def embeddings_scaled_first(x, table):
    return x * np.sqrt(x.shape[-1]) + table[: x.shape[1]]


@wrong(
    17,
    "subtracted instead of added",
    "You subtracted the rows of the table. They are added, entry by entry.",
)
def subtracted_instead_of_added(x, table):
    return x - table[: x.shape[1]]


@wrong(
    18,
    "average instead of sum",
    "You took the average of embedding and position, which halves both. They are added up and left at that.",
)
def average_instead_of_sum(x, table):
    return (x + table[: x.shape[1]]) / 2


@wrong(
    19,
    "the number of the position instead of its row",
    "You added the number p itself to every entry. The number only says which row of the table is meant.",
)
def the_number_instead_of_its_row(x, table):
    return x + np.arange(x.shape[1])[:, None]


@wrong(
    20,
    "only the first sequence returned",
    "You returned the first sequence alone. All of them are asked for: an array of the shape of `embeddings`.",
)
def only_the_first_sequence_returned(x, table):
    return x[0] + table[: x.shape[1]]


HINTS = (
    "Which rows of the table are needed? There may be more rows than tokens.",
    "`table[:n]` has shape (token, d_model); NumPy adds it to every sequence of the batch by itself.",
    "`embeddings + table[: embeddings.shape[1]]`, and not +=, which would write into the argument.",
)
