"""What the learner writes in lesson 02: a look-up, the matrix product, the cosine, the nearest rows."""

import numpy as np

from course_lib.embedding import by_hand
from course_lib.practice.exercise import Case, Exercise, WrongAnswer

__all__ = ["EXERCISES"]


# --- look up ------------------------------------------------------------------------------------------------------


def _look_up_cases(rng: np.random.Generator) -> list[Case]:
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


def _row_by_row(table: np.ndarray, ids: np.ndarray) -> np.ndarray:
    return np.array([table[number] for number in ids])


LOOK_UP = Exercise(
    id="embedding.look_up",
    specification="Given a `table` of shape `(vocab, d_model)` and `ids` of shape `(token,)`, return the vectors of the "
    "tokens, `(token, d_model)`: row `t` is row `ids[t]` of the table. A token that occurs twice gets its vector twice.",
    reference=by_hand.look_up,
    cases=_look_up_cases,
    points=1,
    minutes=4,
    wrong=(
        WrongAnswer(
            "looks up columns",
            "You took columns of the table. A token owns a row; a column holds one dimension of all tokens.",
            lambda table, ids: table[:, ids],
        ),
        WrongAnswer(
            "looks up columns, turned",
            "The shape may look right, and the numbers come from columns of the table. A token owns a row.",
            lambda table, ids: table[:, ids].T,
        ),
        WrongAnswer(
            "drops repeats",
            "You went through the different ids, in the order of their numbers, as `np.unique` or a set gives them: a token that "
            "occurs twice has one row only, and the rows are not in the order of the text.",
            lambda table, ids: table[np.unique(ids)],
        ),
        WrongAnswer(
            "keeps the order of the table",
            "You went through the table and kept the rows that occur. Go through the ids instead: the text decides the "
            "order and how often a row is used.",
            lambda table, ids: np.concatenate(
                [table[i : i + 1].repeat((ids == i).sum(), 0) for i in range(len(table))]
            ),
        ),
        WrongAnswer(
            "rows and columns exchanged",
            "The right vectors, lying on their side: `(d_model, token)`. A token is a row.",
            lambda table, ids: table[ids].T,
        ),
        WrongAnswer(
            "only the first token",
            "You returned the vector of the first token alone. (A `return` inside a loop ends the function in its first round.)",
            lambda table, ids: table[ids[0]],
        ),
        WrongAnswer(
            "ids from 1",
            "You took the row before the right one. Ids count from 0, as rows do.",
            lambda table, ids: table[ids - 1],
        ),
        WrongAnswer(
            "one-hot rows without the table",
            "You returned the one-hot rows: which row is meant, not what stands in it.",
            lambda table, ids: by_hand.one_hot(ids, len(table)),
        ),
        WrongAnswer(
            "sum of the vectors",
            "You added the vectors up. Each token keeps its own row; `(token, d_model)` come out.",
            lambda table, ids: table[ids].sum(axis=0),
        ),
        WrongAnswer(
            "the first rows of the table",
            "You took as many rows as there are tokens, from the top. Which rows are wanted stands in `ids`.",
            lambda table, ids: table[: len(ids)],
        ),
    ),
    hints=(
        "For one token it is one row of the table. Then do it for each of the ids, in their order.",
        "`table[3]` is row 3. NumPy also takes an array of row numbers in that place.",
        "`table[ids]` has a row for every id, repeats included.",
    ),
    also_right=(
        _row_by_row,
        by_hand.look_up_by_product,
        lambda table, ids: np.take(table, ids, axis=0),
    ),
    library=("torch.embedding", "course_lib.look_up_by_product"),
)


# --- the matrix product -------------------------------------------------------------------------------------------


def _matmul_cases(rng: np.random.Generator) -> list[Case]:
    def case(n: int, k: int, m: int, note: str = "", size: float = 1.0) -> Case:
        return Case((rng.normal(size=(n, k)) * size, rng.normal(size=(k, m))), note)

    return [
        case(2, 3, 5),
        case(5, 2, 3),
        case(3, 3, 3, "square matrices"),
        case(1, 7, 2, "a single row"),
        case(3, 5, 1, "a single column"),
        case(5, 1, 3, "an inner size of 1"),
        case(1, 5, 1, "one dot product"),
        case(2, 7, 2, "large numbers", 1000.0),
    ]


