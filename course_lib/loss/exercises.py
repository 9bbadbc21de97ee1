"""What the learner writes in lesson 08: the shift, the loss, the unit to read it in, the softened targets."""

import math
from collections.abc import Callable

import numpy as np

from course_lib.attention.by_hand import softmax
from course_lib.loss import by_hand
from course_lib.practice.exercise import Case, Exercise, WrongAnswer

__all__ = ["EXERCISES"]


# --- the shift ----------------------------------------------------------------------------------------------------


SHIFT = Exercise(
    id="loss.shift",
    specification="Given the ids of a text, `ids` `(token,)`, return two arrays of one token less, `(inputs, targets)`: what the "
    "model reads at each position, and what it should say there, which is the token that comes next.",
    reference=by_hand.shift,
    cases=lambda rng: [
        Case((rng.permutation(101)[:7],)),
        Case((rng.permutation(101)[:11],)),
        Case((rng.permutation(101)[:5],)),
        Case((np.repeat(rng.permutation(53)[:3], 2),), "a text that repeats tokens"),
        Case((rng.permutation(101)[:2],), "two tokens: one thing to predict"),
        Case((rng.permutation(101)[:1],), "a single token: nothing comes next, so both parts are empty"),
    ],
    points=1,
    minutes=4,
    difficulty=1,
    wrong=(
        WrongAnswer(
            "not shifted, the last token left out",
            "Inputs and targets are the same: at each position the model is asked for the token that it has before its eyes. "
            "It can copy it and will have learned nothing. Write a short text down, and below each token the one to be said.",
            lambda ids: (ids[:-1], ids[:-1]),
        ),
        WrongAnswer(
            "not shifted",
            "You returned the text twice. At each position the target is the token after it, and the last one has none after it.",
            lambda ids: (ids, ids),
        ),
        WrongAnswer(
            "shifted the other way",
            "Your model reads a token and is asked for the one before it: it would learn to write backwards. Which of the two "
            "parts begins with the first token of the text?",
            lambda ids: (ids[1:], ids[:-1]),
        ),
        WrongAnswer(
            "shifted by two",
            "Your targets lie two tokens ahead of the inputs: one token is skipped. The target of position i is token i + 1.",
            lambda ids: (ids[:-2], ids[2:]),
        ),
        WrongAnswer(
            "inputs keep the last token",
            "Your inputs are one longer than your targets: nothing comes after the last token, so it is no input here.",
            lambda ids: (ids, ids[1:]),
        ),
        WrongAnswer(
            "wrapped around",
            "Your last target is the first token of the text: `np.roll` sends what falls out at one end in at the other. The "
            "text does not start again after its end.",
            lambda ids: (ids, np.roll(ids, -1)),
        ),
        WrongAnswer(
            "wrapped around the other way",
            "`np.roll` by +1 moves every token one place later, so each position is asked for the token before it; and the first "
            "one for the last of the text.",
            lambda ids: (ids, np.roll(ids, 1)),
        ),
        WrongAnswer(
            "not shifted, the first token left out",
            "Both parts lack the first token, so that inputs and targets are the same. One part lacks the last token instead.",
            lambda ids: (ids[1:], ids[1:]),
        ),
        WrongAnswer(
            "padded with a token 0",
            "You filled the last target with 0. That is the id of some word, and the model would be taught that it follows. Leave "
            "the last position out instead.",
            lambda ids: (ids, np.append(ids[1:], 0)),
        ),
    ),
    hints=(
        "Write five tokens on paper, and under each the token that comes next. Which one has nothing under it?",
        "Both parts are slices of `ids`, each with one token less: one lacks the last, the other lacks the first.",
        "`ids[:-1]` is everything but the last. What is everything but the first?",
    ),
    also_right=(
        lambda ids: (np.delete(ids, -1), np.delete(ids, 0)),
        lambda ids: (ids[: len(ids) - 1], ids[np.arange(1, len(ids))]),
    ),
)


