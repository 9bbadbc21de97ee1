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
        case(5, 2, [4, 1, 3, 0]),
        case(7, 3, rng.permutation(7)[:2]),
        Case((np.arange(12.0).reshape(4, 3), np.array([3, 1, 0])), "rows that count up: 9 10 11, 3 4 5, 0 1 2"),
        Case(
            (np.array([[5.0, 1.0], [2.0, 8.0], [2.0, 8.0]]), np.array([2, 1, 0, 1])), "two rows with the same numbers"
        ),
        case(7, 5, [2, 0, 2, *rng.integers(0, 5, size=2)], "a token that occurs twice"),
        case(5, 3, [1, 1, 4, 1], "a token that occurs three times"),
        case(3, 2, [2, 1, 0], "the table from its last row to its first"),
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
    "You took each id once, in the order of their numbers, as `np.unique`, a set, or a walk through the table gives them: a "
    "token that occurs twice has one row only, and the rows are not in the order of the text.",
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
    "These are the right vectors, turned on their side: `(d_model, token)`. A token is a row.",
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


@wrong(
    11,
    "each token once",
    "A token that occurs again gets no row of its own. The text decides how often a row is used: one row for every id, repeats "
    "included.",
)
def each_token_once(table, ids):
    return table[list(dict.fromkeys(ids.tolist()))]


@wrong(
    12,
    "rows joined end to end",
    "All the numbers are there, in one long row. Stack the vectors on top of each other: a token is a row of the result.",
)
def rows_joined_end_to_end(table, ids):
    return table[ids].ravel()


@wrong(
    13,
    "only the last token",
    "You returned the vector of the last token alone: in a loop, each vector has replaced the one before it. Collect them.",
)
def only_the_last_token(table, ids):
    return table[ids[-1]]


@wrong(
    14,
    "one axis too many",
    "The right rows, in one pair of brackets too many: shape `(1, token, d_model)`. `table[[ids]]` and `table[None, ids]` add an "
    "axis.",
)
def one_axis_too_many(table, ids):
    return table[ids][None]


@wrong(
    15,
    "written into the row of its id",
    "You write the vector of a token into row `id` of the result, which has a row for each place of the text. The id says where to "
    "read; where to write is the place t.",
)
def written_into_the_row_of_its_id(table, ids):
    result = np.zeros((len(ids), table.shape[1]))
    for i in ids:
        result[i] = table[i]
    return result


@wrong(
    16,
    "the table with other rows set to zero",
    "Your result is as long as the table and holds the rows that occur, where they stood. It must have one row for each token "
    "of the text, in the order of the text.",
)
def the_table_with_other_rows_set_to_zero(table, ids):
    result = np.zeros_like(table)
    result[ids] = table[ids]
    return result


@wrong(
    17,
    "mean of the vectors",
    "You averaged the vectors. Each token keeps its own row; `(token, d_model)` come out.",
)
def mean_of_the_vectors(table, ids):
    return table[ids].mean(axis=0)


HINTS = (
    "For one token it is one row of the table. Then do it for each of the ids, in their order.",
    "`table[3]` is row 3. NumPy also takes an array of row numbers in that place.",
    "`table[ids]` has a row for every id, repeats included.",
)
