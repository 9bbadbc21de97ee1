"""embedding.nearest: the rows of a table that lie closest to one of them."""

import numpy as np

from course_lib.embedding import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given a `table` of shape `(vocab, d)`, a row number `i` and a number `k`, return the ids of the `k` rows whose "
    "cosine with row `i` is largest, `(k,)` whole numbers, the closest first, row `i` itself left out. Of two rows equally "
    "close the smaller id comes first. As before, a row of zeros has the cosine 0 with every row.",
    reference=by_hand.nearest,
    points=3,
    minutes=12,
    difficulty=2,
)


# Ties must be ties in every right answer, however it rounds. So all rows here have entries of one size, or a single one that
# is not 0: brought to length 1 they hold nothing but 0, 1/2 and 1, and their products are exact.
TIES = np.array(
    [[0, 3, 0, 0], [2, 2, 2, 2], [1, 0, 0, 0], [5, 5, 5, 5], [4, 0, 0, 0], [1, 1, -1, 1], [1, 1, 1, 1], [0, 0, 0, 0]],
    dtype=float,
)
OPPOSITE = np.array([[0, 1], [3, 0], [-2, 0], [0, -4], [-1, 0], [5, 0]], dtype=float)


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
        Case((OPPOSITE, 1, 5), "rows of exactly the opposite direction, cosine -1"),
        Case((TIES[:7], 2, 6), "ties: of rows equally close the smaller id comes first"),
        Case((np.tile(TIES[:7], (6, 1)), 9, 11), "many ties in a long table"),
        Case((TIES[[1, 0, 6, 2, 3]], 2, 3), "rows of the same direction as row i, before and after it"),
        Case((TIES[[1, 0, 1, 2, 1]], 2, 3), "rows that are equal to row i"),
        Case((np.concatenate([TIES[[7, 6, 1]], -TIES[[3, 2]], TIES[5:6]]), 1, 5), "a row of zeros: its cosine is 0"),
        Case((TIES[[4, 1, 7, 0]], 2, 3), "row i is all zeros: all are equally far"),
    ]


@right
def by_sorting_pairs(table: np.ndarray, i: int, k: int) -> list[int]:
    pairs = [(-by_hand.cosine_similarity(table[i], row), j) for j, row in enumerate(table) if j != i]
    return [j for _, j in sorted(pairs)[:k]]


def _cosines_with(table: np.ndarray, i: int) -> np.ndarray:
    return by_hand.cosines(table, table[i : i + 1])[:, 0]


@right
def by_one_largest_after_the_other(table: np.ndarray, i: int, k: int) -> np.ndarray:
    cosines, found = _cosines_with(table, i), []
    cosines[i] = -np.inf
    for _ in range(k):
        found.append(int(np.argmax(cosines)))  # the first of the largest
        cosines[found[-1]] = -np.inf
    return np.array(found)


@right
def left_out_after_sorting(table: np.ndarray, i: int, k: int) -> np.ndarray:
    order = np.argsort(-_cosines_with(table, i), kind="stable")
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
    "up, row i comes back. It needs a value that no other row can fall below.",
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


@wrong(
    15,
    "ties to the larger id",
    "Of two rows equally close you put the larger id first. Turning a sorted list round (`[::-1]`, `reverse=True`) turns ties "
    "round as well: sort by the negative cosine instead.",
)
def ties_to_the_larger_id(table, i, k):
    order = np.argsort(_cosines_with(table, i), kind="stable")[::-1]
    return order[order != i][:k]


@wrong(
    16,
    "ties in no fixed order",
    "Rows that are equally close come in no fixed order: by default `np.argsort` takes the fastest way, which mixes equal numbers. "
    "What can its argument `kind` be?",
)
def ties_in_no_fixed_order(table, i, k):
    cosines = _cosines_with(table, i)
    cosines[i] = -np.inf
    return np.argsort(-cosines)[:k]


@wrong(
    17,
    "the first one taken for row i",
    "You drop whatever comes first, as if that were always row i. A row of the same direction is just as close and may come "
    "before it, and then row i itself stays in. Leave out i, not the first.",
)
def the_first_one_taken_for_row_i(table, i, k):
    return np.argsort(-_cosines_with(table, i), kind="stable")[1 : k + 1]


@wrong(
    18,
    "NaN for a row of zeros",
    "A row of zeros has length 0, and 0 / 0 is not a number, so it comes out last, or everywhere. Its cosine with every row is 0: "
    "look before you divide.",
)
def nan_for_a_row_of_zeros(table, i, k):
    lengths = np.sqrt((table * table).sum(axis=1))
    return _order(table @ table[i] / (lengths * lengths[i]), i, k)


@wrong(
    19,
    "row i counted with a cosine of -1",
    "You set the cosine of row i with itself to -1, and another row can have that too: one of the opposite direction. It needs a "
    "value that no other row can reach.",
)
def itself_at_minus_one(table: np.ndarray, i: int, k: int) -> np.ndarray:
    cosines = _cosines_with(table, i)
    cosines[i] = -1.0
    return np.argsort(-cosines, kind="stable")[:k]


@wrong(
    20,
    "equal rows left out",
    "You leave out every row that holds the same numbers as row i. Only row i itself does not count: compare the numbers of the rows, "
    "not what stands in them.",
)
def equal_rows_left_out(table, i, k):
    return [j for j in by_hand.nearest(table, i, len(table) - 1).tolist() if not np.array_equal(table[j], table[i])][:k]


@wrong(
    21,
    "in the order of their ids",
    "The right rows, ordered by their ids. The closest comes first.",
)
def in_the_order_of_their_ids(table, i, k):
    return np.sort(by_hand.nearest(table, i, k))


@wrong(
    22,
    "furthest first, beginning with row i",
    "Your row i stands first and the rows that point away come after it: minus infinity is the smallest number of all, and you sort "
    "from small to large. Sort from large to small.",
)
def furthest_beginning_with_row_i(table, i, k):
    cosines = _cosines_with(table, i)
    cosines[i] = -np.inf
    return np.argsort(cosines, kind="stable")[:k]


HINTS = (
    "First the cosine of row i with every row: one number for each. Then order them. A row of zeros needs a look beforehand.",
    '`np.argsort(-cosines, kind="stable")` gives row numbers, largest cosine first and equal ones as they stand in the table. Row i '
    "would come out on top: how can it be kept from winning?",
    "Set `cosines[i] = -np.inf` before sorting, and take the first k of what `np.argsort` gives. Where a length is 0, divide by 1 "
    "instead: `np.where(lengths == 0, 1.0, lengths)`.",
)
