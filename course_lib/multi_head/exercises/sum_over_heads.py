"""multi_head.sum_over_heads: the output as a sum of what each head writes."""

import numpy as np

from course_lib.multi_head import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong


def sum_over_heads(heads, W_O):
    """The same as the library's function, without `contributions`."""
    n_heads, _, d_head = heads.shape
    return (heads @ W_O.reshape(n_heads, d_head, -1)).sum(axis=0)


ASKED = Asked(
    "Given the outputs of the heads, `(head, token, d_head)`, and `W_O` `(d_model, d_model)`, return the output of "
    "the layer `(token, d_model)` as a sum: head $h$ contributes $\\text{head}_h\\,W_O^{(h)}$, where $W_O^{(h)}$ are the rows of "
    "`W_O` that meet its features.",
    reference=sum_over_heads,
    points=2,
    minutes=7,
    difficulty=2,
    library=("course_lib.sum_over_heads", "course_lib.contributions"),
)


def cases(rng: np.random.Generator) -> list[Case]:
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
        Case((np.arange(12.0).reshape(2, 3, 2), np.arange(16.0).reshape(4, 4)), "numbers in the order of reading"),
    ]


@right
def head_by_head(heads, W_O):
    return sum(head @ W_O[h * head.shape[1] : (h + 1) * head.shape[1]] for h, head in enumerate(heads))


def _own(W_O: np.ndarray, heads: np.ndarray) -> np.ndarray:
    return W_O.reshape(heads.shape[0], heads.shape[2], -1)


@right
def by_einsum(heads, W_O):
    return np.einsum("hte,hed->td", heads, _own(W_O, heads))


@right
def joined_first(heads, W_O):
    return by_hand.merge_heads(heads) @ W_O


@wrong(
    1,
    "the same slice of W_O for all heads",
    "All your heads are multiplied by the same rows of W_O. In the joined row, the second head stands behind the first: which rows of "
    "W_O do its features meet?",
)
def the_same_slice_of_w_o_for_all_heads(heads, W_O):
    return (heads @ W_O[: heads.shape[2]]).sum(axis=0)


@wrong(
    2,
    "mean of the contributions",
    "You averaged the contributions. A matrix product adds its terms up; nothing is divided by the number of heads.",
)
def mean_of_the_contributions(heads, W_O):
    return (heads @ _own(W_O, heads)).mean(axis=0)


@wrong(
    3,
    "columns of W_O instead of rows",
    "You cut W_O by its columns and turned the pieces round. In heads @ W_O the features of a head meet rows of W_O; its "
    "columns are the features of the output.",
)
def columns_of_w_o_instead_of_rows(heads, W_O):
    return (heads @ _own(W_O.T, heads)).sum(axis=0)


@wrong(
    4,
    "forgets W_O",
    "You joined the heads. Each of them still has to pass through its part of W_O.",
)
def forgets_w_o(heads, W_O):
    return by_hand.merge_heads(heads)


@wrong(
    5,
    "interleaved rows of W_O",
    "Your head h meets every n-th row of W_O. The joined row holds the heads in blocks, so head h meets a block of rows.",
)
def interleaved_rows_of_w_o(heads, W_O):
    return sum(head @ W_O[h :: len(heads)] for h, head in enumerate(heads))


@wrong(
    6,
    "contributions that are not added up",
    "Each contribution is right, and the sum over the heads is missing.",
)
def contributions_that_are_not_added_up(heads, W_O):
    return heads @ _own(W_O, heads)


@wrong(
    7,
    "the last head only",
    "Your result is the contribution of the last head: each turn of the loop writes over the one before.",
)
def the_last_head_only(heads, W_O):
    return heads[-1] @ _own(W_O, heads)[-1]


@wrong(
    8,
    "the first head only",
    "Your result is the contribution of the first head. Is there a `return` inside the loop?",
)
def the_first_head_only(heads, W_O):
    return heads[0] @ _own(W_O, heads)[0]


@wrong(
    9,
    "heads added up before W_O",
    "You added the heads up first and multiplied by the first rows of W_O, or multiplied each by the sum of all parts: what "
    "one head found then went through the matrices of the others.",
)
def heads_added_up_before_w_o(heads, W_O):
    return heads.sum(axis=0) @ _own(W_O, heads).sum(axis=0)


@wrong(
    10,
    "joined by a reshape alone",
    "You joined the heads by a reshape, which mixes the tokens, and multiplied once. Take head by head, or exchange two "
    "axes first.",
)
def joined_by_a_reshape_alone(heads, W_O):
    return heads.reshape(heads.shape[1], -1) @ W_O


@wrong(
    11,
    "slices of W_O that overlap",
    "Your slice of W_O moves on by one row from head to head, and not by d_head. Where do the rows of the second head begin?",
)
def slices_that_overlap(heads, W_O):
    return sum(head @ W_O[h : h + heads.shape[2]] for h, head in enumerate(heads))


@wrong(
    12,
    "the first head left out",
    "The contribution of the first head is missing: Python counts from 0. Where does your loop begin?",
)
def head_0_left_out(heads, W_O):
    return (heads @ _own(W_O, heads))[1:].sum(axis=0)


@wrong(
    13,
    "the last head left out",
    "The contribution of the last head is missing: your loop ends one too early.",
)
def the_last_head_left_out(heads, W_O):
    return (heads @ _own(W_O, heads))[:-1].sum(axis=0)


@wrong(
    14,
    "contributions side by side",
    "You put the contributions side by side. Each of them has the full width of a token already: they are added up.",
)
def contributions_side_by_side(heads, W_O):
    return np.concatenate(list(heads @ _own(W_O, heads)), axis=-1)


@wrong(
    15,
    "summed over the tokens",
    "You added up over the tokens. The sum runs over the heads, the first axis: each token keeps a row of its own.",
)
def summed_over_the_tokens(heads, W_O):
    return (heads @ _own(W_O, heads)).sum(axis=1)


@wrong(
    16,
    "everything in one number",
    "`sum()` without an axis adds everything up. The sum runs over the heads alone: `axis=0`.",
)
def everything_in_one_number(heads, W_O):
    return float((heads @ _own(W_O, heads)).sum())


@wrong(
    17,
    "sum of the heads, without W_O",
    "You added the heads themselves up. Each first passes through its part of W_O, which brings it to the width of a token.",
)
def sum_of_the_heads(heads, W_O):
    return heads.sum(axis=0)


HINTS = (
    "A row of the joined matrix is [head 1 | head 2 | …]. Write W_O as blocks of rows that fit under these pieces.",
    "`heads[h]` has features h * d_head up to (h + 1) * d_head of the joined row, so it meets those rows of W_O.",
    "`sum(heads[h] @ W_O[h * d_head : (h + 1) * d_head] for h in range(n_heads))`.",
)
