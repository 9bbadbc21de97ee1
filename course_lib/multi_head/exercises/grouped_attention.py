"""multi_head.grouped_attention: every head asks for itself, and neighbouring heads share keys and values."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import attention, softmax
from course_lib.multi_head import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `Q` `(head, token, d)`, and `K` and `V` `(group, token, d)`, return `(head, token, d)`. The number of groups divides "
    "the number of heads, and **neighbouring** heads share a group: with 6 heads and 2 groups, the first three heads use the "
    "first keys and values, the last three the second. `mask` `(token, token)`, where it is given, holds for all heads. You may "
    "call `attention(Q, K, V, mask)`, which takes any number of heads at once.",
    reference=by_hand.grouped_attention,
    points=2,
    minutes=10,
    difficulty=2,
    library=("course_lib.grouped_attention",),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def inputs(n_heads: int, n_groups: int, n_tokens: int, d: int) -> tuple:
        shapes = [(n_heads, n_tokens, d), (n_groups, n_tokens, d), (n_groups, n_tokens, d)]
        return tuple(rng.normal(size=shape) for shape in shapes)

    return [
        Case(inputs(6, 2, 5, 4)),
        Case(inputs(8, 4, 3, 5)),
        Case((*inputs(6, 3, 7, 2), np.tri(7, dtype=bool)), "a causal mask"),
        Case(inputs(4, 4, 5, 3), "a group for each head: the usual attention in heads"),
        Case(inputs(5, 1, 3, 4), "one group for all heads"),
        Case(inputs(4, 2, 2, 3), "as many tokens as groups"),
        Case((*inputs(4, 2, 1, 3), np.ones((1, 1), dtype=bool)), "a single token"),
    ]


@right
def group_by_group(Q, K, V, mask=None):
    each = len(Q) // len(K)
    parts = [attention(Q[g * each : (g + 1) * each], K[g], V[g], mask) for g in range(len(K))]
    return np.concatenate(parts)


@right
def head_by_head(Q, K, V, mask=None):
    each = len(Q) // len(K)
    return np.array([attention(q, K[h // each], V[h // each], mask) for h, q in enumerate(Q)])


def _shared(
    keys: Callable = lambda K, each: np.repeat(K, each, axis=0),
    values: Callable | None = None,
    change: Callable = lambda Q, K: Q,
    mask_as: Callable = lambda mask: mask,
) -> Callable:
    """Attention in which keys and values are given to the heads in some way."""

    def grouped_attention(Q, K, V, mask=None):
        each = len(Q) // len(K)
        return attention(
            change(Q, K), keys(K, each), (values or keys)(V, each), None if mask is None else mask_as(mask)
        )

    return grouped_attention


def _tile(K: np.ndarray, each: int) -> np.ndarray:
    return np.tile(K, (each, 1, 1))


def _repeat(K: np.ndarray, each: int) -> np.ndarray:
    return np.repeat(K, each, axis=0)


tiled = wrong(
    1,
    "groups tiled instead of repeated",
    "Your heads take the groups in turn: 1, 2, 1, 2. Neighbouring heads share a group: 1, 1, 2, 2. What is the difference between "
    "`np.tile` and `np.repeat`?",
    _shared(_tile),
)

mean_of_the_groups = wrong(
    2,
    "mean of the groups",
    "Every head of yours asks the mean of all keys and values. Each head asks one group, and that group as it is.",
    _shared(lambda K, each: np.repeat(K.mean(axis=0, keepdims=True), each * len(K), axis=0)),
)

scaled_by_the_groups = wrong(
    3,
    "scale by the number of groups",
    "The scores are divided by the root of the number of groups. Sharing changes nothing in the length of a query: the scale stays "
    "the root of d.",
    _shared(change=lambda Q, K: Q * np.sqrt(Q.shape[-1] / len(K))),
)

first_group_for_all = wrong(
    4,
    "the first group for all heads",
    "All of your heads ask the first group. Only its own heads do.",
    _shared(lambda K, each: np.repeat(K[:1], each * len(K), axis=0)),
)


@wrong(
    5,
    "queries averaged within a group",
    "You return one result for each group. Every head keeps its own queries and its own result; keys and values alone are shared.",
)
def queries_averaged(Q, K, V, mask=None):
    each = len(Q) // len(K)
    return attention(Q.reshape(len(K), each, *Q.shape[1:]).mean(axis=1), K, V, mask)


values_tiled = wrong(
    6,
    "keys repeated, values tiled",
    "Your heads find words by the keys of one group and take over values of another. Both come from the same group.",
    _shared(_repeat, _tile),
)

keys_tiled = wrong(
    7,
    "keys tiled, values repeated",
    "The values are those of the right group, and the keys take the groups in turn: 1, 2, 1, 2. Both come from the same group.",
    _shared(_tile, _repeat),
)


@wrong(
    8,
    "mask ignored",
    "Right without a mask. Where one is given, it has to reach `attention`.",
)
def mask_ignored(Q, K, V, mask=None):
    return by_hand.grouped_attention(Q, K, V)


mask_inverted = wrong(
    9,
    "mask inverted",
    'In this course True means "may attend"; you hide what is True.',
    _shared(mask_as=lambda mask: ~mask),
)

always_causal = wrong(
    10,
    "always causal",
    "You hide later tokens also where no mask was given.",
    lambda Q, K, V, mask=None: by_hand.grouped_attention(Q, K, V, np.tri(Q.shape[1], dtype=bool)),
)

groups_in_reverse = wrong(
    11,
    "the last group first",
    "Your first heads ask the last group.",
    _shared(lambda K, each: np.repeat(K[::-1], each, axis=0)),
)


@wrong(
    12,
    "the first head of each group only",
    "You return as many results as there are groups, for the first head of each. Every head has a result.",
)
def first_heads_of_groups(Q, K, V, mask=None):
    return attention(Q[:: len(Q) // len(K)], K, V, mask)


@wrong(
    13,
    "every head asks all groups",
    "You put the keys of all groups in one row and let every head choose among them. A head asks its own group alone.",
)
def all_groups_at_once(Q, K, V, mask=None):
    every = [np.repeat(one.reshape(1, -1, one.shape[-1]), len(Q), axis=0) for one in (K, V)]
    return attention(Q, *every, None if mask is None else np.tile(mask, (1, len(K))))


@wrong(
    14,
    "no scale",
    "Everything comes from the right group; the division by the root of d is missing.",
)
def no_scale(Q, K, V, mask=None):
    return by_hand.grouped_attention(Q * np.sqrt(Q.shape[-1]), K, V, mask)


@wrong(
    15,
    "divided by d, without the root",
    "You divided the scores by d itself; it is the root of d that undoes their spread.",
)
def no_root(Q, K, V, mask=None):
    return by_hand.grouped_attention(Q / np.sqrt(Q.shape[-1]), K, V, mask)


@wrong(
    16,
    "only as many heads as groups",
    "You return the first heads, one for each group, and leave out the others. All heads have a result.",
)
def as_many_as_groups(Q, K, V, mask=None):
    return attention(Q[: len(K)], K, V, mask)


@wrong(
    17,
    "heads joined",
    "The heads are right, and you have put them side by side. (head, token, d) is asked for.",
)
def heads_joined(Q, K, V, mask=None):
    return by_hand.merge_heads(by_hand.grouped_attention(Q, K, V, mask))


@wrong(
    18,
    "results averaged within a group",
    "You return the mean over the heads of a group. Keys and values are shared, results are not.",
)
def results_averaged(Q, K, V, mask=None):
    heads = by_hand.grouped_attention(Q, K, V, mask)
    return heads.reshape(len(K), -1, *heads.shape[1:]).mean(axis=1)


@wrong(
    19,
    "the weights instead of what they mix",
    "You return the weights. They still have to mix the values.",
)
def weights_alone(Q, K, V, mask=None):
    scores = Q @ np.repeat(K, len(Q) // len(K), axis=0).swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    return softmax(scores if mask is None else np.where(mask, scores, -np.inf))


@wrong(
    20,
    "a width of groups times d",
    "Your result is as wide as all groups together. Each head takes over values of one group, of width d.",
)
def all_groups_side_by_side(Q, K, V, mask=None):
    return np.concatenate([attention(Q, k[None], v[None], mask) for k, v in zip(K, V, strict=True)], axis=-1)


HINTS = (
    "How many heads share a group? Write down, for 6 heads and 2 groups, which group each head asks.",
    "Give every head keys and values of its own by writing each group down several times in a row; then the attention you know "
    "does the rest.",
    "`each = len(Q) // len(K)`; `np.repeat(K, each, axis=0)` gives 1, 1, 1, 2, 2, 2; the same for `V`, and `attention(Q, K, V, mask)`.",
)
