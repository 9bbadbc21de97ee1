"""embedding.nearest: the rows of a table that lie closest to one of them."""

import numpy as np

from course_lib.embedding import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given a `table` of shape `(vocab, d)`, a row number `i` and a number `k`, return the ids of the `k` rows whose "
    "cosine with row `i` is largest, `(k,)` whole numbers, the closest first, row `i` itself left out. Of two rows equally "
    "close the smaller id comes first.",
    reference=by_hand.nearest,
    points=3,
    minutes=12,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(vocab: int, d: int, k: int, note: str = "", i: int | None = None) -> Case:
        lengths = rng.uniform(0.2, 5.0, size=(vocab, 1))  # or Euclid would often agree with the cosine
        chosen = int(rng.integers(1, vocab - 1)) if i is None else i
        return Case((rng.normal(size=(vocab, d)) * lengths, chosen, k), note)

    twin = rng.normal(size=(11, 3))
    twin[7] = 9.0 * twin[2] + 0.01  # the same direction as row 2, and far away from it
    opposite = rng.normal(size=(7, 5))
    opposite[4] = -2.0 * opposite[1]
    return [
        case(11, 5, 3),
        case(7, 3, 2),
        case(13, 3, 5),
        case(5, 7, 1, "the nearest alone"),
        case(7, 2, 6, "all the others, in order"),
        case(11, 3, 3, "the first row", 0),
        case(7, 5, 3, "the last row", 6),
        Case((twin, 2, 2), "a row of nearly the same direction that is far longer"),
        Case((opposite, 1, 6), "a row of the opposite direction: it comes last"),
    ]


@right
def by_sorting_pairs(table: np.ndarray, i: int, k: int) -> list[int]:
    pairs = [(-by_hand.cosine_similarity(table[i], row), j) for j, row in enumerate(table) if j != i]
    return [j for _, j in sorted(pairs)[:k]]


def _cosines_with(table: np.ndarray, i: int) -> np.ndarray:
    return by_hand.cosines(table, table[i : i + 1])[:, 0]


@right
def skip_the_first(table: np.ndarray, i: int, k: int) -> np.ndarray:
    order = np.argsort(_cosines_with(table, i))[::-1]
    return order[order != i][:k]


@wrong(
    1,
    "includes itself",
    "Your first neighbour is row i itself, with a cosine of 1. Leave it out, and return k others.",
)
def itself_included(table: np.ndarray, i: int, k: int) -> np.ndarray:
    return np.argsort(-_cosines_with(table, i), kind="stable")[:k]


def _order(closeness: np.ndarray, i: int, k: int) -> np.ndarray:
    closeness = np.array(closeness, dtype=float)
    closeness[i] = -np.inf
    return np.argsort(-closeness, kind="stable")[:k]


@wrong(
    2,
    "Euclidean distance",
    "You took the rows whose distance to row i is smallest. Two rows of the same direction and different lengths are far "
    "apart by that measure. Compare by cosine.",
)
def euclidean(table: np.ndarray, i: int, k: int) -> np.ndarray:
    return _order(-((table - table[i]) ** 2).sum(axis=1), i, k)


@wrong(
    3,
    "ascending order",
    "The right neighbours, in the wrong order: sorting puts the smallest first, and the closest has the largest cosine.",
)
def ascending(table: np.ndarray, i: int, k: int) -> np.ndarray:
    return _order(_cosines_with(table, i), i, k)[::-1]


@wrong(
    4,
    "furthest instead of nearest",
    "You returned the rows with the smallest cosines: those that point away. Sorting begins with the smallest.",
)
def furthest(table: np.ndarray, i: int, k: int) -> np.ndarray:
    return _order(-_cosines_with(table, i), i, k)


@wrong(
    5,
    "dot product instead of cosine",
    "You compared by the dot product, which prefers long rows. Divide by the lengths: that is the cosine.",
)
def dot_product_instead_of_cosine(table, i, k):
    return _order(table @ table[i], i, k)


@wrong(
    6,
    "absolute cosine",
    "A row that points the opposite way counts as near for you. It is the furthest there is: leave the sign.",
)
def absolute_cosine(table, i, k):
    return _order(np.abs(_cosines_with(table, i)), i, k)


@wrong(
    7,
    "cosines instead of ids",
    "You returned how close they are. Asked for is which rows they are: `argsort` gives places, `sort` gives values.",
)
def cosines_instead_of_ids(table, i, k):
    return np.sort(np.delete(_cosines_with(table, i), i))[::-1][:k]


@wrong(
    8,
    "vectors instead of ids",
    "You returned the rows themselves. Asked for are their numbers.",
)
def vectors_instead_of_ids(table, i, k):
    return table[by_hand.nearest(table, i, k)]


@wrong(
    9,
    "ids shifted by the row that was left out",
    "You removed row i before sorting, so the rows after it have moved up by one, and their numbers are too small by "
    "one. Keep the row in its place and make sure that it cannot win.",
)
def ids_shifted_by_the_row_that_was_left_out(table, i, k):
    return np.argsort(-np.delete(_cosines_with(table, i), i), kind="stable")[:k]


@wrong(
    10,
    "one too few",
    "You took k and then removed row i, so that k - 1 are left.",
)
def one_too_few(table, i, k):
    return itself_included(table, i, k)[1:]


@wrong(
    11,
    "row i counted with a cosine of 0",
    "You set the cosine of row i with itself to 0, and 0 is larger than every negative cosine: once the near rows are used "
    "up, row i comes back. It needs a value that nobody can fall below.",
)
def itself_at_zero(table: np.ndarray, i: int, k: int) -> np.ndarray:
    cosines = _cosines_with(table, i)
    cosines[i] = 0.0
    return np.argsort(-cosines, kind="stable")[:k]


@wrong(
    12,
    "pairs instead of ids",
    "You returned pairs of a cosine and an id. Asked for are the ids alone, one whole number each.",
)
def pairs_instead_of_ids(table, i, k):
    return np.array([(_cosines_with(table, i)[j], j) for j in by_hand.nearest(table, i, k)])


@wrong(
    13,
    "lengths of columns instead of rows",
    "You divided by the lengths of the columns: `axis=0` runs down the table. A token is a row, and its length is the sum along "
    "`axis=1`.",
)
def columns_normalised(table: np.ndarray, i: int, k: int) -> np.ndarray:
    unit = table / np.sqrt((table * table).sum(axis=0))
    return _order(unit @ unit[i], i, k)


@wrong(
    14,
    "neighbours among the columns",
    "You compared columns: dimensions, not tokens. A token is a row.",
)
def neighbours_among_the_columns(table, i, k):
    return _order(_cosines_with(table.T, i), i, k)


HINTS = (
    "First the cosine of row i with every row: one number for each. Then order them.",
    "`np.argsort(-cosines)` gives row numbers, largest cosine first. Row i would come first: how can it be kept from winning?",
    "Set `cosines[i] = -np.inf` before sorting, and take the first k: `np.argsort(-cosines)[:k]`.",
)
