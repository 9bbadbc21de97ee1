"""transformer.padding_mask: which places of a batch hold a word, and which only fill up a shorter sentence."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.transformer import by_hand

ASKED = Asked(
    "A batch holds sentences of different lengths, each filled up **at its end** to `n` places. `lengths` is `(batch,)`, whole "
    "numbers from 0 to `n`. Return booleans of shape `(batch, n)`, True where a word stands.",
    reference=by_hand.padding_mask,
    points=2,
    minutes=6,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((rng.permutation([2, 5, 3, 7]), 7)),
        Case((np.concatenate([[3, 1], rng.integers(1, 12, size=3)]), 11)),
        Case((np.array([4, 1, 3, 2]), 4), "as many sentences as places, so that no shape gives a mistake away"),
        Case((np.array([5, 5, 5]), 5), "all of the same length: nothing is filled up"),
        Case((np.array([3, 0]), 5), "an empty sentence, and two places that nobody fills"),
        Case((np.array([2]), 3), "a single sentence"),
        Case((np.array([1]), 1), "a single word"),
    ]


@right
def row_by_row(lengths, n):
    return np.array([[place < length for place in range(n)] for length in lengths])


@right
def from_a_triangle(lengths, n):
    return np.tri(n + 1, n, k=-1, dtype=bool)[lengths]


@wrong(
    1,
    "inverted: True where nothing stands",
    'You marked what only fills up. In every mask of this course True means "may be attended to".',
)
def inverted(lengths, n):
    return np.arange(n) >= lengths[:, None]


@wrong(
    2,
    "one place too many",
    "Each of your rows has one True more than the sentence has words. The places count from 0: a sentence of 3 words fills 0, 1 and 2.",
)
def one_too_many(lengths, n):
    return np.arange(n) <= lengths[:, None]


@wrong(
    3,
    "one place too few",
    "The last word of each sentence is missing. The places count from 0, and the last word stands at its length minus one.",
)
def one_too_few(lengths, n):
    return np.arange(n) < lengths[:, None] - 1


@wrong(
    4,
    "a row for each place",
    "Your rows are places and your columns sentences. Each sentence has a row.",
)
def a_row_for_each_place(lengths, n):
    return np.arange(n)[:, None] < lengths


@wrong(
    5,
    "filled up at the front",
    "Your words stand at the end of their rows, behind what fills up. Here the words come first.",
)
def filled_at_the_front(lengths, n):
    return np.arange(n) >= n - lengths[:, None]


@wrong(
    6,
    "the longest length for all",
    "All of your rows are alike, as long as the longest sentence. Each row has its own length: which axis does `lengths` run along?",
)
def the_longest_for_all(lengths, n):
    return np.tile(np.arange(n) < lengths.max(), (len(lengths), 1))


@wrong(
    7,
    "the shortest length for all",
    "All of your rows are alike, as long as the shortest sentence: words of the longer ones are hidden.",
)
def the_shortest_for_all(lengths, n):
    return np.tile(np.arange(n) < lengths.min(), (len(lengths), 1))


@wrong(
    8,
    "the first length for all",
    "All of your rows have the length of the first sentence.",
)
def the_first_for_all(lengths, n):
    return np.tile(np.arange(n) < lengths[0], (len(lengths), 1))


@wrong(
    9,
    "numbers instead of booleans",
    "The pattern is right and the entries are numbers. A mask chooses, it does not multiply: leave the comparison as it is.",
)
def numbers_for_booleans(lengths, n):
    return (np.arange(n) < lengths[:, None]).astype(float)


@wrong(
    10,
    "a square for each sentence",
    "You return (batch, n, n). Whether a place holds a word does not depend on who asks; one row for each sentence says it.",
)
def a_square_for_each(lengths, n):
    present = np.arange(n) < lengths[:, None]
    return np.repeat(present[:, None, :], n, axis=1)


@wrong(
    11,
    "as wide as the longest sentence",
    "Your rows end with the longest sentence. The batch has `n` places, whether anybody fills them or not.",
)
def as_wide_as_the_longest(lengths, n):
    return np.arange(lengths.max()) < lengths[:, None]


@wrong(
    12,
    "only the last word",
    "One True for each sentence: you marked the place of its last word. All places before it hold words too.",
)
def only_the_last_word(lengths, n):
    return np.arange(n) == lengths[:, None] - 1


@wrong(
    13,
    "only the first empty place",
    "One True for each sentence, at the first place that nobody fills. Mark the ones before it, all of them.",
)
def only_the_first_empty_place(lengths, n):
    return np.arange(n) == lengths[:, None]


@wrong(
    14,
    "a single row",
    "You return a row of length n. Every sentence of the batch has one.",
)
def a_single_row(lengths, n):
    return np.arange(n) < lengths.max()


@wrong(
    15,
    "triangle by batch",
    "Your rows grow by one place each, whatever the lengths are. That is the causal mask; here the lengths decide.",
)
def a_triangle(lengths, n):
    return np.tri(len(lengths), n, dtype=bool)


@wrong(
    16,
    "nothing is hidden",
    "Every entry is True. The places behind a sentence's last word are to be hidden.",
)
def nothing_hidden(lengths, n):
    return np.ones((len(lengths), n), dtype=bool)


HINTS = (
    "Write two rows on paper, for lengths 2 and 4 and five places. For place j of a sentence: which comparison of j with its "
    "length is True?",
    "`np.arange(n)` numbers the places. Compare each of them with each length: the lengths have to stand in a column.",
    "`lengths[:, None]` is the column, (batch, 1); `np.arange(n) < ...` compares it with all places at once.",
)
