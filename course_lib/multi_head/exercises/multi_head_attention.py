"""multi_head.multi_head_attention: project, split, attend, merge, project."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import attention, attention_weights, single_head, softmax
from course_lib.multi_head import by_hand
from course_lib.multi_head.by_hand import merge_heads, split_heads
from course_lib.multi_head.exercises import layers
from course_lib.multi_head.exercises.arranged import arranged, by_the_formula
from course_lib.practice.exercise import Asked, right, wrong


def multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    """The library's function with the arguments that the learner has."""
    Q, K, V = (split_heads(x @ W, n_heads) for W in (W_Q, W_K, W_V))
    return merge_heads(attention(Q, K, V, mask)) @ W_O


ASKED = Asked(
    "Given tokens `x` `(token, d_model)`, the matrices `W_Q`, `W_K`, `W_V`, `W_O` `(d_model, d_model)`, `n_heads` and "
    "an optional `mask` `(token, token)`, the same for all heads, return `(token, d_model)`: project, split, attend in every "
    "head, join, multiply by `W_O`. `attention` from lesson 04 works on the last two axes, with any axes in front.",
    reference=multi_head_attention,
    points=4,
    minutes=15,
    difficulty=3,
    library=(
        "torch.nn.functional.multi_head_attention_forward",
        "course_lib.multi_head_attention",
        "course_lib.multi_head_by_loops",
    ),
)

cases = layers.cases
multi_head_by_loops = right(by_hand.multi_head_by_loops)


