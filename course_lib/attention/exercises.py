"""What the learner writes in lesson 04: softmax, scores, a mask, attention, one head."""

import numpy as np

from course_lib.attention import by_hand
from course_lib.attention.masking import masked_weights
from course_lib.practice.exercise import Case, Exercise, WrongAnswer

__all__ = ["EXERCISES"]


# --- softmax ------------------------------------------------------------------------------------------------------


def _softmax_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.normal(size=(3, 5)),)),
        Case((rng.normal(size=(5, 3)) * 3,)),
        Case((rng.normal(size=(2, 3, 7)),), "an axis in front, as for several heads"),
        Case((rng.normal(size=7),), "a single row of scores"),
        Case((rng.normal(size=(3, 1)),), "a single key: all the weight goes to it"),
        Case((rng.normal(size=(2, 5)) + 1000.0,), "scores near 1000, where exp overflows"),
        Case((rng.normal(size=(2, 5)) - 1000.0,), "scores near -1000, where exp underflows to zero"),
        Case((np.array([[-800.0, 0.0, 900.0], [5.0, 5.0, 5.0]]) + rng.normal(),), "scores far apart in one row"),
    ]


def _exp_over_sum(scores: np.ndarray, shift: np.ndarray | float, axis: int | None) -> np.ndarray:
    exponentials = np.exp(scores - shift)
    return exponentials / exponentials.sum(axis=axis, keepdims=axis is not None)


def _softmax_by_logs(scores: np.ndarray) -> np.ndarray:
    largest = scores.max(-1, keepdims=True)
    return np.exp(scores - largest - np.log(np.exp(scores - largest).sum(-1, keepdims=True)))


def _softmax_row_by_row(scores: np.ndarray) -> np.ndarray:
    rows = [np.exp(row - max(row)) / sum(np.exp(row - max(row))) for row in scores.reshape(-1, scores.shape[-1])]
    return np.array(rows).reshape(scores.shape)


def _shift_by_first_axis(scores: np.ndarray) -> np.ndarray:
    return _exp_over_sum(scores, scores.max(axis=0, keepdims=True), 0)


def _softmax_over_axis_1(scores: np.ndarray) -> np.ndarray:
    return _exp_over_sum(scores, scores.max(axis=1, keepdims=True), 1)


SOFTMAX = Exercise(
    id="attention.softmax",
    specification="Given `scores` of shape `(..., n)`, return weights of the same shape: positive, each row (the last "
    "axis) summing to one, $w_i = e^{s_i} / \\sum_j e^{s_j}$. It must survive scores of 1000 and of -1000.",
    reference=by_hand.softmax,
    cases=_softmax_cases,
    points=2,
    minutes=8,
    wrong=(
        WrongAnswer(
            "softmax over the first axis",
            "Your columns sum to one instead of your rows. A row belongs to one query, and its weights are spread over "
            "the keys, which lie along the last axis: `axis=-1`.",
            _shift_by_first_axis,
        ),
        WrongAnswer(
            "softmax over the whole array",
            "All your numbers together sum to one. Each row has its own sum: give `axis=-1` to the sum, and "
            "`keepdims=True` so that it divides row by row.",
            lambda scores: _exp_over_sum(scores, scores.max(), None),
        ),
        WrongAnswer(
            "no shift, so exp overflows",
            "Right for small scores. But exp(1000) is infinity in float64, and infinity divided by infinity is NaN; "
            "exp(-1000) is 0, and 0 / 0 is NaN too. Adding the same number to every score of a row changes nothing in "
            "the quotient: which number would you subtract so that the largest exponent becomes 0?",
            lambda scores: _exp_over_sum(scores, 0.0, -1),
        ),
        WrongAnswer(
            "shifted by the mean",
            "Subtracting the mean is harmless in the formula, yet it does not keep exp from overflowing when one score "
            "lies far above the others: 900 minus the mean of such a row is still hundreds. Which number of the row "
            "makes every exponent 0 or less?",
            lambda scores: _exp_over_sum(scores, scores.mean(axis=-1, keepdims=True), -1),
        ),
        WrongAnswer(
            "shifted by the maximum of the whole array",
            "The largest score of all the rows is not the largest of each: a row that lies far below it underflows to "
            "0 / 0. Take the maximum of each row.",
            lambda scores: _exp_over_sum(scores, scores.max(), -1),
        ),
        WrongAnswer(
            "not divided by the sum",
            "Your weights are positive but do not sum to one: the division by the sum of the row is missing.",
            lambda scores: np.exp(scores - scores.max(axis=-1, keepdims=True)),
        ),
        WrongAnswer(
            "negative exponents",
            "The largest score has got the smallest weight: the sign is turned round. Subtract the maximum from the scores, not the scores from the maximum.",
            lambda scores: _exp_over_sum(-scores, (-scores).max(axis=-1, keepdims=True), -1),
        ),
        WrongAnswer(
            "axis=1 instead of the last axis",
            "Right for a table of scores, whose last axis is axis 1. With several heads in front, or with a single row, the last axis has another number: `axis=-1` is the last one, always.",
            _softmax_over_axis_1,
        ),
        WrongAnswer(
            "divided without exponentials",
            "Dividing the scores themselves by their sum gives weights that can be negative or infinite. The exponential "
            "comes first: it makes every score positive.",
            lambda scores: scores / scores.sum(axis=-1, keepdims=True),
        ),
    ),
    hints=(
        "Three steps for a row: make every number positive with exp, add them up, divide. Then let NumPy do all the rows "
        "at once.",
        "`np.exp(scores).sum(axis=-1, keepdims=True)` keeps the last axis with length 1, so that the division works row "
        "by row for any number of axes in front.",
        "exp overflows above about 709. e^(s - m) / Σ e^(s - m) is the same for every m: subtract "
        "`scores.max(axis=-1, keepdims=True)` from the scores before exp.",
    ),
    also_right=(_softmax_by_logs, _softmax_row_by_row),
    library=("torch.softmax", "scipy.softmax"),
)


