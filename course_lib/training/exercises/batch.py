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


def cases(rng: np.random.Generator) -> list[Case]:
    def case(n: int, batch_size: int, context: int, note: str = "") -> Case:
        return Case((rng.permutation(97)[:n], batch_size, context, Seeded(int(rng.integers(1_000_000)))), note)

    return [
        case(29, 3, 5),
        case(41, 5, 3),
        case(23, 7, 7, "as many windows as tokens in each"),
        case(7, 11, 5, "a short text: only two places to begin"),
        case(6, 3, 5, "one token more than the context: a single place to begin"),
        case(13, 1, 2, "a single window"),
        case(11, 13, 1, "windows of a single token"),
    ]


def _batch_from(high: Callable = lambda n, context: n - context, cut: Callable | None = None) -> Callable:
    cut = cut or (lambda ids, start, context: (ids[start : start + context], ids[start + 1 : start + 1 + context]))

    def windows(ids, batch_size, context, rng):
        starts = rng.integers(0, high(len(ids), context), size=batch_size)
        pairs = [cut(ids, start, context) for start in starts]
        return np.stack([one for one, _ in pairs]), np.stack([other for _, other in pairs])

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
    _batch_from(cut=lambda ids, s, c: (ids[s : s + c], ids[(s + 2 + np.arange(c)) % len(ids)])),
)

targets_are_the_next_window = wrong(
    4,
    "targets are the next window",
    "Your targets begin where the inputs end. Every token has its own target, its right neighbour: the two windows "
    "overlap in all tokens but one.",
    _batch_from(cut=lambda ids, s, c: (ids[s : s + c], ids[(s + c + np.arange(c)) % len(ids)])),
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
    "You return one target for each window. A model predicts at every position at once: that is `context` lessons "
    "from each window.",
)
def last_target_only(ids, batch_size, context, rng):
    inputs, targets = by_hand.batch(ids, batch_size, context, rng)
    return inputs, targets[:, -1]


last_window_out_of_reach = wrong(
    7,
    "last window out of reach",
    "Your windows never begin at the last possible place, len(ids) - context - 1. The upper end of `rng.integers` is "
    "left out already: one need not subtract again.",
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


HINTS = (
    "Three lines: the starts, the windows, the same windows one token later.",
    "`starts[:, None] + np.arange(context)` is a table of places, a row for each window; an array of places takes all of "
    "them out of `ids` at once.",
    "With `places` as in the second hint: `ids[places]` and `ids[places + 1]`.",
)
