"""attention.attention: scores, mask, softmax and values in one function."""

import numpy as np

from course_lib.attention import by_hand
from course_lib.attention.exercises.inputs import hidden, mask_with_gaps, queries_and_keys, softened
from course_lib.attention.masking import masked_weights
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `Q` `(token, d_k)`, `K` `(other, d_k)`, `V` `(other, d_v)` and an optional boolean `mask` "
    '`(token, other)` whose True means "may attend", return softmax of the scaled scores, times `V`: an array of shape '
    "`(token, d_v)`. A token that may attend to nothing gets a row of zeros.",
    reference=by_hand.attention,
    points=4,
    minutes=15,
    difficulty=3,
    library=(
        "torch.nn.functional.scaled_dot_product_attention",
        "course_lib.attention_by_loops",
        "course_lib.attention_by_einsum",
    ),
    # Single precision will do, also where np.sqrt(d_k), a float64, has made the result double again.
    rtol=1e-5,
    atol=1e-6,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def qkv(queries: int, keys: int, d_k: int, d_v: int) -> tuple:
        return (*queries_and_keys(rng, queries, keys, d_k), rng.normal(size=(keys, d_v)))

    # Queries of zeros score every key alike: what is left to go wrong is the row that may attend to nothing.
    zeros, keys = np.zeros((3, 2)), np.array([[1.0, 2.0], [-1.0, 0.5], [3.0, -2.0], [0.0, 1.0]])
    values = np.array([[1.0, -2.0, 0.5], [4.0, 0.0, 1.0], [-3.0, 2.0, 2.5], [0.5, 6.0, -1.0]])
    return [
        Case(qkv(3, 5, 7, 2)),
        Case(qkv(5, 3, 2, 7)),
        Case(qkv(4, 4, 3, 5)),
        Case((np.array([[1.0, 0.0], [0.5, -1.0], [-1.0, 2.0]]), keys, values)),
        Case(
            (
                keys,
                keys[::-1].copy(),
                values,
                np.array([[1, 0, 1, 0], [0, 1, 1, 0], [1, 1, 0, 1], [0, 0, 0, 1]], dtype=bool),
            ),
            "a mask that hides a different part from each query",
        ),
        Case((*qkv(5, 5, 7, 3), np.tri(5, dtype=bool)), "a causal mask"),
        Case((*qkv(5, 5, 3, 2), mask_with_gaps(rng, 5)), "a mask with gaps"),
        Case((*qkv(3, 7, 5, 2), np.arange(7) < np.array([[2], [5], [6]])), "a mask that hides the last keys"),
        Case((*qkv(2, 3, 5, 2), np.ones((2, 3), dtype=bool)), "a mask that allows everything"),
        Case(
            (np.array([[40.0, 0.0], [0.0, -40.0]]), np.array([[40.0, 1.0], [40.0, 0.0], [0.0, -50.0]]), values[:3]),
            "scores above 1000, where exp overflows",
        ),
        Case(
            (
                np.array([[200.0, 0.0], [0.0, 200.0]]),
                np.array([[-200.0, -100.0], [-150.0, -100.0], [-200.0, -70.0]]),
                values[:3],
                np.array([[True, False, True], [True, True, False]]),
            ),
            "allowed scores far below zero, and a mask",
        ),
        Case(
            (zeros, keys, values, np.array([[True], [False], [True]]) & np.ones(4, dtype=bool)),
            "a query that may attend to nothing: its row must be zeros",
        ),
        Case(
            (zeros[:2], keys[:1], values[:1], np.array([[True], [False]])), "a single key, hidden from the second query"
        ),
        Case((*qkv(1, 1, 3, 5), np.array([[True]])), "a single token"),
    ]


attention_by_loops = right(by_hand.attention_by_loops)

attention_by_einsum = right(by_hand.attention_by_einsum)