# --- scores -------------------------------------------------------------------------------------------------------


def _queries_and_keys(rng: np.random.Generator, queries: int, keys: int, d_k: int, size: float = 1.0) -> tuple:
    return rng.normal(size=(queries, d_k)) * size, rng.normal(size=(keys, d_k)) * size


def _scores_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case(_queries_and_keys(rng, 3, 5, 7)),
        Case(_queries_and_keys(rng, 5, 2, 11)),
        Case(_queries_and_keys(rng, 5, 5, 3), "as many queries as keys"),
        Case(_queries_and_keys(rng, 1, 7, 2), "a single query"),
        Case(_queries_and_keys(rng, 3, 2, 1), "vectors of width 1"),
        Case(_queries_and_keys(rng, 2, 3, 13, 100.0), "large vectors"),
    ]


def _scores_by_loops(Q: np.ndarray, K: np.ndarray) -> np.ndarray:
    return np.array([[sum(q * k) / len(q) ** 0.5 for k in K] for q in Q])


SCALED_SCORES = Exercise(
    id="attention.scaled_scores",
    specification="Given queries `Q` of shape `(token, d_k)` and keys `K` of shape `(other, d_k)`, return the scores of "
    "shape `(token, other)`: entry `[i, j]` is the dot product of query `i` and key `j`, divided by "
    "$\\sqrt{d_k}$.",
    reference=by_hand.scaled_scores,
    cases=_scores_cases,
    points=1,
    minutes=5,
    wrong=(
        WrongAnswer(
            "no scale",
            "The dot products are right, and the division by the square root of d_k is missing. Without it their spread "
            "grows with d_k, and softmax goes over to all or nothing.",
            lambda Q, K: Q @ K.T,
        ),
        WrongAnswer(
            "divided by d_k itself",
            "You divided by d_k; it is the square root that brings the variance back to one. A variance of d_k is a "
            "standard deviation of √d_k.",
            lambda Q, K: Q @ K.T / Q.shape[-1],
        ),
        WrongAnswer(
            "divided by half of d_k",
            "Python reads `x ** 1/2` as `(x ** 1) / 2`, so you divided by half of d_k, or by d_k and by 2. Use `np.sqrt(x)` or `x ** 0.5`.",
            lambda Q, K: Q @ K.T / Q.shape[-1] ** 1 / 2,
        ),
        WrongAnswer(
            "multiplied by the scale",
            "You multiplied by the square root of d_k. The dot products are too large already: divide.",
            lambda Q, K: Q @ K.T * np.sqrt(Q.shape[-1]),
        ),
        WrongAnswer(
            "scaled by the number of tokens",
            "You took the square root of the number of tokens (`Q.shape[0]` or `len(Q)`). A dot product has d_k terms, "
            "however many tokens there are: the width is `Q.shape[-1]`.",
            lambda Q, K: Q @ K.T / np.sqrt(Q.shape[0]),
        ),
        WrongAnswer(
            "scaled by the number of keys",
            "You took the square root of the number of keys. A dot product has d_k terms, however many keys there are: "
            "the width is `K.shape[-1]`.",
            lambda Q, K: Q @ K.T / np.sqrt(K.shape[0]),
        ),
        WrongAnswer(
            "K Qᵀ instead of Q Kᵀ",
            "Rows and columns have changed places: you have a row for every key. A row must belong to a query, because "
            "softmax will spread each row over the keys.",
            lambda Q, K: K @ Q.T / np.sqrt(Q.shape[-1]),
        ),
    ),
    hints=(
        "One score is one dot product. Which matrix product lines up every row of Q with every row of K?",
        "A matrix product takes rows from the left and columns from the right. The keys lie in the rows of K, so K has to "
        "be turned: `K.T`.",
        "`Q @ K.T` has shape (token, other). Divide it by `np.sqrt(Q.shape[-1])`.",
    ),
    also_right=(
        _scores_by_loops,
        lambda Q, K: np.einsum("qd,kd->qk", Q, K) * Q.shape[1] ** -0.5,
        lambda Q, K: (Q / np.sqrt(K.shape[1])) @ K.T,
    ),
)