def _by_columns_and_rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return sum(np.outer(a[:, c], b[c]) for c in range(a.shape[1]))


def _with_dot_of_rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.array([[sum(x * y for x, y in zip(row, column, strict=True)) for column in b.T] for row in a])


def _b_by_rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Column j of b taken as the j-th stretch of its numbers in the order they are stored."""
    return a @ b.reshape(b.shape[1], b.shape[0]).T


def _last_term(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.outer(a[:, -1], b[-1])


def _first_row_left_out(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product = a @ b
    product[0] = 0.0
    return product


def _one_term_short(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, :-1] @ b[:-1]


def _never_reset(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The running total is set to zero once a row and not once an entry."""
    return np.cumsum(a @ b, axis=1)


def _total_over_all(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.cumsum((a @ b).ravel()).reshape(a.shape[0], b.shape[1])


MATMUL_BY_LOOPS = Exercise(
    id="embedding.matmul_by_loops",
    specification="Given `a` of shape `(n, k)` and `b` of shape `(k, m)`, return their product of shape `(n, m)`: entry "
    "`[i, j]` is the dot product of row `i` of `a` and column `j` of `b`. Write it with loops, without "
    "`@` and its relatives: once in a life.",
    reference=by_hand.matmul_by_loops,
    cases=_matmul_cases,
    points=2,
    minutes=10,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "element-wise",
            "You multiplied entries that stand at the same place (NumPy's `*`). The matrix product pairs a whole row with a "
            "whole column, and adds.",
            lambda a, b: a * b,
        ),
        WrongAnswer(
            "transposed",
            "Your result is turned: entry [i, j] stands at [j, i]. Rows of the result follow the rows of a, its columns the "
            "columns of b.",
            lambda a, b: (a @ b).T,
        ),
        WrongAnswer(
            "b read by rows",
            "You paired rows of a with rows of b: that is a times b transposed, and it exists only where both have as many "
            "columns. Go down a column of b: its first index moves.",
            lambda a, b: a @ b.T,
        ),
        WrongAnswer(
            "columns of b read along its rows",
            "You took the numbers of b in the order in which they are stored, which runs along its rows (`reshape` does that). "
            "A column goes down.",
            _b_by_rows,
        ),
        WrongAnswer(
            "b times a",
            "You multiplied in the other order: rows of b with columns of a. The order matters.",
            lambda a, b: b @ a,
        ),
        WrongAnswer(
            "= instead of +=",
            "Every entry holds its last product alone: each new one has overwritten the sum so far.",
            _last_term,
        ),
        WrongAnswer(
            "one term short",
            "Every dot product lacks its last term: the inner loop ends one step early. `range(k)` already stops before k.",
            _one_term_short,
        ),
        WrongAnswer(
            "total never set back to zero in a row",
            "Along each row your numbers pile up: the running total starts at zero for each row, and it has to for each entry.",
            _never_reset,
        ),
        WrongAnswer(
            "total never set back to zero",
            "Your numbers pile up from entry to entry: the running total has to start at zero for each one.",
            _total_over_all,
        ),
        WrongAnswer(
            "first row left out",
            "The first row is zeros. `range(1, n)` starts at the second row; indices count from 0.",
            _first_row_left_out,
        ),
        WrongAnswer(
            "mean instead of sum",
            "Your numbers are those of the product divided by k: a dot product adds, it does not average.",
            lambda a, b: a @ b / a.shape[1],
        ),
    ),
    hints=(
        "Three loops: over the rows of a, over the columns of b, and along the two vectors that meet there.",
        "Start from `np.zeros((a.shape[0], b.shape[1]))`. In the innermost loop c runs over `range(a.shape[1])`.",
        "Inside: `product[i, j] += a[i, c] * b[c, j]`. The inner index c stands second in a and first in b.",
    ),
    also_right=(_by_columns_and_rows, _with_dot_of_rows),
    library=(
        "numpy.matmul", "numpy.dot", "numpy.einsum", "numpy.inner", "numpy.tensordot", "numpy.vdot",
        "torch.matmul", "torch.mm", "torch.einsum", "course_lib.matmul", "@",
    ),
)  # fmt: skip


