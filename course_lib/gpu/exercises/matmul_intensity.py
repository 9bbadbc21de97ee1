"""gpu.matmul_intensity: operations for each byte that a matrix product moves."""

import numpy as np

from course_lib.gpu import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "An `(m, k)` matrix times a `(k, n)` matrix, with `bytes_per_element` bytes for each number. Return its "
    "arithmetic intensity: operations (a multiplication and an addition count as two) per byte moved, where both factors are "
    "read once and the product is written once.",
    reference=by_hand.matmul_intensity,
    points=1,
    minutes=6,
)


def cases(rng: np.random.Generator) -> list[Case]:
    m, k, n = (int(one) for one in rng.choice([3, 5, 7, 11, 13, 17, 19], 3, replace=False))
    return [
        Case((m, k, n, 4)),
        Case((k, n, m, 8), "eight bytes an element"),
        Case((1021, 509, 2053, 2), "three different sizes, two bytes an element"),
        Case((1, 4093, 1021, 2), "a single row: a model that writes one token"),
        Case((1, 1, 1, 4), "one number times one number"),
    ]


@right
def by_reciprocals(m, k, n, size):
    return 2 / (size * (1 / n + 1 / m + 1 / k))


@right
def matrix_by_matrix(m, k, n, size):
    return (m * n * (k + k)) / sum(size * a * b for a, b in ((m, k), (k, n), (m, n)))


def _bytes_moved(m: int, k: int, n: int) -> int:
    return m * k + k * n + m * n


@wrong(
    1,
    "one operation per product",
    "Your intensity is half of what it should be: each of the m n entries takes k multiplications and k additions, and "
    "both are counted.",
)
def one_operation_per_product(m, k, n, size):
    return m * k * n / (size * _bytes_moved(m, k, n))


@wrong(
    2,
    "output forgotten",
    "You count the bytes of the two factors alone. The product has to be written as well.",
)
def output_forgotten(m, k, n, size):
    return 2 * m * k * n / (size * (m * k + k * n))


@wrong(
    3,
    "four bytes, whatever the format",
    "You count four bytes for each number. That is float32; how many there are stands in `bytes_per_element`.",
)
def four_bytes_whatever_the_format(m, k, n, size):
    return 2 * m * k * n / (4 * _bytes_moved(m, k, n))


@wrong(
    4,
    "multiplied by the bytes for want of brackets",
    "`a / b * c` is (a / b) times c: your bytes multiply where they should divide. Put all that is divided by into brackets.",
)
def multiplied_by_the_bytes_for_want_of_brackets(m, k, n, size):
    return 2 * m * k * n / size * _bytes_moved(m, k, n)


@wrong(
    5,
    "numbers moved, not bytes",
    "You divide by how many numbers are moved. Each of them has `bytes_per_element` bytes.",
)
def numbers_moved_not_bytes(m, k, n, size):
    return 2 * m * k * n / _bytes_moved(m, k, n)


@wrong(
    6,
    "bytes per operation",
    "This is the other way round: bytes over operations. Intensity is high where much is computed with each byte.",
)
def bytes_per_operation(m, k, n, size):
    return size * _bytes_moved(m, k, n) / (2 * m * k * n)


@wrong(
    7,
    "every operation fetches its numbers anew",
    "You count two numbers read for every multiplication, as if nothing stayed on the chip. The question is what has to "
    "be moved at least: each matrix once.",
)
def every_operation_fetches_its_numbers_anew(m, k, n, size):
    return 2 * m * k * n / (size * (2 * m * k * n + m * n))


HINTS = (
    "Two counts and a division: operations above, bytes below.",
    "The product has m n entries, each a sum of k products. The three matrices have m k, k n and m n numbers.",
    "`2 * m * k * n / (bytes_per_element * (m * k + k * n + m * n))`",
)