# --- causal mask --------------------------------------------------------------------------------------------------


def _by_rows(rule: object) -> object:
    return lambda n: np.array([[rule(i, j) for j in range(n)] for i in range(n)], dtype=bool).reshape(n, n)


CAUSAL_MASK = Exercise(
    id="attention.causal_mask",
    specification="Given `n`, return an `(n, n)` array of booleans: entry `[i, j]` is True where token `i` may attend to "
    "token `j`, that is to itself and to what came before it.",
    reference=by_hand.causal_mask,
    cases=lambda rng: [
        Case((3,)),
        Case((5,)),
        Case((int(rng.choice([7, 11, 13])),)),
        Case((1,), "a single token: it sees itself"),
    ],
    points=1,
    minutes=4,
    wrong=(
        WrongAnswer(
            "upper triangle",
            "You allow each token itself and what comes after it: that is the future. Row i is the token that asks, "
            "column j the one it may look at, and j ≤ i is the past.",
            _by_rows(lambda i, j: j >= i),
        ),
        WrongAnswer(
            "own position excluded",
            "A token may attend to itself; you leave the diagonal out. The first token would have nothing to look at.",
            _by_rows(lambda i, j: j < i),
        ),
        WrongAnswer(
            "inverted: True where it must not attend",
            "You marked what is forbidden. In this course, as in PyTorch's scaled_dot_product_attention, True means "
            '"may attend" (torch.nn.MultiheadAttention has it the other way round, which is where this often comes from).',
            _by_rows(lambda i, j: j > i),
        ),
        WrongAnswer(
            "everything allowed",
            "Your mask is True everywhere and hides nothing.",
            lambda n: np.ones((n, n), dtype=bool),
        ),
        WrongAnswer(
            "one step into the future",
            "You allow each token itself, the past, and one token that comes after it. `np.tril` and `np.tri` take a `k` that moves the diagonal: 0 keeps it in place.",
            lambda n: np.tri(n, k=1, dtype=bool),
        ),
        WrongAnswer(
            "zeros and minus infinity instead of booleans",
            "That is the mask as it is added to the scores. Here a mask says who may attend, True or False, and turning it into minus infinity is the job of attention.",
            lambda n: np.where(np.tri(n, dtype=bool), 0.0, -np.inf),
        ),
        WrongAnswer(
            "zeros and ones instead of booleans",
            "The pattern is right and the numbers are not booleans. A mask chooses, it does not multiply: compare "
            "instead (`>=`), or add `dtype=bool`.",
            lambda n: np.tril(np.ones((n, n))),
        ),
    ),
    hints=(
        "Draw it for three tokens. The first row has one True, the last row has three.",
        "`np.arange(n)` holds the positions. Compared as a column with a row it gives an (n, n) array in one step.",
        "`np.arange(n)[:, None] >= np.arange(n)` is True where row i is at or after column j. `np.tril` of an array of "
        "booleans does it too.",
    ),
    also_right=(
        lambda n: np.arange(n)[:, None] >= np.arange(n),
        lambda n: np.tril(np.ones((n, n), dtype=bool)),
        lambda n: ~np.triu(np.ones((n, n), dtype=bool), k=1),
    ),
)