# --- cross-entropy ------------------------------------------------------------------------------------------------


def _logits_and_targets(rng: np.random.Generator, token: int, vocab: int, size: float = 2.0) -> tuple:
    return rng.normal(size=(token, vocab)) * size, rng.integers(vocab, size=token)


def _far_apart(rng: np.random.Generator) -> tuple:
    """Every target a word that the model holds impossible: 1000 below the best, or 2000."""
    logits = np.array([[1000.0, 0.0, -1000.0, 0.0, 0.0], [0.0, 0.0, 1000.0, 0.0, 0.0], [0.0, 500.0, 0.0, 0.0, -400.0]])
    return logits + rng.normal(size=logits.shape), np.array([2, 0, 3])


def _rows_apart(rng: np.random.Generator) -> tuple:
    """Rows around 1000, 0 and -1000: one largest logit for all of them does not help the others."""
    return rng.normal(size=(3, 5)) + np.array([[1000.0], [0.0], [-1000.0]]), rng.integers(5, size=3)


def _cross_entropy_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case(_logits_and_targets(rng, 3, 5)),
        Case(_logits_and_targets(rng, 5, 11)),
        Case(_logits_and_targets(rng, 7, 3)),
        Case(_logits_and_targets(rng, 5, 5), "as many tokens as words"),
        Case(_logits_and_targets(rng, 1, 7), "a single token"),
        Case((rng.normal(size=(3, 1)), np.zeros(3, dtype=int)), "a vocabulary of one word: nothing can surprise"),
        Case((rng.normal(size=(2, 7)) + 1000.0, rng.integers(7, size=2)), "logits near 1000, where exp overflows"),
        Case((rng.normal(size=(2, 7)) - 1000.0, rng.integers(7, size=2)), "logits near -1000, where exp underflows"),
        Case(_far_apart(rng), "true words whose probability underflows to 0"),
        Case(_rows_apart(rng), "one row near 1000, one near 0, one near -1000"),
    ]


def _true_ones(rows: np.ndarray, targets: np.ndarray) -> np.ndarray:
    return rows[np.arange(len(targets)), targets]


def _of_probability(formula: Callable) -> Callable:
    """A loss that is the mean of some formula of the true words' probabilities."""

    def cross_entropy(logits: np.ndarray, targets: np.ndarray) -> float:
        return float(np.mean(formula(_true_ones(softmax(logits), targets))))

    return cross_entropy


def _of_log_probabilities(formula: Callable) -> Callable:
    """A loss that is some formula of the table of log-probabilities and the targets."""
    return lambda logits, targets: float(formula(by_hand.log_softmax(logits), targets))


def _one_hot_product(logits: np.ndarray, targets: np.ndarray) -> float:
    one_hot = np.zeros(logits.shape)
    one_hot[np.arange(len(targets)), targets] = 1.0
    return float(-(one_hot * by_hand.log_softmax(logits)).sum() / len(targets))


def _by_logaddexp(logits: np.ndarray, targets: np.ndarray) -> float:
    return float((np.logaddexp.reduce(logits, axis=-1) - _true_ones(logits, targets)).mean())


def _one_shift_for_all(logits: np.ndarray, targets: np.ndarray) -> float:
    largest = logits.max()
    log_sum = largest + np.log(np.exp(logits - largest).sum(axis=-1))
    return float((log_sum - _true_ones(logits, targets)).mean())


def _shift_on_one_side(logits: np.ndarray, targets: np.ndarray) -> float:
    log_sum = by_hand.log_sum_exp(logits - logits.max(axis=-1, keepdims=True))
    return float((log_sum - _true_ones(logits, targets)).mean())


def _zero_times_infinity(logits: np.ndarray, targets: np.ndarray) -> float:
    one_hot = np.eye(logits.shape[-1])[targets]
    return float(-(one_hot * np.log(softmax(logits))).sum(axis=-1).mean())


