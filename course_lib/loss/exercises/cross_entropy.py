"""loss.cross_entropy: logits and targets become one number."""

from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.loss import by_hand
from course_lib.loss.exercises import inputs, log_probabilities
from course_lib.loss.exercises.inputs import true_ones
from course_lib.practice.exercise import Asked, right, wrong


def cross_entropy(logits: np.ndarray, targets: np.ndarray) -> float:
    """The mean over the tokens of log_sum_exp(logits) - logit of the true word: ``by_hand``'s, without its options."""
    return float((by_hand.log_sum_exp(logits) - logits[np.arange(len(targets)), targets]).mean())


ASKED = Asked(
    "Given `logits` `(token, vocab)` and the ids of the true words, `targets` `(token,)`, return one number: the "
    "mean over the tokens of $-\\ln p$, where $p$ is the probability that softmax of the token's logits gives the true word. It "
    "must survive logits of ±1000.",
    reference=cross_entropy,
    points=3,
    minutes=15,
    difficulty=2,
    library=(
        "torch.nn.functional.cross_entropy",
        "course_lib.fused_cross_entropy",
        "course_lib.cross_entropy_by_loops",
        "course_lib.label_smoothed",
    ),
)

cases = inputs.for_cross_entropy
cross_entropy_by_loops = right(by_hand.cross_entropy_by_loops)


@right
def one_hot_product(logits: np.ndarray, targets: np.ndarray) -> float:
    one_hot = np.eye(logits.shape[-1])[targets]
    return float(-(one_hot * by_hand.log_softmax(logits)).sum() / len(targets))


@right
def by_logaddexp(logits: np.ndarray, targets: np.ndarray) -> float:
    return float((np.logaddexp.reduce(logits, axis=-1) - true_ones(logits, targets)).mean())


def _of_log_probabilities(formula: Callable) -> Callable:
    """A loss that is some formula of the table of log-probabilities and the targets."""
    return lambda logits, targets: float(formula(by_hand.log_softmax(logits), targets))


def _by(way: Callable) -> Callable:
    """The right formula, of log-probabilities that are computed in some way."""
    return lambda logits, targets: float(-true_ones(way(logits), targets).mean())


mean_over_all_elements = wrong(
    1,
    "mean over all elements",
    "Your loss is too small by a factor: the size of the vocabulary. Each token has one term, that of its true word. The "
    "zeros of the one-hot table are not terms, and must not be counted in the mean.",
    _of_log_probabilities(lambda logs, targets: -(np.eye(logs.shape[1])[targets] * logs).mean()),
)

sum_instead_of_mean = wrong(
    2,
    "sum instead of mean",
    "You added the losses of all tokens up. The mean divides by how many they are; a sum grows with the length of the text.",
    _of_log_probabilities(lambda logs, targets: -true_ones(logs, targets).sum()),
)


def _of_probability(formula: Callable) -> Callable:
    """A loss that is the mean of some formula of the true words' probabilities."""

    def cross_entropy(logits: np.ndarray, targets: np.ndarray) -> float:
        return float(np.mean(formula(true_ones(softmax(logits), targets))))

    return cross_entropy


log_of_a_softmax_that_underflows = wrong(
    3,
    "log of a softmax that underflows",
    "Right for small logits. But a probability of e to the -1000 is 0 in float64, and its logarithm minus infinity. Take "
    "the logarithm before the numbers: log of a quotient is a difference. What is left of $\\ln(e^{z_t} / \\sum e^{z_j})$?",
    _of_probability(lambda p: -np.log(p)),
)

a_small_number_added_to_the_probability = wrong(
    4,
    "a small number added to the probability",
    "The small number keeps the logarithm finite and replaces the answer: every word that the model holds impossible costs "
    "the same, 27.6, whether its logit is 50 behind or 2000, and there the loss is flat. There is an exact value: "
    "take the logarithm of the quotient on paper first.",
    _of_probability(lambda p: -np.log(p + 1e-12)),
)

unshifted = wrong(
    5,
    "log-sum-exp without a shift",
    "The logarithm is taken in the right place. But exp(1000) is infinity, and the logarithm of a sum of zeros is minus "
    "infinity. Which number of the row can you subtract from all logits without changing the loss?",
    _by(log_probabilities.unshifted),
)

one_shift_for_all = wrong(
    6,
    "one largest logit for all rows",
    "You subtract the largest logit of the whole table. In a row that lies a thousand below it every exponential is 0 again. "
    "Each row needs its own: `max` along the last axis.",
    _by(log_probabilities.one_shift),
)

