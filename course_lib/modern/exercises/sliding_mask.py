"""modern.sliding_mask: who may attend to whom in a window."""

import numpy as np

from course_lib.modern import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given the number of tokens `n` and a `window` of at least 1, return booleans `(n, n)`, rows for queries and columns for keys: "
    "True where the query may attend to the key. Each token sees `window` tokens: itself and those right before it, as far as "
    "there are any.",
    reference=by_hand.sliding_mask,
    points=1,
    minutes=5,
    difficulty=1,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((7, 3)),
        Case((5, 2)),
        Case((5, 1), "a window of one"),
        Case((5, 5), "a window as long as the text"),
        Case((3, 11), "a window longer than the text"),
        Case((1, 2), "a single token"),
        Case((int(rng.integers(6, 12)), int(rng.integers(2, 5)))),
    ]


@right
def by_triangles(n, window):
    return np.tri(n, dtype=bool) & ~np.tri(n, k=-window, dtype=bool)


@right
def row_by_row(n, window):
    mask = np.zeros((n, n), dtype=bool)
    for query in range(n):
        mask[query, max(0, query - window + 1) : query + 1] = True
    return mask


def _back(n: int) -> np.ndarray:
    return np.arange(n)[:, None] - np.arange(n)


one_too_wide = wrong(
    1,
    "window one too wide",
    "Each of your tokens sees `window` tokens and itself besides. The token itself is one of them.",
    lambda n, window: (_back(n) >= 0) & (_back(n) <= window),
)

looks_ahead = wrong(
    2,
    "looks ahead",
    "Your window reaches to both sides. No token may see what comes after it.",
    lambda n, window: abs(_back(n)) < window,
)

own_position_excluded = wrong(
    3,
    "own position excluded",
    "Your tokens see those before them and not themselves: the diagonal is False.",
    lambda n, window: (_back(n) > 0) & (_back(n) <= window),
)

upside_down = wrong(
    4,
    "queries and keys exchanged",
    "Your tokens see what comes after them and nothing before: rows are queries, columns are keys.",
    lambda n, window: (_back(n) <= 0) & (_back(n) > -window),
)

no_window = wrong(
    5,
    "no window",
    "That is the causal mask: everything before is seen, however far back.",
    lambda n, window: _back(n) >= 0,
)

inverted = wrong(
    6,
    "inverted",
    'True means "may attend"; you marked what is hidden.',
    lambda n, window: ~by_hand.sliding_mask(n, window),
)

blocks = wrong(
    7,
    "blocks instead of a window",
    "You cut the text into pieces of `window` tokens, and nobody sees past the edge of a piece. The window moves along with the "
    "token.",
    lambda n, window: (_back(n) >= 0) & (np.arange(n)[:, None] // window == np.arange(n) // window),
)

beyond_the_window = wrong(
    8,
    "what lies outside the window",
    "Your tokens see what is further back than the window, and nothing near.",
    lambda n, window: _back(n) >= window,
)

numbers = wrong(
    9,
    "numbers instead of booleans",
    "The pattern is right and the entries are numbers. A mask holds True and False: leave the comparison as it is.",
    lambda n, window: by_hand.sliding_mask(n, window).astype(float),
)

only_the_last = wrong(
    10,
    "only the edge of the window",
    "Each row has one True, at the far edge. All tokens from there to the query itself are seen.",
    lambda n, window: _back(n) == window - 1,
)

one_too_narrow = wrong(
    11,
    "window one too narrow",
    "Each of your tokens sees one token too few: `window` of them, itself among them.",
    lambda n, window: (_back(n) >= 0) & (_back(n) < window - 1),
)

before_alone = wrong(
    12,
    "itself left out of the window",
    "You leave out the token itself, and count it all the same: each row has one True too few, and the diagonal is False. Mind that a "
    "range or a slice ends before its second number.",
    lambda n, window: (_back(n) > 0) & (_back(n) < window),
)


@wrong(
    13,
    "a start before the text",
    "Near the beginning your slice starts at a negative number, which Python counts from the end, so those rows stay empty. The earliest "
    "a window can start is 0.",
)
def negative_start(n, window):
    mask = np.zeros((n, n), dtype=bool)
    for query in range(n):
        mask[query, query - window + 1 : query + 1] = True
    return mask


first_tokens = wrong(
    14,
    "the first tokens of the text",
    "Every one of your tokens sees the first `window` tokens of the text. The window moves along with the query.",
    lambda n, window: np.tri(n, dtype=bool) & (np.arange(n) < window),
)

either = wrong(
    15,
    "or instead of and",
    "Everything is True: each pair meets at least one of your two conditions. It has to meet both.",
    lambda n, window: np.ones((n, n), dtype=bool),
)

centred = wrong(
    16,
    "the window around the token",
    "Your window has the token in its middle, half of it ahead. Its last token is the query itself.",
    lambda n, window: abs(_back(n)) <= window // 2,
)

round_the_end = wrong(
    17,
    "round the end",
    "At the beginning of the text your window goes on at its end. Where fewer than `window` tokens came before, a token sees fewer.",
    lambda n, window: _back(n) % n < window,
)

all_ahead = wrong(
    18,
    "everything ahead",
    "Your window ends at the right distance back, and nothing keeps a token from seeing all that comes after it.",
    lambda n, window: _back(n) < window,
)

full_windows_only = wrong(
    19,
    "full windows alone",
    "Your first rows are empty: they have fewer than `window` tokens to see. They see those there are.",
    lambda n, window: by_hand.sliding_mask(n, window) & (np.arange(n)[:, None] >= window - 1),
)

to_be_added = wrong(
    20,
    "zeros and minus infinity",
    "That is a mask to be added to scores. Asked for are booleans: True where the query may attend.",
    lambda n, window: np.where(by_hand.sliding_mask(n, window), 0.0, -np.inf),
)

HINTS = (
    "Write the rows for n = 5 and a window of 2. In each, how far back is the furthest token that is seen?",
    "How far a key lies behind a query is query - key: a table made from a column and a row of `np.arange(n)`.",
    "Two conditions: `back >= 0`, and `back` less than something; `&` joins them.",
)