def _unshifted(logits: np.ndarray, targets: np.ndarray) -> float:
    return float((np.log(np.exp(logits).sum(axis=-1)) - _true_ones(logits, targets)).mean())


def _quotient_unshifted(logits: np.ndarray, targets: np.ndarray) -> float:
    exponentials = np.exp(logits)
    probabilities = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return float(-np.log(_true_ones(probabilities, targets)).mean())


def _every_word_yes_or_no(logits: np.ndarray, targets: np.ndarray) -> float:
    p, yes = softmax(logits), np.eye(logits.shape[-1], dtype=bool)[targets]
    return float(-np.log(np.where(yes, p, 1 - p)).sum(axis=-1).mean())


def cross_entropy(logits: np.ndarray, targets: np.ndarray) -> float:
    """The mean over the tokens of log_sum_exp(logits) - logit of the true word: ``by_hand``'s, without its options."""
    return float((by_hand.log_sum_exp(logits) - logits[np.arange(len(targets)), targets]).mean())


CROSS_ENTROPY = Exercise(
    id="loss.cross_entropy",
    specification="Given `logits` `(token, vocab)` and the ids of the true words, `targets` `(token,)`, return one number: the "
    "mean over the tokens of $-\\ln p$, where $p$ is the probability that softmax of the token's logits gives the true word. It "
    "must survive logits of ±1000.",
    reference=cross_entropy,
    cases=_cross_entropy_cases,
    points=3,
    minutes=15,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "mean over all elements",
            "Your loss is too small by a factor: the size of the vocabulary. Each token has one term, that of its true word. The "
            "zeros of the one-hot table are no terms, and must not be counted in the mean.",
            _of_log_probabilities(lambda logs, targets: -(np.eye(logs.shape[1])[targets] * logs).mean()),
        ),
        WrongAnswer(
            "sum instead of mean",
            "You added the losses of all tokens up. The mean divides by how many they are; a sum grows with the length of the text.",
            _of_log_probabilities(lambda logs, targets: -_true_ones(logs, targets).sum()),
        ),
        WrongAnswer(
            "log of a softmax that underflows",
            "Right for small logits. But a probability of e to the -1000 is 0 in float64, and its logarithm minus infinity. Take "
            "the logarithm before the numbers: log of a quotient is a difference. What is left of $\\ln(e^{z_t} / \\sum e^{z_j})$?",
            _of_probability(lambda p: -np.log(p)),
        ),
        WrongAnswer(
            "a small number added to the probability",
            "The small number keeps the logarithm finite and replaces the answer: every word that the model holds impossible costs "
            "the same, 27.6, whether its logit is 50 behind or 2000, and there the loss is flat. The exact value is to be had: "
            "take the logarithm of the quotient on paper first.",
            _of_probability(lambda p: -np.log(p + 1e-12)),
        ),
        WrongAnswer(
            "log-sum-exp without a shift",
            "The logarithm is taken in the right place. But exp(1000) is infinity, and the logarithm of a sum of zeros is minus "
            "infinity. Which number of the row can you subtract from all logits without changing the loss?",
            _unshifted,
        ),
        WrongAnswer(
            "one largest logit for all rows",
            "You subtract the largest logit of the whole table. In a row that lies a thousand below it every exponential is 0 again. "
            "Each row needs its own: `max` along the last axis.",
            _one_shift_for_all,
        ),
        WrongAnswer(
            "shifted on one side only",
            "The log-sum-exp is that of the shifted logits, and the true word's logit is not shifted: the largest logit is left over in "
            "the difference, so that your loss can even be negative. Shift both, or add the largest logit back.",
            _shift_on_one_side,
        ),
        WrongAnswer(
            "zero times infinity",
            "You multiply the one-hot table with the logarithms of probabilities. Where a probability underflows its logarithm is minus "
            "infinity, and 0 times infinity is NaN. Pick the true words' entries, and take the logarithm before there are numbers.",
            _zero_times_infinity,
        ),
        WrongAnswer(
            "softmax without a shift",
            "Right for small logits. exp(1000) is infinity, and infinity divided by infinity is NaN; you met this in lesson 04. And "
            "even with the shift, the logarithm of a probability of 0 is waiting.",
            _quotient_unshifted,
        ),
        WrongAnswer(
            "logarithm to base 2",
            "Your number is in bits, 1.44 times the expected one. This loss is in nats: the natural logarithm, `np.log`.",
            _of_log_probabilities(lambda logs, targets: -_true_ones(logs, targets).mean() / np.log(2)),
        ),
        WrongAnswer(
            "probability instead of its logarithm",
            "You averaged the probabilities, with a minus sign. The logarithm is missing: it makes a very wrong answer cost a lot.",
            _of_probability(lambda p: -p),
        ),
        WrongAnswer(
            "one minus the probability",
            "1 - p is never more than 1: to be wrong beyond all doubt costs hardly more than to be unsure. Take the negative logarithm.",
            _of_probability(lambda p: 1 - p),
        ),
        WrongAnswer(
            "sign forgotten",
            "Your loss is negative. The logarithm of a probability is at most 0, so a minus belongs in front.",
            _of_log_probabilities(lambda logs, targets: _true_ones(logs, targets).mean()),
        ),
        WrongAnswer(
            "log of the mean probability",
            "You averaged the probabilities and took one logarithm of the mean. Each token has a logarithm of its own, and these are "
            "averaged.",
            _of_probability(lambda p: -np.log(p.mean())),
        ),
        WrongAnswer(
            "softmax over the tokens",
            "Your softmax runs down the columns, so that the tokens compete for each word. Each token shares out its probability "
            "over the vocabulary: the last axis.",
            lambda logits, targets: float(-_true_ones(by_hand.log_softmax(logits.T).T, targets).mean()),
        ),
        WrongAnswer(
            "softmax twice",
            "You took softmax, and then a log-softmax of the probabilities. Softmax of numbers between 0 and 1 is nearly even, so "
            "that your loss can hardly fall. (The same happens in PyTorch when probabilities are handed to cross_entropy.)",
            lambda logits, targets: by_hand.cross_entropy(softmax(logits), targets),
        ),
        WrongAnswer(
            "every token with every target",
            "`table[:, targets]` takes the columns of all targets in every row: a (token, token) table. You want one entry a row: "
            "row i with target i.",
            _of_log_probabilities(lambda logs, targets: -logs[:, targets].mean()),
        ),
        WrongAnswer(
            "all words instead of the true one",
            "You averaged the surprise of every word of the vocabulary. Only one of them came: the target says which.",
            _of_log_probabilities(lambda logs, targets: -logs.mean()),
        ),
        WrongAnswer(
            "logits taken for log-probabilities",
            "You averaged the logits of the true words, with a minus sign. They are not normalised: raise all logits by 5, and your "
            "loss changes, while the probabilities do not. What is subtracted to make a logit the logarithm of a probability?",
            lambda logits, targets: float(-_true_ones(logits, targets).mean()),
        ),
        WrongAnswer(
            "shifted and not normalised",
            "You subtracted the largest logit and stopped there: the logarithm of the sum of the exponentials is missing.",
            lambda logits, targets: float((logits.max(axis=-1) - _true_ones(logits, targets)).mean()),
        ),
        WrongAnswer(
            "each word a question of its own",
            "You added the terms of all the wrong words, $-\\ln(1 - p)$. That is the loss for many yes-or-no questions (binary "
            "cross-entropy). Here one word comes, and one term counts.",
            _every_word_yes_or_no,
        ),
        WrongAnswer(
            "one loss for each token",
            "These are the losses of the single tokens. Return their mean, one number.",
            lambda logits, targets: by_hand.cross_entropy(logits, targets, reduction="none"),
        ),
    ),
    hints=(
        "On paper first: $-\\ln(e^{z_t} / \\sum_j e^{z_j}) = \\ln\\sum_j e^{z_j} - z_t$. No probability has to be computed.",
        "Subtract the largest logit of each row from the row (`keepdims=True`): the difference stays what it is, and no exponent "
        "is above 0. `shifted[np.arange(len(targets)), targets]` picks one entry from each row.",
        "`(np.log(np.exp(shifted).sum(axis=-1)) - picked).mean()`, with `shifted` and `picked` as in the hint before.",
    ),
    also_right=(by_hand.cross_entropy_by_loops, _one_hot_product, _by_logaddexp),
    library=("torch.cross_entropy", "course_lib.fused_cross_entropy", "course_lib.cross_entropy_by_loops",
             "course_lib.label_smoothed"),
)  # fmt: skip


