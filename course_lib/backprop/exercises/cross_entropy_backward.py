"""backprop.cross_entropy_backward: from the loss to the gradient of the logits."""

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.backprop import by_hand
from course_lib.backprop.exercises.not_by_hand import AUTOGRAD
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `logits` `(token, vocab)` and `targets` `(token,)`, return `d_logits` `(token, vocab)`, the gradient of "
    "the loss of lesson 08: the mean over the tokens of −log of the target's probability. It must survive logits of "
    "±1000, as the loss does, also where the target's probability is so small that it becomes 0.",
    reference=by_hand.cross_entropy_backward,
    points=1,
    minutes=7,
    difficulty=2,
    library=(*AUTOGRAD, "course_lib.cross_entropy_gradient"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def batch(n: int, vocab: int) -> tuple:
        return rng.normal(size=(n, vocab)), rng.integers(0, vocab, n)

    # In eighths, so that float32 holds them too: an answer in single precision is not wrong here.
    near_a_thousand = np.round(8 * rng.normal(size=(3, 5))) / 8 + 1000.0
    return [
        Case(batch(5, 7)),
        Case(batch(3, 11)),
        Case(batch(7, 2), "two words"),
        Case(batch(5, 5), "as many tokens as words"),
        Case((near_a_thousand, rng.integers(0, 5, 3)), "logits near 1000"),
        Case((near_a_thousand - 2000.0, rng.integers(0, 5, 3)), "logits near -1000"),
        Case((rng.normal(size=(7, 3)), np.full(7, 2)), "the same target everywhere"),
        Case(batch(1, 13), "a single token"),
        Case(
            (near_a_thousand[:2] - np.array([[0.0], [1000.0]]), rng.integers(0, 5, 2)),
            "one row near 1000, one near 0",
        ),
        Case(
            (np.array([[1000.0, 0.0, -1000.0], [0.0, 1000.0, 1000.0], [1.0, 2.0, 3.0]]), np.array([2, 1, 0])),
            "a target whose probability becomes 0",
        ),
        Case((np.array([[0.0, 0.0, 6.0, 0.0], [6.0, 0.0, 0.0, 0.0]]), np.array([2, 2]))),
        Case((np.log([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]]), np.array([0, 2])), "the first word and the last one"),
        Case((np.zeros((3, 4)), np.array([3, 1, 1])), "all words equally likely, one target twice"),
    ]


@right
def loss_by_loops(logits, targets):
    d_logits = np.zeros(logits.shape)
    for t, target in enumerate(targets):
        p = np.exp(logits[t] - logits[t].max())
        d_logits[t] = p / p.sum() / len(targets)
        d_logits[t, target] -= 1 / len(targets)
    return d_logits


@right
def loss_by_columns(logits, targets):
    d_logits = softmax(logits)
    d_logits[np.arange(len(targets)), targets] -= 1
    return d_logits / len(targets)


@right
def loss_in_single_precision(logits, targets):
    return loss_by_columns(logits.astype(np.float32), targets)


def _one_hot(logits, targets):
    return np.eye(logits.shape[1])[targets]


@wrong(
    1,
    "one largest logit for all rows",
    "Your softmax subtracts the largest logit of the whole table. In a row that lies a thousand below it every exponential is 0, and "
    "0 / 0 is not a number. Each row needs its own largest: the last axis.",
)
def loss_with_one_shift(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits - logits.max())
    with np.errstate(invalid="ignore"):
        probabilities = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return (probabilities - _one_hot(logits, targets)) / len(targets)


@wrong(
    2,
    "not divided by the tokens",
    "Yours is the gradient of the sum of the losses. The loss is their mean.",
)
def not_divided_by_the_tokens(logits, targets):
    return softmax(logits) - _one_hot(logits, targets)


@wrong(
    3,
    "sign",
    "Target minus probabilities is the direction in which the loss falls. The gradient points to where it rises.",
)
def sign(logits, targets):
    return (_one_hot(logits, targets) - softmax(logits)) / len(targets)


@wrong(
    4,
    "target column only",
    "Only the logit of the target gets a gradient in yours. Every other logit takes probability away from it.",
)
def target_column_only(logits, targets):
    return _one_hot(logits, targets) * (softmax(logits) - 1) / len(targets)


@wrong(
    5,
    "divided by all entries",
    "You divided by tokens times words. The mean runs over the tokens: each has one loss.",
)
def divided_by_all_entries(logits, targets):
    return (softmax(logits) - _one_hot(logits, targets)) / logits.size


@wrong(
    6,
    "the target forgotten",
    "You returned the probabilities alone: then every word would be pushed down, the right one too.",
)
def the_target_forgotten(logits, targets):
    return softmax(logits) / len(targets)


@wrong(
    7,
    "only one term divided",
    "You divided the probabilities by the number of tokens and then subtracted a whole 1 at the targets. Both terms "
    "belong to the mean.",
)
def only_one_term_divided(logits, targets):
    return softmax(logits) / len(targets) - _one_hot(logits, targets)


@wrong(
    8,
    "stopped at the probabilities",
    "You returned −1 / p at the target: the gradient with respect to the probabilities. One more step back, through "
    "softmax, leads to the logits.",
)
def stopped_at_the_probabilities(logits, targets):
    p, d_p, places = softmax(logits), np.zeros(logits.shape), (np.arange(len(targets)), targets)
    d_p[places] = -1 / p[places] / len(targets)
    return d_p


