"""multi_head.merge_heads: from (head, token, d_head) back to (token, d_model)."""

import numpy as np

from course_lib.multi_head import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "The way back: given what the heads found, `x` of shape `(head, token, d_head)`, put each token's pieces side "
    "by side, the first head first, and return `(token, d_model)`. `merge_heads(split_heads(x, n))` must be `x` again.",
    reference=by_hand.merge_heads,
    points=1,
    minutes=5,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.normal(size=(3, 5, 2)),)),
        Case((rng.normal(size=(2, 7, 5)),)),
        Case((rng.normal(size=(5, 3, 7)),), "more heads than tokens"),
        Case((rng.normal(size=(1, 5, 3)),), "a single head"),
        Case((rng.normal(size=(3, 1, 5)),), "a single token"),
        Case((rng.normal(size=(7, 3, 1)),), "heads of width 1"),
        Case((np.arange(24.0).reshape(2, 4, 3),), "numbers in the order of reading"),
    ]


@right
def by_concatenate(x):
    return np.concatenate(list(x), axis=-1)


@right
def by_hstack(x):
    return np.hstack(x)


@right
def number_by_number(x):
    return np.array([[value for head in x for value in head[i]] for i in range(x.shape[1])])


@wrong(
    1,
    "reshape without transpose",
    "The shape is right, and a row of yours holds pieces of several tokens: a reshape reads the first head to its end before it "
    "comes to the second. The pieces of one token must become neighbours first.",
)
def reshape_without_transpose(x):
    return x.reshape(x.shape[1], -1)


@wrong(
    2,
    "mean of the heads",
    "You averaged the heads. What they found is not the same thing seen several times: each has features of its "
    "own, and the next matrix needs them all.",
)
def mean_of_the_heads(x):
    return x.mean(axis=0)


@wrong(
    3,
    "sum of the heads",
    "You added the heads up. Afterwards nobody could tell which of them found what. They go side by side.",
)
def sum_of_the_heads(x):
    return x.sum(axis=0)


@wrong(
    4,
    "stacks the tokens",
    "You put the heads one below the other, as `np.concatenate` does on axis 0: now there are head times token rows. "
    "The heads of one token belong side by side, along the features.",
)
def stacks_the_tokens(x):
    return np.concatenate(list(x))


@wrong(
    5,
    "interleaved features",
    "All the numbers stand in the right row, and in another order: first entry 0 of every head, then entry 1 of every "
    "head. A head's features stay together.",
)
def interleaved_features(x):
    return x.transpose(1, 2, 0).reshape(x.shape[1], -1)


@wrong(
    6,
    "all axes turned round",
    "`x.T` of three axes turns all of them round: (d_head, token, head). The reshape after it mixes tokens. Exchange "
    "two axes and leave the third.",
)
def all_axes_turned_round(x):
    return x.T.reshape(x.shape[1], -1)


@wrong(
    7,
    "features by tokens",
    "Your result lies on its side: (d_model, token). A row must be a token.",
)
def features_by_tokens(x):
    return np.concatenate([head.T for head in x])


@wrong(
    8,
    "heads and tokens exchanged, not joined",
    "The order is right, (token, head, d_head), and the last step is missing: two axes become one.",
)
def heads_and_tokens_exchanged_not_joined(x):
    return x.swapaxes(0, 1)


@wrong(
    9,
    "the last head first",
    "The heads are side by side in reverse order. Head 0 comes first.",
)
def the_last_head_first(x):
    return np.concatenate(list(x[::-1]), axis=-1)


@wrong(
    10,
    "one long row",
    "You made one row of everything. The result has a row for each token.",
)
def one_long_row(x):
    return x.flatten()


@wrong(
    11,
    "as many rows as heads",
    "The axes are exchanged correctly, and the reshape then counts wrongly: after the exchange the first axis is the token axis, and "
    "`x.shape[0]` is still the number of heads.",
)
def as_many_rows_as_heads(x):
    return x.swapaxes(0, 1).reshape(len(x), -1)


@wrong(
    12,
    "the last head only",
    "Your result is the last head: each turn of the loop writes over the one before. All heads go side by side.",
)
def the_last_head_only(x):
    return x[-1]


@wrong(
    13,
    "the first head only",
    "Your result is the first head alone. Is there a `return` inside the loop, or an index too many?",
)
def the_first_head_only(x):
    return x[0]


@wrong(
    14,
    "heads behind the features",
    "You stacked the heads along a new last axis: (token, d_head, head). No new axis is needed: they go side by side along the "
    "features.",
)
def heads_behind_the_features(x):
    return np.dstack(list(x))


@wrong(
    15,
    "the wrong two axes exchanged",
    "You exchanged tokens and features inside each head, and the reshape then mixes them. The pieces of one token must become "
    "neighbours: which two axes are in the way?",
)
def the_wrong_two_axes_exchanged(x):
    return x.swapaxes(1, 2).reshape(x.shape[1], -1)


HINTS = (
    "Undo the two moves of `split_heads` in the opposite order.",
    "Bring the axes into the order (token, head, d_head): then the pieces of a token follow one another.",
    "`x.swapaxes(0, 1).reshape(n_tokens, n_heads * d_head)`, or `np.concatenate` with an axis.",
)
