"""attention.causal_mask: who may look at whom, when nobody may look ahead."""

import numpy as np

from course_lib.attention import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `n`, return an `(n, n)` array of booleans: entry `[i, j]` is True where token `i` may attend to "
    "token `j`, that is to itself and to what came before it.",
    reference=by_hand.causal_mask,
    points=1,
    minutes=4,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((3,)),
        Case((5,)),
        Case((int(rng.choice([7, 11, 13])),)),
        Case((2,), "two tokens: the second sees both"),
        Case((8,), "eight tokens"),
        Case((1,), "a single token: it sees itself"),
    ]


@right
def by_comparing(n):
    return np.arange(n)[:, None] >= np.arange(n)


@right
def by_the_lower_triangle(n):
    return np.tril(np.ones((n, n), dtype=bool))


@right
def by_the_upper_triangle_inverted(n):
    return ~np.triu(np.ones((n, n), dtype=bool), k=1)


def _by_rows(rule: object) -> object:
    return lambda n: np.array([[rule(i, j) for j in range(n)] for i in range(n)], dtype=bool).reshape(n, n)


upper_triangle = wrong(
    1,
    "upper triangle",
    "You allow each token itself and what comes after it: that is the future. Row i is the token that asks, "
    "column j the one it may look at, and j ≤ i is the past.",
    _by_rows(lambda i, j: j >= i),
)

own_position_excluded = wrong(
    2,
    "own position excluded",
    "A token may attend to itself; you leave the diagonal out. The first token would have nothing to look at.",
    _by_rows(lambda i, j: j < i),
)

inverted = wrong(
    3,
    "inverted: True where it must not attend",
    "You marked what is forbidden. In this course, as in PyTorch's scaled_dot_product_attention, True means "
    '"may attend" (torch.nn.MultiheadAttention has it the other way round, which is where this often comes from).',
    _by_rows(lambda i, j: j > i),
)


@wrong(
    4,
    "everything allowed",
    "Your mask is True everywhere and hides nothing.",
)
def everything_allowed(n):
    return np.ones((n, n), dtype=bool)


@wrong(
    5,
    "one step into the future",
    "You allow each token itself, the past, and one token that comes after it. `np.tril` and `np.tri` take a `k` that moves the diagonal: 0 keeps it in place.",
)
def one_step_into_the_future(n):
    return np.tri(n, k=1, dtype=bool)


@wrong(
    6,
    "zeros and minus infinity instead of booleans",
    "That is the mask as it is added to the scores. Here a mask says who may attend, True or False; turning that into minus infinity is left to attention.",
)
def zeros_and_minus_infinity_instead_of_booleans(n):
    return np.where(np.tri(n, dtype=bool), 0.0, -np.inf)


@wrong(
    7,
    "zeros and ones instead of booleans",
    "The pattern is right and the numbers are not booleans. A mask chooses, it does not multiply: compare "
    "instead (`>=`), or add `dtype=bool`.",
)
def zeros_and_ones_instead_of_booleans(n):
    return np.tril(np.ones((n, n)))


@wrong(
    8,
    "only itself",
    "You allow each token itself and nothing else. It may attend to all that came before it, too.",
)
def only_itself(n):
    return np.eye(n, dtype=bool)


@wrong(
    9,
    "only the first row",
    "Only the first row is filled in. A `return` inside a loop ends the function in its first round: move it to the left, below the loop.",
)
def only_the_first_row(n):
    return by_hand.causal_mask(n) & (np.arange(n) < 1)[:, None]


@wrong(
    10,
    "first row left out",
    "The first token may attend to nothing in your mask, not even to itself. Rows count from 0, and `range(1, n)` starts at the second.",
)
def first_row_left_out(n):
    return by_hand.causal_mask(n) & (np.arange(n) > 0)[:, None]


@wrong(
    11,
    "last row left out",
    "The last token may attend to nothing in your mask. `range(n)` already stops before n.",
)
def last_row_left_out(n):
    return by_hand.causal_mask(n) & (np.arange(n) < n - 1)[:, None]


@wrong(
    12,
    "only one token back",
    "You allow each token itself and the one right before it. All that came before may be looked at, however far back.",
)
def only_one_token_back(n):
    return by_hand.causal_mask(n) & ~np.tri(n, k=-2, dtype=bool)


@wrong(
    13,
    "rows of different lengths",
    "Your rows end where the future begins. The array is square: the forbidden places are False, not missing.",
)
def rows_of_different_lengths(n):
    return [[True] * (i + 1) for i in range(n)]


@wrong(
    14,
    "one row instead of a table",
    "You compared each position with itself, n comparisons in all. Every position meets every other: one of the two must stand as a "
    "column.",
)
def one_row_instead_of_a_table(n):
    return np.ones(n, dtype=bool)


HINTS = (
    "Draw it for three tokens. The first row has one True, the last row has three.",
    "`np.arange(n)` holds the positions. Compared as a column with a row it gives an (n, n) array in one step.",
    "`np.arange(n)[:, None] >= np.arange(n)` is True where row i is at or after column j. `np.tril` of an array of "
    "booleans does it too.",
)
