"""training.batch: random windows of a text, and their targets."""

from collections.abc import Callable

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.practice.seeded import Seeded
from course_lib.training import by_hand

ASKED = Asked(
    "Given all token `ids` of a text, an array of shape `(token,)`, return `inputs, targets`, two arrays of shape "
    "`(batch_size, context)`: windows that begin at random places, and for every token of a window the one that follows it in "
    "the text. Draw the places where windows begin with one call, `rng.integers(0, len(ids) - context, size=batch_size)` "
    "(the upper end of `integers` is never drawn).",
    reference=by_hand.batch,
    points=2,
    minutes=8,
)


#: A text in which words come back with other words after them, in ids of two bytes.
TEXT = np.array([262, 50256, 7, 262, 31, 7, 7, 1000, 262, 513, 31, 299, 50256, 7, 256, 1000, 5])


def cases(rng: np.random.Generator) -> list[Case]:
    def case(n: int, batch_size: int, context: int, note: str = "") -> Case:
        ids = rng.integers(0, 50257, n)
        return Case((ids, batch_size, context, Seeded(int(rng.integers(1_000_000)))), note)

    return [
        Case((TEXT[:9], 5, 3, Seeded(3))),  # one of the windows is the last that has a target for every token
        case(29, 3, 5),
        case(41, 5, 3),
        Case((TEXT, 7, 5, Seeded(5)), "ids above 256, and tokens that come back with another one after them"),
        case(23, 7, 7, "as many windows as tokens in each"),
        Case((TEXT[:7], 11, 5, Seeded(2)), "a short text: only two places to begin"),
        Case((TEXT[:6], 4, 5, Seeded(7)), "one token more than the context: a single place to begin"),
        case(13, 1, 2, "a single window"),
        Case((TEXT[:11], 13, 1, Seeded(11)), "windows of a single token"),
    ]


def _batch_from(high: Callable = lambda n, context: n - context, cut: Callable | None = None) -> Callable:
    cut = cut or (lambda ids, start, context: (ids[start : start + context], ids[start + 1 : start + 1 + context]))

    def windows(ids, batch_size, context, rng):
        starts = rng.integers(0, high(len(ids), context), size=batch_size)
        pairs = [cut(ids, start, context) for start in starts]
        return np.stack([one for one, _ in pairs]), np.stack([other for _, other in pairs])

    return windows


def _places(first: int = 0, high: Callable = lambda n, context: n - context, pair: Callable | None = None) -> Callable:
    """The same by tables of places, which raise where a slice would end early."""
    pair = pair or (lambda ids, places: (ids[places], ids[places + 1]))

    def windows(ids, batch_size, context, rng):
        starts = rng.integers(first, high(len(ids), context), size=batch_size)
        return pair(ids, starts[:, None] + np.arange(context))

    return windows


batch_from = right(_batch_from())


@right
def by_windows(ids, batch_size, context, rng):
    windows = np.lib.stride_tricks.sliding_window_view(ids, context + 1)
    chosen = windows[rng.integers(0, len(windows), size=batch_size)]
    return chosen[:, :-1].copy(), chosen[:, 1:].copy()


targets_not_shifted = wrong(
    1,
    "targets not shifted",
    "Your targets are the inputs. A model can copy what it sees, and its loss falls to nothing without learning "
    "anything: the target of a token is the one after it.",
    _batch_from(cut=lambda ids, s, c: (ids[s : s + c], ids[s : s + c])),
)

targets_shifted_the_wrong_way = wrong(
    2,
    "targets shifted the wrong way",
    "Your inputs and targets have changed places: the model would learn to predict the token before.",
    _batch_from(cut=lambda ids, s, c: (ids[s + 1 : s + 1 + c], ids[s : s + c])),
)

targets_shifted_by_two = wrong(
    3,
    "targets shifted by two",
    "Your targets stand two tokens after the inputs.",
    _batch_from(cut=lambda ids, s, c: (ids[s : s + c], ids[s + 2 + np.arange(c)])),
)

targets_are_the_next_window = wrong(
    4,
    "targets are the next window",
    "Your targets begin where the inputs end. Every token has its own target, its right neighbour: the two windows "
    "overlap in all tokens but one.",
    _batch_from(cut=lambda ids, s, c: (ids[s : s + c], ids[s + c : s + 2 * c])),
)


@wrong(
    5,
    "the window turned in a circle",
    "You rolled each window by one, so the last target of a window is its own first token. It should be the token that "
    "comes next in the text.",
)
def rolled(ids, batch_size, context, rng):
    inputs, _ = by_hand.batch(ids, batch_size, context, rng)
    return inputs, np.roll(inputs, -1, axis=1)


