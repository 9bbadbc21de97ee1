"""loss.label_smoothed: cross-entropy against softened targets."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.loss import by_hand
from course_lib.loss.exercises import log_probabilities
from course_lib.loss.exercises.inputs import far_apart, in_64ths, logits_and_targets, rows_apart, true_ones
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `logits` `(token, vocab)`, `targets` `(token,)` and `epsilon`, return the mean over the tokens of "
    "$-\\sum_w t_w \\ln p_w$, where the targets are softened: a share `epsilon` of the one is spread evenly over **all** words of "
    "the vocabulary, the true one among them, and the rest stays on the true word. (`torch.nn.functional.cross_entropy` does the "
    "same.)",
    reference=by_hand.label_smoothed,
    points=3,
    minutes=12,
    difficulty=2,
    library=("torch.nn.functional.cross_entropy", "course_lib.cross_entropy", "course_lib.fused_cross_entropy"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(token: int, vocab: int, epsilon: float, note: str = "") -> Case:
        return Case((*logits_and_targets(rng, token, vocab), epsilon), note)

    return [
        case(3, 5, 0.1),
        case(5, 7, float(rng.uniform(0.2, 0.4))),
        case(7, 3, 0.3),
        case(5, 5, 0.2, "as many tokens as words"),
        case(3, 7, 0.0, "epsilon 0: the plain cross-entropy"),
        case(3, 7, 1.0, "epsilon 1: every word alike, whatever the targets"),
        case(1, 11, 0.1, "a single token"),
        Case(
            (np.array([[2.0, -1.0], [0.5, 1.5], [-3.0, 1.0]]), np.array([0, 0, 1]), 0.25), "a vocabulary of two words"
        ),
        Case((np.array([[1.0, 0.0, 2.0, 0.5]] * 3), np.array([2, 2, 2]), 0.2), "three times the same token"),
        Case(
            (in_64ths(rng.normal(size=(2, 7))) + 1000.0, np.array([6, 0]), 0.1), "logits near 1000, where exp overflows"
        ),
        Case((*rows_apart(rng), 0.1), "one row near 1000, one near 0, one near -1000"),
        Case((*far_apart(rng), 0.1), "words whose probability underflows to 0"),
    ]


@right
def two_parts(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    surprise = -by_hand.log_softmax(logits)
    return float(((1 - epsilon) * true_ones(surprise, targets) + epsilon * surprise.mean(axis=-1)).mean())


@right
def one_token_at_a_time(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    total, vocab = 0.0, logits.shape[1]
    for row, target in zip(logits, targets, strict=True):
        log_sum = row.max() + np.log(np.exp(row - row.max()).sum())
        for word, score in enumerate(row):
            total += (epsilon / vocab + (1 - epsilon) * (word == target)) * (log_sum - score)
    return float(total / len(targets))


def _against(ought: Callable) -> Callable:
    """The cross-entropy against a table of targets that is made from the one-hot table, the vocabulary and epsilon."""

    def label_smoothed(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
        vocab = logits.shape[-1]
        table = ought(np.eye(vocab)[targets], vocab, epsilon)
        return float(-(table * by_hand.log_softmax(logits)).sum(axis=-1).mean())

    return label_smoothed


nothing_of_the_spread_share_for_the_true_word = wrong(
    1,
    "nothing of the spread share for the true word",
    "Your targets do not sum to one: the wrong words get epsilon / vocab each, and the true word only 1 - epsilon. Its own part "
    "of the share that is spread is missing.",
    _against(lambda hot, vocab, epsilon: np.where(hot > 0, 1 - epsilon, epsilon / vocab)),
)

the_true_word_keeps_everything = wrong(
    2,
    "the true word keeps everything",
    "Your targets sum to more than one: the share epsilon was spread, but never taken from the true word.",
    _against(lambda hot, vocab, epsilon: hot + epsilon / vocab),
)

spread_over_the_wrong_words_alone = wrong(
    3,
    "spread over the wrong words alone",
    "You spread epsilon over the vocab - 1 wrong words. Some papers do; the convention here, and PyTorch's, spreads it over "
    "all words, so that with epsilon = 1 all are alike.",
    _against(lambda hot, vocab, epsilon: np.where(hot > 0, 1 - epsilon, epsilon / (vocab - 1))),
)

only_made_smaller = wrong(
    4,
    "only made smaller",
    "You took 1 - epsilon times the loss. The share that was taken from the true word has to go somewhere: to every word of "
    "the vocabulary, evenly.",
    _against(lambda hot, vocab, epsilon: (1 - epsilon) * hot),
)

epsilon_to_every_word = wrong(
    5,
    "epsilon to every word",
    "Every word gets epsilon, and there are many: with 7 words and epsilon 0.1 your targets sum to 1.6. The share has to "
    "be divided among them.",
    _against(lambda hot, vocab, epsilon: (1 - epsilon) * hot + epsilon),
)

epsilon_to_every_wrong_word = wrong(
    6,
    "epsilon to every wrong word",
    "Each wrong word gets the whole of epsilon, and there are many. The share has to be divided among the words.",
    _against(lambda hot, vocab, epsilon: np.where(hot > 0, 1 - epsilon, epsilon)),
)


@wrong(
    7,
    "every token's row with every target",
    "`table[:, targets]` marks the columns of all targets in every row. Each row has one true word: row i has target i, "
    "`table[np.arange(len(targets)), targets]`.",
)
def all_targets_in_every_row(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    table = np.full(logits.shape, epsilon / logits.shape[-1])
    table[:, targets] += 1 - epsilon
    return float(-(table * by_hand.log_softmax(logits)).sum(axis=-1).mean())


epsilon_and_the_rest_exchanged = wrong(
    8,
    "epsilon and the rest exchanged",
    "With epsilon = 0.1 the true word keeps a tenth, and nine tenths are spread. Epsilon is the part that is given away.",
    _against(lambda hot, vocab, epsilon: epsilon * hot + (1 - epsilon) / vocab),
)

epsilon_not_used = wrong(
    9,
    "epsilon not used",
    "That is the plain cross-entropy: right for epsilon = 0, and the same for every other.",
    _against(lambda hot, vocab, epsilon: hot),
)


@wrong(
    10,
    "smooths the prediction instead of the target",
    "You mixed epsilon into the model's probabilities. That makes it look less sure than it is, and cheapens mistakes. It is "
    "what the model *should* say that gets softened.",
)
def smooths_the_prediction(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    mixed = (1 - epsilon) * softmax(logits) + epsilon / logits.shape[-1]
    return float(-np.log(true_ones(mixed, targets)).mean())


@wrong(
    11,
    "mean over all elements",
    "Too small by a factor of the vocabulary: add up over the words, then average over the tokens.",
)
def mean_over_all_elements(logits, targets, epsilon):
    return by_hand.label_smoothed(logits, targets, epsilon) / logits.shape[-1]


@wrong(
    12,
    "sum instead of mean",
    "You added up over words and over tokens. Over the tokens it is a mean.",
)
def sum_instead_of_mean(logits, targets, epsilon):
    return by_hand.label_smoothed(logits, targets, epsilon) * len(logits)


@wrong(
    13,
    "sign forgotten",
    "Your loss is negative: the minus in front is missing.",
)
def sign_forgotten(logits, targets, epsilon):
    return -by_hand.label_smoothed(logits, targets, epsilon)


@wrong(
    14,
    "log of a softmax that underflows",
    "Right for small logits. Here every word of the vocabulary has a term, so one probability that underflows to 0 makes the "
    "loss infinite. Compute log-probabilities without probabilities, as in your `cross_entropy`.",
)
def log_of_underflow(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    ought = by_hand.target_distribution(targets, logits.shape[-1], epsilon)
    return float(-(ought * np.log(softmax(logits))).sum(axis=-1).mean())


def _by(way: Callable) -> Callable:
    """The right formula, of log-probabilities that are computed in some way."""

    def label_smoothed(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
        logs = way(logits)
        return float(-((1 - epsilon) * true_ones(logs, targets) + epsilon * logs.mean(axis=-1)).mean())

    return label_smoothed


def _mixed(rest: Callable) -> Callable:
    """1 - epsilon of the plain cross-entropy, and something in place of the even part: rest(vocab, epsilon)."""

    def label_smoothed(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
        plain = -true_ones(by_hand.log_softmax(logits), targets).mean()
        return float((1 - epsilon) * plain + rest(logits.shape[-1], epsilon))

    return label_smoothed


one_shift_for_all = wrong(
    15,
    "one largest logit for all rows",
    "You subtract the largest logit of the whole table. In a row that lies a thousand below it every exponential is 0. Each row "
    "needs its own: `max` along the last axis.",
    _by(log_probabilities.one_shift),
)

unshifted = wrong(
    16,
    "log-sum-exp without a shift",
    "Right for small logits. But exp(1000) is infinity, and the logarithm of a sum of zeros is minus infinity. Which number of "
    "the row can be subtracted from all logits without changing the loss?",
    _by(log_probabilities.unshifted),
)

quotient_unshifted = wrong(
    17,
    "softmax without a shift",
    "Right for small logits. exp(1000) is infinity, and infinity divided by infinity is NaN. And even with the shift, the "
    "logarithm of a probability of 0 is waiting.",
    _by(log_probabilities.of_an_unshifted_softmax),
)

the_true_word_has_one = wrong(
    18,
    "the true word has one, the others their share",
    "Your targets sum to more than one: the wrong words get epsilon / vocab each, and the true word still has all of its one.",
    _against(lambda hot, vocab, epsilon: np.where(hot > 0, 1.0, epsilon / vocab)),
)


@wrong(
    19,
    "epsilon shared out among the tokens",
    "You divided epsilon by the number of tokens. It is spread over the words of the vocabulary: which axis of the logits are "
    "they on?",
)
def shared_out_among_the_tokens(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    table = (1 - epsilon) * np.eye(logits.shape[-1])[targets] + epsilon / len(targets)
    return float(-(table * by_hand.log_softmax(logits)).sum(axis=-1).mean())


added_to_the_loss = wrong(
    20,
    "epsilon / vocab added to the loss",
    "You mixed epsilon / vocab into the loss itself. It is a share of the target, and as such stands before the logarithm of "
    "every word's probability.",
    _mixed(lambda vocab, epsilon: epsilon / vocab),
)


@wrong(
    21,
    "divided by the vocabulary twice",
    "Your even part is a mean over the words, which has divided by the vocabulary already, and then it is multiplied by epsilon / "
    "vocab. Once is enough.",
)
def divided_twice(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    logs, vocab = by_hand.log_softmax(logits), logits.shape[-1]
    return float(-((1 - epsilon) * true_ones(logs, targets) + epsilon / vocab * logs.mean(axis=-1)).mean())


@wrong(
    22,
    "one loss for each token",
    "These are the losses of the single tokens. Return their mean, one number.",
)
def one_loss_for_each_token(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> np.ndarray:
    logs = by_hand.log_softmax(logits)
    return -((1 - epsilon) * true_ones(logs, targets) + epsilon * logs.mean(axis=-1))


logits_as_they_are = wrong(
    23,
    "logits taken for log-probabilities",
    "Your logits go into the loss as they are. They are not normalised: raise all of them by 5, and your loss changes, while the "
    "probabilities do not. What is subtracted to make a logit the logarithm of a probability?",
    _by(lambda logits: logits),
)

epsilon_added_to_the_loss = wrong(
    24,
    "epsilon added to the loss",
    "You mixed epsilon into the loss itself, as if the even targets always had a loss of 1. They have one that depends on the "
    "logits: every word's $-\\ln p_w$ counts.",
    _mixed(lambda vocab, epsilon: epsilon),
)

the_logarithm_of_the_vocabulary = wrong(
    25,
    "the logarithm of the vocabulary as the even part",
    "You took ln(vocab) for the loss against even targets. It would be that if the model's probabilities were even too; here "
    "they are the model's own: every word's $-\\ln p_w$ counts.",
    _mixed(lambda vocab, epsilon: epsilon * np.log(vocab)),
)


@wrong(
    26,
    "an epsilon of 0.1, whatever is given",
    "Right for epsilon = 0.1, and with any other your result stays the same: use the argument.",
)
def always_a_tenth(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    return by_hand.label_smoothed(logits, targets, 0.1)


a_small_number_added_to_the_probability = wrong(
    27,
    "a small number added to the probability",
    "The small number keeps the logarithm finite and replaces the answer: no word costs more than 27.6, however impossible the "
    "model held it. Compute log-probabilities without probabilities, as in your `cross_entropy`.",
    _by(lambda logits: np.log(softmax(logits) + 1e-12)),
)

HINTS = (
    "Two losses, mixed: that against the one-hot targets, and that against even targets. With which shares?",
    "With `logs` the log-probabilities `(token, vocab)`: the even part is `-logs.mean(axis=-1)`, the other "
    "`-logs[np.arange(len(targets)), targets]`.",
    "`((1 - epsilon) * one + epsilon * other).mean()`, where `one` and `other` are the two parts, in the right order. The "
    "log-probabilities are the logits less their log-sum-exp.",
)
