"""transformer.greedy_decode: write the likeliest token until the end."""

from collections.abc import Callable

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.transformer import by_hand
from course_lib.transformer.exercises.next_logits import NextLogits, stopping

ASKED = Asked(
    "`next_logits(ids)` is a model: give it the list of all ids so far and it returns the logits of the next "
    "one, `(vocab,)`. Begin with the ids in `start` and append the id with the largest logit, again and again, until "
    "you have appended `stop` or `max_tokens` new ids. Return the list of all ids, `start` and `stop` included. Among equal "
    "logits take the smallest id.",
    reference=by_hand.greedy_decode,
    points=2,
    minutes=10,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def model(vocab: int) -> NextLogits:
        return NextLogits(int(rng.integers(1, 10**6)), vocab)

    cases = []
    for vocab, start, least in ((11, [0], 2), (13, [3, 1], 3), (17, [2, 5, 7], 2)):
        one = model(vocab)
        cases.append(Case((one, start, stopping(one, start, least), 41)))
    return [
        *cases,
        Case((model(7), [1, 4], 7, 5), "enough is written before the stop token comes"),
        Case((model(11), [2, 3, 5], 11, 3), "as many new tokens as there were to begin with"),
        Case((model(5), [1, 2], 3, 0), "no new token is allowed"),
        *_fixed_cases(),
    ]


def _fixed_cases() -> list[Case]:
    """The same at every check, one for each rule that a lucky model would not test."""
    one, many, tied = NextLogits(2, 13), NextLogits(3, 307), NextLogits(5, 7, ties=True)
    middle, last = stopping(one, [4, 6], 3), stopping(one, [6, 4], 2)
    third = by_hand.greedy_decode(one, [4], -1, 3)[-1]
    return [
        Case((many, [2, 5], stopping(many, [2, 5], 2, above=257), 19), "ids above 256"),
        Case((one, [middle, 4, 6], middle, 7), "the stop token stands at the beginning of the start"),
        Case((one, [6, 4, last], last, 7), "the start ends with the stop token"),
        Case((one, [4], third, 3), "the stop token comes as the last one allowed"),
        Case((tied, [1], 7, 11), "two logits are the largest: the smaller id of the two"),
        Case((NextLogits(7, 7, raised=-100.0), [2, 1], 7, 11), "every logit is below zero"),
        Case((NextLogits(11, 7, raised=1000.0), [2, 1], 7, 11), "every logit is near 1000, where exp overflows"),
        Case((NextLogits(13, 5), [3], 0, 31), "the stop token has the id 0"),
    ]


@right
def greedy_by_recursion(next_logits, start, stop, max_tokens):
    if max_tokens == 0:
        return list(start)
    logits = list(next_logits(list(start)))
    chosen = logits.index(max(logits))
    if chosen == stop:
        return [*start, chosen]
    return greedy_by_recursion(next_logits, [*start, chosen], stop, max_tokens - 1)


@right
def greedy_by_while(next_logits, start, stop, max_tokens):
    ids, new = list(start), []
    while len(new) < max_tokens and (not new or new[-1] != stop):
        new.append(int(next_logits(ids + new).argmax()))
    return ids + new


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


a_search_that_begins_at_zero = wrong(
    1,
    "a search that begins at zero",
    "You look for a logit above 0. Logits can all be negative, and then you keep the first id. Begin with the first logit, or with "
    "minus infinity.",
    _greedy(choose=_from_zero),
)


@wrong(
    2,
    "never stops at id 0",
    "Where the stop token has the id 0 you write on: 0 counts as False in `if stop`. Compare with `==`.",
)
def never_at_zero(next_logits: Callable, start: list[int], stop: int, max_tokens: int) -> list[int]:
    return by_hand.greedy_decode(next_logits, start, stop or -1, max_tokens)


never_stops = wrong(
    3,
    "never stops",
    "You always write `max_tokens` tokens. After the stop token nothing more is to be written.",
    _greedy(stops=False),
)

the_smallest_logit = wrong(
    4,
    "the smallest logit",
    "You take the token with the smallest logit, the one that the model thinks least likely.",
    _greedy(choose=np.argmin),
)

start_left_out = wrong(
    5,
    "start left out",
    "You return only what was written. The ids of `start` belong to the result.",
    _greedy(give=lambda ids, start, stop: ids[len(start) :]),
)


def _without_stop(ids: list[int], start: list[int], stop: int) -> list[int]:
    return ids[:-1] if len(ids) > len(start) and ids[-1] == stop else ids


stop_token_left_out = wrong(
    6,
    "stop token left out",
    "You notice the stop token and throw it away. Whoever reads the result wants to see that it ended, and was not "
    "cut off: append it, then stop.",
    _greedy(give=_without_stop),
)

reads_only_the_last_token = wrong(
    7,
    "reads only the last token",
    "You give the model nothing but the last token. It has no memory of its own: all ids so far have to be read.",
    _greedy(read=lambda ids, start: ids[-1:]),
)

reads_only_the_start = wrong(
    8,
    "reads only the start",
    "You ask the model about `start` every time, so it gives the same answer every time. What it has written must "
    "be fed back.",
    _greedy(read=lambda ids, start: list(start)),
)

one_token_too_many = wrong(
    9,
    "one token too many",
    "You write up to `max_tokens` + 1 tokens. Count the passes of your loop for `max_tokens` = 0.",
    _greedy(more=1),
)

one_token_too_few = wrong(
    10,
    "one token too few",
    "You stop one token early. Count the passes of your loop for a small `max_tokens`.",
    _greedy(more=-1),
)


@wrong(
    11,
    "max_tokens counts the start",
    "You compare `max_tokens` with the length of the whole list. It limits the new tokens; a long start would "
    "leave no room for any.",
)
def max_counts_the_start(next_logits, start, stop, max_tokens):
    ids = list(start)
    while len(ids) < max_tokens:
        ids.append(int(np.argmax(next_logits(ids))))
        if ids[-1] == stop:
            break
    return ids


@wrong(
    12,
    "stops at a stop token of the start",
    "You write nothing where `start` happens to end in the stop token. Look at the token that was chosen, not at "
    "whatever stands last.",
)
def stops_at_a_stop_of_the_start(next_logits, start, stop, max_tokens):
    ids = list(start)
    while ids[-1] != stop and len(ids) < len(start) + max_tokens:
        ids.append(int(np.argmax(next_logits(ids))))
    return ids


def _sorted_last(logits: np.ndarray) -> int:
    return int(np.argsort(logits, kind="stable")[-1])


the_largest_id_among_equals = wrong(
    13,
    "the largest id among equals",
    "Where the largest logit comes twice you take the last of them. `np.argmax` takes the first; sorting and taking the "
    "last does not.",
    _greedy(choose=_sorted_last),
)


@wrong(
    14,
    "compared by `is`",
    "Right for small ids. `is` asks whether two names mean one and the same object, and Python keeps one object only for each "
    "number up to 256. Numbers are compared with `==`.",
)
def compared_by_is(next_logits, start, stop, max_tokens):
    # Another object for every large number, as a learner's own int(...) makes one.
    return by_hand.greedy_decode(next_logits, start, stop if stop <= 256 else -1, max_tokens)


@wrong(
    15,
    "writes nothing where the start holds the stop token",
    "`stop in ids` looks at the whole list, the start included: a stop token that stood there before ends the writing before it "
    "begins. Look at the token that was chosen.",
)
def stops_where_the_start_holds_it(next_logits, start, stop, max_tokens):
    return list(start) if stop in start else by_hand.greedy_decode(next_logits, start, stop, max_tokens)


@wrong(
    16,
    "one token, where the start holds the stop token",
    "`stop in ids` looks at the whole list, the start included: a stop token that stood there before ends the writing after the "
    "first new token. Look at the token that was chosen.",
)
def one_token_where_the_start_holds_it(next_logits, start, stop, max_tokens):
    return by_hand.greedy_decode(next_logits, start, stop, min(max_tokens, 1) if stop in start else max_tokens)


@wrong(
    17,
    "one token where none is allowed",
    "You write first and look at `max_tokens` afterwards, so that one token comes even where it is 0. Look before you write.",
)
def one_where_none_is_allowed(next_logits, start, stop, max_tokens):
    return by_hand.greedy_decode(next_logits, start, stop, max(max_tokens, 1))


reads_only_what_was_written = wrong(
    18,
    "reads only what was written",
    "You give the model the new tokens without the start. What comes next depends on all ids so far, those of `start` too.",
    _greedy(read=lambda ids, start: ids[len(start) :]),
)


@wrong(
    19,
    "a single token",
    "You write one token and return. Is the `return` inside the loop?",
)
def a_single_token(next_logits, start, stop, max_tokens):
    return by_hand.greedy_decode(next_logits, start, stop, min(max_tokens, 1))


@wrong(
    20,
    "nothing returned where the stop token does not come",
    "Where the stop token comes you return the list. Where `max_tokens` ends the loop nothing is returned, so the caller gets "
    "None: a return belongs after the loop too.",
)
def returned_at_the_stop_alone(next_logits, start, stop, max_tokens):
    ids = by_hand.greedy_decode(next_logits, start, stop, max_tokens)
    return ids if len(ids) > len(start) and ids[-1] == stop else None


@wrong(
    21,
    "the stop token always appended",
    "You put the stop token at the end, whether the model chose it or not. Where `max_tokens` ended the writing it must not be "
    "there: that is how one sees that the text was cut off.",
)
def stop_always_appended(next_logits, start, stop, max_tokens):
    return [*_without_stop(by_hand.greedy_decode(next_logits, start, stop, max_tokens), list(start), stop), stop]


a_softmax_that_overflows = wrong(
    22,
    "a softmax that overflows",
    "You make probabilities of the logits first, and where the logits are large exp is infinity and the quotient NaN. The largest "
    "logit has the largest probability: no softmax is needed to find it.",
    _greedy(choose=lambda logits: np.argmax(np.exp(logits) / np.exp(logits).sum())),
)

the_stop_token_twice = wrong(
    23,
    "the stop token twice",
    "You append the chosen token, and where it is the stop token you append it again.",
    _greedy(give=lambda ids, start, stop: [*ids, stop] if len(ids) > len(start) and ids[-1] == stop else ids),
)


HINTS = (
    "A loop that runs at most `max_tokens` times. In each pass: ask the model, choose, append, and see whether to stop.",
    "Work on a copy, `ids = list(start)`, and give the model all of `ids`. `np.argmax` finds the largest logit, and the "
    "first of several.",
    "`for _ in range(max_tokens):` then `chosen = int(np.argmax(next_logits(ids)))`, append it, and `break` if it is "
    "`stop`. Return `ids` after the loop.",
)
