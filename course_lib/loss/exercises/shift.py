"""loss.shift: inputs and targets from one row of ids."""

import itertools

import numpy as np

from course_lib.loss import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given the ids of a text, `ids` `(token,)`, return two arrays of one token less, `(inputs, targets)`: what the "
    "model reads at each position, and what it should say there, which is the token that comes next.",
    reference=by_hand.shift,
    points=1,
    minutes=4,
    difficulty=1,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.permutation(101)[:7],)),
        Case((rng.permutation(101)[:11],)),
        Case((rng.permutation(101)[:5],)),
        Case((np.array([17, 17, 4, 17, 17, 9]),), "a text that repeats tokens"),
        Case((np.array([23, 5, 31, 0, 8, 23]),), "a text that ends with its first token"),
        Case((np.array([50256, 1199, 300, 257, 50256 - 1]),), "ids above 256"),
        Case((rng.permutation(101)[:2],), "two tokens: one thing to predict"),
        Case((rng.permutation(101)[:1],), "a single token: nothing comes next, so both parts are empty"),
    ]


@right
def by_delete(ids):
    return (np.delete(ids, -1), np.delete(ids, 0))


@right
def by_places(ids):
    return (ids[: len(ids) - 1], ids[np.arange(1, len(ids))])


@wrong(
    1,
    "not shifted, the last token left out",
    "Inputs and targets are the same: at each position the model is asked for the token in front of it. "
    "It can copy that and will have learned nothing. Write a short text down, and below each token the one to be said.",
)
def not_shifted_the_last_token_left_out(ids):
    return (ids[:-1], ids[:-1])


@wrong(
    2,
    "not shifted",
    "You returned the text twice. At each position the target is the token after it, and the last one has none after it.",
)
def not_shifted(ids):
    return (ids, ids)


@wrong(
    3,
    "shifted the other way",
    "Your model reads a token and is asked for the one before it: it would learn to write backwards. Which of the two "
    "parts begins with the first token of the text?",
)
def shifted_the_other_way(ids):
    return (ids[1:], ids[:-1])


@wrong(
    4,
    "shifted by two",
    "Your targets are two tokens ahead of the inputs: one token is skipped. The target of position i is token i + 1.",
)
def shifted_by_two(ids):
    return (ids[:-2], ids[2:])


@wrong(
    5,
    "inputs keep the last token",
    "Your inputs are one longer than your targets: nothing comes after the last token, so it is no input here.",
)
def inputs_keep_the_last_token(ids):
    return (ids, ids[1:])


@wrong(
    6,
    "wrapped around",
    "Your last target is the first token of the text: `np.roll` sends what falls out at one end in at the other. The "
    "text does not start again after its end.",
)
def wrapped_around(ids):
    return (ids, np.roll(ids, -1))


@wrong(
    7,
    "wrapped around the other way",
    "`np.roll` by +1 moves every token one place later, so each position is asked for the token before it; and the first "
    "position for the last token of the text.",
)
def wrapped_around_the_other_way(ids):
    return (ids, np.roll(ids, 1))


@wrong(
    8,
    "not shifted, the first token left out",
    "Both parts lack the first token, so that inputs and targets are the same. One part lacks the last token instead.",
)
def not_shifted_the_first_token_left_out(ids):
    return (ids[1:], ids[1:])


@wrong(
    9,
    "padded with a token 0",
    "You filled the last target with 0. That is the id of some word, and the model would be taught that it follows. Leave "
    "the last position out instead.",
)
def padded_with_a_token_0(ids):
    return (ids, np.append(ids[1:], 0))


@wrong(
    10,
    "targets begin two tokens on",
    "Your inputs are right. `ids[2:]` leaves out two tokens, so the targets are one too few and each is the token after next.",
)
def targets_begin_two_tokens_on(ids):
    return (ids[:-1], ids[2:])


@wrong(
    11,
    "padded with -100",
    "You kept the last position and marked it as one to ignore. Some libraries do; here both parts are one token shorter, so "
    "that there is nothing to ignore.",
)
def padded_with_minus_100(ids):
    return (ids, np.append(ids[1:], -100))


@wrong(
    12,
    "the last pair is missing",
    "Each pair is right, and your loop ends one pair too early: from n tokens come n - 1 pairs. The last token is a target too.",
)
def the_last_pair_is_missing(ids):
    return (ids[:-2], ids[1:-1])


@wrong(
    13,
    "the first pair is missing",
    "Each pair is right, and the first is left out: the first token is read too, and the second is its target.",
)
def the_first_pair_is_missing(ids):
    return (ids[1:-1], ids[2:])


@wrong(
    14,
    "the last token as the only target",
    "You kept one target, the last token of the text. The model is asked at every position, not only at the end: it takes as "
    "many targets as there are inputs.",
)
def the_last_token_as_the_only_target(ids):
    return (ids[:-1], ids[-1])


@wrong(
    15,
    "a list of pairs",
    "Your pairs are right. What is asked for is the other way of holding them: all inputs in one array, all targets in another.",
)
def a_list_of_pairs(ids):
    return list(itertools.pairwise(ids))


@wrong(
    16,
    "a token 0 put in front",
    "You filled the first input with 0 and kept every token as a target. Some models begin with a token of their own; here "
    "nothing is added, and the first token is only read.",
)
def a_token_0_put_in_front(ids):
    return (np.append(0, ids[:-1]), ids)


@wrong(
    17,
    "the token before as the target",
    "Each of your targets is the token before its input, and the first one is the last of the text: `np.roll` by +1 goes the "
    "other way.",
)
def the_token_before_as_the_target(ids):
    return (ids[:-1], np.roll(ids, 1)[:-1])


@wrong(
    18,
    "the next id instead of the next token",
    "You added 1 to the ids. The target is the token that stands next in the text, not the next one in the vocabulary.",
)
def the_next_id(ids):
    return (ids[:-1], ids[:-1] + 1)


@wrong(
    19,
    "the next token looked up by its value",
    "Right while no token comes twice. You look for where the token stands, and always find its first place: the second time it "
    "comes, another token may follow. Go by position.",
)
def looked_up_by_value(ids):
    text = ids.tolist()
    return (ids[:-1], np.array([text[text.index(token) + 1] for token in text[:-1]], dtype=int))


@wrong(
    20,
    "the targets alone",
    "You returned one array, the targets. The inputs belong to the answer as well: `return inputs, targets`.",
)
def the_targets_alone(ids):
    return ids[1:]


@wrong(
    21,
    "the last token repeated",
    "You filled the last target with the last token, which teaches the model to say it twice. Leave the last position out instead.",
)
def the_last_token_repeated(ids):
    return (ids, np.append(ids[1:], ids[-1]))


@wrong(
    22,
    "rolled, and cut at the wrong end",
    "`np.roll` has put the first token at the end, and you cut off the other end: the pair to leave out is the last one, where the "
    "text would begin again.",
)
def cut_at_the_wrong_end(ids):
    return (ids[1:], np.roll(ids, -1)[1:])


HINTS = (
    "Write five tokens on paper, and under each the token that comes next. Which one has nothing under it?",
    "Both parts are slices of `ids`, each with one token less: one lacks the last, the other lacks the first.",
    "`ids[:-1]` is everything but the last. What is everything but the first?",
)
