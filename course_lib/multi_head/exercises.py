"""What the learner writes in lesson 05: split, join, several heads, and the output as a sum over heads."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import attention, single_head, softmax
from course_lib.multi_head import by_hand
from course_lib.multi_head.by_hand import merge_heads, split_heads
from course_lib.practice.exercise import Case, Exercise, WrongAnswer

__all__ = ["EXERCISES"]


# --- split --------------------------------------------------------------------------------------------------------


def _split_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.normal(size=(6, 15)), 3), "six tokens, three heads of width 5"),
        Case((rng.normal(size=(4, 14)), 2), "four tokens, two heads of width 7"),
        Case((rng.normal(size=(10, 15)), 5), "more tokens than features in a head"),
        Case((rng.normal(size=(7, 6)), 2), "a number of tokens that the heads do not divide"),
        Case((rng.normal(size=(5, 11)), 1), "a single head gets everything"),
        Case((rng.normal(size=(3, 7)), 7), "as many heads as features"),
        Case((rng.normal(size=(1, 6)), 3), "a single token"),
    ]


def _split_by_loops(x: np.ndarray, n_heads: int) -> np.ndarray:
    d_head = x.shape[1] // n_heads
    return np.array([[row[h * d_head : (h + 1) * d_head] for row in x] for h in range(n_heads)])


SPLIT_HEADS = Exercise(
    id="multi_head.split_heads",
    specification="Given projected tokens `x` of shape `(token, d_model)` and `n_heads`, which divides `d_model`, return an "
    "array of shape `(head, token, d_head)` with `d_head = d_model / n_heads`: head 0 gets the first `d_head` features of "
    "**every** token, head 1 the next `d_head`, and so on.",
    reference=by_hand.split_heads,
    cases=_split_cases,
    points=2,
    minutes=8,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "split along the tokens",
            "You cut axis 0, as `np.split(x, n_heads)` does when nobody tells it otherwise. Each head gets whole tokens, and "
            "only some of them: a token of one group can then never attend to a token of another. Which axis are the "
            "features on?",
            lambda x, n_heads: np.array(np.split(x, n_heads)),
        ),
        WrongAnswer(
            "reshape without transpose",
            "The shape is right and the contents are not. A reshape reads the numbers in the order they lie in memory, "
            "token by token, so your first head is filled up with the first tokens alone. Cut the features apart first, "
            "which gives one more axis at the end; then move an axis.",
            lambda x, n_heads: x.reshape(n_heads, len(x), x.shape[1] // n_heads),
        ),
        WrongAnswer(
            "tokens in front of the heads",
            "The features are cut apart correctly, and your axes are (token, head, d_head). Attention works on the last two "
            "axes, so it would let the heads of one token attend to each other. The head axis has to come first.",
            lambda x, n_heads: x.reshape(len(x), n_heads, -1),
        ),
        WrongAnswer(
            "interleaved features",
            "You dealt the features out like cards: head 0 has features 0, n_heads, 2 n_heads … The course, GPT-2 and PyTorch "
            "give every head a block of neighbours. With learned weights either would do; weights that were trained one "
            "way cannot be read the other way.",
            lambda x, n_heads: np.array([x[:, h::n_heads] for h in range(n_heads)]),
        ),
        WrongAnswer(
            "number of heads and their width exchanged",
            "You made heads that are `n_heads` wide, instead of `n_heads` heads. After cutting, which of the two new axes is as long "
            "as there are heads?",
            lambda x, n_heads: x.reshape(len(x), -1, n_heads).transpose(1, 0, 2),
        ),
        WrongAnswer(
            "features in front of the tokens",
            "Each head holds its own features, but lies on its side: (head, d_head, token). A row must be a token. Look at "
            "the order in which you name the axes in the transpose.",
            lambda x, n_heads: x.reshape(len(x), n_heads, -1).transpose(1, 2, 0),
        ),
        WrongAnswer(
            "transposed first and reshaped to the shape",
            "After `x.T` the features lie in rows, so a reshape hands the first rows to the first head: right so far. But it "
            "then fills (token, d_head) in that order, and tokens and features get mixed up inside the head. In which order are "
            "the two axes at that moment?",
            lambda x, n_heads: x.T.reshape(n_heads, len(x), -1),
        ),
        WrongAnswer(
            "the same features for every head",
            "All your heads are alike: each has the first `d_head` features. The slice has to move on from head to head.",
            lambda x, n_heads: np.array([x[:, : x.shape[1] // n_heads]] * n_heads),
        ),
        WrongAnswer(
            "every head gets all features",
            "You gave every head a whole copy. That costs `n_heads` times the memory and the work; each head gets its share of "
            "the features, d_model / n_heads of them.",
            lambda x, n_heads: np.stack([x] * n_heads),
        ),
    ),
    hints=(
        "Two moves. First cut the last axis in two, so that a token has `n_heads` rows of `d_head` numbers; then bring the head "
        "axis to the front.",
        "`x.reshape(n_tokens, n_heads, d_head)` cuts the last axis and leaves the tokens alone. What is the order of the axes now, "
        "and what should it be?",
        "`x.reshape(len(x), n_heads, -1).swapaxes(0, 1)`.",
    ),
    also_right=(
        _split_by_loops,
        lambda x, n_heads: np.stack(np.split(x, n_heads, axis=-1)),
        lambda x, n_heads: np.moveaxis(x.reshape(len(x), n_heads, -1), 1, 0),
        lambda x, n_heads: x.T.reshape(n_heads, -1, len(x)).transpose(0, 2, 1),
    ),
)


# --- merge --------------------------------------------------------------------------------------------------------


def _merge_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.normal(size=(3, 5, 2)),)),
        Case((rng.normal(size=(2, 7, 5)),)),
        Case((rng.normal(size=(5, 3, 7)),), "more heads than tokens"),
        Case((rng.normal(size=(1, 5, 3)),), "a single head"),
        Case((rng.normal(size=(3, 1, 5)),), "a single token"),
        Case((rng.normal(size=(7, 3, 1)),), "heads of width 1"),
    ]


MERGE_HEADS = Exercise(
    id="multi_head.merge_heads",
    specification="The way back: given what the heads found, `x` of shape `(head, token, d_head)`, put each token's pieces side "
    "by side, head 0 first, and return `(token, d_model)`. `merge_heads(split_heads(x, n))` must be `x` again.",
    reference=by_hand.merge_heads,
    cases=_merge_cases,
    points=1,
    minutes=5,
    wrong=(
        WrongAnswer(
            "reshape without transpose",
            "The shape is right, and a row of yours holds pieces of several tokens: a reshape reads head 0 to its end before it "
            "comes to head 1. The pieces of one token must become neighbours first.",
            lambda x: x.reshape(x.shape[1], -1),
        ),
        WrongAnswer(
            "mean of the heads",
            "You averaged the heads. What they found is not the same thing seen several times: each has features of its "
            "own, and the next matrix needs them all.",
            lambda x: x.mean(axis=0),
        ),
        WrongAnswer(
            "sum of the heads",
            "You added the heads up. Nobody could tell afterwards who found what. They go side by side.",
            lambda x: x.sum(axis=0),
        ),
        WrongAnswer(
            "stacks the tokens",
            "You put the heads one below the other, as `np.concatenate` does on axis 0: now there are head times token rows. "
            "The heads of one token belong side by side, along the features.",
            lambda x: np.concatenate(list(x)),
        ),
        WrongAnswer(
            "interleaved features",
            "All the numbers stand in the right row, and in another order: first entry 0 of every head, then entry 1 of every "
            "head. A head's features stay together.",
            lambda x: x.transpose(1, 2, 0).reshape(x.shape[1], -1),
        ),
        WrongAnswer(
            "all axes turned round",
            "`x.T` of three axes turns all of them round: (d_head, token, head). The reshape after it mixes tokens. Exchange "
            "two axes and leave the third.",
            lambda x: x.T.reshape(x.shape[1], -1),
        ),
        WrongAnswer(
            "features by tokens",
            "Your result lies on its side: (d_model, token). A row must be a token.",
            lambda x: np.concatenate([head.T for head in x]),
        ),
        WrongAnswer(
            "heads and tokens exchanged, not joined",
            "The order is right, (token, head, d_head), and the last step is missing: two axes become one.",
            lambda x: x.swapaxes(0, 1),
        ),
        WrongAnswer(
            "the last head first",
            "The heads are side by side in reverse order. Head 0 comes first.",
            lambda x: np.concatenate(list(x[::-1]), axis=-1),
        ),
    ),
    hints=(
        "Undo the two moves of `split_heads` in the opposite order.",
        "Bring the axes into the order (token, head, d_head): then the pieces of a token follow one another.",
        "`x.swapaxes(0, 1).reshape(n_tokens, n_heads * d_head)`, or `np.concatenate` with an axis.",
    ),
    also_right=(
        lambda x: np.concatenate(list(x), axis=-1),
        lambda x: np.hstack(x),
        lambda x: np.array([[value for head in x for value in head[i]] for i in range(x.shape[1])]),
    ),
)


# --- the whole ----------------------------------------------------------------------------------------------------


def _layer(rng: np.random.Generator, n_tokens: int, d_model: int) -> tuple:
    return (
        rng.normal(size=(n_tokens, d_model)),
        *(rng.normal(size=(d_model, d_model)) / d_model**0.25 for _ in "QKVO"),
    )


def _whole_cases(rng: np.random.Generator) -> list[Case]:
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


def _heads_with(rule: Callable, join: Callable = by_hand.merge_heads) -> Callable:
    """Multi-head attention whose split heads Q, K, V are changed by `rule`, and whose outputs are joined by `join`."""

    def multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
        Q, K, V = (by_hand.split_heads(x @ W, n_heads) for W in (W_Q, W_K, W_V))
        return join(attention(*rule(Q, K, V), mask)) @ W_O

    return multi_head_attention


def _split_with(split: Callable, join: Callable) -> Callable:
    """Multi-head attention with another split and another join."""

    def multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
        Q, K, V = (split(x @ W, n_heads) for W in (W_Q, W_K, W_V))
        return join(attention(Q, K, V, mask)) @ W_O

    return multi_head_attention


def _slices_x(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    d_head, outputs = x.shape[1] // n_heads, []
    for h in range(n_heads):
        own = slice(h * d_head, (h + 1) * d_head)
        outputs.append(attention(*(x[:, own] @ W[own, own] for W in (W_Q, W_K, W_V)), mask))
    return np.concatenate(outputs, axis=-1) @ W_O


def _slices_rows_of_the_matrices(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    d_head, outputs = x.shape[1] // n_heads, []
    for h in range(n_heads):
        own = slice(h * d_head, (h + 1) * d_head)
        outputs.append(attention(*(x @ W[own].T for W in (W_Q, W_K, W_V)), mask))
    return np.concatenate(outputs, axis=-1) @ W_O


def _tokens_split(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    groups = [np.split(x @ W, n_heads) for W in (W_Q, W_K, W_V)]
    masks = [None] * n_heads if mask is None else [m[:, : len(m)] for m in _blocks(mask, n_heads)]
    return np.concatenate([attention(Q, K, V, m) for Q, K, V, m in zip(*groups, masks, strict=True)]) @ W_O


def _blocks(mask: np.ndarray, n: int) -> list[np.ndarray]:
    size = len(mask) // n
    return [mask[g * size : (g + 1) * size, g * size : (g + 1) * size] for g in range(n)]


def _nan_rows(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    Q, K, V = (by_hand.split_heads(x @ W, n_heads) for W in (W_Q, W_K, W_V))
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    scores = scores if mask is None else np.where(mask, scores, -np.inf)
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return by_hand.merge_heads(exponentials / exponentials.sum(axis=-1, keepdims=True) @ V) @ W_O


def _mean_weights(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    Q, K, V = (by_hand.split_heads(x @ W, n_heads) for W in (W_Q, W_K, W_V))
    scores = (Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])).mean(axis=0)
    scores = scores if mask is None else np.where(mask.any(-1, keepdims=True), np.where(mask, scores, -np.inf), 0.0)
    seen = 1.0 if mask is None else mask.any(-1, keepdims=True)
    return by_hand.merge_heads((softmax(scores) * seen) @ V) @ W_O


def _scaled(factor: Callable[[int, int, int], float]) -> Callable:
    """Scores divided by another square root: factor(d_head, d_model, n_heads) in place of d_head."""
    return _heads_with(
        lambda Q, K, V: (Q * np.sqrt(Q.shape[-1] / factor(Q.shape[-1], Q.shape[-1] * len(Q), len(Q))), K, V)
    )


def _one_head_after_the_other(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    d_head, total = x.shape[1] // n_heads, np.zeros_like(x)
    for h in range(n_heads):
        own = slice(h * d_head, (h + 1) * d_head)
        total = total + single_head(x, W_Q[:, own], W_K[:, own], W_V[:, own], mask) @ W_O[own]
    return total


def _one_einsum_each(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    cut = [W.reshape(len(W), n_heads, -1) for W in (W_Q, W_K, W_V)]
    heads = attention(*(np.einsum("td,dhe->hte", x, W) for W in cut), mask)
    return np.einsum("hte,hed->td", heads, W_O.reshape(n_heads, -1, len(W_O)))


_right = by_hand.multi_head_attention


def multi_head_attention(x, W_Q, W_K, W_V, W_O, n_heads, mask=None):
    """The library's function with the arguments that the learner has."""
    Q, K, V = (split_heads(x @ W, n_heads) for W in (W_Q, W_K, W_V))
    return merge_heads(attention(Q, K, V, mask)) @ W_O


