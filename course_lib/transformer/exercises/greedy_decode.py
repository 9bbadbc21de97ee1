"""transformer.greedy_decode: write the likeliest token until the end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.transformer import by_hand

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


def cases(rng: np.random.Generator) -> list[Case]:
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
    "You take the token with the smallest logit, which the model thinks the least of.",
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
    "Where several logits are equal you take the last of them. `np.argmax` takes the first; sorting and taking the "
    "last does not.",
    _greedy(choose=_sorted_last),
)

HINTS = (
    "A loop that runs at most `max_tokens` times. In each pass: ask the model, choose, append, and see whether to stop.",
    "Work on a copy, `ids = list(start)`, and give the model all of `ids`. `np.argmax` finds the largest logit, and the "
    "first of several.",
    "`for _ in range(max_tokens):` then `chosen = int(np.argmax(next_logits(ids)))`, append it, and `break` if it is "
    "`stop`. Return `ids` after the loop.",
)