# --- cosine -------------------------------------------------------------------------------------------------------


def _cosine_cases(rng: np.random.Generator) -> list[Case]:
    u, v = rng.normal(size=(2, 7)) * 2
    return [
        Case((rng.normal(size=5), rng.normal(size=5))),
        Case((u, v), "longer vectors"),
        Case((rng.normal(size=3) * 3, rng.normal(size=3) * 0.1), "one long vector and one short"),
        Case((u, 3.7 * u), "the same direction: 1"),
        Case((v, -0.4 * v), "opposite directions: -1"),
        Case((np.array([1.0, 2.0, 0.0]) * rng.uniform(1, 2), np.array([-2.0, 1.0, 5.0])), "at right angles: 0"),
        Case((np.abs(u), -np.abs(v)), "more than a right angle apart"),
        Case((np.array([2.0, -2.0, 0.0]) * rng.uniform(1, 2), np.array([3.0, 1.0, -4.0])), "entries that add up to 0"),
        Case((np.array([0.0, 1.0, 3.0, 0.0, 2.0]), rng.uniform(1, 2, size=5)), "some entries are 0"),
        Case((np.zeros(3), rng.normal(size=3)), "a vector of zeros: 0.0, by definition"),
        Case((rng.normal(size=2), np.zeros(2)), "the second one all zeros: 0.0 too"),
    ]


def _guarded(value: object) -> object:
    """The wrong formula `value`, right in all else: 0.0 where a vector is all zeros."""
    return lambda u, v: float(value(u, v)) if u.any() and v.any() else 0.0


def _norm(u: np.ndarray) -> float:
    return float(np.sqrt((u * u).sum()))