# --- attention ----------------------------------------------------------------------------------------------------


def _attention_cases(rng: np.random.Generator) -> list[Case]:
    def qkv(queries: int, keys: int, d_k: int, d_v: int, size: float = 1.0) -> tuple:
        return (*_queries_and_keys(rng, queries, keys, d_k, size), rng.normal(size=(keys, d_v)))

    sparse = rng.random((5, 5)) < 0.5
    sparse[np.arange(5), rng.permutation(5)] = True  # every query keeps something to look at
    lonely = np.tri(5, dtype=bool)
    lonely[2] = False
    return [
        Case(qkv(3, 5, 7, 2), "no mask, more keys than queries"),
        Case(qkv(5, 3, 2, 7), "no mask, more queries than keys"),
        Case(qkv(5, 5, 3, 5), "no mask, as many queries as keys"),
        Case((*qkv(5, 5, 7, 3), np.tri(5, dtype=bool)), "a causal mask"),
        Case((*qkv(5, 5, 3, 2), sparse), "a mask with gaps"),
        Case((*qkv(3, 7, 5, 2), np.arange(7) < np.array([[2], [5], [7]])), "a mask that hides the last keys"),
        Case((*qkv(5, 5, 3, 2, 30.0), np.tri(5, dtype=bool)), "large scores and a causal mask"),
        Case((*qkv(5, 5, 2, 3), lonely), "a query that may attend to nothing: its row must be zeros"),
        Case((*qkv(1, 1, 3, 5), np.array([[True]])), "a single token"),
    ]