shift_on_one_side = wrong(
    7,
    "shifted on one side only",
    "The log-sum-exp is that of the shifted logits, and the true word's logit is not shifted: the largest logit is left over in "
    "the difference, so that your loss can even be negative. Shift both, or add the largest logit back.",
    _by(log_probabilities.shifted_on_one_side),
)

zero_times_infinity = wrong(
    8,
    "zero times infinity",
    "You multiply the one-hot table with the logarithms of probabilities. Where a probability underflows its logarithm is minus "
    "infinity, and 0 times infinity is NaN. Pick the true words' entries, and take the logarithm before there are numbers.",
    lambda logits, targets: float(-(np.eye(logits.shape[-1])[targets] * np.log(softmax(logits))).sum(axis=-1).mean()),
)

quotient_unshifted = wrong(
    9,
    "softmax without a shift",
    "Right for small logits. exp(1000) is infinity, and infinity divided by infinity is NaN; you met this in lesson 04. And "
    "even with the shift, the logarithm of a probability of 0 is waiting.",
    _by(log_probabilities.of_an_unshifted_softmax),
)

logarithm_to_base_2 = wrong(
    10,
    "logarithm to base 2",
    "Your number is in bits, 1.44 times the expected one. This loss is in nats: the natural logarithm, `np.log`.",
    _of_log_probabilities(lambda logs, targets: -true_ones(logs, targets).mean() / np.log(2)),
)

probability_instead_of_its_logarithm = wrong(
    11,
    "probability instead of its logarithm",
    "You averaged the probabilities, with a minus sign. The logarithm is missing: it makes a very wrong answer cost a lot.",
    _of_probability(lambda p: -p),
)

one_minus_the_probability = wrong(
    12,
    "one minus the probability",
    "1 - p is never more than 1: to be wrong beyond all doubt costs hardly more than to be unsure. Take the negative logarithm.",
    _of_probability(lambda p: 1 - p),
)

sign_forgotten = wrong(
    13,
    "sign forgotten",
    "Your loss is negative. The logarithm of a probability is at most 0, so a minus belongs in front.",
    _of_log_probabilities(lambda logs, targets: true_ones(logs, targets).mean()),
)

log_of_the_mean_probability = wrong(
    14,
    "log of the mean probability",
    "You averaged the probabilities and took one logarithm of the mean. Each token has a logarithm of its own, and these are "
    "averaged.",
    _of_probability(lambda p: -np.log(p.mean())),
)

softmax_over_the_tokens = wrong(
    15,
    "softmax over the tokens",
    "Your softmax runs down the columns, so that the tokens compete for each word. Each token shares out its probability "
    "over the vocabulary: the last axis.",
    _by(lambda logits: by_hand.log_softmax(logits.T).T),
)

softmax_twice = wrong(
    16,
    "softmax twice",
    "You took softmax, and then a log-softmax of the probabilities. Softmax of numbers between 0 and 1 is nearly even, so "
    "your loss can hardly fall. (The same happens in PyTorch when probabilities are handed to cross_entropy.)",
    _by(lambda logits: by_hand.log_softmax(softmax(logits))),
)

every_token_with_every_target = wrong(
    17,
    "every token with every target",
    "`table[:, targets]` takes the columns of all targets in every row: a (token, token) table. You want one entry a row: "
    "row i with target i.",
    _of_log_probabilities(lambda logs, targets: -logs[:, targets].mean()),
)

all_words_instead_of_the_true_one = wrong(
    18,
    "all words instead of the true one",
    "You averaged the surprise of every word of the vocabulary. Only one of them came: the target says which.",
    _of_log_probabilities(lambda logs, targets: -logs.mean()),
)

logits_taken_for_log_probabilities = wrong(
    19,
    "logits taken for log-probabilities",
    "You averaged the logits of the true words, with a minus sign. They are not normalised: raise all logits by 5, and your "
    "loss changes, while the probabilities do not. What is subtracted to make a logit the logarithm of a probability?",
    _by(lambda logits: logits),
)

shifted_and_not_normalised = wrong(
    20,
    "shifted and not normalised",
    "You subtracted the largest logit and stopped there: the logarithm of the sum of the exponentials is missing.",
    _by(lambda logits: logits - logits.max(axis=-1, keepdims=True)),
)


@wrong(
    21,
    "each word a question of its own",
    "You added the terms of all the wrong words, $-\\ln(1 - p)$. That is the loss for many yes-or-no questions (binary "
    "cross-entropy). Here one word comes, and one term counts.",
)
def every_word_yes_or_no(logits: np.ndarray, targets: np.ndarray) -> float:
    p, yes = softmax(logits), np.eye(logits.shape[-1], dtype=bool)[targets]
    return float(-np.log(np.where(yes, p, 1 - p)).sum(axis=-1).mean())