def _cosine_unguarded(u: np.ndarray, v: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        return float(u @ v / (np.sqrt(u @ u) * np.sqrt(v @ v)))


COSINE_SIMILARITY = Exercise(
    id="embedding.cosine_similarity",
    specification="Given two vectors `u` and `v` of shape `(d,)`, return their cosine, one number: $u \\cdot v \\,/\\, (|u|\\,|v|)$ "
    "with $|u| = \\sqrt{u \\cdot u}$. Where one of them is all zeros, return `0.0`.",
    reference=by_hand.cosine_similarity,
    cases=_cosine_cases,
    points=2,
    minutes=8,
    wrong=(
        WrongAnswer(
            "no norms",
            "That is the dot product. It grows with the lengths of the vectors; divide by both lengths, so that the direction "
            "alone is left.",
            _guarded(lambda u, v: u @ v),
        ),
        WrongAnswer(
            "squared norms",
            "You divided by u·u and v·v, the squares of the lengths. A length is the square root of that.",
            _guarded(lambda u, v: u @ v / ((u @ u) * (v @ v))),
        ),
        WrongAnswer(
            "absolute value",
            "Your result is never negative. Vectors that point in opposite directions have cosine -1, and that is worth "
            "knowing: leave the sign.",
            _guarded(lambda u, v: abs(u @ v) / (_norm(u) * _norm(v))),
        ),
        WrongAnswer(
            "only one norm",
            "You divided by the length of u alone. Make v ten times as long: the answer should not change.",
            _guarded(lambda u, v: u @ v / _norm(u)),
        ),
        WrongAnswer(
            "only the second norm",
            "You divided by the length of v alone. Make u ten times as long: the answer should not change.",
            _guarded(lambda u, v: u @ v / _norm(v)),
        ),
        WrongAnswer(
            "norms added",
            "You divided by the sum of the two lengths. It is their product: each vector is divided by its own.",
            _guarded(lambda u, v: u @ v / (_norm(u) + _norm(v))),
        ),
        WrongAnswer(
            "precedence: divided by one norm, times the other",
            "Python reads `a / b * c` as `(a / b) * c`: you divided by the first length and multiplied by the second. Put the "
            "product of the lengths in brackets.",
            _guarded(lambda u, v: u @ v / _norm(u) * _norm(v)),
        ),
        WrongAnswer(
            "one minus the cosine",
            "That is the cosine distance, 0 for the same direction. Asked for is the similarity, 1 for the same direction.",
            _guarded(lambda u, v: 1 - u @ v / (_norm(u) * _norm(v))),
        ),
        WrongAnswer(
            "lengths as sums of absolute values",
            "You took the sum of absolute values for the length. The length of the cosine is the one of Pythagoras: the "
            "square root of the sum of squares.",
            _guarded(lambda u, v: u @ v / (np.abs(u).sum() * np.abs(v).sum())),
        ),
        WrongAnswer(
            "an angle instead of its cosine",
            "You went on to the angle. Its cosine, the number before `arccos`, is what is asked for.",
            _guarded(lambda u, v: np.arccos(np.clip(u @ v / (_norm(u) * _norm(v)), -1, 1))),
        ),
        WrongAnswer(
            "0 wherever one entry is zero",
            "You return 0 as soon as a vector has a zero among its entries. Only a vector of nothing but zeros has no direction: "
            "`any` and `all` are easily exchanged.",
            lambda u, v: by_hand.cosine_similarity(u, v) if u.all() and v.all() else 0.0,
        ),
        WrongAnswer(
            "0 wherever the entries add up to zero",
            "You take a vector whose entries add up to 0 for a vector of zeros: 2 and -2 do as well. Look at the length.",
            lambda u, v: by_hand.cosine_similarity(u, v) if abs(u.sum()) > 1e-12 and abs(v.sum()) > 1e-12 else 0.0,
        ),
        WrongAnswer(
            "NaN for a vector of zeros",
            "Right, but for a vector of zeros: its length is 0, and 0 / 0 is not a number. A vector of zeros points nowhere; "
            "its cosine is defined as 0.0 here. Look before you divide.",
            _cosine_unguarded,
        ),
    ),
    hints=(
        "Three dot products: u with v, u with itself, v with itself.",
        "The length of u is `np.sqrt(u @ u)`. Divide `u @ v` by both lengths; mind the brackets.",
        "`lengths = np.sqrt(u @ u) * np.sqrt(v @ v)`; if it is 0, return 0.0, else `u @ v / lengths`.",
    ),
    also_right=(
        lambda u, v: float(by_hand.unit_rows(u) @ by_hand.unit_rows(v)),
        lambda u, v: u @ v / max(np.linalg.norm(u) * np.linalg.norm(v), 1e-300),
    ),
    library=("torch.cosine_similarity", "course_lib.cosines", "scipy.cosine"),
)


# --- nearest ------------------------------------------------------------------------------------------------------


def _nearest_cases(rng: np.random.Generator) -> list[Case]:
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


def _order(closeness: np.ndarray, i: int, k: int) -> np.ndarray:
    closeness = np.array(closeness, dtype=float)
    closeness[i] = -np.inf
    return np.argsort(-closeness, kind="stable")[:k]


def _cosines_with(table: np.ndarray, i: int) -> np.ndarray:
    return by_hand.cosines(table, table[i : i + 1])[:, 0]


def _itself_included(table: np.ndarray, i: int, k: int) -> np.ndarray:
    return np.argsort(-_cosines_with(table, i), kind="stable")[:k]


def _euclidean(table: np.ndarray, i: int, k: int) -> np.ndarray:
    return _order(-((table - table[i]) ** 2).sum(axis=1), i, k)


def _ascending(table: np.ndarray, i: int, k: int) -> np.ndarray:
    return _order(_cosines_with(table, i), i, k)[::-1]


def _furthest(table: np.ndarray, i: int, k: int) -> np.ndarray:
    return _order(-_cosines_with(table, i), i, k)


def _itself_at_zero(table: np.ndarray, i: int, k: int) -> np.ndarray:
    cosines = _cosines_with(table, i)
    cosines[i] = 0.0
    return np.argsort(-cosines, kind="stable")[:k]


def _columns_normalised(table: np.ndarray, i: int, k: int) -> np.ndarray:
    unit = table / np.sqrt((table * table).sum(axis=0))
    return _order(unit @ unit[i], i, k)


def _by_sorting_pairs(table: np.ndarray, i: int, k: int) -> list[int]:
    pairs = [(-by_hand.cosine_similarity(table[i], row), j) for j, row in enumerate(table) if j != i]
    return [j for _, j in sorted(pairs)[:k]]


def _skip_the_first(table: np.ndarray, i: int, k: int) -> np.ndarray:
    order = np.argsort(_cosines_with(table, i))[::-1]
    return order[order != i][:k]


NEAREST = Exercise(
    id="embedding.nearest",
    specification="Given a `table` of shape `(vocab, d)`, a row number `i` and a number `k`, return the ids of the `k` rows whose "
    "cosine with row `i` is largest, `(k,)` whole numbers, the closest first, row `i` itself left out. Of two rows equally "
    "close the smaller id comes first.",
    reference=by_hand.nearest,
    cases=_nearest_cases,
    points=3,
    minutes=12,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "includes itself",
            "Your first neighbour is row i itself, with a cosine of 1. Leave it out, and return k others.",
            _itself_included,
        ),
        WrongAnswer(
            "Euclidean distance",
            "You took the rows whose distance to row i is smallest. Two rows of the same direction and different lengths are far "
            "apart by that measure. Compare by cosine.",
            _euclidean,
        ),
        WrongAnswer(
            "ascending order",
            "The right neighbours, in the wrong order: sorting puts the smallest first, and the closest has the largest cosine.",
            _ascending,
        ),
        WrongAnswer(
            "furthest instead of nearest",
            "You returned the rows with the smallest cosines: those that point away. Sorting begins with the smallest.",
            _furthest,
        ),
        WrongAnswer(
            "dot product instead of cosine",
            "You compared by the dot product, which prefers long rows. Divide by the lengths: that is the cosine.",
            lambda table, i, k: _order(table @ table[i], i, k),
        ),
        WrongAnswer(
            "absolute cosine",
            "A row that points the opposite way counts as near for you. It is the furthest there is: leave the sign.",
            lambda table, i, k: _order(np.abs(_cosines_with(table, i)), i, k),
        ),
        WrongAnswer(
            "cosines instead of ids",
            "You returned how close they are. Asked for is which rows they are: `argsort` gives places, `sort` gives values.",
            lambda table, i, k: np.sort(np.delete(_cosines_with(table, i), i))[::-1][:k],
        ),
        WrongAnswer(
            "vectors instead of ids",
            "You returned the rows themselves. Asked for are their numbers.",
            lambda table, i, k: table[by_hand.nearest(table, i, k)],
        ),
        WrongAnswer(
            "ids shifted by the row that was left out",
            "You removed row i before sorting, so the rows after it have moved up by one, and their numbers are too small by "
            "one. Keep the row in its place and make sure that it cannot win.",
            lambda table, i, k: np.argsort(-np.delete(_cosines_with(table, i), i), kind="stable")[:k],
        ),
        WrongAnswer(
            "one too few",
            "You took k and then removed row i, so that k - 1 are left.",
            lambda table, i, k: _itself_included(table, i, k)[1:],
        ),
        WrongAnswer(
            "row i counted with a cosine of 0",
            "You set the cosine of row i with itself to 0, and 0 is larger than every negative cosine: once the near rows are used "
            "up, row i comes back. It needs a value that nobody can fall below.",
            _itself_at_zero,
        ),
        WrongAnswer(
            "pairs instead of ids",
            "You returned pairs of a cosine and an id. Asked for are the ids alone, one whole number each.",
            lambda table, i, k: np.array([(_cosines_with(table, i)[j], j) for j in by_hand.nearest(table, i, k)]),
        ),
        WrongAnswer(
            "lengths of columns instead of rows",
            "You divided by the lengths of the columns: `axis=0` runs down the table. A token is a row, and its length is the sum along "
            "`axis=1`.",
            _columns_normalised,
        ),
        WrongAnswer(
            "neighbours among the columns",
            "You compared columns: dimensions, not tokens. A token is a row.",
            lambda table, i, k: _order(_cosines_with(table.T, i), i, k),
        ),
    ),
    hints=(
        "First the cosine of row i with every row: one number for each. Then order them.",
        "`np.argsort(-cosines)` gives row numbers, largest cosine first. Row i would come first: how can it be kept from winning?",
        "Set `cosines[i] = -np.inf` before sorting, and take the first k: `np.argsort(-cosines)[:k]`.",
    ),
    also_right=(_by_sorting_pairs, _skip_the_first),
)

EXERCISES = (LOOK_UP, MATMUL_BY_LOOPS, COSINE_SIMILARITY, NEAREST)
