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
    atol=0.0,  # relative alone: very small numbers are told apart too
)


def cases(rng: np.random.Generator) -> list[Case]:
    m, k, n = (int(one) for one in rng.choice([3, 5, 7, 11, 13, 17, 19], 3, replace=False))
    return [
        Case((m, k, n, 4)),
        Case((k, n, m, 8), "eight bytes an element"),
        Case((12, 25, 31, 2)),
        Case((3, 5, 7, 4), "a small product"),
        Case((2, 1, 3, 8), "an inner size of one"),
        Case((1, 4093, 1021, 2), "a single row: a model that writes one token"),
        Case((1, 1, 1, 4), "one number times one number"),
        Case((6, 10, 15, 1), "one byte an element"),
        Case((7, 5, 1, 4), "a matrix times a column"),
        Case((64, 64, 64, 2), "square matrices"),
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
    "You count four bytes for each number. That is float32; how many there are is given by `bytes_per_element`.",
)
def four_bytes_whatever_the_format(m, k, n, size):
    return 2 * m * k * n / (4 * _bytes_moved(m, k, n))


@wrong(
    4,
    "multiplied by the bytes for want of brackets",
    "`a / b * c` is (a / b) times c: your bytes multiply where they should divide. Put everything that you divide by into brackets.",
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


@wrong(
    8,
    "one addition fewer",
    "You count k - 1 additions for each entry. That is how many there are strictly; the usual count, which is "
    "asked for, gives each multiplication an addition.",
)
def one_addition_fewer(m, k, n, size):
    return m * n * (2 * k - 1) / (size * _bytes_moved(m, k, n))


@wrong(
    9,
    "multiplied by the bytes of an element",
    "`a / b * c` is (a / b) times c: `bytes_per_element` multiplies where it should divide. The more bytes a number has, "
    "the less is computed for each byte.",
)
def multiplied_by_the_bytes_of_an_element(m, k, n, size):
    return 2 * m * k * n / _bytes_moved(m, k, n) * size


@wrong(
    10,
    "bytes for the first matrix alone",
    "`bytes_per_element` multiplies the first matrix alone. All three have numbers of that size: bracket their sum.",
)
def bytes_for_the_first_matrix_alone(m, k, n, size):
    return 2 * m * k * n / (size * m * k + k * n + m * n)


@wrong(
    11,
    "bytes for the product alone",
    "`bytes_per_element` multiplies the product matrix alone. All three have numbers of that size: bracket their sum.",
)
def bytes_for_the_product_alone(m, k, n, size):
    return 2 * m * k * n / (m * k + k * n + m * n * size)


@wrong(
    12,
    "the product alone is moved",
    "You count the bytes of the product and not those of the two factors, which have to be read.",
)
def the_product_alone_is_moved(m, k, n, size):
    return 2 * m * k * n / (size * m * n)


@wrong(
    13,
    "the fraction cut off",
    "You divide with `//`, which cuts the fraction off. An intensity of 2.9 is not one of 2.",
)
def the_fraction_cut_off(m, k, n, size):
    return 2 * m * k * n // (size * _bytes_moved(m, k, n))


@wrong(
    14,
    "operations alone",
    "You return the operations. Divide them by the bytes that are moved.",
)
def operations_alone(m, k, n, size):
    return 2 * m * k * n


@wrong(
    15,
    "the product moved twice",
    "You count the product twice, as if it were read before it is written. It is written once.",
)
def the_product_moved_twice(m, k, n, size):
    return 2 * m * k * n / (size * (_bytes_moved(m, k, n) + m * n))


@wrong(
    16,
    "rounded to a whole number",
    "You rounded to a whole number. An intensity of 2.9 is not one of 3.",
)
def rounded_to_a_whole_number(m, k, n, size):
    return round(2 * m * k * n / (size * _bytes_moved(m, k, n)))


@wrong(
    17,
    "no brackets at all",
    "Without brackets only what stands next to `/` divides, and the rest multiplies or is added. Put everything that you divide by "
    "into brackets, once more inside for the sum of the three matrices.",
)
def no_brackets_at_all(m, k, n, size):
    return 2 * m * k * n / size * m * k + k * n + m * n


@wrong(
    18,
    "sizes added, not matrices",
    "You add the sizes m, k and n. A matrix of a rows and b columns holds a times b numbers.",
)
def sizes_added_not_matrices(m, k, n, size):
    return 2 * m * k * n / (size * (m + k + n))


@wrong(
    19,
    "rows and columns added",
    "You count rows plus columns for each matrix. A matrix of a rows and b columns holds a times b numbers.",
)
def rows_and_columns_added(m, k, n, size):
    return m * k * n / (size * (m + k + n))


@wrong(
    20,
    "one factor is never read",
    "You count one factor and the product. Both factors have to be read.",
)
def one_factor_is_never_read(m, k, n, size):
    return 2 * m * k * n / (size * (m * k + m * n))


@wrong(
    21,
    "two operations for each entry",
    "You count one multiplication and one addition for each entry of the product. An entry is a sum of k products.",
)
def two_operations_for_each_entry(m, k, n, size):
    return 2 * m * n / (size * _bytes_moved(m, k, n))


@wrong(
    22,
    "every multiplication fetches two numbers",
    "You count two numbers read for each multiplication, and nothing written, so the sizes cancel. What has to be moved at least is "
    "each matrix once.",
)
def every_multiplication_fetches_two_numbers(m, k, n, size):
    return 1 / size


@wrong(
    23,
    "bytes alone",
    "You return the bytes that are moved. How many operations are there for each of them?",
)
def bytes_alone(m, k, n, size):
    return size * _bytes_moved(m, k, n)


HINTS = (
    "Two counts and a division: operations above, bytes below.",
    "The product has m n entries, each a sum of k products. The three matrices have m k, k n and m n numbers.",
    "`2 * m * k * n / (bytes_per_element * (m * k + k * n + m * n))`",
)