MULTI_HEAD_ATTENTION = Exercise(
    id="multi_head.multi_head_attention",
    specification="Given tokens `x` `(token, d_model)`, the matrices `W_Q`, `W_K`, `W_V`, `W_O` `(d_model, d_model)`, `n_heads` and "
    "an optional `mask` `(token, token)`, the same for all heads, return `(token, d_model)`: project, split, attend in every "
    "head, join, multiply by `W_O`. `attention` from lesson 04 works on the last two axes, with any axes in front.",
    reference=multi_head_attention,
    cases=_whole_cases,
    points=4,
    minutes=15,
    difficulty=3,
    wrong=(
        WrongAnswer(
            "slices x instead of the projections",
            "You cut the tokens themselves, and each head projects its own slice. A head then never sees the other features of a "
            "token. Project first, with the whole matrices; cut what comes out.",
            _slices_x,
        ),
        WrongAnswer(
            "forgets W_O",
            "The heads are joined and the last product is missing: without W_O what one head found stays in its own features, and "
            "nothing is mixed.",
            lambda x, W_Q, W_K, W_V, W_O, n_heads, mask=None: by_hand.merge_heads(
                by_hand.head_outputs(x, W_Q, W_K, W_V, n_heads, mask)
            ),
        ),
        WrongAnswer(
            "W_O transposed",
            "You multiplied by the transpose of W_O. A token is a row and stands on the left of its matrix. (Inside PyTorch's "
            "own layer the matrices do lie the other way round.)",
            lambda x, W_Q, W_K, W_V, W_O, n_heads, mask=None: _right(x, W_Q, W_K, W_V, W_O.T, n_heads, mask),
        ),
        WrongAnswer(
            "scale by sqrt(d_model)",
            "You divided by the square root of d_model. The dot product of one head has d_head terms, so it is d_head that the "
            "scores grow with.",
            _scaled(lambda d_head, d_model, n_heads: d_model),
        ),
        WrongAnswer(
            "no scale",
            "The division of the scores by the square root of d_head is missing.",
            _scaled(lambda d_head, d_model, n_heads: 1.0),
        ),
        WrongAnswer(
            "scale by sqrt(n_heads)",
            "You divided by the square root of the number of heads. The dot product of one head has d_head terms, however many "
            "heads there are.",
            _scaled(lambda d_head, d_model, n_heads: n_heads),
        ),
        WrongAnswer(
            "split along the tokens",
            "You cut Q, K and V along the tokens. Each group then attends within itself, and the shape of the result still "
            "looks right. Heads share out the features; every head sees every token.",
            _tokens_split,
        ),
        WrongAnswer(
            "split by a reshape alone",
            "Your split has the right shape and the wrong contents: each head was filled with whole tokens, cut in pieces. Check "
            "your `split_heads` on its own.",
            _split_with(lambda x, n: x.reshape(n, len(x), -1), by_hand.merge_heads),
        ),
        WrongAnswer(
            "joined by a reshape alone",
            "The heads are right, and the join mixes tokens: a reshape reads head 0 to its end before head 1. Check your "
            "`merge_heads` on its own.",
            _heads_with(lambda Q, K, V: (Q, K, V), join=lambda heads: heads.reshape(heads.shape[1], -1)),
        ),
        WrongAnswer(
            "interleaved features",
            "Your heads take every n-th feature where the matrices here give each head a block of neighbours. Columns h * d_head up "
            "to (h + 1) * d_head belong to head h.",
            _split_with(
                lambda x, n: np.array([x[:, h::n] for h in range(n)]),
                lambda heads: heads.transpose(1, 2, 0).reshape(heads.shape[1], -1),
            ),
        ),
        WrongAnswer(
            "one wide head",
            "You never split: one head of the full width attends, and `n_heads` changes nothing. There is one softmax for each "
            "head.",
            lambda x, W_Q, W_K, W_V, W_O, n_heads, mask=None: single_head(x, W_Q, W_K, W_V, mask) @ W_O,
        ),
        WrongAnswer(
            "one set of weights for all heads",
            "You averaged the scores of the heads, so that all of them attend alike. Each head has weights of its own; that is "
            "the point of having several.",
            _mean_weights,
        ),
        WrongAnswer(
            "rows of the matrices instead of columns",
            "Each head got rows of W_Q, W_K and W_V, turned round. In x @ W an output feature is a column of W: head h has the "
            "columns h * d_head up to (h + 1) * d_head.",
            _slices_rows_of_the_matrices,
        ),
        WrongAnswer(
            "keys from W_Q",
            "Your keys come from the matrix of the queries: then i scores j exactly as j scores i.",
            lambda x, W_Q, W_K, W_V, W_O, n_heads, mask=None: _right(x, W_Q, W_Q, W_V, W_O, n_heads, mask),
        ),
        WrongAnswer(
            "V = x",
            "The values were not projected: you mixed slices of the tokens themselves.",
            lambda x, W_Q, W_K, W_V, W_O, n_heads, mask=None: _right(x, W_Q, W_K, np.eye(len(W_V)), W_O, n_heads, mask),
        ),
        WrongAnswer(
            "adds x to the result",
            "You added the tokens to what the heads found. That is the residual connection, and it belongs to the block around "
            "this layer (lesson 06), not to attention.",
            lambda x, W_Q, W_K, W_V, W_O, n_heads, mask=None: x + _right(x, W_Q, W_K, W_V, W_O, n_heads, mask),
        ),
        WrongAnswer(
            "mask ignored",
            "Right without a mask; with one, your result does not change. Hand the mask on to attention.",
            lambda x, W_Q, W_K, W_V, W_O, n_heads, mask=None: _right(x, W_Q, W_K, W_V, W_O, n_heads),
        ),
        WrongAnswer(
            "mask inverted",
            'You hide what the mask allows. True means "may attend" here; in torch.nn.MultiheadAttention it means the opposite.',
            lambda x, W_Q, W_K, W_V, W_O, n_heads, mask=None: _right(
                x, W_Q, W_K, W_V, W_O, n_heads, None if mask is None else ~mask
            ),
        ),
        WrongAnswer(
            "always causal",
            "You hide the future also where no mask was given: hand the argument `mask` on, whatever it is.",
            lambda x, W_Q, W_K, W_V, W_O, n_heads, mask=None: _right(
                x, W_Q, W_K, W_V, W_O, n_heads, np.tri(len(x), dtype=bool)
            ),
        ),
        WrongAnswer(
            "NaN where a row may attend to nothing",
            "Right, but for a token that may attend to nothing: its softmax is 0 / 0. Its share of every head is defined as zeros; "
            "the `attention` of lesson 04 does that.",
            _nan_rows,
        ),
    ),
    hints=(
        "Five lines, one for each word: project, split, attend, join, mix. You have a function for all but the products.",
        "`split_heads(x @ W_Q, n_heads)` gives (head, token, d_head), and the same goes for K and V. One call of `attention` then "
        "serves all heads.",
        "`merge_heads(attention(Q, K, V, mask)) @ W_O`, with Q, K and V split.",
    ),
    also_right=(by_hand.multi_head_by_loops, _one_head_after_the_other, _one_einsum_each),
    library=(
        "torch.multi_head_attention_forward",
        "course_lib.multi_head_attention",
        "course_lib.multi_head_by_loops",
    ),
)


