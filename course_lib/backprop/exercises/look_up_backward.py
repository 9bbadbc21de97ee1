"""backprop.look_up_backward: back through a look-up, where one row may have been read many times."""

import numpy as np

from course_lib.backprop import by_hand
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "The model has read `table[ids]`, with `ids` `(token,)` and a table `(vocab, d)`. Given `ids`, `d_out` `(token, d)`, the gradient of what "
    "was read, and `vocab`, return the gradient of the table, `(vocab, d)`. An id may occur several times, or not at all.",
    reference=by_hand.look_up_backward,
    points=2,
    minutes=8,
    difficulty=2,
    library=AUTOGRAD,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def sizes(tokens: int, d: int, vocab: int) -> tuple:
        return rng.integers(0, vocab, tokens), rng.normal(size=(tokens, d)), vocab

    hundreds = np.array([[1.0, 100.0], [2.0, 200.0], [4.0, 400.0], [8.0, 800.0], [16.0, 1600.0]])
    return [
        Case((np.array([2, 0, 2, 4, 2]), hundreds, 5), "an id that occurs three times"),
        Case(sizes(7, 3, 5)),
        Case(sizes(11, 2, 3), "more tokens than rows"),
        Case(sizes(3, 5, 13), "more rows than tokens"),
        Case((np.array([3, 1, 4]), rng.normal(size=(3, 2)), 7), "every id once"),
        Case((np.array([1, 1]), hundreds[:2], 2), "one id for all tokens"),
        Case((np.array([0, 2, 1, 2, 0]), rng.normal(size=(5, 5)), 5), "everything square"),
        Case((np.array([3, 3, 0]), np.array([[1.0], [-1.0], [2.0]]), 4), "what arrives at a row cancels"),
        Case((np.array([], dtype=int), np.zeros((0, 2)), 3), "no token at all"),
    ]


@right
def token_by_token(ids, d_out, vocab):
    d_table = np.zeros((vocab, d_out.shape[1]))
    for word, gradient in zip(ids, d_out, strict=True):
        d_table[word] += gradient
    return d_table


@right
def as_a_product(ids, d_out, vocab):
    return np.eye(vocab)[ids].T @ d_out


@right
def added_at(ids, d_out, vocab):
    d_table = np.zeros((vocab, d_out.shape[1]))
    np.add.at(d_table, ids, d_out)
    return d_table


@wrong(
    1,
    "repeats lost",
    "Right where every id occurs once. `d_table[ids] += d_out` reads, adds and writes all rows at once: of several tokens with one id only the "
    "last is left. Each of them has used the row.",
)
def repeats_lost(ids, d_out, vocab):
    d_table = np.zeros((vocab, d_out.shape[1]))
    d_table[ids] += d_out
    return d_table


@wrong(
    2,
    "mean over repeats",
    "Right where every id occurs once. Where one occurs several times you take the mean of what arrives. Gradients of several uses add up.",
)
def mean_over_repeats(ids, d_out, vocab):
    counts = np.bincount(ids, minlength=vocab)[:, None]
    return token_by_token(ids, d_out, vocab) / np.maximum(counts, 1)


@wrong(
    3,
    "by columns",
    "Your result is (d, vocab), with a column for each word. The table has a row for each word, and so has its gradient.",
)
def by_columns(ids, d_out, vocab):
    return token_by_token(ids, d_out, vocab).T


@wrong(
    4,
    "the first use alone",
    "Where an id occurs several times, only its first token counts in yours.",
)
def the_first_use_alone(ids, d_out, vocab):
    d_table = np.zeros((vocab, d_out.shape[1]))
    d_table[ids[::-1]] = d_out[::-1]
    return d_table


@wrong(
    5,
    "by places instead of ids",
    "You add the gradient of token 3, say, to row 3. It belongs to the row of the word that stood there: `ids[3]`.",
)
def by_places(ids, d_out, vocab):
    d_table = np.zeros((vocab, d_out.shape[1]))
    for place, gradient in enumerate(d_out[:vocab]):
        d_table[place] += gradient
    return d_table


@wrong(
    6,
    "looked up once more",
    "You look up rows of `d_out` by the ids. That is the way forward again; on the way back each token's gradient is put into its word's row.",
)
def looked_up_once_more(ids, d_out, vocab):
    return d_out[ids]


@wrong(
    7,
    "only as many rows as ids need",
    "Your table ends at the largest id that occurs. Words that nobody read have a row too, of zeros: there are `vocab` of them.",
)
def too_few_rows(ids, d_out, vocab):
    return token_by_token(ids, d_out, int(max(ids, default=-1)) + 1)


@wrong(
    8,
    "divided by the tokens",
    "You divided by the number of tokens. If the loss is a mean, that division is in `d_out` already.",
)
def divided_by_the_tokens(ids, d_out, vocab):
    return token_by_token(ids, d_out, vocab) / max(len(ids), 1)


@wrong(
    9,
    "uses counted",
    "You count how often each word was read. Each of its tokens brings a gradient of its own: add those.",
)
def uses_counted(ids, d_out, vocab):
    return token_by_token(ids, np.ones_like(d_out), vocab)


@wrong(
    10,
    "words that were read alone",
    "You return a row for each word that occurs. The table has `vocab` rows; the others get zeros.",
)
def words_that_were_read(ids, d_out, vocab):
    return token_by_token(ids, d_out, vocab)[np.unique(ids)]


@wrong(
    11,
    "word 0 skipped",
    "Right but for the word with id 0, which gets nothing. Here it is a word like the others.",
)
def word_0_skipped(ids, d_out, vocab):
    d_table = token_by_token(ids, d_out, vocab)
    d_table[0] = 0.0
    return d_table


HINTS = (
    "Rule 2: a row that was read three times was used three times. What does it get? And a row that nobody read?",
    "Begin with zeros of shape (vocab, d) and go through the tokens: each adds its row of `d_out` to one row of the table. Mind that "
    "`d_table[ids] += d_out` does not do that where an id repeats.",
    "A loop with `d_table[ids[t]] += d_out[t]`, or `np.add.at(d_table, ids, d_out)`, or, since a look-up is a product with one-hot rows, "
    "`np.eye(vocab)[ids].T @ d_out`.",
)