# --- perplexity ---------------------------------------------------------------------------------------------------


def _logarithm_again(mean_loss: float) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log(mean_loss))


PERPLEXITY = Exercise(
    id="loss.perplexity",
    specification="Given `mean_loss`, a mean cross-entropy in nats, return the perplexity: the number of equally likely words "
    "among which a choice has this loss.",
    reference=by_hand.perplexity,
    cases=lambda rng: [
        Case((float(rng.uniform(0.3, 3)),)),
        Case((float(rng.uniform(3, 7)),)),
        Case((float(np.log(rng.choice([31, 101, 633]))),), "the loss of an even choice"),
        Case((0.0,), "no surprise at all"),
        Case((float(rng.uniform(10, 11)),), "an untrained model with a large vocabulary"),
    ],
    points=1,
    minutes=3,
    difficulty=1,
    wrong=(
        WrongAnswer(
            "2 to the loss",
            "2 to the loss undoes a logarithm to base 2. This loss is in nats, so what undoes it is another power. Try it on an even "
            "choice among 8 words, whose loss is ln 8 = 2.079: the answer has to be 8.",
            lambda mean_loss: 2.0**mean_loss,
        ),
        WrongAnswer(
            "a probability instead of a number of words",
            "That is the (geometric) mean of the true words' probabilities. The perplexity is the number of words, one divided by it.",
            lambda mean_loss: math.exp(-mean_loss),
        ),
        WrongAnswer(
            "10 to the loss",
            "10 to the loss undoes a logarithm to base 10. This loss is in nats.",
            lambda mean_loss: 10.0**mean_loss,
        ),
        WrongAnswer(
            "bits instead of words",
            "Divided by ln 2, the loss is in bits: the number of yes-or-no questions. The perplexity is the number of words that so "
            "many questions tell apart.",
            lambda mean_loss: mean_loss / math.log(2),
        ),
        WrongAnswer(
            "one subtracted",
            "exp(loss) - 1 is 0 where there is no surprise; but a choice among one word is still one word.",
            lambda mean_loss: math.expm1(mean_loss),
        ),
        WrongAnswer(
            "the logarithm once more",
            "You took the logarithm of the loss. The loss is a logarithm already; what undoes it?",
            _logarithm_again,
        ),
        WrongAnswer(
            "rounded to whole words",
            "You rounded. A perplexity is a number of words on average and need not be whole.",
            lambda mean_loss: float(round(math.exp(mean_loss))),
        ),
        WrongAnswer(
            "the loss itself",
            "That is the loss as it came. How many equally likely words would have it?",
            lambda mean_loss: mean_loss,
        ),
    ),
    hints=(
        "An even choice among n words gives each the probability 1/n. What is its loss? Now go backwards.",
        "$-\\ln(1/n) = \\ln n$. Which function undoes the natural logarithm?",
        "`np.exp`.",
    ),
    also_right=(lambda mean_loss: math.e**mean_loss, lambda mean_loss: 2 ** (mean_loss / math.log(2))),
)