@right
def one_head_after_the_other(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    d_head, total = x.shape[1] // n_heads, np.zeros_like(x)
    for h in range(n_heads):
        own = slice(h * d_head, (h + 1) * d_head)
        total = total + single_head(x, W_Q[:, own], W_K[:, own], W_V[:, own], mask) @ W_O[own]
    return total


@right
def one_einsum_each(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    cut = [W.reshape(len(W), n_heads, -1) for W in (W_Q, W_K, W_V)]
    heads = attention(*(np.einsum("td,dhe->hte", x, W) for W in cut), mask)
    return np.einsum("hte,hed->td", heads, W_O.reshape(n_heads, -1, len(W_O)))


def _with_matrices(change: Callable) -> Callable:
    """The right layer with other matrices: change(W_Q, W_K, W_V, W_O) gives the four."""

    def multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
        return by_hand.multi_head_attention(x, *change(W_Q, W_K, W_V, W_O), n_heads, mask)

    return multi_head_attention


@wrong(
    1,
    "slices x instead of the projections",
    "You cut the tokens themselves, and each head projects its own slice. A head then never sees the other features of a "
    "token. Project first, with the whole matrices; cut what comes out.",
)
def slices_x(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    d_head, outputs = x.shape[1] // n_heads, []
    for h in range(n_heads):
        own = slice(h * d_head, (h + 1) * d_head)
        outputs.append(attention(*(x[:, own] @ W[own, own] for W in (W_Q, W_K, W_V)), mask))
    return np.concatenate(outputs, axis=-1) @ W_O


forgets_w_o = wrong(
    2,
    "forgets W_O",
    "The heads are joined and the last product is missing: without W_O what one head found stays in its own features, and "
    "nothing is mixed.",
    _with_matrices(lambda W_Q, W_K, W_V, W_O: (W_Q, W_K, W_V, np.eye(len(W_O)))),
)

w_o_transposed = wrong(
    3,
    "W_O transposed",
    "You multiplied by the transpose of W_O. A token is a row and stands on the left of its matrix. (Inside PyTorch's "
    "own layer the matrices do lie the other way round.)",
    _with_matrices(lambda W_Q, W_K, W_V, W_O: (W_Q, W_K, W_V, W_O.T)),
)

scale_by_sqrt_d_model = wrong(
    4,
    "scale by sqrt(d_model)",
    "You divided by the square root of d_model. The dot product of one head has d_head terms, so it is d_head that the "
    "scores grow with.",
    by_the_formula(lambda d_head, n_heads: np.sqrt(d_head * n_heads)),
)

no_scale = wrong(
    5,
    "no scale",
    "The division of the scores by the square root of d_head is missing.",
    by_the_formula(lambda d_head, n_heads: 1.0),
)

scale_by_sqrt_n_heads = wrong(
    6,
    "scale by sqrt(n_heads)",
    "You divided by the square root of the number of heads. The dot product of one head has d_head terms, however many "
    "heads there are.",
    by_the_formula(lambda d_head, n_heads: np.sqrt(n_heads)),
)


@wrong(
    7,
    "split along the tokens",
    "You cut Q, K and V along the tokens. Each group then attends within itself, and the shape of the result still "
    "looks right. Heads share out the features; every head sees every token.",
)
def tokens_split(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    groups = [np.split(x @ W, n_heads) for W in (W_Q, W_K, W_V)]
    size = len(x) // n_heads
    own = [slice(g * size, (g + 1) * size) for g in range(n_heads)]
    masks = [None if mask is None else mask[group, group] for group in own]
    return np.concatenate([attention(Q, K, V, m) for Q, K, V, m in zip(*groups, masks, strict=True)]) @ W_O


split_by_a_reshape_alone = wrong(
    8,
    "split by a reshape alone",
    "Your split has the right shape and the wrong contents: each head was filled with whole tokens, cut in pieces. Check "
    "your `split_heads` on its own.",
    arranged(split=lambda x, n: x.reshape(n, len(x), -1)),
)

joined_by_a_reshape_alone = wrong(
    9,
    "joined by a reshape alone",
    "The heads are right, and the join mixes tokens: a reshape reads the first head to its end before the second. Check your "
    "`merge_heads` on its own.",
    arranged(join=lambda heads: heads.reshape(heads.shape[1], -1)),
)

interleaved_features = wrong(
    10,
    "interleaved features",
    "Your heads take every n-th feature where the matrices here give each head a block of neighbours. Columns h * d_head up "
    "to (h + 1) * d_head belong to head h.",
    arranged(
        split=lambda x, n: np.array([x[:, h::n] for h in range(n)]),
        join=lambda heads: heads.transpose(1, 2, 0).reshape(heads.shape[1], -1),
    ),
)

one_wide_head = wrong(
    11,
    "one wide head",
    "You never split: one head of the full width attends, and `n_heads` changes nothing. There is one softmax for each "
    "head.",
    arranged(split=lambda x, n: x[None]),
)


@wrong(
    12,
    "one set of weights for all heads",
    "You averaged the scores of the heads, so that all of them attend alike. Each head has weights of its own; that is "
    "the point of having several.",
)
def mean_weights(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    Q, K, V = (by_hand.split_heads(x @ W, n_heads) for W in (W_Q, W_K, W_V))
    scores = (Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])).mean(axis=0)
    scores = scores if mask is None else np.where(mask.any(-1, keepdims=True), np.where(mask, scores, -np.inf), 0.0)
    seen = 1.0 if mask is None else mask.any(-1, keepdims=True)
    return by_hand.merge_heads((softmax(scores) * seen) @ V) @ W_O


slices_rows_of_the_matrices = wrong(
    13,
    "rows of the matrices instead of columns",
    "Each head got rows of W_Q, W_K and W_V, turned round. In x @ W an output feature is a column of W: head h has the "
    "columns h * d_head up to (h + 1) * d_head.",
    _with_matrices(lambda W_Q, W_K, W_V, W_O: (W_Q.T, W_K.T, W_V.T, W_O)),
)

keys_from_w_q = wrong(
    14,
    "keys from W_Q",
    "Your keys come from the matrix of the queries: then i scores j exactly as j scores i.",
    _with_matrices(lambda W_Q, W_K, W_V, W_O: (W_Q, W_Q, W_V, W_O)),
)

v_x = wrong(
    15,
    "V = x",
    "The values were not projected: you mixed slices of the tokens themselves.",
    _with_matrices(lambda W_Q, W_K, W_V, W_O: (W_Q, W_K, np.eye(len(W_V)), W_O)),
)


@wrong(
    16,
    "adds x to the result",
    "You added the tokens to what the heads found. That is the residual connection, and it belongs to the block around "
    "this layer (lesson 06), not to attention.",
)
def adds_x_to_the_result(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    return x + by_hand.multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask)


mask_ignored = wrong(
    17,
    "mask ignored",
    "Right without a mask; with one, your result does not change. Hand the mask on to attention.",
    arranged(attend=lambda Q, K, V, mask: attention(Q, K, V)),
)

mask_inverted = wrong(
    18,
    "mask inverted",
    'You hide what the mask allows. True means "may attend" here; in torch.nn.MultiheadAttention it means the opposite.',
    arranged(attend=lambda Q, K, V, mask: attention(Q, K, V, None if mask is None else ~mask)),
)

always_causal = wrong(
    19,
    "always causal",
    "You hide the future also where no mask was given: hand the argument `mask` on, whatever it is.",
    arranged(attend=lambda Q, K, V, mask: attention(Q, K, V, np.tri(Q.shape[-2], dtype=bool))),
)

nan_rows = wrong(
    20,
    "NaN where a row may attend to nothing",
    "Right, but for a token that may attend to nothing: its softmax is 0 / 0. Its share of every head is defined as zeros; "
    "the `attention` of lesson 04 does that.",
    by_the_formula(),
)

no_root = wrong(
    21,
    "scale by d_head, without the root",
    "You divided the scores by d_head itself. They grow with its square root.",
    by_the_formula(lambda d_head, n_heads: d_head),
)

the_mean_where_nothing_is_allowed = wrong(
    22,
    "the mean of all tokens where a row may attend to nothing",
    "Right, but for a token that may attend to nothing: with a large negative number in all its scores, softmax shares out evenly "
    "over tokens that are all forbidden. Its share of every head is defined as zeros; the `attention` of lesson 04 does that.",
    by_the_formula(hide=lambda scores, mask: np.where(mask, scores, -1e9)),
)

zero_scores = wrong(
    23,
    "hidden scores set to zero",
    "You set the hidden scores to 0. exp(0) is 1, so that hidden tokens still get weight. What must a score be for its exponential "
    "to be 0?",
    by_the_formula(hide=lambda scores, mask: np.where(mask, scores, 0.0)),
)

mask_after_the_softmax = wrong(
    24,
    "mask after the softmax",
    "You hide weights after the softmax. What is left in a row no longer adds up to 1: the mask belongs in front of it.",
    arranged(attend=lambda Q, K, V, mask: attention_weights(Q, K) * (True if mask is None else mask) @ V),
)

mask_turned_round = wrong(
    25,
    "mask turned round",
    "Rows and columns of your mask have changed places. A row of it says what one query may attend to.",
    arranged(attend=lambda Q, K, V, mask: attention(Q, K, V, None if mask is None else mask.T)),
)

any_mask_is_causal = wrong(
    26,
    "any mask taken for a causal one",
    "Where a mask is given you hide the future, whatever the mask says. Hand on the argument itself.",
    arranged(attend=lambda Q, K, V, mask: attention(Q, K, V, None if mask is None else np.tri(len(mask), dtype=bool))),
)

queries_and_keys_exchanged = wrong(
    27,
    "queries and keys exchanged",
    "Attention got your keys where it expects the queries. The order is Q, K, V: rows ask, columns answer.",
    arranged(rule=lambda Q, K, V: (K, Q, V)),
)

keys_and_values_exchanged = wrong(
    28,
    "keys and values exchanged",
    "Attention got your values where it expects the keys, or your matrices have changed places. The order is Q, K, V.",
    arranged(rule=lambda Q, K, V: (Q, V, K)),
)

values_from_w_k = wrong(
    29,
    "values from W_K",
    "Your values come from the matrix of the keys. What a token is found by and what it passes on are two things, each with a "
    "matrix of its own.",
    arranged(rule=lambda Q, K, V: (Q, K, K)),
)

split_and_joined_by_a_reshape_alone = wrong(
    30,
    "split and joined by a reshape alone",
    "Both reshapes fit together, so the shapes look right; but each head was filled with whole tokens, cut in pieces. Check your "
    "`split_heads` and your `merge_heads` on their own.",
    arranged(lambda x, n: x.reshape(n, len(x), -1), join=lambda heads: heads.reshape(heads.shape[1], -1)),
)

not_joined = wrong(
    31,
    "heads that are not joined",
    "These are the outputs of the heads, (head, token, d_head). They still have to be joined and multiplied by W_O.",
    by_hand.head_outputs,
)

nothing_projected = wrong(
    32,
    "nothing projected",
    "You split the tokens themselves and let them attend: W_Q, W_K and W_V are never used.",
    _with_matrices(lambda W_Q, W_K, W_V, W_O: (*[np.eye(len(W_O))] * 3, W_O)),
)

every_matrix_transposed = wrong(
    33,
    "every matrix transposed",
    "You multiplied by the transposes of all four matrices. Here a token is a row and stands on the left: x @ W. (Inside PyTorch's "
    "own layer the matrices do lie the other way round.)",
    _with_matrices(lambda W_Q, W_K, W_V, W_O: (W_Q.T, W_K.T, W_V.T, W_O.T)),
)

HINTS = (
    "Five lines, one for each word: project, split, attend, join, mix. You have a function for all but the products.",
    "`split_heads(x @ W_Q, n_heads)` gives (head, token, d_head), and the same goes for K and V. One call of `attention` then "
    "serves all heads.",
    "`merge_heads(attention(Q, K, V, mask)) @ W_O`, with Q, K and V split.",
)