@right
def erase_and_renormalise(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    scores = by_hand.scaled_scores(Q, K)
    allowed = np.ones_like(scores, dtype=bool) if mask is None else mask
    largest = np.where(allowed, scores, -np.inf).max(axis=-1, keepdims=True)
    kept = np.where(allowed, np.exp(np.where(allowed, scores - largest, 0.0)), 0.0)
    return kept / np.maximum(kept.sum(axis=-1, keepdims=True), 1e-300) @ V


def _mixed(masking: str) -> object:
    def attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        scores = by_hand.scaled_scores(Q, K)
        return (by_hand.softmax(scores) if mask is None else masked_weights(scores, mask, masking)) @ V

    return attention


mask_after_softmax = wrong(
    1,
    "mask after softmax",
    "You erase forbidden weights after softmax. What is left of a row then sums to less than one, so the output "
    "shrinks, and the hidden scores still decide by how much. Mask the scores, before softmax.",
    _mixed("zero after"),
)

zero_before_softmax = wrong(
    2,
    "zero before softmax",
    "You set forbidden scores to 0. But softmax turns a score of 0 into exp(0) = 1: the forbidden tokens keep a "
    "share, and the future leaks in. Which score has an exponential of exactly 0?",
    _mixed("zero before"),
)


@wrong(
    3,
    "mask inverted",
    'You hide what the mask allows and show what it forbids. True means "may attend" here.',
)
def mask_inverted(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return by_hand.attention(Q, K, V, None if mask is None else ~mask)


@wrong(
    4,
    "softmax over queries",
    "Your softmax runs along the queries, so each column of weights sums to one. Each query shares out one unit "
    "of attention over the keys: the last axis of the scores.",
)
def softmax_over_queries(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return by_hand.softmax(hidden(by_hand.scaled_scores(Q, K), mask).T).T @ V


@wrong(
    5,
    "weights transposed",
    "You multiplied V by the transposed weights. A row must hold the shares that one query gives to the keys; turned, it holds what "
    "one key gets from all the queries.",
)
def weights_transposed(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return by_hand.attention_weights(Q, K, mask).T @ V


@wrong(
    6,
    "NaN where a row may attend to nothing",
    "Right, except for a token that may attend to nothing: all its scores are minus infinity, and softmax computes "
    "-inf minus -inf, or 0 / 0. Its output is defined as zeros here. Look for such rows, or guard the maximum and "
    "the sum.",
)
def nan_row(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return softened(hidden(by_hand.scaled_scores(Q, K), mask)) @ V


@wrong(
    7,
    "a row that may attend to nothing attends to everything",
    "You mask with a large negative number such as -1e9. Where everything is masked all scores are equal again, "
    "and the token that may see nothing sees everything, evenly. Use minus infinity and treat that row.",
)
def even_row(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return by_hand.softmax(hidden(by_hand.scaled_scores(Q, K), mask, -1e9)) @ V


@wrong(
    8,
    "no scale",
    "The division of the scores by the square root of d_k is missing.",
)
def no_scale(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return by_hand.softmax(hidden(Q @ K.T, mask)) @ V


def _scaled_by(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None, divisor: float) -> np.ndarray:
    return by_hand.softmax(hidden(Q @ K.T / divisor, mask)) @ V


@wrong(
    9,
    "scaled twice",
    "You divided the scores by the square root of d_k twice. `scaled_scores` has done it already.",
)
def scaled_twice(Q, K, V, mask=None):
    return _scaled_by(Q, K, V, mask, Q.shape[-1])


@wrong(
    10,
    "scaled by the width of the values",
    "You took the square root of d_v, the width of V. The dot product of a query and a key has d_k terms.",
)
def scaled_by_the_width_of_the_values(Q, K, V, mask=None):
    return _scaled_by(Q, K, V, mask, np.sqrt(V.shape[-1]))


@wrong(
    11,
    "mask added to the scores",
    "You added the mask to the scores: True counts as 1 and False as 0, so a forbidden score is hardly changed. Put minus infinity where the mask is False.",
)
def mask_added_to_the_scores(Q, K, V, mask=None):
    return by_hand.softmax(by_hand.scaled_scores(Q, K) + (0.0 if mask is None else mask)) @ V


@wrong(
    12,
    "mask inverted, and NaN",
    "You put minus infinity where the mask is True, the wrong way round: `scores[mask]` are the allowed ones, `scores[~mask]` the forbidden ones. A token that may see everything then sees nothing, and softmax of nothing is 0 / 0.",
)
def mask_inverted_and_nan(Q, K, V, mask=None):
    return nan_row(Q, K, V, None if mask is None else ~mask)


@wrong(
    13,
    "always causal",
    "You hide the future, whatever mask is given, or none. Whether anything is hidden is the caller's choice: use the argument.",
)
def always_causal(Q, K, V, mask=None):
    return by_hand.attention(Q, K, V, np.tri(len(Q), len(K), dtype=bool))


@wrong(
    14,
    "weights returned without the values",
    "You returned the weights. The last step is missing: each row of weights mixes the rows of V.",
)
def weights_returned_without_the_values(Q, K, V, mask=None):
    return by_hand.attention_weights(Q, K, mask)


@wrong(
    15,
    "mask ignored",
    "Right without a mask; with one, your result does not change. The argument is never used.",
)
def mask_ignored(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return by_hand.attention(Q, K, V)


@wrong(
    16,
    "hidden scores not low enough",
    "You put a number such as -100 or -10000 where the mask is False. Allowed scores can be lower than that, and then the hidden keys "
    "win. Which number is below every score?",
)
def hidden_scores_not_low_enough(Q, K, V, mask=None):
    weights = by_hand.softmax(hidden(by_hand.scaled_scores(Q, K), mask, -100.0))
    return (weights if mask is None else weights * mask.any(axis=-1, keepdims=True)) @ V


@wrong(
    17,
    "no shift, so exp overflows",
    "Right for small scores. But exp of a score above 709 is infinity, of one below -745 it is 0, and infinity / infinity and 0 / 0 are "
    "NaN. Subtract the largest score of each row before exp, as your `softmax` does.",
)
def no_shift_so_exp_overflows(Q, K, V, mask=None):
    exponentials = np.exp(hidden(by_hand.scaled_scores(Q, K), mask))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return (weights if mask is None else np.where(mask.any(axis=-1, keepdims=True), weights, 0.0)) @ V


@wrong(
    18,
    "output and weights together",
    "You returned two things, the output and the weights. Only the output is asked for.",
)
def output_and_weights_together(Q, K, V, mask=None):
    return by_hand.attention(Q, K, V, mask), by_hand.attention_weights(Q, K, mask)


@wrong(
    19,
    "no softmax",
    "You mixed the values by the scores themselves. Softmax must turn them into weights first, positive and with rows that sum to one.",
)
def no_softmax(Q, K, V, mask=None):
    return hidden(by_hand.scaled_scores(Q, K), mask, 0.0) @ V


@wrong(
    20,
    "softmax over the whole table",
    "All your weights together sum to one. Every query has one unit of attention to share out: each row has its own sum.",
)
def softmax_over_the_whole_table(Q, K, V, mask=None):
    scores = hidden(by_hand.scaled_scores(Q, K), mask)
    return by_hand.softmax(scores.ravel()).reshape(scores.shape) @ V


@wrong(
    21,
    "no mask taken for one that hides everything",
    "Where no mask is given, `mask` is None, and `np.where` takes None for False: everything is hidden. Look first whether there is a "
    "mask.",
)
def no_mask_taken_for_one_that_hides_everything(Q, K, V, mask=None):
    return by_hand.attention(Q, K, V, mask) if mask is not None else np.full((len(Q), V.shape[1]), np.nan)


@wrong(
    22,
    "scaled by the number of keys",
    "You took the square root of the number of keys. A dot product has d_k terms, however many keys there are.",
)
def scaled_by_the_number_of_keys(Q, K, V, mask=None):
    return _scaled_by(Q, K, V, mask, np.sqrt(len(K)))


@wrong(
    23,
    "causal where no mask is given",
    "Where no mask is given you hide the future. None means that nothing is hidden; a causal mask is handed in where it is wanted.",
)
def causal_where_no_mask_is_given(Q, K, V, mask=None):
    return by_hand.attention(Q, K, V, np.tri(len(Q), len(K), dtype=bool) if mask is None else mask)


@wrong(
    24,
    "mask inverted, and a large negative number",
    "You put the large negative number where the mask is True, as for a mask that marks what is forbidden. Here True means "
    '"may attend": it belongs where the mask is False.',
)
def mask_inverted_and_a_large_negative_number(Q, K, V, mask=None):
    return even_row(Q, K, V, None if mask is None else ~mask)


HINTS = (
    "You have the parts already: `scaled_scores`, then the mask, then `softmax`, then one matrix product with V.",
    "`np.where(mask, scores, -np.inf)` keeps a score where the mask is True. It must stand before softmax, and only "
    "where a mask was given.",
    "For a row with nothing allowed, `mask.any(axis=-1)` is False. Compute as usual, then write zeros into those rows: "
    "`np.where(mask.any(axis=-1, keepdims=True), output, 0.0)`.",
)
