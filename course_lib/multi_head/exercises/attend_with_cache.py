"""multi_head.attend_with_cache: one new token, and the keys and values of all before it."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import attention, softmax
from course_lib.multi_head import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "`q`, `k` and `v` belong to **one new token** and are `(head, 1, d)`. `cache` is a tuple `(K, V)` of the keys and values of "
    "the tokens before it, each `(head, old, d)`; `old` may be 0. Return two things: what the new token takes over, `(head, 1, d)`, "
    "and the longer cache, a tuple of two arrays `(head, old + 1, d)`. The cache that was given must stay as it was. You may call "
    "`attention(Q, K, V)`.",
    reference=by_hand.attend_with_cache,
    points=3,
    minutes=12,
    difficulty=2,
    library=("course_lib.attend_with_cache",),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def inputs(n_heads: int, old: int, d: int) -> tuple:
        q, k, v = rng.normal(size=(3, n_heads, 1, d))
        return q, k, v, (rng.normal(size=(n_heads, old, d)), rng.normal(size=(n_heads, old, d)))

    return [
        Case(inputs(3, 5, 4)),
        Case(inputs(2, 7, 3)),
        Case(inputs(5, 2, 2), "more heads than tokens"),
        Case(inputs(3, 1, 4), "a single token before it"),
        Case(inputs(2, 0, 3), "an empty cache: the first token of a text"),
        Case(inputs(1, 3, 5), "a single head"),
        Case(inputs(3, 3, 3), "as many heads as tokens as features"),
    ]


@right
def by_stacking(q, k, v, cache):
    K, V = np.append(cache[0], k, axis=1), np.append(cache[1], v, axis=1)
    return attention(q, K, V), (K, V)


@right
def into_new_room(q, k, v, cache):
    n_heads, old, d = cache[0].shape
    K, V = np.empty((n_heads, old + 1, d)), np.empty((n_heads, old + 1, d))
    K[:, :old], K[:, old:], V[:, :old], V[:, old:] = cache[0], k, cache[1], v
    scores = (q * K).sum(axis=-1) / np.sqrt(d)
    return (softmax(scores)[..., None] * V).sum(axis=1, keepdims=True), (K, V)


def _longer(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    return np.concatenate([old, new], axis=1)


def _with(
    grow: Callable = lambda q, k, v, K, V: (_longer(K, k), _longer(V, v)),
    attend: Callable = lambda q, K, V, grown: attention(q, *grown),
    give: Callable = lambda out, cache, grown: (out, grown),
) -> Callable:
    """The right step, but for what is given."""

    def attend_with_cache(q, k, v, cache):
        grown = grow(q, k, v, *cache)
        return give(attend(q, *cache, grown), cache, grown)

    return attend_with_cache


new_key_left_out = wrong(
    1,
    "the new key left out",
    "The new token attends to the ones before it and not to itself. Its own key and value count too: extend the cache first, then "
    "attend.",
    _with(attend=lambda q, K, V, grown: attention(q, K, V)),
)

along_the_features = wrong(
    2,
    "appended along the wrong axis",
    "You lengthen the features of each token (or the list of heads). The tokens are the axis that grows, axis 1.",
    _with(grow=lambda q, k, v, K, V: (np.concatenate([K, k], axis=-1), np.concatenate([V, v], axis=-1))),
)


@wrong(
    3,
    "the old cache changed in place",
    "You write the new key and value over the last of the old ones: the cache loses a token and does not grow, and whoever holds the "
    "old one finds it changed.",
)
def changed_in_place(q, k, v, cache):
    K, V = cache
    K[:, -1:], V[:, -1:] = k, v
    return attention(q, K, V), (K, V)


in_front = wrong(
    4,
    "the new token in front",
    "What the token takes over is right, for attention does not know the order of keys. But your cache has the newest token first: the "
    "tokens stand in the order of the text.",
    _with(grow=lambda q, k, v, K, V: (np.concatenate([k, K], axis=1), np.concatenate([v, V], axis=1))),
)

only_itself = wrong(
    5,
    "attends to itself alone",
    "Your token takes over its own value and nothing else. The keys and values of the tokens before it stand in the cache.",
    _with(attend=lambda q, K, V, grown: attention(q, grown[0][:, -1:], grown[1][:, -1:])),
)

old_cache_given_back = wrong(
    6,
    "the old cache given back",
    "What the token takes over is right, and the cache you return has not grown: the next token would not see this one.",
    _with(give=lambda out, cache, grown: (out, cache)),
)

keys_and_values_exchanged = wrong(
    7,
    "keys and values exchanged in the cache",
    "Your cache comes back as (V, K). It goes in as (K, V), and the next token will read it so.",
    _with(give=lambda out, cache, grown: (out, grown[::-1])),
)

no_cache = wrong(
    8,
    "no cache returned",
    "You return what the token takes over, and nothing else. The longer cache is the second thing.",
    _with(give=lambda out, cache, grown: out),
)

cache_first = wrong(
    9,
    "the cache first",
    "Both parts are right and in the wrong order: first what the token takes over, then the cache.",
    _with(give=lambda out, cache, grown: (grown, out)),
)

query_kept = wrong(
    10,
    "the query kept in place of the key",
    "You put the new query into the cache. Later tokens find this one by its key.",
    _with(grow=lambda q, k, v, K, V: (_longer(K, q), _longer(V, v))),
)

key_twice = wrong(
    11,
    "the key kept as value too",
    "You append the key to the keys and to the values. The value has an array of its own.",
    _with(grow=lambda q, k, v, K, V: (_longer(K, k), _longer(V, k))),
)

appended_twice = wrong(
    12,
    "the new token appended twice",
    "Your cache grows by two tokens: you extend it, and then once more what has been extended.",
    _with(grow=lambda q, k, v, K, V: (_longer(_longer(K, k), k), _longer(_longer(V, v), v))),
)

causal_mask_on_top = wrong(
    13,
    "a causal mask on top",
    "Your token sees the first of all tokens only: a causal mask with one row is True in its first place and False in the others. No "
    "mask is needed here; what comes later is not there.",
    _with(attend=lambda q, K, V, grown: attention(q, *grown, np.tri(1, grown[0].shape[1], dtype=bool))),
)

unscaled = wrong(
    14,
    "no scale",
    "Keys and values are right; the division by the root of d is missing.",
    _with(attend=lambda q, K, V, grown: attention(q * np.sqrt(q.shape[-1]), *grown)),
)

window = wrong(
    15,
    "the oldest token dropped",
    "Your cache keeps its length: with each new token the oldest is lost. Nothing is to be forgotten.",
    _with(grow=lambda q, k, v, K, V: (_longer(K[:, 1:], k), _longer(V[:, 1:], v))),
)

cache_alone = wrong(
    16,
    "the cache alone",
    "You return the longer cache, and not what the token takes over.",
    _with(give=lambda out, cache, grown: grown),
)

output_kept = wrong(
    17,
    "the result kept as value",
    "You put what the token has taken over into the cache. Later tokens need its value, `v`.",
    _with(give=lambda out, cache, grown: (out, (grown[0], _longer(cache[1], out)))),
)

three_things = wrong(
    18,
    "three things returned",
    "You return the result, the keys and the values one after the other. The second thing is one tuple, (K, V).",
    _with(give=lambda out, cache, grown: (out, *grown)),
)


@wrong(
    19,
    "every old token asked again",
    "You return a row for each token of the cache. The old ones have had their turn; only the new one asks.",
)
def every_row(q, k, v, cache):
    K, V = _longer(cache[0], k), _longer(cache[1], v)
    return attention(np.repeat(q, K.shape[1], axis=1), K, V), (K, V)


softmax_over_the_heads = wrong(
    20,
    "softmax over the heads",
    "Your weights sum to one over the heads. Each head shares its attention out over the tokens.",
    _with(
        attend=lambda q, K, V, grown: (
            softmax((q @ grown[0].swapaxes(1, 2)).swapaxes(0, 2) / np.sqrt(q.shape[-1])).swapaxes(0, 2) @ grown[1]
        )
    ),
)

HINTS = (
    "What does the new token see? All that came before it, and itself. Where are the keys of all these?",
    "First make the longer keys and values, new arrays along the token axis; then one call of attention with one query.",
    "`K = np.concatenate([cache[0], k], axis=1)`, `V` likewise; `return attention(q, K, V), (K, V)`.",
)
