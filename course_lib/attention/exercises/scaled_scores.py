"""attention.scaled_scores: how well each query fits each key."""

import numpy as np

from course_lib.attention import by_hand
from course_lib.attention.exercises.inputs import queries_and_keys
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given queries `Q` of shape `(token, d_k)` and keys `K` of shape `(other, d_k)`, return the scores of "
    "shape `(token, other)`: entry `[i, j]` is the dot product of query `i` and key `j`, divided by "
    "$\\sqrt{d_k}$.",
    reference=by_hand.scaled_scores,
    points=1,
    minutes=5,
    # Single precision will do, also where np.sqrt(d_k), a float64, has made the result double again.
    rtol=1e-5,
    atol=1e-6,
)


def cases(rng: np.random.Generator) -> list[Case]:
    large = rng.integers(-8, 9, size=(2, 13)) * 25.0, rng.integers(-8, 9, size=(3, 13)) * 25.0  # exact in any precision
    return [
        Case(queries_and_keys(rng, 3, 5, 7)),
        Case(queries_and_keys(rng, 5, 2, 11)),
        Case(queries_and_keys(rng, 5, 5, 3), "as many queries as keys"),
        Case(queries_and_keys(rng, 1, 7, 2), "a single query"),
        Case(queries_and_keys(rng, 3, 2, 1), "vectors of width 1"),
        Case(large, "large vectors"),
        Case(
            (
                np.array([[1.0, 0.0, 1.0, 0.0], [2.0, -1.0, 0.0, 1.0], [0.0, 3.0, 1.0, -1.0]]),
                np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 2.0]]),
            ),
            "width 4: the dot products are halved",
        ),
        Case((np.array([[3.0, 1.0], [1.0, -4.0]]), np.array([[1.0, 2.0], [0.5, -1.0]])), "all sizes 2"),
        Case((np.array([[1.0, -2.0, 0.5], [0.0, 1.0, 4.0]]), np.array([[2.0, 2.0, -1.0]])), "a single key"),
    ]


@right
def scores_by_loops(Q: np.ndarray, K: np.ndarray) -> np.ndarray:
    return np.array([[sum(q * k) / len(q) ** 0.5 for k in K] for q in Q])


@right
def by_einsum(Q, K):
    return np.einsum("qd,kd->qk", Q, K) * Q.shape[1] ** -0.5


@right
def scaled_beforehand(Q, K):
    return (Q / np.sqrt(K.shape[1])) @ K.T


@wrong(
    1,
    "no scale",
    "The dot products are right, and the division by the square root of d_k is missing. Without it their spread "
    "grows with d_k, and softmax goes over to all or nothing.",
)
def no_scale(Q, K):
    return Q @ K.T


@wrong(
    2,
    "divided by d_k itself",
    "You divided by d_k; it is the square root that brings the variance back to one. A variance of d_k is a "
    "standard deviation of √d_k.",
)
def divided_by_d_k_itself(Q, K):
    return Q @ K.T / Q.shape[-1]


@wrong(
    3,
    "divided by half of d_k",
    "Python reads `x ** 1/2` as `(x ** 1) / 2`, so you divided by half of d_k, or by d_k and by 2. Use `np.sqrt(x)` or `x ** 0.5`.",
)
def divided_by_half_of_d_k(Q, K):
    return Q @ K.T / Q.shape[-1] ** 1 / 2


@wrong(
    4,
    "multiplied by the scale",
    "You multiplied by the square root of d_k. The dot products are too large already: divide.",
)
def multiplied_by_the_scale(Q, K):
    return Q @ K.T * np.sqrt(Q.shape[-1])


@wrong(
    5,
    "scaled by the number of tokens",
    "You took the square root of the number of tokens (`Q.shape[0]` or `len(Q)`). A dot product has d_k terms, "
    "however many tokens there are: the width is `Q.shape[-1]`.",
)
def scaled_by_the_number_of_tokens(Q, K):
    return Q @ K.T / np.sqrt(Q.shape[0])


@wrong(
    6,
    "scaled by the number of keys",
    "You took the square root of the number of keys. A dot product has d_k terms, however many keys there are: "
    "the width is `K.shape[-1]`.",
)
def scaled_by_the_number_of_keys(Q, K):
    return Q @ K.T / np.sqrt(K.shape[0])


@wrong(
    7,
    "K Qᵀ instead of Q Kᵀ",
    "Rows and columns have changed places: you have a row for every key. A row must belong to a query, because "
    "softmax will spread each row over the keys.",
)
def k_qt_instead_of_q_kt(Q, K):
    return K @ Q.T / np.sqrt(Q.shape[-1])


@wrong(
    10,
    "softmax already applied",
    "Your rows sum to one: you went on to softmax. The scores before it are asked for; they may be negative.",
)
def softmax_already_applied(Q, K):
    return by_hand.softmax(by_hand.scaled_scores(Q, K))


@wrong(
    11,
    "root rounded to a whole number",
    "You rounded the square root of d_k to a whole number (`int`, `isqrt` or `//`). It is 2.65 for a width of 7: leave the fraction.",
)
def root_rounded_to_a_whole_number(Q, K):
    return Q @ K.T / int(np.sqrt(Q.shape[-1]))


@wrong(
    12,
    "one width for all",
    "You divide by 8 whatever the width is. That is the square root of 64, the width of the paper's heads; here it is that of the "
    "vectors you are given.",
)
def one_width_for_all(Q, K):
    return Q @ K.T / 8


@wrong(
    13,
    "root of the scores",
    "You took the square root of the dot products too, and negative ones have none (NaN). Only d_k stands under the root.",
)
def root_of_the_scores(Q, K):
    return np.sqrt(Q @ K.T / Q.shape[-1])


@wrong(
    14,
    "cosines instead of scores",
    "You divided each dot product by the lengths of its two vectors: that is the cosine. Here the lengths count, and all scores are "
    "divided by one number.",
)
def cosines_instead_of_scores(Q, K):
    return (Q @ K.T) / (np.sqrt((Q * Q).sum(-1))[:, None] * np.sqrt((K * K).sum(-1)))


@wrong(
    8,
    "scores rounded down",
    "Your scores are whole numbers: `//` rounds down. Divide with `/`.",
)
def scores_rounded_down(Q, K):
    return Q @ K.T // np.sqrt(Q.shape[-1])


@wrong(
    9,
    "only the last term of the sum",
    "A dot product is a sum, and only its last term is left: in a loop, `=` replaces what was there. Add the terms up.",
)
def only_the_last_term_of_the_sum(Q, K):
    return np.outer(Q[:, -1], K[:, -1]) / np.sqrt(Q.shape[-1])


@wrong(
    15,
    "divided by the square of d_k",
    "You divided by d_k squared. It is the square **root** of d_k, `** 0.5`, that brings the variance back to one.",
)
def divided_by_the_square_of_d_k(Q, K):
    return Q @ K.T / Q.shape[-1] ** 2


@wrong(
    16,
    "scaled by the number of entries",
    "You took the square root of `Q.size`, the number of entries in all queries together. One dot product has d_k terms.",
)
def scaled_by_the_number_of_entries(Q, K):
    return Q @ K.T / np.sqrt(Q.size)


HINTS = (
    "One score is one dot product. Which matrix product lines up every row of Q with every row of K?",
    "A matrix product takes rows from the left and columns from the right. The keys lie in the rows of K, so K has to "
    "be turned: `K.T`.",
    "`Q @ K.T` has shape (token, other). Divide it by `np.sqrt(Q.shape[-1])`.",
)
