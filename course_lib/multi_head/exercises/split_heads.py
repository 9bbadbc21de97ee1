"""multi_head.split_heads: from (token, d_model) to (head, token, d_head)."""

import numpy as np

from course_lib.multi_head import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given projected tokens `x` of shape `(token, d_model)` and `n_heads`, which divides `d_model`, return an "
    "array of shape `(head, token, d_head)` with `d_head = d_model / n_heads`: the first head gets the first `d_head` features of "
    "**every** token, the second head the next `d_head`, and so on.",
    reference=by_hand.split_heads,
    points=2,
    minutes=8,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.normal(size=(6, 15)), 3), "six tokens, three heads of width 5"),
        Case((rng.normal(size=(4, 14)), 2), "four tokens, two heads of width 7"),
        Case((rng.normal(size=(10, 15)), 5), "more tokens than features in a head"),
        Case((rng.normal(size=(7, 6)), 2), "a number of tokens that the heads do not divide"),
        Case((rng.normal(size=(5, 11)), 1), "a single head gets everything"),
        Case((rng.normal(size=(3, 7)), 7), "as many heads as features"),
        Case((rng.normal(size=(1, 6)), 3), "a single token"),
        Case((np.arange(24.0).reshape(4, 6), 2), "numbers in the order of reading"),
    ]


@right
def split_by_loops(x: np.ndarray, n_heads: int) -> np.ndarray:
    d_head = x.shape[1] // n_heads
    return np.array([[row[h * d_head : (h + 1) * d_head] for row in x] for h in range(n_heads)])


@right
def by_split(x, n_heads):
    return np.stack(np.split(x, n_heads, axis=-1))


@right
def by_moveaxis(x, n_heads):
    return np.moveaxis(x.reshape(len(x), n_heads, -1), 1, 0)


@right
def by_columns(x, n_heads):
    return x.T.reshape(n_heads, -1, len(x)).transpose(0, 2, 1)


@wrong(
    1,
    "split along the tokens",
    "You cut axis 0, as `np.split(x, n_heads)` does unless it is given an axis. Each head gets whole tokens, and "
    "only some of them: a token of one group can then never attend to a token of another. Which axis are the "
    "features on?",
)
def split_along_the_tokens(x, n_heads):
    return np.array(np.split(x, n_heads))


