"""transformer.cross_attention: queries from the decoder, keys and values from the encoder."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import attention, attention_weights, softmax
from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.transformer import by_hand

ASKED = Asked(
    "One head that asks in one sequence and is answered from another. `decoder_x` is `(t, d)`: the target "
    "words so far; `encoder_y` is `(s, d)`: the source, encoded; `W_Q`, `W_K`, `W_V` are `(d, d_head)`. Return "
    "`(t, d_head)`: what each target word takes over from the source. You may call `by_hand_attention(Q, K, V)` from the "
    "cell above, which is the attention of lesson 04.",
    reference=by_hand.cross_attention,
    points=2,
    minutes=8,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def inputs(target: int, source: int, d_model: int, d_head: int, size: float = 1.0) -> tuple:
        matrices = rng.normal(size=(3, d_model, d_head)) / np.sqrt(d_model)
        return (rng.normal(size=(target, d_model)) * size, rng.normal(size=(source, d_model)) * size, *matrices)

    return [
        Case(inputs(3, 5, 7, 2)),
        Case(inputs(5, 3, 11, 2), "more target than source words"),
        Case(inputs(5, 5, 7, 3), "as many target as source words, so that no shape gives a mistake away"),
        Case(inputs(7, 7, 5, 2, 3.0), "as many target as source words, and larger numbers"),
        Case(inputs(1, 7, 5, 3), "a single target word"),
        Case(inputs(3, 1, 5, 2), "a single source word: everybody gets its value"),
        Case(inputs(5, 5, 7, 2, 60.0), "scores in the thousands, where exp overflows"),
    ]


@right
def cross_word_by_word(decoder_x, encoder_y, W_Q, W_K, W_V):
    K, V, out = encoder_y @ W_K, encoder_y @ W_V, []
    for x in decoder_x:
        scores = K @ (x @ W_Q) / K.shape[1] ** 0.5
        shares = np.exp(scores - scores.max())
        out.append(shares @ V / shares.sum())
    return np.array(out)


@right
def weights_first(decoder_x, encoder_y, W_Q, W_K, W_V):
    return attention_weights(decoder_x @ W_Q, encoder_y @ W_K) @ encoder_y @ W_V


def _asked(ask: str, key: str, value: str) -> Callable:
    """Attention with queries, keys and values from the decoder ("x") or the encoder ("y")."""

    def cross_attention(decoder_x, encoder_y, W_Q, W_K, W_V):
        sides = {"x": decoder_x, "y": encoder_y}
        return attention(sides[ask] @ W_Q, sides[key] @ W_K, sides[value] @ W_V)

    return cross_attention


queries_from_the_encoder = wrong(
    1,
    "queries from the encoder",
    "You let the source ask and the target answer: you have a row for every source word. Who is about to write a "
    "word and needs something?",
    _asked("y", "x", "x"),
)

values_from_the_decoder = wrong(
    2,
    "values from the decoder",
    "The scores are right, and then you mix the decoder's own words. What a key is found by and what is passed on "
    "belong to the same word: keys and values come from one sequence.",
    _asked("x", "y", "x"),
)

keys_from_the_decoder = wrong(
    3,
    "keys from the decoder",
    "You compare the target with itself and then hand out values of the source. A weight must say how well a "
    "target word fits a source word: which sequence do the keys come from?",
    _asked("x", "x", "y"),
)

self_attention_of_the_decoder = wrong(
    4,
    "self-attention of the decoder",
    "Your result does not depend on `encoder_y` at all: that is the self-attention which a decoder's block does "
    "before. Here the answers come from the source.",
    _asked("x", "x", "x"),
)

self_attention_of_the_encoder = wrong(
    5,
    "self-attention of the encoder",
    "Your result does not depend on `decoder_x` at all: whatever has been written so far, the decoder would be "
    "told the same.",
    _asked("y", "y", "y"),
)

queries_and_values_from_the_encoder_keys_from_the_decoder = wrong(
    6,
    "queries and values from the encoder, keys from the decoder",
    "Two of the three are exchanged: you have queries of the source and keys of the target. The one who writes asks.",
    _asked("y", "x", "y"),
)

queries_from_the_encoder_keys_too = wrong(
    7,
    "queries from the encoder, keys too",
    "You compare the source with itself and hand out values of the target. Who asks, and who is asked?",
    _asked("y", "y", "x"),
)


@wrong(
    8,
    "causal mask applied",
    "You hide later source words from earlier target words. The future that a decoder must not see is its own; the "
    "source is all there before the first word is written.",
)
def cross_causal(decoder_x, encoder_y, W_Q, W_K, W_V):
    mask = np.tri(len(decoder_x), len(encoder_y), dtype=bool)
    return attention(decoder_x @ W_Q, encoder_y @ W_K, encoder_y @ W_V, mask)


@wrong(
    9,
    "no scale",
    "Everything comes from the right place; the division by the square root of d_head is missing.",
)
def cross_unscaled(decoder_x, encoder_y, W_Q, W_K, W_V):
    return softmax(decoder_x @ W_Q @ (encoder_y @ W_K).T) @ (encoder_y @ W_V)


@wrong(
    10,
    "scaled by d_model",
    "You divided by the square root of the width of the tokens. The dot product runs over the width of the head, "
    "the last axis of the queries.",
)
def cross_scaled_by_d_model(decoder_x, encoder_y, W_Q, W_K, W_V):
    scores = decoder_x @ W_Q @ (encoder_y @ W_K).T / np.sqrt(decoder_x.shape[-1])
    return softmax(scores) @ (encoder_y @ W_V)


@wrong(
    11,
    "softmax over queries",
    "Your softmax runs over the target words: each source word shares itself out. Each target word shares one "
    "unit of attention out over the source, the last axis of the scores.",
)
def cross_over_queries(decoder_x, encoder_y, W_Q, W_K, W_V):
    scores = decoder_x @ W_Q @ (encoder_y @ W_K).T / np.sqrt(W_Q.shape[-1])
    return softmax(scores.T).T @ (encoder_y @ W_V)


@wrong(
    12,
    "asks both sequences at once",
    "You put target and source into one row and ask both. Some later models do that; here the target's own words "
    "have had their turn in self-attention, and the source alone is asked.",
)
def cross_joined(decoder_x, encoder_y, W_Q, W_K, W_V):
    both = np.concatenate([encoder_y, decoder_x])
    return attention(decoder_x @ W_Q, both @ W_K, both @ W_V)


@wrong(
    13,
    "W_Q and W_K exchanged",
    "The sequences are right and the matrices are not: you made queries with W_K and keys with W_Q.",
)
def cross_matrices_exchanged(decoder_x, encoder_y, W_Q, W_K, W_V):
    return attention(decoder_x @ W_K, encoder_y @ W_Q, encoder_y @ W_V)


@wrong(
    14,
    "values without W_V",
    "You mix the encoder's words as they are. What is passed on is their projection by W_V, of width d_head.",
)
def cross_raw_values(decoder_x, encoder_y, W_Q, W_K, W_V):
    return attention(decoder_x @ W_Q, encoder_y @ W_K, encoder_y)


HINTS = (
    "It is the head of lesson 04, `attention(x @ W_Q, x @ W_K, x @ W_V)`, with two sequences in place of one. For each "
    "of the three ask: is this about the one who asks, or about the one who is asked?",
    "The result has a row for every target word, so the queries are made from `decoder_x`. Keys and values belong "
    "together.",
    "`attention(decoder_x @ W_Q, encoder_y @ W_K, ...)`, and no mask.",
)
