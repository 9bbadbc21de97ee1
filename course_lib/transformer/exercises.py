"""What the learner writes in lesson 07: cross-attention, the masks of the three families, greedy writing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.attention.by_hand import attention, attention_weights, causal_mask, softmax
from course_lib.practice.exercise import Case, Exercise, WrongAnswer
from course_lib.transformer import by_hand

__all__ = ["EXERCISES", "NextLogits"]


# --- cross-attention ----------------------------------------------------------------------------------------------


def _cross_cases(rng: np.random.Generator) -> list[Case]:
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


def _asked(ask: str, key: str, value: str) -> Callable:
    """Attention with queries, keys and values from the decoder ("x") or the encoder ("y")."""

    def cross_attention(decoder_x, encoder_y, W_Q, W_K, W_V):
        sides = {"x": decoder_x, "y": encoder_y}
        return attention(sides[ask] @ W_Q, sides[key] @ W_K, sides[value] @ W_V)

    return cross_attention


def _cross_causal(decoder_x, encoder_y, W_Q, W_K, W_V):
    mask = np.tri(len(decoder_x), len(encoder_y), dtype=bool)
    return attention(decoder_x @ W_Q, encoder_y @ W_K, encoder_y @ W_V, mask)


def _cross_unscaled(decoder_x, encoder_y, W_Q, W_K, W_V):
    return softmax(decoder_x @ W_Q @ (encoder_y @ W_K).T) @ (encoder_y @ W_V)


def _cross_scaled_by_d_model(decoder_x, encoder_y, W_Q, W_K, W_V):
    scores = decoder_x @ W_Q @ (encoder_y @ W_K).T / np.sqrt(decoder_x.shape[-1])
    return softmax(scores) @ (encoder_y @ W_V)


def _cross_over_queries(decoder_x, encoder_y, W_Q, W_K, W_V):
    scores = decoder_x @ W_Q @ (encoder_y @ W_K).T / np.sqrt(W_Q.shape[-1])
    return softmax(scores.T).T @ (encoder_y @ W_V)


def _cross_joined(decoder_x, encoder_y, W_Q, W_K, W_V):
    both = np.concatenate([encoder_y, decoder_x])
    return attention(decoder_x @ W_Q, both @ W_K, both @ W_V)


def _cross_matrices_exchanged(decoder_x, encoder_y, W_Q, W_K, W_V):
    return attention(decoder_x @ W_K, encoder_y @ W_Q, encoder_y @ W_V)


def _cross_raw_values(decoder_x, encoder_y, W_Q, W_K, W_V):
    return attention(decoder_x @ W_Q, encoder_y @ W_K, encoder_y)


def _cross_word_by_word(decoder_x, encoder_y, W_Q, W_K, W_V):
    K, V, out = encoder_y @ W_K, encoder_y @ W_V, []
    for x in decoder_x:
        scores = K @ (x @ W_Q) / K.shape[1] ** 0.5
        shares = np.exp(scores - scores.max())
        out.append(shares @ V / shares.sum())
    return np.array(out)


CROSS_ATTENTION = Exercise(
    id="transformer.cross_attention",
    specification="One head that asks in one sequence and is answered from another. `decoder_x` is `(t, d)`: the target "
    "words so far; `encoder_y` is `(s, d)`: the source, encoded; `W_Q`, `W_K`, `W_V` are `(d, d_head)`. Return "
    "`(t, d_head)`: what each target word takes over from the source. You may call `by_hand_attention(Q, K, V)` from the "
    "cell above, which is the attention of lesson 04.",
    reference=by_hand.cross_attention,
    cases=_cross_cases,
    points=2,
    minutes=8,
    wrong=(
        WrongAnswer(
            "queries from the encoder",
            "You let the source ask and the target answer: you have a row for every source word. Who is about to write a "
            "word and needs something?",
            _asked("y", "x", "x"),
        ),
        WrongAnswer(
            "values from the decoder",
            "The scores are right, and then you mix the decoder's own words. What a key is found by and what is passed on "
            "belong to the same word: keys and values come from one sequence.",
            _asked("x", "y", "x"),
        ),
        WrongAnswer(
            "keys from the decoder",
            "You compare the target with itself and then hand out values of the source. A weight must say how well a "
            "target word fits a source word: which sequence do the keys come from?",
            _asked("x", "x", "y"),
        ),
        WrongAnswer(
            "self-attention of the decoder",
            "Your result does not depend on `encoder_y` at all: that is the self-attention which a decoder's block does "
            "before. Here the answers come from the source.",
            _asked("x", "x", "x"),
        ),
        WrongAnswer(
            "self-attention of the encoder",
            "Your result does not depend on `decoder_x` at all: whatever has been written so far, the decoder would be "
            "told the same.",
            _asked("y", "y", "y"),
        ),
        WrongAnswer(
            "queries and values from the encoder, keys from the decoder",
            "Two of the three are exchanged: you have queries of the source and keys of the target. The one who writes "
            "asks.",
            _asked("y", "x", "y"),
        ),
        WrongAnswer(
            "queries from the encoder, keys too",
            "You compare the source with itself and hand out values of the target. Who asks, and who is asked?",
            _asked("y", "y", "x"),
        ),
        WrongAnswer(
            "causal mask applied",
            "You hide later source words from earlier target words. The future that a decoder must not see is its own; the "
            "source is all there before the first word is written.",
            _cross_causal,
        ),
        WrongAnswer(
            "no scale",
            "Everything comes from the right place; the division by the square root of d_head is missing.",
            _cross_unscaled,
        ),
        WrongAnswer(
            "scaled by d_model",
            "You divided by the square root of the width of the tokens. The dot product runs over the width of the head, "
            "the last axis of the queries.",
            _cross_scaled_by_d_model,
        ),
        WrongAnswer(
            "softmax over queries",
            "Your softmax runs over the target words: each source word shares itself out. Each target word shares one "
            "unit of attention out over the source, the last axis of the scores.",
            _cross_over_queries,
        ),
        WrongAnswer(
            "asks both sequences at once",
            "You put target and source into one row and ask both. Some later models do that; here the target's own words "
            "have had their turn in self-attention, and the source alone is asked.",
            _cross_joined,
        ),
        WrongAnswer(
            "W_Q and W_K exchanged",
            "The sequences are right and the matrices are not: you made queries with W_K and keys with W_Q.",
            _cross_matrices_exchanged,
        ),
        WrongAnswer(
            "values without W_V",
            "You mix the encoder's words as they are. What is passed on is their projection by W_V, of width d_head.",
            _cross_raw_values,
        ),
    ),
    hints=(
        "It is the head of lesson 04, `attention(x @ W_Q, x @ W_K, x @ W_V)`, with two sequences in place of one. For each "
        "of the three ask: is this about the one who asks, or about the one who is asked?",
        "The result has a row for every target word, so the queries are made from `decoder_x`. Keys and values belong "
        "together.",
        "`attention(decoder_x @ W_Q, encoder_y @ W_K, ...)`, and no mask.",
    ),
    also_right=(
        _cross_word_by_word,
        lambda decoder_x, encoder_y, W_Q, W_K, W_V: (
            attention_weights(decoder_x @ W_Q, encoder_y @ W_K) @ encoder_y @ W_V
        ),
    ),
)


# --- masks --------------------------------------------------------------------------------------------------------


def _mask_cases(rng: np.random.Generator) -> list[Case]:
    long, short = (int(n) for n in rng.permutation([5, 7, 11])[:2])
    return [
        Case(("encoder", 3, 5)),
        Case(("decoder", 3, 5)),
        Case(("encoder-decoder", 5, 3)),
        Case(("encoder-decoder", 2, 7), "more target than source words"),
        Case(("encoder-decoder", long, short)),
        Case(("encoder-decoder", 5, 5), "as many source as target words"),
        Case(("decoder", 7, 1), "a single target word: it sees itself"),
        Case(("encoder", 1, 5), "a single source word"),
    ]


def _masks(
    encoder: Callable = lambda s, t: np.ones((s, s), dtype=bool),
    decoder: Callable = lambda s, t: causal_mask(t),
    cross: Callable | None = lambda s, t: np.ones((t, s), dtype=bool),
    finish: Callable = lambda mask: mask,
    always: bool = False,
) -> Callable:
    """The right masks, but for what is given."""

    def attention_mask(family, n_source, n_target):
        made = {}
        if always or family != "decoder":
            made["encoder"] = encoder(n_source, n_target)
        if always or family != "encoder":
            made["decoder"] = decoder(n_source, n_target)
        if cross is not None and (always or family == "encoder-decoder"):
            made["cross"] = cross(n_source, n_target)
        return {name: finish(mask) for name, mask in made.items()}

    return attention_mask


def _masks_by_table(family, n_source, n_target):
    full = np.ones((max(n_source, n_target),) * 2, dtype=bool)
    every = {
        "encoder": full[:n_source, :n_source],
        "decoder": np.tril(full)[:n_target, :n_target],
        "cross": full[:n_target, :n_source],
    }
    wanted = {"encoder": ["encoder"], "decoder": ["decoder"], "encoder-decoder": ["cross", "decoder", "encoder"]}
    return {name: every[name] for name in wanted[family]}


def _masks_one_by_one(family, n_source, n_target):
    if family == "encoder":
        return {"encoder": np.full((n_source, n_source), True)}
    if family == "decoder":
        return {"decoder": np.array([[key <= query for key in range(n_target)] for query in range(n_target)])}
    return {
        **_masks_one_by_one("encoder", n_source, n_target),
        **_masks_one_by_one("decoder", n_source, n_target),
        "cross": np.full((n_target, n_source), True),
    }


ATTENTION_MASK = Exercise(
    id="transformer.attention_mask",
    specification='Given a family, `"encoder"`, `"decoder"` or `"encoder-decoder"`, and the lengths `n_source` and '
    "`n_target`, return a dictionary of boolean masks with a row for each query and a column for each key, True where it "
    'may attend: `"encoder"` `(n_source, n_source)`, `"decoder"` `(n_target, n_target)` and `"cross"` '
    "`(n_target, n_source)`; each family with those that it needs and no others.",
    reference=by_hand.attention_mask,
    cases=_mask_cases,
    points=2,
    minutes=8,
    wrong=(
        WrongAnswer(
            "causal encoder",
            "Your encoder may not look ahead. It reads a text that is all there, and writes none: what would it be kept "
            "from?",
            _masks(encoder=lambda s, t: causal_mask(s)),
        ),
        WrongAnswer(
            "unmasked decoder",
            "Your decoder sees the words that it is to predict. In training it would copy them, and in writing they would "
            "not be there.",
            _masks(decoder=lambda s, t: np.ones((t, t), dtype=bool)),
        ),
        WrongAnswer(
            "cross mask transposed",
            "Your cross mask has a row for each source word. The target words ask, so they are the rows.",
            _masks(cross=lambda s, t: np.ones((s, t), dtype=bool)),
        ),
        WrongAnswer(
            "causal cross mask",
            "You hide later source words from earlier target words. The whole source is there before the first word is "
            "written, and its last word may be the first to be needed.",
            _masks(cross=lambda s, t: np.tri(t, s, dtype=bool)),
        ),
        WrongAnswer(
            "square cross mask",
            "Your cross mask is target by target. Its columns are the keys, and those come from the source.",
            _masks(cross=lambda s, t: np.ones((t, t), dtype=bool)),
        ),
        WrongAnswer(
            "no cross mask",
            "Encoder and decoder are right, and nothing joins them: the encoder-decoder has a third attention, from the "
            'target to the source, under the key "cross".',
            _masks(cross=None),
        ),
        WrongAnswer(
            "every mask for every family",
            "You return all three masks whatever the family. A model that has no decoder needs no mask for one: look at "
            "`family` first.",
            _masks(always=True),
        ),
        WrongAnswer(
            "lengths exchanged",
            "The encoder reads the source and the decoder writes the target; your two lengths have changed places.",
            lambda family, n_source, n_target: _masks()(family, n_target, n_source),
        ),
        WrongAnswer(
            "inverted: True where it must not attend",
            'You marked what is forbidden. In this course True means "may attend".',
            _masks(finish=lambda mask: ~mask),
        ),
        WrongAnswer(
            "decoder sees the future",
            "Your decoder's triangle lies on the wrong side: each word sees itself and what comes after it.",
            _masks(decoder=lambda s, t: causal_mask(t).T),
        ),
        WrongAnswer(
            "own position excluded",
            "A target word may attend to itself; you leave the diagonal out, and the first one sees nothing.",
            _masks(decoder=lambda s, t: np.tri(t, k=-1, dtype=bool)),
        ),
        WrongAnswer(
            "zeros and ones instead of booleans",
            "The pattern is right and the numbers are not booleans: a mask chooses, it does not multiply. Compare, or add "
            "`dtype=bool`.",
            _masks(finish=lambda mask: mask.astype(float)),
        ),
    ),
    hints=(
        "Three questions: what does the encoder know when it starts? What does the decoder know when it writes word 3? And "
        "what of the source does it know then?",
        "Only one of the three masks ever holds a False. `np.ones((rows, columns), dtype=bool)` makes the others; rows are "
        "those who ask.",
        'Start with `masks = {}`. `if family != "decoder":` add the encoder\'s, `if family != "encoder":` add the decoder\'s '
        '(`np.tri(n_target, dtype=bool)`), and for `"encoder-decoder"` the cross mask.',
    ),
    also_right=(_masks_by_table, _masks_one_by_one),
)


# --- greedy writing -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NextLogits:
    """Stands in for a model: from all ids so far to logits that look random and are always the same.

    Attributes:
        seed: another seed is another model.
        vocab: how many logits.
        ties: True gives logits of 0 and 1 alone, so that several are the largest.
        raised: added to every logit, which changes no choice.

    >>> model = NextLogits(3, 5)
    >>> model([1, 2]).shape, bool((model([1, 2]) == model([1, 2])).all()), bool((model([1, 2]) == model([2, 1])).all())
    ((5,), True, False)
    """

    seed: int
    vocab: int
    ties: bool = False
    raised: float = 0.0

    def __call__(self, ids: Sequence[int]) -> np.ndarray:
        logits = (
            np.random.default_rng([self.seed, *(int(number) for number in ids)]).normal(size=self.vocab) + self.raised
        )
        return np.where(logits > np.median(logits), 1.0, 0.0) if self.ties else logits


def _greedy_cases(rng: np.random.Generator) -> list[Case]:
    def model(vocab: int, ties: bool = False) -> NextLogits:
        return NextLogits(int(rng.integers(1, 10**6)), vocab, ties)

    def stopping(one: NextLogits, start: list[int], least: int) -> int:
        """A token that is written, but not among the first `least`, nor in the start."""
        written = by_hand.greedy_decode(one, start, -1, 40)[len(start) :]
        late = [token for token in written[least:] if token not in (*written[:least], *start)]
        return late[0] if late else one.vocab

    cases = []
    for vocab, start, least in ((11, [0], 2), (13, [3, 1], 3), (17, [2, 5, 7], 2)):
        one = model(vocab)
        cases.append(Case((one, start, stopping(one, start, least), 41)))
    one = model(7)
    cases.append(Case((one, [1, 4], 7, 5), "enough is written before the stop token comes"))
    one = model(11)
    cases.append(Case((one, [2, 3, 5], 11, 3), "as many new tokens as there were to begin with"))
    cases.append(Case((model(5), [1, 2], 3, 0), "not one new token is allowed"))
    one = model(13)
    begun = [4, 6]
    late = stopping(one, [6, 4], 2)
    cases.append(Case((one, [late, *begun, late], late, 7), "the stop token stands in the start already"))
    cases.append(Case((model(7, ties=True), [1], 7, 11), "several logits are the largest: the smallest id among them"))
    below = NextLogits(int(rng.integers(1, 10**6)), 7, raised=-100.0)
    cases.append(Case((below, [2, 1], 7, 11), "every logit is below zero"))
    cases.append(Case((model(5), [3], 0, 31), "the stop token has the id 0"))
    return cases


def _greedy(
    choose: Callable = np.argmax,
    read: Callable = lambda ids, start: list(ids),
    more: int = 0,
    stops: bool = True,
    give: Callable = lambda ids, start, stop: ids,
) -> Callable:
    """Greedy writing, right but for what is given."""

    def greedy_decode(next_logits, start, stop, max_tokens):
        ids = list(start)
        for _ in range(max_tokens + more):
            chosen = int(choose(next_logits(read(ids, start))))
            ids.append(chosen)
            if stops and chosen == stop:
                break
        return give(ids, list(start), stop)

    return greedy_decode


def _from_zero(logits: np.ndarray) -> int:
    """The place of the largest, searched for from a largest of 0."""
    best, value = 0, 0.0
    for number, logit in enumerate(logits):
        if logit > value:
            best, value = number, logit
    return best


def _never_at_zero(next_logits: Callable, start: list[int], stop: int, max_tokens: int) -> list[int]:
    return by_hand.greedy_decode(next_logits, start, stop or -1, max_tokens)


def _without_stop(ids: list[int], start: list[int], stop: int) -> list[int]:
    return ids[:-1] if len(ids) > len(start) and ids[-1] == stop else ids


def _max_counts_the_start(next_logits, start, stop, max_tokens):
    ids = list(start)
    while len(ids) < max_tokens:
        ids.append(int(np.argmax(next_logits(ids))))
        if ids[-1] == stop:
            break
    return ids


def _stops_at_a_stop_of_the_start(next_logits, start, stop, max_tokens):
    ids = list(start)
    while ids[-1] != stop and len(ids) < len(start) + max_tokens:
        ids.append(int(np.argmax(next_logits(ids))))
    return ids


def _sorted_last(logits: np.ndarray) -> int:
    return int(np.argsort(logits, kind="stable")[-1])


def _greedy_by_recursion(next_logits, start, stop, max_tokens):
    if max_tokens == 0:
        return list(start)
    logits = list(next_logits(list(start)))
    chosen = logits.index(max(logits))
    if chosen == stop:
        return [*start, chosen]
    return _greedy_by_recursion(next_logits, [*start, chosen], stop, max_tokens - 1)


def _greedy_by_while(next_logits, start, stop, max_tokens):
    ids, new = list(start), []
    while len(new) < max_tokens and (not new or new[-1] != stop):
        new.append(int(next_logits(ids + new).argmax()))
    return ids + new


GREEDY_DECODE = Exercise(
    id="transformer.greedy_decode",
    specification="`next_logits(ids)` is a model: give it the list of all ids so far and it returns the logits of the next "
    "one, `(vocab,)`. Begin with the ids in `start` and append the id with the largest logit, again and again, until "
    "you have appended `stop` or `max_tokens` new ids. Return the list of all ids, `start` and `stop` included. Among equal "
    "logits take the smallest id.",
    reference=by_hand.greedy_decode,
    cases=_greedy_cases,
    points=2,
    minutes=10,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "a search that begins at zero",
            "You look for a logit above 0. Logits can all be negative, and then you keep the first id. Begin with the first logit, or with "
            "minus infinity.",
            _greedy(choose=_from_zero),
        ),
        WrongAnswer(
            "never stops at id 0",
            "Where the stop token has the id 0 you write on: 0 counts as False in `if stop`. Compare with `==`.",
            _never_at_zero,
        ),
        WrongAnswer(
            "never stops",
            "You always write `max_tokens` tokens. After the stop token nothing more is to be written.",
            _greedy(stops=False),
        ),
        WrongAnswer(
            "the smallest logit",
            "You take the token with the smallest logit, which the model thinks the least of.",
            _greedy(choose=np.argmin),
        ),
        WrongAnswer(
            "start left out",
            "You return only what was written. The ids of `start` belong to the result.",
            _greedy(give=lambda ids, start, stop: ids[len(start) :]),
        ),
        WrongAnswer(
            "stop token left out",
            "You notice the stop token and throw it away. Whoever reads the result wants to see that it ended, and was not "
            "cut off: append it, then stop.",
            _greedy(give=_without_stop),
        ),
        WrongAnswer(
            "reads only the last token",
            "You give the model nothing but the last token. It has no memory of its own: all ids so far have to be read.",
            _greedy(read=lambda ids, start: ids[-1:]),
        ),
        WrongAnswer(
            "reads only the start",
            "You ask the model about `start` every time, so it gives the same answer every time. What it has written must "
            "be fed back.",
            _greedy(read=lambda ids, start: list(start)),
        ),
        WrongAnswer(
            "one token too many",
            "You write up to `max_tokens` + 1 tokens. Count the passes of your loop for `max_tokens` = 0.",
            _greedy(more=1),
        ),
        WrongAnswer(
            "one token too few",
            "You stop one token early. Count the passes of your loop for a small `max_tokens`.",
            _greedy(more=-1),
        ),
        WrongAnswer(
            "max_tokens counts the start",
            "You compare `max_tokens` with the length of the whole list. It limits the new tokens; a long start would "
            "leave no room for any.",
            _max_counts_the_start,
        ),
        WrongAnswer(
            "stops at a stop token of the start",
            "You write nothing where `start` happens to end in the stop token. Look at the token that was chosen, not at "
            "whatever stands last.",
            _stops_at_a_stop_of_the_start,
        ),
        WrongAnswer(
            "the largest id among equals",
            "Where several logits are equal you take the last of them. `np.argmax` takes the first; sorting and taking the "
            "last does not.",
            _greedy(choose=_sorted_last),
        ),
    ),
    hints=(
        "A loop that runs at most `max_tokens` times. In each pass: ask the model, choose, append, and see whether to stop.",
        "Work on a copy, `ids = list(start)`, and give the model all of `ids`. `np.argmax` finds the largest logit, and the "
        "first of several.",
        "`for _ in range(max_tokens):` then `chosen = int(np.argmax(next_logits(ids)))`, append it, and `break` if it is "
        "`stop`. Return `ids` after the loop.",
    ),
    also_right=(_greedy_by_recursion, _greedy_by_while),
)


EXERCISES = (CROSS_ATTENTION, ATTENTION_MASK, GREEDY_DECODE)
