"""multi_head.multi_head_attention: project, split, attend, merge, project."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import attention, single_head, softmax
from course_lib.multi_head import by_hand
from course_lib.multi_head.by_hand import merge_heads, split_heads
from course_lib.practice.exercise import Asked, Case, right, wrong


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
        "torch.multi_head_attention_forward",
        "course_lib.multi_head_attention",
        "course_lib.multi_head_by_loops",
    ),
)


def _layer(rng: np.random.Generator, n_tokens: int, d_model: int) -> tuple:
    return (
        rng.normal(size=(n_tokens, d_model)),
        *(rng.normal(size=(d_model, d_model)) / d_model**0.25 for _ in "QKVO"),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    gaps = rng.random((6, 6)) < 0.6
    gaps[np.arange(6), rng.permutation(6)] = True  # every token keeps something to look at
    lonely = np.tri(5, dtype=bool)
    lonely[2] = False
    return [
        Case((*_layer(rng, 6, 15), 3), "six tokens, three heads of width 5"),
        Case((*_layer(rng, 4, 14), 2), "four tokens, two heads of width 7"),
        Case((*_layer(rng, 3, 10), 5), "more heads than tokens"),
        Case((*_layer(rng, 5, 6), 2), "a number of tokens that the heads do not divide"),
        Case((*_layer(rng, 6, 15), 3, np.tri(6, dtype=bool)), "a causal mask"),
        Case((*_layer(rng, 6, 14), 2, gaps), "a mask with gaps"),
        Case((*_layer(rng, 5, 6), 3, lonely), "a token that may attend to nothing"),
        Case((*_layer(rng, 5, 7), 1), "a single head"),
        Case((*_layer(rng, 1, 6), 2), "a single token"),
    ]


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


@wrong(
    2,
    "forgets W_O",
    "The heads are joined and the last product is missing: without W_O what one head found stays in its own features, and "
    "nothing is mixed.",
)
def forgets_w_o(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    return by_hand.merge_heads(by_hand.head_outputs(x, W_Q, W_K, W_V, n_heads, mask))


_right = by_hand.multi_head_attention


@wrong(
    3,
    "W_O transposed",
    "You multiplied by the transpose of W_O. A token is a row and stands on the left of its matrix. (Inside PyTorch's "
    "own layer the matrices do lie the other way round.)",
)
def w_o_transposed(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    return _right(x, W_Q, W_K, W_V, W_O.T, n_heads, mask)


def _heads_with(rule: Callable, join: Callable = by_hand.merge_heads) -> Callable:
    """Multi-head attention whose split heads Q, K, V are changed by `rule`, and whose outputs are joined by `join`."""

    def multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
        Q, K, V = (by_hand.split_heads(x @ W, n_heads) for W in (W_Q, W_K, W_V))
        return join(attention(*rule(Q, K, V), mask)) @ W_O

    return multi_head_attention


def _scaled(factor: Callable[[int, int, int], float]) -> Callable:
    """Scores divided by another square root: factor(d_head, d_model, n_heads) in place of d_head."""
    return _heads_with(
        lambda Q, K, V: (Q * np.sqrt(Q.shape[-1] / factor(Q.shape[-1], Q.shape[-1] * len(Q), len(Q))), K, V)
    )


scale_by_sqrt_d_model = wrong(
    4,
    "scale by sqrt(d_model)",
    "You divided by the square root of d_model. The dot product of one head has d_head terms, so it is d_head that the "
    "scores grow with.",
    _scaled(lambda d_head, d_model, n_heads: d_model),
)

no_scale = wrong(
    5,
    "no scale",
    "The division of the scores by the square root of d_head is missing.",
    _scaled(lambda d_head, d_model, n_heads: 1.0),
)

scale_by_sqrt_n_heads = wrong(
    6,
    "scale by sqrt(n_heads)",
    "You divided by the square root of the number of heads. The dot product of one head has d_head terms, however many "
    "heads there are.",
    _scaled(lambda d_head, d_model, n_heads: n_heads),
)


def _blocks(mask: np.ndarray, n: int) -> list[np.ndarray]:
    size = len(mask) // n
    return [mask[g * size : (g + 1) * size, g * size : (g + 1) * size] for g in range(n)]


@wrong(
    7,
    "split along the tokens",
    "You cut Q, K and V along the tokens. Each group then attends within itself, and the shape of the result still "
    "looks right. Heads share out the features; every head sees every token.",
)
def tokens_split(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    groups = [np.split(x @ W, n_heads) for W in (W_Q, W_K, W_V)]
    masks = [None] * n_heads if mask is None else [m[:, : len(m)] for m in _blocks(mask, n_heads)]
    return np.concatenate([attention(Q, K, V, m) for Q, K, V, m in zip(*groups, masks, strict=True)]) @ W_O


def _split_with(split: Callable, join: Callable) -> Callable:
    """Multi-head attention with another split and another join."""

    def multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
        Q, K, V = (split(x @ W, n_heads) for W in (W_Q, W_K, W_V))
        return join(attention(Q, K, V, mask)) @ W_O

    return multi_head_attention


split_by_a_reshape_alone = wrong(
    8,
    "split by a reshape alone",
    "Your split has the right shape and the wrong contents: each head was filled with whole tokens, cut in pieces. Check "
    "your `split_heads` on its own.",
    _split_with(lambda x, n: x.reshape(n, len(x), -1), by_hand.merge_heads),
)

joined_by_a_reshape_alone = wrong(
    9,
    "joined by a reshape alone",
    "The heads are right, and the join mixes tokens: a reshape reads head 0 to its end before head 1. Check your "
    "`merge_heads` on its own.",
    _heads_with(lambda Q, K, V: (Q, K, V), join=lambda heads: heads.reshape(heads.shape[1], -1)),
)

interleaved_features = wrong(
    10,
    "interleaved features",
    "Your heads take every n-th feature where the matrices here give each head a block of neighbours. Columns h * d_head up "
    "to (h + 1) * d_head belong to head h.",
    _split_with(
        lambda x, n: np.array([x[:, h::n] for h in range(n)]),
        lambda heads: heads.transpose(1, 2, 0).reshape(heads.shape[1], -1),
    ),
)


@wrong(
    11,
    "one wide head",
    "You never split: one head of the full width attends, and `n_heads` changes nothing. There is one softmax for each "
    "head.",
)
def one_wide_head(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    return single_head(x, W_Q, W_K, W_V, mask) @ W_O


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


@wrong(
    13,
    "rows of the matrices instead of columns",
    "Each head got rows of W_Q, W_K and W_V, turned round. In x @ W an output feature is a column of W: head h has the "
    "columns h * d_head up to (h + 1) * d_head.",
)
def slices_rows_of_the_matrices(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    d_head, outputs = x.shape[1] // n_heads, []
    for h in range(n_heads):
        own = slice(h * d_head, (h + 1) * d_head)
        outputs.append(attention(*(x @ W[own].T for W in (W_Q, W_K, W_V)), mask))
    return np.concatenate(outputs, axis=-1) @ W_O


@wrong(
    14,
    "keys from W_Q",
    "Your keys come from the matrix of the queries: then i scores j exactly as j scores i.",
)
def keys_from_w_q(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    return _right(x, W_Q, W_Q, W_V, W_O, n_heads, mask)


@wrong(
    15,
    "V = x",
    "The values were not projected: you mixed slices of the tokens themselves.",
)
def v_x(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    return _right(x, W_Q, W_K, np.eye(len(W_V)), W_O, n_heads, mask)


@wrong(
    16,
    "adds x to the result",
    "You added the tokens to what the heads found. That is the residual connection, and it belongs to the block around "
    "this layer (lesson 06), not to attention.",
)
def adds_x_to_the_result(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    return x + _right(x, W_Q, W_K, W_V, W_O, n_heads, mask)


@wrong(
    17,
    "mask ignored",
    "Right without a mask; with one, your result does not change. Hand the mask on to attention.",
)
def mask_ignored(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    return _right(x, W_Q, W_K, W_V, W_O, n_heads)


@wrong(
    18,
    "mask inverted",
    'You hide what the mask allows. True means "may attend" here; in torch.nn.MultiheadAttention it means the opposite.',
)
def mask_inverted(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    return _right(x, W_Q, W_K, W_V, W_O, n_heads, None if mask is None else ~mask)


@wrong(
    19,
    "always causal",
    "You hide the future also where no mask was given: hand the argument `mask` on, whatever it is.",
)
def always_causal(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    return _right(x, W_Q, W_K, W_V, W_O, n_heads, np.tri(len(x), dtype=bool))


@wrong(
    20,
    "NaN where a row may attend to nothing",
    "Right, but for a token that may attend to nothing: its softmax is 0 / 0. Its share of every head is defined as zeros; "
    "the `attention` of lesson 04 does that.",
)
def nan_rows(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    Q, K, V = (by_hand.split_heads(x @ W, n_heads) for W in (W_Q, W_K, W_V))
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    scores = scores if mask is None else np.where(mask, scores, -np.inf)
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return by_hand.merge_heads(exponentials / exponentials.sum(axis=-1, keepdims=True) @ V) @ W_O


HINTS = (
    "Five lines, one for each word: project, split, attend, join, mix. You have a function for all but the products.",
    "`split_heads(x @ W_Q, n_heads)` gives (head, token, d_head), and the same goes for K and V. One call of `attention` then "
    "serves all heads.",
    "`merge_heads(attention(Q, K, V, mask)) @ W_O`, with Q, K and V split.",
)