one_loss_for_each_token = wrong(
    22,
    "one loss for each token",
    "These are the losses of the single tokens. Return their mean, one number.",
    lambda logits, targets: -true_ones(by_hand.log_softmax(logits), targets),
)

softmax_over_the_whole_table = wrong(
    23,
    "softmax over the whole table",
    "Your exponentials are divided by the sum over all rows together, so that the tokens compete with one another. Each row has "
    "a sum of its own: `axis=-1`.",
    _by(log_probabilities.over_the_whole_table),
)

no_logarithm_of_the_sum = wrong(
    24,
    "the sum of the exponentials without its logarithm",
    "You subtract the logit from the sum of the exponentials itself. $\\ln(e^{z_t} / \\sum e^{z_j})$ is a difference of two "
    "logarithms, and one of them is missing.",
    _by(log_probabilities.sum_without_logarithm),
)

the_likeliest_word = wrong(
    25,
    "the likeliest word instead of the true one",
    "You took the largest probability of each row. That says how sure the model is, not whether it is right: pick the entry that "
    "`targets` names.",
    _of_log_probabilities(lambda logs, targets: -logs.max(axis=-1).mean()),
)

perplexity_instead_of_the_loss = wrong(
    26,
    "the perplexity instead of the loss",
    "You took exp of the loss at the end. That is the perplexity, which comes later in this lesson; here the loss itself is asked.",
    lambda logits, targets: float(np.exp(cross_entropy(logits, targets))),
)

divided_by_the_number_of_words = wrong(
    27,
    "divided by the number of words",
    "You divided the sum by the size of the vocabulary. It is a mean over the tokens: how many terms did you add up?",
    _of_log_probabilities(lambda logs, targets: -true_ones(logs, targets).sum() / logs.shape[1]),
)

the_first_token_only = wrong(
    28,
    "the first token only",
    "Your result is the loss of the first token. Is there a `return` inside the loop?",
    _of_log_probabilities(lambda logs, targets: -logs[0, targets[0]]),
)

the_last_token_only = wrong(
    29,
    "the last token only",
    "Your result is the loss of the last token: each turn of the loop writes over the one before.",
    _of_log_probabilities(lambda logs, targets: -logs[-1, targets[-1]]),
)

one_shift_and_a_softmax = wrong(
    30,
    "one largest logit for all rows, and a softmax that underflows",
    "Two things: you subtract the largest logit of the whole table, where each row needs its own; and you take the logarithm of "
    "probabilities, which may be 0. Take it before there are probabilities.",
    _by(log_probabilities.of_a_softmax_with_one_shift),
)

probabilities_held_above_1e_15 = wrong(
    31,
    "probabilities held above 1e-15",
    "No probability of yours is below 1e-15, so that no loss is above 34.5, however impossible the model held the word.",
    _of_probability(lambda p: -np.log(np.maximum(p, 1e-15))),
)

probabilities_with_1e_9_added = wrong(
    32,
    "probabilities with 1e-9 added",
    "You add 1e-9 before the logarithm: no loss is then above 20.7, and one that should be 0 is a little below it.",
    _of_probability(lambda p: -np.log(p + 1e-9)),
)

logits_cut_off = wrong(
    33,
    "logits cut off",
    "Right while no logit is large. You clip the logits, so that exp stays finite, and beyond the limit all words look alike. "
    "Subtracting a number from a whole row loses nothing; cutting does.",
    _by(log_probabilities.of_clipped_logits),
)

targets_counted_from_1 = wrong(
    34,
    "targets counted from 1",
    "You picked the entry before the true word's. The ids count from 0, as the columns do: no 1 has to be subtracted.",
    _of_log_probabilities(lambda logs, targets: -true_ones(logs, targets - 1).mean()),
)

the_mean_subtracted = wrong(
    35,
    "the mean subtracted instead of the largest",
    "You subtract the mean of the row. Its largest logit can still be far above it, and exp overflows again. Which number leaves no "
    "exponent above 0?",
    _by(log_probabilities.shifted_by_the_mean),
)

HINTS = (
    "On paper first: $-\\ln(e^{z_t} / \\sum_j e^{z_j}) = \\ln\\sum_j e^{z_j} - z_t$. No probability has to be computed.",
    "Subtract the largest logit of each row from the row (`keepdims=True`): the difference stays what it is, and no exponent "
    "is above 0. `shifted[np.arange(len(targets)), targets]` picks one entry from each row.",
    "`(np.log(np.exp(shifted).sum(axis=-1)) - picked).mean()`, with `shifted` and `picked` as in the hint before.",
)