@wrong(
    2,
    "reshape without transpose",
    "The shape is right and the contents are not. A reshape reads the numbers in the order they lie in memory, "
    "token by token, so your first head is filled up with the first tokens alone. Cut the features apart first, "
    "which gives one more axis at the end; then move an axis.",
)
def reshape_without_transpose(x, n_heads):
    return x.reshape(n_heads, len(x), x.shape[1] // n_heads)


@wrong(
    3,
    "tokens in front of the heads",
    "The features are cut apart correctly, and your axes are (token, head, d_head). Attention works on the last two "
    "axes, so it would let the heads of one token attend to each other. The head axis has to come first.",
)
def tokens_in_front_of_the_heads(x, n_heads):
    return x.reshape(len(x), n_heads, -1)


@wrong(
    4,
    "interleaved features",
    "You dealt the features out like cards: the first head has features 0, n_heads, 2 n_heads … The course, GPT-2 and PyTorch "
    "give every head a block of neighbours. With learned weights either would do; weights that were trained one "
    "way cannot be read the other way.",
)
def interleaved_features(x, n_heads):
    return np.array([x[:, h::n_heads] for h in range(n_heads)])


@wrong(
    5,
    "number of heads and their width exchanged",
    "You made heads that are `n_heads` wide, instead of `n_heads` heads. After cutting, which of the two new axes is as long "
    "as there are heads?",
)
def number_of_heads_and_their_width_exchanged(x, n_heads):
    return x.reshape(len(x), -1, n_heads).transpose(1, 0, 2)


@wrong(
    6,
    "features in front of the tokens",
    "Each head holds its own features, but lies on its side: (head, d_head, token). A row must be a token. Look at "
    "the order in which you name the axes in the transpose.",
)
def features_in_front_of_the_tokens(x, n_heads):
    return x.reshape(len(x), n_heads, -1).transpose(1, 2, 0)


@wrong(
    7,
    "transposed first and reshaped to the shape",
    "After `x.T` the features lie in rows, so a reshape hands the first rows to the first head: right so far. But it "
    "then fills (token, d_head) in that order, and tokens and features get mixed up inside the head. In which order are "
    "the two axes at that moment?",
)
def transposed_first_and_reshaped_to_the_shape(x, n_heads):
    return x.T.reshape(n_heads, len(x), -1)


@wrong(
    8,
    "the same features for every head",
    "All your heads are alike: each has the first `d_head` features. The slice has to move on from head to head.",
)
def the_same_features_for_every_head(x, n_heads):
    return np.array([x[:, : x.shape[1] // n_heads]] * n_heads)


@wrong(
    9,
    "every head gets all features",
    "You gave every head a whole copy. That costs `n_heads` times the memory and the work; each head gets its share of "
    "the features, d_model / n_heads of them.",
)
def every_head_gets_all_features(x, n_heads):
    return np.stack([x] * n_heads)


@wrong(
    10,
    "the head axis at the end",
    "Each head has its own features, and your axes are (token, d_head, head). Attention works on the last two axes: the heads come "
    "first, then (token, d_head).",
)
def the_head_axis_at_the_end(x, n_heads):
    return np.stack(np.split(x, n_heads, axis=-1), axis=-1)


@wrong(
    11,
    "all axes turned round",
    "`.T` of three axes turns all of them round: (d_head, head, token). Exchange two axes and leave the third.",
)
def all_axes_turned_round(x, n_heads):
    return x.reshape(len(x), n_heads, -1).T


@wrong(
    12,
    "slices that overlap",
    "Your slice moves on by one feature from head to head, and not by d_head: heads share features, and the last ones go to "
    "nobody. Where does the second head begin?",
)
def slices_that_overlap(x, n_heads):
    d_head = x.shape[1] // n_heads
    return np.array([x[:, h : h + d_head] for h in range(n_heads)])


@wrong(
    13,
    "cut and joined again",
    "You put the pieces side by side again, and that is x. They belong one behind the other, along an axis of their own in front.",
)
def cut_and_joined_again(x, n_heads):
    return np.concatenate(np.split(x, n_heads, axis=-1), axis=-1)


@wrong(
    14,
    "heads one below the other",
    "You put the heads one below the other, (head times token, d_head): where one ends and the next begins can no longer be seen. "
    "`np.stack`, or `np.array` of the list, makes an axis for them.",
)
def heads_one_below_the_other(x, n_heads):
    return np.concatenate(np.split(x, n_heads, axis=-1))


@wrong(
    15,
    "the last head first",
    "The cut is right and the heads stand in reverse order. Head 0 has the first features.",
)
def the_last_head_first(x, n_heads):
    return np.array(np.split(x, n_heads, axis=-1))[::-1]


@wrong(
    16,
    "features in front",
    "Your axes are (d_head, token, head): the features have come to the front. It is the head axis that moves there.",
)
def features_in_front(x, n_heads):
    return x.reshape(len(x), n_heads, -1).transpose(2, 0, 1)


@wrong(
    17,
    "the first head only",
    "Your result is the first head alone. Is there a `return` inside the loop?",
)
def the_first_head_only(x, n_heads):
    return x[:, : x.shape[1] // n_heads]


@wrong(
    18,
    "zeros in place of the other features",
    "Your heads have the full width, with zeros where other heads have their features. A head gets its own features alone, d_head of "
    "them.",
)
def zeros_for_the_others(x, n_heads):
    head_of = np.arange(x.shape[1]) // (x.shape[1] // n_heads)
    return np.array([np.where(head_of == h, x, 0.0) for h in range(n_heads)])


HINTS = (
    "Two moves. First cut the last axis in two, so that a token has `n_heads` rows of `d_head` numbers; then bring the head "
    "axis to the front.",
    "`x.reshape(n_tokens, n_heads, d_head)` cuts the last axis and leaves the tokens alone. What is the order of the axes now, "
    "and what should it be?",
    "`x.reshape(len(x), n_heads, -1).swapaxes(0, 1)`.",
)
