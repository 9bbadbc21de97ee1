"""embedding.look_up: rows of a table for a list of ids."""

import numpy as np

from course_lib.embedding import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given a `table` of shape `(vocab, d_model)` and `ids` of shape `(token,)`, return the vectors of the "
    "tokens, `(token, d_model)`: row `t` is row `ids[t]` of the table. A token that occurs twice gets its vector twice.",
    reference=by_hand.look_up,
    points=1,
    minutes=4,
    library=("torch.embedding", "course_lib.look_up_by_product"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(vocab: int, d_model: int, ids: object, note: str = "") -> Case:
        return Case((rng.normal(size=(vocab, d_model)), np.array(ids, dtype=np.int64)), note)

    return [
        case(11, 3, rng.permutation(11)[:5]),
        case(7, 5, [2, 0, 2, *rng.integers(0, 5, size=2)], "a token that occurs twice"),
        case(5, 5, rng.permutation(5), "as many rows as columns"),
        case(3, 7, rng.integers(0, 3, size=11), "more tokens than rows"),
        case(13, 2, [12, 0], "the last row and the first"),
        case(5, 3, [4], "a single token"),
        case(7, 2, [3, 3, 3], "the same token three times"),
    ]


@right
def row_by_row(table: np.ndarray, ids: np.ndarray) -> np.ndarray:
    return np.array([table[number] for number in ids])


look_up_by_product = right(by_hand.look_up_by_product)


@right
def by_take(table, ids):
    return np.take(table, ids, axis=0)


@wrong(
    1,
    "looks up columns",
    "You took columns of the table. A token owns a row; a column holds one dimension of all tokens.",
)
def looks_up_columns(table, ids):
    return table[:, ids]


@wrong(
    2,
    "looks up columns, turned",
    "The shape may look right, and the numbers come from columns of the table. A token owns a row.",
)
def looks_up_columns_turned(table, ids):
    return table[:, ids].T


@wrong(
    3,
    "drops repeats",
    "You went through the different ids, in the order of their numbers, as `np.unique` or a set gives them: a token that "
    "occurs twice has one row only, and the rows are not in the order of the text.",
)
def drops_repeats(table, ids):
    return table[np.unique(ids)]


@wrong(
    4,
    "keeps the order of the table",
    "You went through the table and kept the rows that occur. Go through the ids instead: the text decides the "
    "order and how often a row is used.",
)
def keeps_the_order_of_the_table(table, ids):
    return np.concatenate([table[i : i + 1].repeat((ids == i).sum(), 0) for i in range(len(table))])


@wrong(
    5,
    "rows and columns exchanged",
    "The right vectors, lying on their side: `(d_model, token)`. A token is a row.",
)
def rows_and_columns_exchanged(table, ids):
    return table[ids].T


@wrong(
    6,
    "only the first token",
    "You returned the vector of the first token alone. (A `return` inside a loop ends the function in its first round.)",
)
def only_the_first_token(table, ids):
    return table[ids[0]]


@wrong(
    7,
    "ids from 1",
    "You took the row before the right one. Ids count from 0, as rows do.",
)
def ids_from_1(table, ids):
    return table[ids - 1]


@wrong(
    8,
    "one-hot rows without the table",
    "You returned the one-hot rows: which row is meant, not what stands in it.",
)
def one_hot_rows_without_the_table(table, ids):
    return by_hand.one_hot(ids, len(table))


@wrong(
    9,
    "sum of the vectors",
    "You added the vectors up. Each token keeps its own row; `(token, d_model)` come out.",
)
def sum_of_the_vectors(table, ids):
    return table[ids].sum(axis=0)


@wrong(
    10,
    "the first rows of the table",
    "You took as many rows as there are tokens, from the top. Which rows are wanted stands in `ids`.",
)
def the_first_rows_of_the_table(table, ids):
    return table[: len(ids)]


HINTS = (
    "For one token it is one row of the table. Then do it for each of the ids, in their order.",
    "`table[3]` is row 3. NumPy also takes an array of row numbers in that place.",
    "`table[ids]` has a row for every id, repeats included.",
)