def _masked_before(scores: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    return scores if mask is None else np.where(mask, scores, -np.inf)


def _mixed(masking: str) -> object:
    def attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        scores = by_hand.scaled_scores(Q, K)
        return (by_hand.softmax(scores) if mask is None else masked_weights(scores, mask, masking)) @ V

    return attention


def _mask_inverted(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return by_hand.attention(Q, K, V, None if mask is None else ~mask)


def _softmax_over_queries(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    scores = _masked_before(by_hand.scaled_scores(Q, K), mask)
    return by_hand.softmax(scores.T).T @ V


def _weights_transposed(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return by_hand.attention_weights(Q, K, mask).T @ V


def _nan_row(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    scores = _masked_before(by_hand.scaled_scores(Q, K), mask)
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True) @ V


def _even_row(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    scores = by_hand.scaled_scores(Q, K)
    return by_hand.softmax(scores if mask is None else np.where(mask, scores, -1e9)) @ V


def _no_scale(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return by_hand.softmax(_masked_before(Q @ K.T, mask)) @ V


def _scaled_by(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None, divisor: float) -> np.ndarray:
    return by_hand.softmax(_masked_before(Q @ K.T / divisor, mask)) @ V


def _mask_ignored(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    return by_hand.attention(Q, K, V)


def _erase_and_renormalise(Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    scores = by_hand.scaled_scores(Q, K)
    allowed = np.ones_like(scores, dtype=bool) if mask is None else mask
    largest = np.where(allowed, scores, -np.inf).max(axis=-1, keepdims=True)
    kept = np.where(allowed, np.exp(np.where(allowed, scores - largest, 0.0)), 0.0)
    return kept / np.maximum(kept.sum(axis=-1, keepdims=True), 1e-300) @ V


ATTENTION = Exercise(
    id="attention.attention",
    specification="Given `Q` `(token, d_k)`, `K` `(other, d_k)`, `V` `(other, d_v)` and an optional boolean `mask` "
    '`(token, other)` whose True means "may attend", return softmax of the scaled scores, times `V`: an array of shape '
    "`(token, d_v)`. A token that may attend to nothing gets a row of zeros.",
    reference=by_hand.attention,
    cases=_attention_cases,
    points=4,
    minutes=15,
    difficulty=3,
    wrong=(
        WrongAnswer(
            "mask after softmax",
            "You erase forbidden weights after softmax. What is left of a row then sums to less than one, so the output "
            "shrinks, and the hidden scores still decide by how much. Mask the scores, before softmax.",
            _mixed("zero after"),
        ),
        WrongAnswer(
            "zero before softmax",
            "You set forbidden scores to 0. But softmax turns a score of 0 into exp(0) = 1: the forbidden tokens keep a "
            "share, and the future leaks in. Which score has an exponential of exactly 0?",
            _mixed("zero before"),
        ),
        WrongAnswer(
            "mask inverted",
            'You hide what the mask allows and show what it forbids. True means "may attend" here.',
            _mask_inverted,
        ),
        WrongAnswer(
            "softmax over queries",
            "Your softmax runs along the queries, so each column of weights sums to one. Each query shares out one unit "
            "of attention over the keys: the last axis of the scores.",
            _softmax_over_queries,
        ),
        WrongAnswer(
            "weights transposed",
            "You multiplied V by the transposed weights: the tokens that are asked receive, instead of those that ask.",
            _weights_transposed,
        ),
        WrongAnswer(
            "NaN where a row may attend to nothing",
            "Right, but for a token that may attend to nothing: all its scores are minus infinity, and softmax computes "
            "-inf minus -inf, or 0 / 0. Its output is defined as zeros here. Look for such rows, or guard the maximum and "
            "the sum.",
            _nan_row,
        ),
        WrongAnswer(
            "a row that may attend to nothing attends to everything",
            "You mask with a large negative number such as -1e9. Where everything is masked all scores are equal again, "
            "and the token that may see nothing sees everything, evenly. Use minus infinity and treat that row.",
            _even_row,
        ),
        WrongAnswer(
            "no scale",
            "The division of the scores by the square root of d_k is missing.",
            _no_scale,
        ),
        WrongAnswer(
            "scaled twice",
            "You divided the scores by the square root of d_k twice. `scaled_scores` has done it already.",
            lambda Q, K, V, mask=None: _scaled_by(Q, K, V, mask, Q.shape[-1]),
        ),
        WrongAnswer(
            "scaled by the width of the values",
            "You took the square root of d_v, the width of V. The dot product of a query and a key has d_k terms.",
            lambda Q, K, V, mask=None: _scaled_by(Q, K, V, mask, np.sqrt(V.shape[-1])),
        ),
        WrongAnswer(
            "mask added to the scores",
            "You added the mask to the scores: True counts as 1 and False as 0, so a forbidden score is hardly changed. Put minus infinity where the mask is False.",
            lambda Q, K, V, mask=None: (
                by_hand.softmax(by_hand.scaled_scores(Q, K) + (0.0 if mask is None else mask)) @ V
            ),
        ),
        WrongAnswer(
            "mask inverted, and NaN",
            "You put minus infinity where the mask is True, the wrong way round: `scores[mask]` are the allowed ones, `scores[~mask]` the forbidden ones. A token that may see everything then sees nothing, and softmax of nothing is 0 / 0.",
            lambda Q, K, V, mask=None: _nan_row(Q, K, V, None if mask is None else ~mask),
        ),
        WrongAnswer(
            "always causal",
            "You hide the future also where no mask was given. Whether anything is hidden is the caller's choice: use the argument.",
            lambda Q, K, V, mask=None: by_hand.attention(Q, K, V, np.tri(len(Q), len(K), dtype=bool)),
        ),
        WrongAnswer(
            "weights returned without the values",
            "You returned the weights. The last step is missing: each row of weights mixes the rows of V.",
            lambda Q, K, V, mask=None: by_hand.attention_weights(Q, K, mask),
        ),
        WrongAnswer(
            "mask ignored",
            "Right without a mask; with one, your result does not change. The argument is never used.",
            _mask_ignored,
        ),
    ),
    hints=(
        "You have the parts already: `scaled_scores`, then the mask, then `softmax`, then one matrix product with V.",
        "`np.where(mask, scores, -np.inf)` keeps a score where the mask is True. It must stand before softmax, and only "
        "where a mask was given.",
        "For a row with nothing allowed, `mask.any(axis=-1)` is False. Compute as usual, then write zeros into those rows: "
        "`np.where(mask.any(axis=-1, keepdims=True), output, 0.0)`.",
    ),
    also_right=(by_hand.attention_by_loops, by_hand.attention_by_einsum, _erase_and_renormalise),
    library=("torch.scaled_dot_product_attention", "course_lib.attention_by_loops", "course_lib.attention_by_einsum"),
)


# --- one head -----------------------------------------------------------------------------------------------------


def _head_cases(rng: np.random.Generator) -> list[Case]:
    def head(n: int, d_model: int, d_head: int) -> tuple:
        return (rng.normal(size=(n, d_model)), *(rng.normal(size=(d_model, d_head)) for _ in "QKV"))

    return [
        Case(head(5, 7, 3)),
        Case(head(3, 5, 2)),
        Case(head(5, 3, 3), "a head as wide as the model"),
        Case((*head(7, 5, 2), np.tri(7, dtype=bool)), "a causal mask"),
        Case((*head(5, 2, 3), rng.random((5, 5)) < 0.6), "a mask with gaps"),
        Case(head(1, 5, 3), "a single token"),
    ]


def _head(project: object) -> object:
    def single_head(x, W_Q, W_K, W_V, mask=None):
        return by_hand.attention(*project(x, W_Q, W_K, W_V), mask)

    return single_head


def _scaled_by_d_model(x, W_Q, W_K, W_V, mask=None):
    Q, K, V = x @ W_Q, x @ W_K, x @ W_V
    return by_hand.attention(Q * np.sqrt(Q.shape[-1] / x.shape[-1]), K, V, mask)


def _token_by_token(x, W_Q, W_K, W_V, mask=None):
    Q, K, V = (np.stack([W.T @ row for row in x]) for W in (W_Q, W_K, W_V))
    return by_hand.attention_by_loops(Q, K, V, mask)


def _one_product(x, W_Q, W_K, W_V, mask=None):
    Q, K, V = np.split(x @ np.concatenate([W_Q, W_K, W_V], axis=1), 3, axis=1)
    return by_hand.attention(Q, K, V, mask)


SINGLE_HEAD = Exercise(
    id="attention.single_head",
    specification="Given tokens `x` `(token, d_model)`, three weight matrices `W_Q`, `W_K`, `W_V` `(d_model, d_head)` and "
    "an optional `mask`, return the output of one self-attention head, `(token, d_head)`. Use your `attention`.",
    reference=by_hand.single_head,
    cases=_head_cases,
    points=2,
    minutes=6,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "V = x",
            "The values must be projected too: you mixed the tokens themselves. What a token passes on is x W_V.",
            _head(lambda x, W_Q, W_K, W_V: (x @ W_Q, x @ W_K, x)),
        ),
        WrongAnswer(
            "keys from W_Q",
            "Your keys come from the matrix of the queries. Then token i scores token j exactly as j scores i, and a noun "
            "could not look for an adjective without the adjective looking back.",
            _head(lambda x, W_Q, W_K, W_V: (x @ W_Q, x @ W_Q, x @ W_V)),
        ),
        WrongAnswer(
            "values from W_K",
            "Your values come from the matrix of the keys: by what a token is found and what it passes on are two things.",
            _head(lambda x, W_Q, W_K, W_V: (x @ W_Q, x @ W_K, x @ W_K)),
        ),
        WrongAnswer(
            "queries and keys exchanged",
            "The queries come from W_K and the keys from W_Q: who asks and who answers have changed places.",
            _head(lambda x, W_Q, W_K, W_V: (x @ W_K, x @ W_Q, x @ W_V)),
        ),
        WrongAnswer(
            "keys and values exchanged",
            "You handed the values in as keys and the keys as values: attention(Q, K, V) takes them in this order.",
            _head(lambda x, W_Q, W_K, W_V: (x @ W_Q, x @ W_V, x @ W_K)),
        ),
        WrongAnswer(
            "always causal",
            "You hide the future also where no mask was given: hand the argument `mask` on, whatever it is.",
            lambda x, W_Q, W_K, W_V, mask=None: by_hand.single_head(x, W_Q, W_K, W_V, np.tri(len(x), dtype=bool)),
        ),
        WrongAnswer(
            "scaled by d_model",
            "You divided by the square root of d_model. The dot product has d_head terms, one for each column of Q.",
            _scaled_by_d_model,
        ),
        WrongAnswer(
            "mask ignored",
            "Right without a mask; with one, your result does not change. Hand the mask on to attention, and see that attention "
            "uses it.",
            lambda x, W_Q, W_K, W_V, mask=None: by_hand.single_head(x, W_Q, W_K, W_V),
        ),
    ),
    hints=(
        "Three projections of the same x, then the function you have already.",
        "Row vectors: a token is a row of x, so it stands on the left of its matrix, `x @ W_Q`.",
        "`attention(x @ W_Q, x @ W_K, x @ W_V, mask)`.",
    ),
    also_right=(_token_by_token, _one_product),
    library=("torch.scaled_dot_product_attention",),
)

EXERCISES = (SOFTMAX, SCALED_SCORES, CAUSAL_MASK, ATTENTION, SINGLE_HEAD)