# --- label smoothing ----------------------------------------------------------------------------------------------


def _label_smoothed_cases(rng: np.random.Generator) -> list[Case]:
    def case(token: int, vocab: int, epsilon: float, note: str = "") -> Case:
        return Case((*_logits_and_targets(rng, token, vocab), epsilon), note)

    return [
        case(3, 5, 0.1),
        case(5, 7, float(rng.uniform(0.2, 0.4))),
        case(7, 3, 0.3),
        case(5, 5, 0.2, "as many tokens as words"),
        case(3, 7, 0.0, "epsilon 0: the plain cross-entropy"),
        case(3, 7, 1.0, "epsilon 1: every word alike, whatever the targets"),
        case(1, 11, 0.1, "a single token"),
        Case((*_far_apart(rng), 0.1), "words whose probability underflows to 0"),
    ]


def _against(ought: Callable) -> Callable:
    """The cross-entropy against a table of targets that is made from the one-hot table, the vocabulary and epsilon."""

    def label_smoothed(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
        vocab = logits.shape[-1]
        table = ought(np.eye(vocab)[targets], vocab, epsilon)
        return float(-(table * by_hand.log_softmax(logits)).sum(axis=-1).mean())

    return label_smoothed


def _two_parts(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    surprise = -by_hand.log_softmax(logits)
    return float(((1 - epsilon) * _true_ones(surprise, targets) + epsilon * surprise.mean(axis=-1)).mean())


def _one_token_at_a_time(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    total, vocab = 0.0, logits.shape[1]
    for row, target in zip(logits, targets, strict=True):
        log_sum = row.max() + np.log(np.exp(row - row.max()).sum())
        for word, score in enumerate(row):
            total += (epsilon / vocab + (1 - epsilon) * (word == target)) * (log_sum - score)
    return float(total / len(targets))


def _smooths_the_prediction(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    mixed = (1 - epsilon) * softmax(logits) + epsilon / logits.shape[-1]
    return float(-np.log(_true_ones(mixed, targets)).mean())


def _all_targets_in_every_row(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    table = np.full(logits.shape, epsilon / logits.shape[-1])
    table[:, targets] += 1 - epsilon
    return float(-(table * by_hand.log_softmax(logits)).sum(axis=-1).mean())


def _log_of_underflow(logits: np.ndarray, targets: np.ndarray, epsilon: float) -> float:
    ought = by_hand.target_distribution(targets, logits.shape[-1], epsilon)
    return float(-(ought * np.log(softmax(logits))).sum(axis=-1).mean())


LABEL_SMOOTHED = Exercise(
    id="loss.label_smoothed",
    specification="Given `logits` `(token, vocab)`, `targets` `(token,)` and `epsilon`, return the mean over the tokens of "
    "$-\\sum_w t_w \\ln p_w$, where the targets are softened: a share `epsilon` of the one is spread evenly over **all** words of "
    "the vocabulary, the true one among them, and the rest stays on the true word. (`torch.nn.functional.cross_entropy` does the "
    "same.)",
    reference=by_hand.label_smoothed,
    cases=_label_smoothed_cases,
    points=3,
    minutes=12,
    difficulty=2,
    wrong=(
        WrongAnswer(
            "nothing of the spread share for the true word",
            "Your targets do not sum to one: the wrong words get epsilon / vocab each, and the true word its 1 - epsilon alone. Its own "
            "part of the spread share is missing.",
            _against(lambda hot, vocab, epsilon: np.where(hot > 0, 1 - epsilon, epsilon / vocab)),
        ),
        WrongAnswer(
            "the true word keeps everything",
            "Your targets sum to more than one: the share epsilon was spread, but never taken from the true word.",
            _against(lambda hot, vocab, epsilon: hot + epsilon / vocab),
        ),
        WrongAnswer(
            "spread over the wrong words alone",
            "You spread epsilon over the vocab - 1 wrong words. Some papers do; the convention here, and PyTorch's, spreads it over "
            "all words, so that with epsilon = 1 all are alike.",
            _against(lambda hot, vocab, epsilon: np.where(hot > 0, 1 - epsilon, epsilon / (vocab - 1))),
        ),
        WrongAnswer(
            "only made smaller",
            "You took 1 - epsilon times the loss. The share that was taken from the true word has to go somewhere: to every word of "
            "the vocabulary, evenly.",
            _against(lambda hot, vocab, epsilon: (1 - epsilon) * hot),
        ),
        WrongAnswer(
            "epsilon to every word",
            "Every word gets epsilon, and there are many: with 7 words and epsilon 0.1 your targets sum to 1.6. The share has to "
            "be divided among them.",
            _against(lambda hot, vocab, epsilon: (1 - epsilon) * hot + epsilon),
        ),
        WrongAnswer(
            "epsilon to every wrong word",
            "Each wrong word gets the whole of epsilon, and there are many. The share has to be divided among the words.",
            _against(lambda hot, vocab, epsilon: np.where(hot > 0, 1 - epsilon, epsilon)),
        ),
        WrongAnswer(
            "every token's row with every target",
            "`table[:, targets]` marks the columns of all targets in every row. Each row has one true word: row i has target i, "
            "`table[np.arange(len(targets)), targets]`.",
            _all_targets_in_every_row,
        ),
        WrongAnswer(
            "epsilon and the rest exchanged",
            "With epsilon = 0.1 the true word keeps a tenth, and nine tenths are spread. Epsilon is the part that is given away.",
            _against(lambda hot, vocab, epsilon: epsilon * hot + (1 - epsilon) / vocab),
        ),
        WrongAnswer(
            "epsilon not used",
            "That is the plain cross-entropy: right for epsilon = 0, and the same for every other.",
            _against(lambda hot, vocab, epsilon: hot),
        ),
        WrongAnswer(
            "smooths the prediction instead of the target",
            "You mixed epsilon into the model's probabilities. That makes it look less sure than it is, and cheapens mistakes. It is "
            "what the model *should* say that gets softened.",
            _smooths_the_prediction,
        ),
        WrongAnswer(
            "mean over all elements",
            "Too small by a factor of the vocabulary: add up over the words, then average over the tokens.",
            lambda logits, targets, epsilon: by_hand.label_smoothed(logits, targets, epsilon) / logits.shape[-1],
        ),
        WrongAnswer(
            "sum instead of mean",
            "You added up over words and over tokens. Over the tokens it is a mean.",
            lambda logits, targets, epsilon: by_hand.label_smoothed(logits, targets, epsilon) * len(logits),
        ),
        WrongAnswer(
            "sign forgotten",
            "Your loss is negative: the minus in front is missing.",
            lambda logits, targets, epsilon: -by_hand.label_smoothed(logits, targets, epsilon),
        ),
        WrongAnswer(
            "log of a softmax that underflows",
            "Right for small logits. Here every word of the vocabulary has a term, so one probability that underflows to 0 makes the "
            "loss infinite. Compute log-probabilities without probabilities, as in your `cross_entropy`.",
            _log_of_underflow,
        ),
    ),
    hints=(
        "Two losses, mixed: that against the one-hot targets, and that against even targets. With which shares?",
        "With `logs` the log-probabilities `(token, vocab)`: the even part is `-logs.mean(axis=-1)`, the other "
        "`-logs[np.arange(len(targets)), targets]`.",
        "`((1 - epsilon) * one + epsilon * other).mean()`, where `one` and `other` are the two parts, in the right order. The "
        "log-probabilities are the logits less their log-sum-exp.",
    ),
    also_right=(_two_parts, _one_token_at_a_time),
    library=("torch.cross_entropy", "course_lib.cross_entropy", "course_lib.fused_cross_entropy"),
)

EXERCISES = (SHIFT, CROSS_ENTROPY, PERPLEXITY, LABEL_SMOOTHED)