@wrong(
    6,
    "one target for each window",
    "You return one target for each window. A model predicts at every position at once: that is `context` predictions "
    "to learn from in each window.",
)
def last_target_only(ids, batch_size, context, rng):
    inputs, targets = by_hand.batch(ids, batch_size, context, rng)
    return inputs, targets[:, -1]


last_window_out_of_reach = wrong(
    7,
    "last window out of reach",
    "Your windows never begin at the last possible place, len(ids) - context - 1. The upper end of `rng.integers` is "
    "left out already: there is nothing more to subtract.",
    _batch_from(high=lambda n, context: n - context - 1),
)

windows_run_over_the_end = wrong(
    8,
    "windows run over the end",
    "Some of your windows begin so late that they have no target for their last token. The last place to begin is "
    "len(ids) - context - 1.",
    _batch_from(high=lambda n, context: n - context + 1),
)

starts_anywhere_in_the_text = wrong(
    9,
    "starts anywhere in the text",
    "Your windows may begin at any token, also at one with less than a window after it.",
    _batch_from(high=lambda n, context: n),
)


@wrong(
    10,
    "nothing is drawn",
    "Your windows stand side by side from the beginning of the text, the same at every call. Draw where they begin.",
)
def always_the_beginning(ids, batch_size, context, rng):
    starts = np.arange(batch_size) * context % (len(ids) - context)
    places = starts[:, None] + np.arange(context)
    return ids[places], ids[places + 1]


@wrong(
    11,
    "one start for the whole batch",
    "All windows of your batch begin at one place. Each has its own: `size=batch_size`.",
)
def one_window_for_all(ids, batch_size, context, rng):
    start = rng.integers(0, len(ids) - context)
    places = np.full((batch_size, 1), start) + np.arange(context)
    return ids[places], ids[places + 1]


one_place_too_many_to_begin = wrong(
    12,
    "one place too many to begin",
    "Where a window begins at len(ids) - context, its last token has no successor, and a place beyond the text is asked "
    "for. The last place to begin is one earlier.",
    _places(high=lambda n, context: n - context + 1),
)


any_token_may_begin_a_window = wrong(
    13,
    "any token may begin a window",
    "Your windows may begin at any token, and some run over the end of the text. A window needs `context` tokens and one "
    "more, the last target.",
    _places(high=lambda n, context: n),
)


targets_are_the_tokens_before = wrong(
    14,
    "targets are the tokens before",
    "Your targets stand one place before the inputs. The target of a token is the one that follows it.",
    _places(pair=lambda ids, places: (ids[places], ids[places - 1])),
)


the_next_number_instead_of_the_next_token = wrong(
    15,
    "the next number instead of the next token",
    "You added 1 to the tokens. The 1 belongs to the place: which token stands there is up to the text.",
    _places(pair=lambda ids, places: (ids[places], ids[places] + 1)),
)


places_instead_of_tokens = wrong(
    16,
    "places instead of tokens",
    "You return the places in the text. The tokens that stand there are asked for.",
    _places(pair=lambda ids, places: (places, places + 1)),
)


windows_in_columns = wrong(
    17,
    "windows in columns",
    "Your windows stand in columns, (context, batch_size). Each row is one window.",
    _places(pair=lambda ids, places: (ids[places.T], ids[places.T + 1])),
)


one_token_short = wrong(
    18,
    "one token short",
    "Your windows are one token short: you cut `context` tokens and made inputs and targets of them. Cut one more.",
    _places(pair=lambda ids, places: (ids[places][:, :-1], ids[places][:, 1:])),
)


turned_in_a_circle_the_other_way = wrong(
    19,
    "turned in a circle the other way",
    "You rolled each window by one to the right, so each target is the token before, and the first is the window's last. "
    "The target of a token is the one that follows it in the text.",
    _places(pair=lambda ids, places: (ids[places], np.roll(ids[places], 1, axis=1))),
)


@wrong(
    20,
    "the last target alone",
    "You return the one token that follows each window. A model predicts at every position at once: each token of the "
    "window has a target of its own.",
)
def the_last_target_alone(ids, batch_size, context, rng):
    inputs, targets = by_hand.batch(ids, batch_size, context, rng)
    return inputs, targets[:, -1:]


@wrong(
    21,
    "places drawn one by one",
    "You drew a place for every token. A window is a stretch of text: one place is drawn for each, where it begins.",
)
def places_drawn_one_by_one(ids, batch_size, context, rng):
    places = rng.integers(0, len(ids) - 1, size=(batch_size, context))
    return ids[places], ids[places + 1]


HINTS = (
    "Three lines: the starts, the windows, the same windows one token later.",
    "`starts[:, None] + np.arange(context)` is a table of places, a row for each window; an array of places takes all of "
    "them out of `ids` at once.",
    "With `places` as in the second hint: `ids[places]` and `ids[places + 1]`.",
)
