"""attention.single_head: one head, from tokens to its output."""

import numpy as np

from course_lib.attention import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given tokens `x` `(token, d_model)`, three weight matrices `W_Q`, `W_K`, `W_V` `(d_model, d_head)` and "
    "an optional `mask`, return the output of one self-attention head, `(token, d_head)`. Use your `attention`.",
    reference=by_hand.single_head,
    points=2,
    minutes=6,
    difficulty=2,
    library=("torch.nn.functional.scaled_dot_product_attention",),
)


def cases(rng: np.random.Generator) -> list[Case]:
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


@right
def token_by_token(x, W_Q, W_K, W_V, mask=None):
    Q, K, V = (np.stack([W.T @ row for row in x]) for W in (W_Q, W_K, W_V))
    return by_hand.attention_by_loops(Q, K, V, mask)


@right
def one_product(x, W_Q, W_K, W_V, mask=None):
    Q, K, V = np.split(x @ np.concatenate([W_Q, W_K, W_V], axis=1), 3, axis=1)
    return by_hand.attention(Q, K, V, mask)


def _head(project: object) -> object:
    def single_head(x, W_Q, W_K, W_V, mask=None):
        return by_hand.attention(*project(x, W_Q, W_K, W_V), mask)

    return single_head


v_x = wrong(
    1,
    "V = x",
    "The values must be projected too: you mixed the tokens themselves. What a token passes on is x W_V.",
    _head(lambda x, W_Q, W_K, W_V: (x @ W_Q, x @ W_K, x)),
)

keys_from_w_q = wrong(
    2,
    "keys from W_Q",
    "Your keys come from the matrix of the queries. Then token i scores token j exactly as j scores i, and a noun "
    "could not look for an adjective without the adjective looking back.",
    _head(lambda x, W_Q, W_K, W_V: (x @ W_Q, x @ W_Q, x @ W_V)),
)

values_from_w_k = wrong(
    3,
    "values from W_K",
    "Your values come from the matrix of the keys: by what a token is found and what it passes on are two things.",
    _head(lambda x, W_Q, W_K, W_V: (x @ W_Q, x @ W_K, x @ W_K)),
)

queries_and_keys_exchanged = wrong(
    4,
    "queries and keys exchanged",
    "The queries come from W_K and the keys from W_Q: who asks and who answers have changed places.",
    _head(lambda x, W_Q, W_K, W_V: (x @ W_K, x @ W_Q, x @ W_V)),
)

keys_and_values_exchanged = wrong(
    5,
    "keys and values exchanged",
    "You handed the values in as keys and the keys as values: attention(Q, K, V) takes them in this order.",
    _head(lambda x, W_Q, W_K, W_V: (x @ W_Q, x @ W_V, x @ W_K)),
)


@wrong(
    6,
    "always causal",
    "You hide the future also where no mask was given: hand the argument `mask` on, whatever it is.",
)
def always_causal(x, W_Q, W_K, W_V, mask=None):
    return by_hand.single_head(x, W_Q, W_K, W_V, np.tri(len(x), dtype=bool))


@wrong(
    7,
    "scaled by d_model",
    "You divided by the square root of d_model. The dot product has d_head terms, one for each column of Q.",
)
def scaled_by_d_model(x, W_Q, W_K, W_V, mask=None):
    Q, K, V = x @ W_Q, x @ W_K, x @ W_V
    return by_hand.attention(Q * np.sqrt(Q.shape[-1] / x.shape[-1]), K, V, mask)


@wrong(
    8,
    "mask ignored",
    "Right without a mask; with one, your result does not change. Hand the mask on to attention, and see that attention "
    "uses it.",
)
def mask_ignored(x, W_Q, W_K, W_V, mask=None):
    return by_hand.single_head(x, W_Q, W_K, W_V)


HINTS = (
    "Three projections of the same x, then the function you have already.",
    "Row vectors: a token is a row of x, so it stands on the left of its matrix, `x @ W_Q`.",
    "`attention(x @ W_Q, x @ W_K, x @ W_V, mask)`.",
)
