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
    "That is the mask as it is added to the scores. Here a mask says who may attend, True or False, and turning it into minus infinity is the job of attention.",
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


HINTS = (
    "Draw it for three tokens. The first row has one True, the last row has three.",
    "`np.arange(n)` holds the positions. Compared as a column with a row it gives an (n, n) array in one step.",
    "`np.arange(n)[:, None] >= np.arange(n)` is True where row i is at or after column j. `np.tril` of an array of "
    "booleans does it too.",
)
