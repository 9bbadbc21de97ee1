"""attention.single_head: one head, from tokens to its output."""

import numpy as np

from course_lib.attention import by_hand
from course_lib.attention.exercises.inputs import hidden, mask_with_gaps, softened
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given tokens `x` `(token, d_model)`, three weight matrices `W_Q`, `W_K`, `W_V` `(d_model, d_head)` and "
    "an optional boolean `mask` `(token, token)`, return the output of one self-attention head, `(token, d_head)`. Use your "
    "`attention`; as there, a token that may attend to nothing gets a row of zeros.",
    reference=by_hand.single_head,
    points=2,
    minutes=6,
    difficulty=2,
    library=("torch.nn.functional.scaled_dot_product_attention",),
    # Single precision will do, also where np.sqrt(d_k), a float64, has made the result double again.
    rtol=1e-5,
    atol=1e-6,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def head(n: int, d_model: int, d_head: int) -> tuple:
        return (rng.normal(size=(n, d_model)), *(rng.normal(size=(d_model, d_head)) / np.sqrt(d_model) for _ in "QKV"))

    x = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 1.0]])
    W = np.array([[1.0, -1.0, 0.5], [0.0, 2.0, -0.5]])
    one_hidden = np.array([[True, True, True], [False, False, False], [True, True, True]])
    return [
        Case(head(5, 7, 3)),
        Case(head(3, 5, 2)),
        Case(head(4, 3, 5)),
        Case((x, W, np.flip(W), W + 1.0)),
        Case(
            (x, W, np.flip(W), W + 1.0, np.array([[False, True, True], [True, True, False], [False, False, True]])),
            "a mask that hides a different part from each token",
        ),
        Case(head(5, 3, 3), "a head as wide as the model"),
        Case((*head(7, 5, 2), np.tri(7, dtype=bool)), "a causal mask"),
        Case((*head(5, 2, 3), mask_with_gaps(rng, 5)), "a mask with gaps"),
        # Queries of zeros score every key alike, so that nothing but the row that may attend to nothing can go wrong.
        Case((x, 0 * W, W, W + 1.0, one_hidden), "a token that may attend to nothing: its row must be zeros"),
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
    "Your values come from the matrix of the keys. What a token is found by and what it passes on are two different things.",
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
    "You hide the future, whatever mask is given, or none: hand the argument `mask` on as it is.",
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


values_from_w_q = wrong(
    9,
    "values from W_Q",
    "Your values come from the matrix of the queries. What a token looks for and what it passes on are two different things.",
    _head(lambda x, W_Q, W_K, W_V: (x @ W_Q, x @ W_K, x @ W_Q)),
)

everything_from_one_matrix = wrong(
    10,
    "everything from one matrix",
    "Queries, keys and values all come from W_Q. Each has a matrix of its own.",
    _head(lambda x, W_Q, W_K, W_V: (x @ W_Q, x @ W_Q, x @ W_Q)),
)

no_projection_of_queries_and_keys = wrong(
    11,
    "queries and keys not projected",
    "Your tokens are compared as they are. Who looks for what, and who offers it, is decided by W_Q and W_K: they come first.",
    _head(lambda x, W_Q, W_K, W_V: (x, x, x @ W_V)),
)

scaled_twice = wrong(
    12,
    "scaled twice",
    "You divide by the square root of d_head although `attention` has it in it already.",
    _head(lambda x, W_Q, W_K, W_V: (x @ W_Q / np.sqrt(W_Q.shape[1]), x @ W_K, x @ W_V)),
)

queries_and_values_exchanged = wrong(
    21,
    "queries and values exchanged",
    "You handed the values in as queries and the queries as values: attention(Q, K, V) takes them in this order.",
    _head(lambda x, W_Q, W_K, W_V: (x @ W_V, x @ W_K, x @ W_Q)),
)


@wrong(
    15,
    "no scale",
    "The division of the scores by the square root of d_head is missing. Your `attention` contains it.",
)
def no_scale(x, W_Q, W_K, W_V, mask=None):
    return by_hand.attention(x @ W_Q * np.sqrt(W_Q.shape[1]), x @ W_K, x @ W_V, mask)


@wrong(
    16,
    "NaN where a row may attend to nothing",
    "Right, except for a token that may attend to nothing: softmax of nothing but minus infinity is 0 / 0. Its output is defined as "
    "zeros, and `attention` sees to that if it has passed.",
)
def nan_row(x, W_Q, W_K, W_V, mask=None):
    return softened(hidden(by_hand.scaled_scores(x @ W_Q, x @ W_K), mask)) @ (x @ W_V)


@wrong(
    17,
    "a row that may attend to nothing attends to everything",
    "You mask with a large negative number such as -1e9. A token that may attend to nothing then attends to everything, evenly: its "
    "output is defined as zeros, and `attention` sees to that if it has passed.",
)
def even_row(x, W_Q, W_K, W_V, mask=None):
    return by_hand.softmax(hidden(by_hand.scaled_scores(x @ W_Q, x @ W_K), mask, -1e9)) @ (x @ W_V)


@wrong(
    18,
    "mask inverted",
    'You hide what the mask allows and show what it forbids. True means "may attend" here, as in `attention`: hand it on as it is.',
)
def mask_inverted(x, W_Q, W_K, W_V, mask=None):
    return by_hand.single_head(x, W_Q, W_K, W_V, None if mask is None else ~mask)


@wrong(
    19,
    "weights returned without the values",
    "You returned the weights, `(token, token)`. They still have to mix the values, the rows of x W_V.",
)
def weights_returned_without_the_values(x, W_Q, W_K, W_V, mask=None):
    return by_hand.attention_weights(x @ W_Q, x @ W_K, mask)


@wrong(
    20,
    "tokens added to the output",
    "You added x to what attention gives. A head returns its output alone, which need not even be as wide as x.",
)
def tokens_added_to_the_output(x, W_Q, W_K, W_V, mask=None):
    return x + by_hand.single_head(x, W_Q, W_K, W_V, mask)


@wrong(
    13,
    "output scaled",
    "You divided the output by the square root of d_head. It is the scores that are divided, before softmax, and `attention` has done it.",
)
def output_scaled(x, W_Q, W_K, W_V, mask=None):
    return by_hand.single_head(x, W_Q, W_K, W_V, mask) / np.sqrt(W_Q.shape[1])


@wrong(
    14,
    "causal where no mask is given",
    "Where no mask is given you hide the future. None means that nothing is hidden: hand it on as it is.",
)
def causal_where_no_mask_is_given(x, W_Q, W_K, W_V, mask=None):
    return by_hand.single_head(x, W_Q, W_K, W_V, np.tri(len(x), dtype=bool) if mask is None else mask)


HINTS = (
    "Three projections of the same x, then the function you have already.",
    "Row vectors: a token is a row of x, so it stands on the left of its matrix, `x @ W_Q`.",
    "`attention(x @ W_Q, x @ W_K, x @ W_V, mask)`.",
)
