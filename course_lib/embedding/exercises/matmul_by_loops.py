"""embedding.matmul_by_loops: the matrix product, one dot product at a time."""

import numpy as np

from course_lib.embedding import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `a` of shape `(n, k)` and `b` of shape `(k, m)`, return their product of shape `(n, m)`: entry "
    "`[i, j]` is the dot product of row `i` of `a` and column `j` of `b`. Write it with loops, once in your "
    "life, without `@` and its relatives.",
    reference=by_hand.matmul_by_loops,
    points=2,
    minutes=10,
    difficulty=2,
    library=(
        "numpy.matmul",
        "numpy.dot",
        "numpy.einsum",
        "numpy.inner",
        "numpy.tensordot",
        "numpy.vdot",
        "torch.matmul",
        "torch.mm",
        "torch.einsum",
        "course_lib.matmul",
        "@",
    ),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(n: int, k: int, m: int, note: str = "", size: float = 1.0) -> Case:
        return Case((rng.normal(size=(n, k)) * size, rng.normal(size=(k, m))), note)

    return [
        case(2, 3, 5),
        case(5, 2, 3),
        case(3, 5, 2),
        Case(
            (np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]]), np.array([[4.0, 0.0], [1.0, 2.0]])),
            "numbers for a pencil",
        ),
        Case(
            (np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[2.0, 3.0], [5.0, 7.0]])), "a matrix that exchanges two rows"
        ),
        Case((np.eye(3), np.arange(12.0).reshape(3, 4)), "the identity, which changes nothing"),
        case(3, 3, 3, "square matrices"),
        case(1, 7, 2, "a single row"),
        case(3, 5, 1, "a single column"),
        case(5, 1, 3, "an inner size of 1"),
        case(1, 5, 1, "one dot product"),
        case(2, 7, 2, "large numbers", 1000.0),
    ]


@right
def by_columns_and_rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return sum(np.outer(a[:, c], b[c]) for c in range(a.shape[1]))


@right
def with_dot_of_rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.array([[sum(x * y for x, y in zip(row, column, strict=True)) for column in b.T] for row in a])


@wrong(
    1,
    "element-wise",
    "You multiplied entries that stand at the same place (NumPy's `*`). The matrix product pairs a whole row with a "
    "whole column, and adds.",
)
def element_wise(a, b):
    return a * b


@wrong(
    2,
    "transposed",
    "Your result is turned: entry [i, j] stands at [j, i]. Rows of the result follow the rows of a, its columns the "
    "columns of b.",
)
def transposed(a, b):
    return (a @ b).T


@wrong(
    3,
    "b read by rows",
    "You paired rows of a with rows of b: that is a times b transposed, and where b is not square the indices run out of it. Go "
    "down a column of b: its first index moves.",
)
def b_read_by_rows(a, b):
    product = np.zeros((a.shape[0], b.shape[1]))
    for i, j, c in np.ndindex(a.shape[0], b.shape[1], a.shape[1]):
        product[i, j] += a[i, c] * b[j, c]
    return product


@wrong(
    4,
    "columns of b read along its rows",
    "You took the numbers of b in the order in which they are stored, which runs along its rows (`reshape` does that). "
    "A column goes down.",
)
def b_by_rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Column j of b taken as the j-th stretch of its numbers in the order they are stored."""
    return a @ b.reshape(b.shape[1], b.shape[0]).T


@wrong(
    5,
    "b times a",
    "You multiplied in the other order: rows of b with columns of a. The order matters.",
)
def b_times_a(a, b):
    product = np.zeros((b.shape[0], a.shape[1]))
    for i, j, c in np.ndindex(b.shape[0], a.shape[1], b.shape[1]):
        product[i, j] += b[i, c] * a[c, j]
    return product


@wrong(
    6,
    "= instead of +=",
    "Every entry holds its last product alone: each new one has overwritten the sum so far.",
)
def last_term(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.outer(a[:, -1], b[-1])


@wrong(
    7,
    "one term short",
    "Every dot product lacks its last term: the inner loop ends one step early. `range(k)` already stops before k.",
)
def one_term_short(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, :-1] @ b[:-1]


@wrong(
    8,
    "total never set back to zero in a row",
    "Along each row your numbers pile up: the running total starts at zero for each row, and it has to for each entry.",
)
def never_reset(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The running total is set to zero once a row and not once an entry."""
    return np.cumsum(a @ b, axis=1)


@wrong(
    9,
    "total never set back to zero",
    "Your numbers pile up from entry to entry: the running total has to start at zero for each one.",
)
def total_over_all(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.cumsum((a @ b).ravel()).reshape(a.shape[0], b.shape[1])


@wrong(
    10,
    "first row left out",
    "The first row is zeros. `range(1, n)` starts at the second row; indices count from 0.",
)
def first_row_left_out(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product = a @ b
    product[0] = 0.0
    return product


@wrong(
    11,
    "mean instead of sum",
    "Your numbers are those of the product divided by k: a dot product adds, it does not average.",
)
def mean_instead_of_sum(a, b):
    return a @ b / a.shape[1]


@wrong(
    12,
    "first term left out",
    "Every dot product lacks its first term: the inner loop starts with 1. Indices count from 0.",
)
def first_term_left_out(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, 1:] @ b[1:]


@wrong(
    13,
    "last row left out",
    "The last row is zeros. `range(n)` already stops before n; `range(n - 1)` stops a row too early.",
)
def last_row_left_out(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product = a @ b
    product[-1] = 0.0
    return product


@wrong(
    14,
    "last column left out",
    "The last column is zeros. `range(m)` already stops before m; `range(m - 1)` stops a column too early.",
)
def last_column_left_out(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product = a @ b
    product[:, -1] = 0.0
    return product


@wrong(
    15,
    "only the first row computed",
    "From the second row on there are zeros. A `return` inside a loop ends the function in its first round: set it to the left, "
    "below all the loops.",
)
def only_the_first_row(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product = a @ b
    product[1:] = 0.0
    return product


@wrong(
    16,
    "all numbers in one row",
    "The numbers are right and stand in one long list. The product is a table of shape `(n, m)`: begin a new row for every row of "
    "a.",
)
def all_numbers_in_one_row(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a @ b).ravel()


@wrong(
    17,
    "inner loop as long as a row of b",
    "Your inner loop runs over the columns of b. The dot product runs along a row of a and down a column of b: k terms, "
    "`a.shape[1]` or `b.shape[0]`.",
)
def inner_loop_as_long_as_a_row_of_b(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product = np.zeros((a.shape[0], b.shape[1]))
    for i, j, c in np.ndindex(a.shape[0], b.shape[1], b.shape[1]):
        product[i, j] += a[i, c] * b[c, j]
    return product


@wrong(
    18,
    "products not added up",
    "`a[i] * b[:, j]` is a row of products, and one entry has room for one number: ValueError. The dot product adds them up.",
)
def products_not_added_up(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product = np.zeros((a.shape[0], b.shape[1]))
    for i, j in np.ndindex(product.shape):
        product[i, j] = a[i] * b[:, j]
    return product


HINTS = (
    "Three loops: over the rows of a, over the columns of b, and along the two vectors that meet there.",
    "Start from `np.zeros((a.shape[0], b.shape[1]))`. In the innermost loop c runs over `range(a.shape[1])`.",
    "Inside: `product[i, j] += a[i, c] * b[c, j]`. The inner index c stands second in a and first in b.",
)
