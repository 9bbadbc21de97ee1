"""loss.shift: inputs and targets from one row of ids."""

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
        Case((np.repeat(rng.permutation(53)[:3], 2),), "a text that repeats tokens"),
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
    "Inputs and targets are the same: at each position the model is asked for the token that it has before its eyes. "
    "It can copy it and will have learned nothing. Write a short text down, and below each token the one to be said.",
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
    "Your targets lie two tokens ahead of the inputs: one token is skipped. The target of position i is token i + 1.",
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
    "one for the last of the text.",
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


HINTS = (
    "Write five tokens on paper, and under each the token that comes next. Which one has nothing under it?",
    "Both parts are slices of `ids`, each with one token less: one lacks the last, the other lacks the first.",
    "`ids[:-1]` is everything but the last. What is everything but the first?",
)