@wrong(
    9,
    "softmax over the tokens",
    "Your probabilities sum to one down each column. Each token has its own distribution over the words: the last axis.",
)
def softmax_over_the_tokens(logits, targets):
    return (softmax(logits.T).T - _one_hot(logits, targets)) / len(targets)


@wrong(
    10,
    "logits in place of probabilities",
    "You subtracted the target from the logits themselves. They become probabilities by softmax first.",
)
def logits_in_place_of_probabilities(logits, targets):
    return (logits - _one_hot(logits, targets)) / len(targets)


@wrong(
    11,
    "the likeliest word in place of the target",
    "You subtracted 1 at the word with the largest logit. The model is to be pulled to what came, not to what it believes.",
)
def the_likeliest_word_in_place_of_the_target(logits, targets):
    return (softmax(logits) - _one_hot(logits, logits.argmax(axis=1))) / len(targets)


@wrong(
    12,
    "no shift, so exp overflows",
    "Right for small logits. Where they are near 1000, exp overflows, and infinity divided by infinity is not a number: subtract "
    "each row's largest first.",
)
def unstable(logits, targets):
    exponentials = np.exp(logits)
    return (exponentials / exponentials.sum(axis=1, keepdims=True) - _one_hot(logits, targets)) / len(logits)


@wrong(
    13,
    "divided by the words",
    "You divided by the number of words. The mean runs over the tokens.",
)
def divided_by_the_words(logits, targets):
    return (softmax(logits) - _one_hot(logits, targets)) / logits.shape[1]


@wrong(
    14,
    "one softmax for the whole table",
    "All your probabilities together sum to one. Each token has its own distribution over the words: sum along the last axis.",
)
def one_softmax_for_the_whole_table(logits, targets):
    return (softmax(logits.reshape(1, -1)).reshape(logits.shape) - _one_hot(logits, targets)) / len(targets)


@wrong(
    15,
    "added at the target",
    "You added 1 at the target. The larger the target's logit, the smaller the loss: its term has slope −1.",
)
def added_at_the_target(logits, targets):
    return (softmax(logits) + _one_hot(logits, targets)) / len(targets)


@wrong(
    16,
    "-1 in place of the target's probability",
    "You set the target's entry to −1. Its probability stays there: 1 is subtracted from it.",
)
def minus_1_in_place_of_the_target_s_probability(logits, targets):
    hot = _one_hot(logits, targets)
    return (softmax(logits) * (1 - hot) - hot) / len(targets)


@wrong(
    17,
    "sign at the target",
    "At the target you have 1 − p. That is its distance from what should have been said, with the wrong sign: then the right "
    "word would be pushed down with all the others.",
)
def sign_at_the_target(logits, targets):
    return np.abs(softmax(logits) - _one_hot(logits, targets)) / len(targets)


@wrong(
    18,
    "every target in every row",
    "You subtract 1 at the targets of all tokens in each row: `d[:, targets]` takes whole columns. Each row has one target of "
    "its own, so the rows need numbers too.",
)
def every_target_in_every_row(logits, targets):
    d_logits = softmax(logits)
    d_logits[:, targets] -= 1
    return d_logits / len(targets)


@wrong(
    19,
    "only the 1 divided",
    "You divided the 1 by the number of tokens, and not the probabilities. Both terms belong to the mean.",
)
def only_the_1_divided(logits, targets):
    return softmax(logits) - _one_hot(logits, targets) / len(targets)


@wrong(
    20,
    "logarithms in place of probabilities",
    "You subtracted the target from the logarithms of the probabilities. The logarithm belongs to the loss; its slope is another.",
)
def logarithms_in_place_of_probabilities(logits, targets):
    return (np.log(softmax(logits)) - _one_hot(logits, targets)) / len(targets)


@wrong(
    21,
    "through a probability of 0",
    "Right, until the target's probability becomes 0: you divide by it on the way to the logits, and infinity times 0 is not a "
    "number. On paper p cancels before anything is divided.",
)
def through_a_probability_of_0(logits, targets):
    return by_hand.softmax_backward(softmax(logits), stopped_at_the_probabilities(logits, targets))


@wrong(
    22,
    "logits cut off",
    "You cut large logits off, so that exp does not overflow. Then all logits near 1000 become equal. Subtract each row's largest "
    "instead: the differences remain.",
)
def logits_cut_off(logits, targets):
    return (softmax(np.clip(logits, -700, 700)) - _one_hot(logits, targets)) / len(targets)


@wrong(
    23,
    "the loss itself",
    "You return the loss, one number. Asked for is its slope with respect to each logit.",
)
def the_loss_itself(logits, targets):
    return -np.log(softmax(logits)[np.arange(len(targets)), targets]).mean()


HINTS = (
    "For one token the loss is log(sum of exp of all logits) minus the target's logit. Differentiate both terms.",
    "The first term's slope with respect to logit w is exp(z_w) / sum: that has a name. The second has slope −1 at the target "
    "and 0 elsewhere. And the mean?",
    "`d = softmax(logits)` (mind the shift), then `d[np.arange(len(targets)), targets] -= 1`, then divide by the number of "
    "tokens.",
)
