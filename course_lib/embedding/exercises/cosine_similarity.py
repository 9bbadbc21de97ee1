"""embedding.cosine_similarity: how far two vectors point the same way."""

import numpy as np

from course_lib.embedding import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given two vectors `u` and `v` of shape `(d,)`, return the cosine of the angle between them, one number: their dot product, "
    "divided by the length of each. The square of a vector's length is its dot product with itself. Where one of them is all "
    "zeros, return `0.0`.",
    reference=by_hand.cosine_similarity,
    points=2,
    minutes=8,
    library=("torch.cosine_similarity", "course_lib.cosines", "scipy.spatial.distance.cosine"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    u, v = rng.normal(size=(2, 7)) * 2
    return [
        Case((rng.normal(size=5), rng.normal(size=5))),
        Case((u, v)),
        Case((np.array([2.0, -1.0, 2.0]), np.array([-3.0, 0.5, 4.0]))),
        Case((np.array([1.0, 2.0, -2.0, 0.5]), np.array([-4.0, 1.5, 3.0, 1.0]))),
        Case((np.array([3.0, 4.0]), np.array([12.0, 5.0])), "lengths 5 and 13: the cosine is 56 / 65"),
        Case((np.array([3e-4, -1e-4]), np.array([2e-4, 1e-4])), "short vectors: their direction counts as much"),
        Case((np.array([3e-6, -1e-6]), np.array([2e-6, 1e-6])), "very short vectors: their direction counts as much"),
        Case((np.array([-1.5]), np.array([2.0])), "one number each"),
        Case((rng.normal(size=3) * 3, rng.normal(size=3) * 0.1), "one long vector and one short"),
        Case((u, 3.7 * u), "the same direction: 1"),
        Case((v, -0.4 * v), "opposite directions: -1"),
        Case((np.array([1.0, 2.0, 0.0]) * rng.uniform(1, 2), np.array([-2.0, 1.0, 5.0])), "at right angles: 0"),
        Case((np.abs(u), -np.abs(v)), "more than a right angle apart"),
        Case((np.array([1.0, 0.0]), np.array([0.0, 3.0])), "two axes, at right angles: 0"),
        Case((np.array([2.0, -2.0, 0.0]) * rng.uniform(1, 2), np.array([3.0, 1.0, -4.0])), "entries that add up to 0"),
        Case((np.array([0.0, 1.0, 3.0, 0.0, 2.0]), rng.uniform(1, 2, size=5)), "some entries are 0"),
        Case((np.zeros(3), rng.normal(size=3)), "a vector of zeros: 0.0, by definition"),
        Case((rng.normal(size=2), np.zeros(2)), "the second one all zeros: 0.0 too"),
        Case((np.zeros(4), np.zeros(4)), "both all zeros: 0.0 too"),
    ]


@right
def by_unit_vectors(u, v):
    return float(by_hand.unit_rows(u) @ by_hand.unit_rows(v))


@right
def with_a_floor_under_the_norms(u, v):
    return u @ v / max(np.linalg.norm(u) * np.linalg.norm(v), 1e-300)


def _guarded(value: object) -> object:
    """The wrong formula `value`, right in all else: 0.0 where a vector is all zeros."""
    return lambda u, v: float(value(u, v)) if u.any() and v.any() else 0.0


no_norms = wrong(
    1,
    "no norms",
    "That is the dot product. It grows with the lengths of the vectors; divide by both lengths, so that the direction "
    "alone is left.",
    _guarded(lambda u, v: u @ v),
)

squared_norms = wrong(
    2,
    "squared norms",
    "You divided by u·u and v·v, the squares of the lengths. A length is the square root of that.",
    _guarded(lambda u, v: u @ v / ((u @ u) * (v @ v))),
)


def _norm(u: np.ndarray) -> float:
    return float(np.sqrt((u * u).sum()))


absolute_value = wrong(
    3,
    "absolute value",
    "Your result is never negative. Vectors that point in opposite directions have cosine -1, and that is worth "
    "knowing: leave the sign.",
    _guarded(lambda u, v: abs(u @ v) / (_norm(u) * _norm(v))),
)

only_one_norm = wrong(
    4,
    "only one norm",
    "You divided by the length of u alone. Make v ten times as long: the answer should not change.",
    _guarded(lambda u, v: u @ v / _norm(u)),
)

only_the_second_norm = wrong(
    5,
    "only the second norm",
    "You divided by the length of v alone. Make u ten times as long: the answer should not change.",
    _guarded(lambda u, v: u @ v / _norm(v)),
)

norms_added = wrong(
    6,
    "norms added",
    "You divided by the sum of the two lengths. It is their product: each vector is divided by its own.",
    _guarded(lambda u, v: u @ v / (_norm(u) + _norm(v))),
)

precedence = wrong(
    7,
    "precedence: divided by one norm, times the other",
    "Python reads `a / b * c` as `(a / b) * c`: you divided by the first length and multiplied by the second. Put the "
    "product of the lengths in brackets.",
    _guarded(lambda u, v: u @ v / _norm(u) * _norm(v)),
)

one_minus_the_cosine = wrong(
    8,
    "one minus the cosine",
    "That is the cosine distance, 0 for the same direction. Asked for is the similarity, 1 for the same direction.",
    _guarded(lambda u, v: 1 - u @ v / (_norm(u) * _norm(v))),
)

lengths_as_sums_of_absolute_values = wrong(
    9,
    "lengths as sums of absolute values",
    "You took the sum of absolute values for the length. The length of the cosine is the one of Pythagoras: the "
    "square root of the sum of squares.",
    _guarded(lambda u, v: u @ v / (np.abs(u).sum() * np.abs(v).sum())),
)

an_angle_instead_of_its_cosine = wrong(
    10,
    "an angle instead of its cosine",
    "You went on to the angle. Its cosine, the number before `arccos`, is what is asked for.",
    _guarded(lambda u, v: np.arccos(np.clip(u @ v / (_norm(u) * _norm(v)), -1, 1))),
)


@wrong(
    11,
    "0 wherever one entry is zero",
    "You return 0 as soon as a vector has a zero among its entries. Only a vector of nothing but zeros has no direction: "
    "`any` and `all` are easily exchanged.",
)
def with_0_wherever_one_entry_is_zero(u, v):
    return by_hand.cosine_similarity(u, v) if u.all() and v.all() else 0.0


@wrong(
    12,
    "0 wherever the entries add up to zero",
    "You take a vector whose entries add up to 0 for a vector of zeros: 2 and -2 do as well. Look at the length.",
)
def with_0_wherever_the_entries_add_up_to_zero(u, v):
    return by_hand.cosine_similarity(u, v) if abs(u.sum()) > 1e-12 and abs(v.sum()) > 1e-12 else 0.0


@wrong(
    13,
    "NaN for a vector of zeros",
    "A vector of zeros has the length 0, and 0 / 0 is not a number. It points nowhere; "
    "its cosine is defined as 0.0 here. Look before you divide.",
)
def cosine_unguarded(u: np.ndarray, v: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        return float(u @ v / (np.sqrt(u @ u) * np.sqrt(v @ v)))


an_epsilon_in_the_division = wrong(
    14,
    "an epsilon in the division",
    "You added a small number to the lengths, so that the division never fails. It does no harm to long vectors, and it changes the "
    "cosine of short ones. Zeros are a case of their own: look for them instead.",
    lambda u, v: float(u @ v / (_norm(u) * _norm(v) + 1e-8)),
)

a_floor_under_the_lengths = wrong(
    15,
    "a floor under the lengths",
    "You never divide by less than a small number such as 1e-8, which changes the cosine of very short vectors. Only a vector "
    "of zeros has no direction: look for it instead.",
    lambda u, v: float(u @ v / max(_norm(u) * _norm(v), 1e-8)),
)

means_instead_of_sums = wrong(
    16,
    "means instead of sums",
    "You averaged the squares where they have to be added up: a length is the square root of the **sum** of squares.",
    _guarded(lambda u, v: u @ v / np.sqrt((u * u).mean() * (v * v).mean())),
)

products_not_added_up = wrong(
    17,
    "products not added up",
    "You returned a number for every entry. The dot product adds the products up, and one number is left.",
    lambda u, v: u * v / (_norm(u) * _norm(v)) if u.any() and v.any() else 0.0,
)

one_for_a_vector_of_zeros = wrong(
    18,
    "1 for a vector of zeros",
    "You return 1 where a vector is all zeros. It points nowhere, so not the same way either: 0.0 is asked for.",
    lambda u, v: by_hand.cosine_similarity(u, v) if u.any() and v.any() else 1.0,
)

nothing_below_zero = wrong(
    19,
    "nothing below zero",
    "You return 0 for every pair of vectors that point away from each other. Cosines go down to -1: leave the sign.",
    lambda u, v: max(by_hand.cosine_similarity(u, v), 0.0),
)

mean_subtracted_first = wrong(
    20,
    "mean subtracted first",
    "You subtracted the mean of each vector before you compared them, as `np.corrcoef` does: that is the correlation. The cosine "
    "takes the vectors as they are.",
    _guarded(lambda u, v: by_hand.cosine_similarity(u - u.mean(), v - v.mean())),
)


@wrong(
    21,
    "only the first vector looked at for zeros",
    "You look whether the first vector is all zeros, and the second can be too: then you divide 0 by 0.",
)
def zeros_looked_for_in_u_only(u, v):
    return cosine_unguarded(u, v) if u.any() else 0.0


number_of_entries = wrong(
    22,
    "the number of entries for the length",
    "You divided by `len(u)` and `len(v)`, which say how many entries there are. The length of an arrow is the square root of its dot "
    "product with itself.",
    _guarded(lambda u, v: u @ v / (len(u) * len(v))),
)

number_of_entries_once = wrong(
    23,
    "the dot product by the number of entries",
    "You divided the dot product by `len(u)`: that is the mean of the products. A length is the square root of a vector's dot product "
    "with itself, and both vectors have one.",
    _guarded(lambda u, v: u @ v / len(u)),
)


HINTS = (
    "Three dot products: u with v, u with itself, v with itself.",
    "The length of u is `np.sqrt(u @ u)`. Divide `u @ v` by both lengths; mind the brackets.",
    "`lengths = np.sqrt(u @ u) * np.sqrt(v @ v)`; if it is 0, return 0.0, else `u @ v / lengths`.",
)
