"""interpretation.attention_by_distance: how far back a head looks, on average."""

import numpy as np

from course_lib.interpretation import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given the `weights` `(token, token)` of one head under a causal mask, return `(token,)`: entry $k$ is the weight that goes to the "
    "word $k$ places back (0 is the word itself), as a mean over those words that **have** a word $k$ places back. Of five words, three "
    "have one two places back.",
    reference=by_hand.attention_by_distance,
    points=1,
    minutes=8,
    difficulty=1,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def weights(n: int) -> np.ndarray:
        drawn = np.tril(rng.exponential(size=(n, n)))
        return drawn / drawn.sum(axis=1, keepdims=True)

    ranked = np.array([[1.0, 0.0, 0.0, 0.0], [0.75, 0.25, 0.0, 0.0], [0.1, 0.7, 0.2, 0.0], [0.4, 0.05, 0.3, 0.25]])
    return [
        Case((weights(5),)),
        Case((weights(7),)),
        Case((ranked,), "four words"),
        Case((weights(2),), "two words"),
        Case((np.ones((1, 1)),), "a single word"),
        Case((np.eye(5),), "every word looks at itself"),
        Case((np.eye(5, k=-1) + np.eye(1, 5).T * np.eye(1, 5),), "every word looks at the one before"),
        Case((weights(3).round(1),), "few digits"),
    ]


@right
def word_by_word(weights):
    n, total = len(weights), np.zeros(len(weights))
    for i in range(n):
        for j in range(i + 1):
            total[i - j] += weights[i, j]
    return total / np.arange(n, 0, -1)


@right
def by_rows_turned(weights):
    n = len(weights)
    back = np.arange(n)
    rows, columns = np.mgrid[:n, :n]
    return np.array([weights[rows - columns == k].mean() for k in back])


@wrong(
    1,
    "the masked half counted as well",
    "You take in the words that stand $k$ places *later*. They are masked, so their weights are all zero, and they make your means smaller.",
)
def masked_half(weights):
    rows, columns = np.mgrid[: len(weights), : len(weights)]
    return np.array([weights[abs(rows - columns) == k].mean() for k in range(len(weights))])


@wrong(
    2,
    "by place instead of distance",
    "Your entry $k$ is about the word at place $k$ of the sentence, whoever looks at it. Distance is counted back from the word that "
    "looks.",
)
def absolute_position(weights):
    return weights.mean(axis=0)


@wrong(
    3,
    "by place, over those who may look",
    "Your entry $k$ is about the word at place $k$, over the words that may look at it. Distance is counted back from the word that looks.",
)
def absolute_position_unmasked(weights):
    n = len(weights)
    return weights.sum(axis=0) / np.arange(n, 0, -1)


@wrong(
    4,
    "divided by all words",
    "You divide by the number of all words. Only some of them have a word $k$ places back: the first has none at all but itself.",
)
def divided_by_all(weights):
    return np.array([weights.diagonal(-k).sum() / len(weights) for k in range(len(weights))])


@wrong(
    5,
    "summed, not averaged",
    "You add the weights up. A mean is asked for: over the words that have one $k$ places back.",
)
def summed(weights):
    return np.array([weights.diagonal(-k).sum() for k in range(len(weights))])


@wrong(
    6,
    "the diagonals above",
    "You read the diagonals above the main one, where the mask is. A row is the word that looks; what it sees stands to the left.",
)
def diagonals_above(weights):
    return np.array([weights.diagonal(k).mean() for k in range(len(weights))])


@wrong(
    7,
    "the last word only",
    "Your numbers are the last row, read backwards: one word's weights. Average over all words that have one $k$ places back.",
)
def last_row(weights):
    return weights[-1, ::-1].copy()


@wrong(
    8,
    "farthest first",
    "Your entries stand in reverse: entry 0 belongs to the word itself, the last one to the farthest.",
)
def farthest_first(weights):
    return np.array([weights.diagonal(-k).mean() for k in range(len(weights))])[::-1].copy()


@wrong(9, "without distance 0", "Your first entry is about the word before. Distance 0, the word itself, comes first.")
def without_the_word_itself(weights):
    return np.array([weights.diagonal(-k).mean() for k in range(1, len(weights))])


@wrong(
    10,
    "zeros left out of the mean",
    "You average only the weights above zero. A word that gives nothing to the one $k$ places back counts too, with its zero.",
)
def zeros_left_out(weights):
    lines = [weights.diagonal(-k) for k in range(len(weights))]
    return np.array([line.sum() / max((line > 0).sum(), 1) for line in lines])


@wrong(
    11,
    "divided by k + 1",
    "You divide by $k + 1$. It is the near ones that most words have: of $n$ words, $n - k$ have one $k$ places back.",
)
def divided_by_distance(weights):
    return np.array([weights.diagonal(-k).sum() / (k + 1) for k in range(len(weights))])


@wrong(
    12,
    "divided by one too many",
    "You divide by one more than there are: all $n$ words have themselves (distance 0), and $n - k$ have one $k$ places back.",
)
def one_too_many(weights):
    n = len(weights)
    return np.array([weights.diagonal(-k).sum() / (n - k + 1) for k in range(n)])


@wrong(
    13,
    "made to sum to one",
    "You scaled your means so that they sum to one. They need not: each is a mean over other words. Leave them as they are.",
)
def made_to_sum_to_one(weights):
    means = np.array([weights.diagonal(-k).mean() for k in range(len(weights))])
    return means / means.sum()


@wrong(
    14,
    "the means of the rows",
    "You averaged each row. A row sums to one, so its mean is one over the number of words, wherever the head looks.",
)
def means_of_rows(weights):
    return weights.mean(axis=1)


@wrong(
    15,
    "the last row as it stands",
    "Your numbers are the last word's weights, first word first. Distance is counted back from the word that looks, and over all words "
    "that look.",
)
def last_row_as_it_stands(weights):
    return weights[-1].copy()


@wrong(
    16,
    "the diagonals that run the other way",
    "Along your lines, row and column add up to the same number. Pairs of one distance have the same *difference* of row and column.",
)
def the_other_way(weights):
    return np.array([weights[:, ::-1].diagonal(-k).mean() for k in range(len(weights))])


@wrong(17, "within k places", "You add up all distances up to $k$. Each entry is about one distance alone.")
def within(weights):
    return np.array([weights.diagonal(-k).mean() for k in range(len(weights))]).cumsum()


@wrong(18, "distance 0 left at zero", "Your entry 0 is 0. It is the weight that words give to themselves.")
def zero_for_itself(weights):
    return np.array([weights.diagonal(-k).mean() if k else 0.0 for k in range(len(weights))])


@wrong(
    19,
    "without the farthest",
    "The last distance is missing: the last word has one word that stands $n - 1$ places back.",
)
def without_the_farthest(weights):
    return np.array([weights.diagonal(-k).mean() for k in range(len(weights) - 1)])


@wrong(20, "medians instead of means", "You take medians. A mean is asked for.")
def medians(weights):
    return np.array([np.median(weights.diagonal(-k)) for k in range(len(weights))])


HINTS = (
    "In the matrix, all pairs with the same distance lie on one line. What does that line look like?",
    "The weights on the word itself are the main diagonal, those on the word before the diagonal below it, and so on.",
    "`weights.diagonal(-k)` is the diagonal `k` below the main one, and only as long as there are words that look so far; take its mean.",
)