# --- the output as a sum ------------------------------------------------------------------------------------------


def _sum_cases(rng: np.random.Generator) -> list[Case]:
    def heads(n_heads: int, n_tokens: int, d_head: int) -> tuple:
        d_model = n_heads * d_head
        return rng.normal(size=(n_heads, n_tokens, d_head)), rng.normal(size=(d_model, d_model))

    return [
        Case(heads(3, 5, 2)),
        Case(heads(2, 7, 3)),
        Case(heads(5, 3, 2), "more heads than tokens"),
        Case(heads(1, 5, 7), "a single head"),
        Case(heads(3, 1, 5), "a single token"),
        Case(heads(7, 2, 1), "heads of width 1"),
    ]


def _own(W_O: np.ndarray, heads: np.ndarray) -> np.ndarray:
    return W_O.reshape(heads.shape[0], heads.shape[2], -1)


def sum_over_heads(heads, W_O):
    """The same as the library's function, without `contributions`."""
    n_heads, _, d_head = heads.shape
    return (heads @ W_O.reshape(n_heads, d_head, -1)).sum(axis=0)


SUM_OVER_HEADS = Exercise(
    id="multi_head.sum_over_heads",
    specification="Given the outputs of the heads, `(head, token, d_head)`, and `W_O` `(d_model, d_model)`, return the output of "
    "the layer `(token, d_model)` as a sum: head $h$ contributes $\\text{head}_h\\,W_O^{(h)}$, where $W_O^{(h)}$ are the rows of "
    "`W_O` that meet its features.",
    reference=sum_over_heads,
    cases=_sum_cases,
    points=2,
    minutes=7,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "the same slice of W_O for all heads",
            "All your heads are multiplied by the same rows of W_O. In the joined row, head 1 stands behind head 0: which rows of "
            "W_O do its features meet?",
            lambda heads, W_O: (heads @ W_O[: heads.shape[2]]).sum(axis=0),
        ),
        WrongAnswer(
            "mean of the contributions",
            "You averaged the contributions. A matrix product adds its terms up; nothing is divided by the number of heads.",
            lambda heads, W_O: (heads @ _own(W_O, heads)).mean(axis=0),
        ),
        WrongAnswer(
            "columns of W_O instead of rows",
            "You cut W_O by its columns and turned the pieces round. In heads @ W_O the features of a head meet rows of W_O; its "
            "columns are the features of the output.",
            lambda heads, W_O: (heads @ _own(W_O.T, heads)).sum(axis=0),
        ),
        WrongAnswer(
            "forgets W_O",
            "You joined the heads. Each of them still has to pass through its part of W_O.",
            lambda heads, W_O: by_hand.merge_heads(heads),
        ),
        WrongAnswer(
            "interleaved rows of W_O",
            "Your head h meets every n-th row of W_O. The joined row holds the heads in blocks, so head h meets a block of rows.",
            lambda heads, W_O: sum(head @ W_O[h :: len(heads)] for h, head in enumerate(heads)),
        ),
        WrongAnswer(
            "contributions that are not added up",
            "Each contribution is right, and the sum over the heads is missing.",
            lambda heads, W_O: heads @ _own(W_O, heads),
        ),
        WrongAnswer(
            "the last head only",
            "Your result is the contribution of the last head: each turn of the loop writes over the one before.",
            lambda heads, W_O: heads[-1] @ _own(W_O, heads)[-1],
        ),
        WrongAnswer(
            "the first head only",
            "Your result is the contribution of the first head. Is there a `return` inside the loop?",
            lambda heads, W_O: heads[0] @ _own(W_O, heads)[0],
        ),
        WrongAnswer(
            "heads added up before W_O",
            "You added the heads up first and multiplied by the first rows of W_O, or multiplied each by the sum of all parts: what "
            "one head found then went through the matrices of the others.",
            lambda heads, W_O: heads.sum(axis=0) @ _own(W_O, heads).sum(axis=0),
        ),
        WrongAnswer(
            "joined by a reshape alone",
            "You joined the heads by a reshape, which mixes the tokens, and multiplied once. Take head by head, or exchange two "
            "axes first.",
            lambda heads, W_O: heads.reshape(heads.shape[1], -1) @ W_O,
        ),
    ),
    hints=(
        "A row of the joined matrix is [head 0 | head 1 | …]. Write W_O as blocks of rows that fit under these pieces.",
        "Head h has features h * d_head up to (h + 1) * d_head of the joined row, so it meets those rows of W_O.",
        "`sum(heads[h] @ W_O[h * d_head : (h + 1) * d_head] for h in range(n_heads))`.",
    ),
    also_right=(
        lambda heads, W_O: sum(head @ W_O[h * head.shape[1] : (h + 1) * head.shape[1]] for h, head in enumerate(heads)),
        lambda heads, W_O: np.einsum("hte,hed->td", heads, _own(W_O, heads)),
        lambda heads, W_O: by_hand.merge_heads(heads) @ W_O,
    ),
    library=("course_lib.sum_over_heads", "course_lib.contributions"),
)

EXERCISES = (SPLIT_HEADS, MERGE_HEADS, MULTI_HEAD_ATTENTION, SUM_OVER_HEADS)
