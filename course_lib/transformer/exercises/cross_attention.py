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

    def whole(*shape: int) -> np.ndarray:
        """Whole numbers: their scores are exact in float32 too, where a rounded score in the thousands would tell."""
        return rng.integers(-9, 10, size=shape).astype(float)

    decoder_x = np.array([[1.0, 0.0], [-1.0, -0.5], [0.0, 0.5]])
    encoder_y = np.array([[2.0, 1.0], [1.0, 2.0], [3.0, 0.5], [0.5, 1.5]])
    matrices = np.array([[[1.0, 0.5], [0.0, 1.0]], [[1.0, 0.0], [-0.5, 1.0]], [[0.0, 1.0], [1.0, -1.0]]])
    return [
        Case(inputs(3, 5, 7, 2)),
        Case(inputs(5, 3, 11, 2), "more target than source words"),
        Case(inputs(5, 5, 7, 3), "as many target as source words, so that no shape gives a mistake away"),
        Case(inputs(7, 7, 5, 2, 3.0), "as many target as source words, and larger numbers"),
        Case(inputs(1, 7, 5, 3), "a single target word"),
        Case(inputs(3, 1, 5, 2), "a single source word: every target word gets its value"),
        Case((whole(5, 7), whole(5, 7), *whole(3, 7, 4)), "scores in the thousands, where exp overflows"),
        Case((decoder_x, encoder_y, *matrices)),
        Case((decoder_x, np.array([[0.5, 2.0]] * 4), *matrices), "source words that are all alike"),
        Case((decoder_x, encoder_y, *(30.0 * matrices)), "scores far above zero in one row and far below in another"),
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
    "You compare the target with itself and then pass on values of the source. A weight must say how well a "
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
    "You compare the source with itself and pass on values of the target. Who asks, and who is asked?",
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


values_by_w_k = wrong(
    15,
    "values made with W_K",
    "The sequences are right, and your values are made with the matrix of the keys. What a word is found by and what it passes on "
    "are two things, each with a matrix of its own.",
    lambda decoder_x, encoder_y, W_Q, W_K, W_V: attention(decoder_x @ W_Q, encoder_y @ W_K, encoder_y @ W_K),
)

keys_by_w_q = wrong(
    16,
    "keys made with W_Q",
    "The sequences are right, and your keys are made with the matrix of the queries. Keys have a matrix of their own.",
    lambda decoder_x, encoder_y, W_Q, W_K, W_V: attention(decoder_x @ W_Q, encoder_y @ W_Q, encoder_y @ W_V),
)

keys_and_values_exchanged = wrong(
    17,
    "keys and values in the wrong order",
    "Attention got your values where it expects the keys, and the keys where it expects the values. The order is Q, K, V.",
    lambda decoder_x, encoder_y, W_Q, W_K, W_V: attention(decoder_x @ W_Q, encoder_y @ W_V, encoder_y @ W_K),
)


def _from_scores(weigh: Callable) -> Callable:
    """Written out by hand: weigh(scores before any division, d_head) makes the weights."""

    def cross_attention(decoder_x, encoder_y, W_Q, W_K, W_V):
        return weigh(decoder_x @ W_Q @ (encoder_y @ W_K).T, W_K.shape[1]) @ (encoder_y @ W_V)

    return cross_attention


def _quotient(exponentials: np.ndarray) -> np.ndarray:
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


no_root = wrong(
    18,
    "divided by d_head, without the root",
    "You divided the scores by d_head itself. Their spread grows with the square root of the width, and that is what takes it "
    "away again.",
    _from_scores(lambda scores, d_head: softmax(scores / d_head)),
)


def _over_everything(scores: np.ndarray, d_head: int) -> np.ndarray:
    exponentials = np.exp((scores - scores.max()) / np.sqrt(d_head))
    return exponentials / exponentials.sum()


softmax_over_the_whole_table = wrong(
    19,
    "softmax over the whole table",
    "Your weights add up to 1 over the whole table. Each target word has one unit of attention of its own to share out: "
    "the sum runs along the last axis.",
    _from_scores(_over_everything),
)

softmax_without_a_shift = wrong(
    20,
    "softmax without a shift",
    "Right while no score is large. exp of a thousand is infinity, and infinity divided by infinity is NaN: subtract the largest "
    "score of each row first, as in lesson 04.",
    _from_scores(lambda scores, d_head: _quotient(np.exp(scores / np.sqrt(d_head)))),
)

one_largest_score_for_all_rows = wrong(
    21,
    "one largest score for all rows",
    "You subtract the largest score of the whole table. In a row far below it every exponential is 0, and 0 divided by 0 is NaN. "
    "Each row needs its own largest.",
    _from_scores(lambda scores, d_head: _quotient(np.exp((scores - scores.max()) / np.sqrt(d_head)))),
)

no_softmax = wrong(
    22,
    "no softmax",
    "You mixed the values by the scores themselves. Scores can be negative, and do not add up to 1: softmax makes weights of them.",
    _from_scores(lambda scores, d_head: scores / np.sqrt(d_head)),
)

divided_after_the_softmax = wrong(
    23,
    "divided after the softmax",
    "You divided the weights by the square root of d_head, so that they no longer add up to 1. It is the scores that are "
    "divided, before the softmax.",
    _from_scores(lambda scores, d_head: softmax(scores) / np.sqrt(d_head)),
)

scaled_by_the_source_words = wrong(
    24,
    "scaled by the number of source words",
    "You divided by the square root of the number of source words: `len` of a matrix counts its rows. The dot product runs over "
    "the width of the head, the last axis.",
    _from_scores(lambda scores, d_head: softmax(scores / np.sqrt(scores.shape[1]))),
)


@wrong(
    25,
    "the weights instead of what they mix",
    "You returned the weights, (t, s). They say how much each target word takes from each source word; now let them mix the values.",
)
def weights_alone(decoder_x, encoder_y, W_Q, W_K, W_V):
    return attention_weights(decoder_x @ W_Q, encoder_y @ W_K)


HINTS = (
    "It is the head of lesson 04, `attention(x @ W_Q, x @ W_K, x @ W_V)`, with two sequences in place of one. For each "
    "of the three ask: is this about the one who asks, or about the one who is asked?",
    "The result has a row for every target word, so the queries are made from `decoder_x`. Keys and values belong "
    "together.",
    "`attention(decoder_x @ W_Q, encoder_y @ W_K, ...)`, and no mask.",
)
