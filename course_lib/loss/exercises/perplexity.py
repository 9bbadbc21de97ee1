"""loss.perplexity: the loss in a unit that one can picture."""

import math

import numpy as np

from course_lib.loss import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Given `mean_loss`, a mean cross-entropy in nats, return the perplexity: the number of equally likely words "
    "among which a choice has this loss.",
    reference=by_hand.perplexity,
    points=1,
    minutes=3,
    difficulty=1,
    rtol=1e-6,  # of a loss near 10 in float32, exp keeps no more
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((float(rng.uniform(0.3, 3)),)),
        Case((float(rng.uniform(3, 7)),)),
        Case((float(np.log(rng.choice([31, 101, 633]))),), "the loss of an even choice"),
        Case((0.0,), "no surprise at all"),
        Case((math.log(8),), "the loss of an even choice among 8"),
        Case((0.25,), "a loss below 1"),
        Case((float(rng.uniform(10, 11)),), "an untrained model with a large vocabulary"),
    ]


@right
def by_the_number_e(mean_loss):
    return math.e**mean_loss


@right
def by_bits(mean_loss):
    return 2 ** (mean_loss / math.log(2))


@wrong(
    1,
    "2 to the loss",
    "2 to the loss undoes a logarithm to base 2. This loss is in nats, so what undoes it is another power. Try it on an even "
    "choice among 8 words, whose loss is ln 8 = 2.079: the answer has to be 8.",
)
def with_2_to_the_loss(mean_loss):
    return 2.0**mean_loss


@wrong(
    2,
    "a probability instead of a number of words",
    "That is the (geometric) mean of the true words' probabilities. One divided by it is the number of words: the perplexity.",
)
def a_probability_instead_of_a_number_of_words(mean_loss):
    return math.exp(-mean_loss)


@wrong(
    3,
    "10 to the loss",
    "10 to the loss undoes a logarithm to base 10. This loss is in nats.",
)
def with_10_to_the_loss(mean_loss):
    return 10.0**mean_loss


@wrong(
    4,
    "bits instead of words",
    "Divided by ln 2, the loss is in bits: a number of yes-or-no questions. The perplexity is the number of words that this "
    "many questions can tell apart.",
)
def bits_instead_of_words(mean_loss):
    return mean_loss / math.log(2)


@wrong(
    5,
    "one subtracted",
    "exp(loss) - 1 is 0 where there is no surprise; but even then there is one word to choose from.",
)
def one_subtracted(mean_loss):
    return math.expm1(mean_loss)


@wrong(
    6,
    "the logarithm once more",
    "You took the logarithm of the loss. The loss is a logarithm already; what undoes it?",
)
def logarithm_again(mean_loss: float) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log(mean_loss))


@wrong(
    7,
    "rounded to whole words",
    "You rounded. A perplexity is a number of words on average and need not be whole.",
)
def rounded_to_whole_words(mean_loss):
    return float(round(math.exp(mean_loss)))


@wrong(
    8,
    "the loss itself",
    "That is the loss as it came. How many equally likely words would have it?",
)
def the_loss_itself(mean_loss):
    return mean_loss


@wrong(
    9,
    "cut down to whole words",
    "You cut off what stands after the point, as `int` and `//` do. A perplexity is an average and need not be whole.",
)
def cut_down_to_whole_words(mean_loss):
    return float(math.floor(math.exp(mean_loss)))


@wrong(
    10,
    "rounded up to whole words",
    "You rounded up. A perplexity is an average and need not be whole.",
)
def rounded_up_to_whole_words(mean_loss):
    return float(math.ceil(math.exp(mean_loss)))


@wrong(
    11,
    "a short value of e",
    "2.718 is e to four digits, and the power makes the error larger with every nat. Python has the number in full.",
)
def a_short_value_of_e(mean_loss):
    return 2.718**mean_loss


@wrong(
    12,
    "the logarithm to base 2 of the loss",
    "You took the logarithm of the loss, to base 2. The loss is a logarithm already; what undoes it?",
)
def log2_again(mean_loss: float) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log2(mean_loss))


@wrong(
    13,
    "multiplied by ln 2 and raised",
    "You turned the loss into bits the wrong way round, times ln 2 instead of divided by it, and then took 2 to that power. Try "
    "it on ln 8: three bits, eight words.",
)
def bits_the_wrong_way_round(mean_loss):
    return 2 ** (mean_loss * math.log(2))


@wrong(
    14,
    "bits in the power of e",
    "You turned the loss into bits and then raised e to it. Bits belong to a power of 2, nats to a power of e: choose one of "
    "the two.",
)
def bits_in_the_power_of_e(mean_loss):
    return math.exp(mean_loss / math.log(2))


@wrong(
    15,
    "e times the loss",
    "You multiplied by e. An even choice among n words has the loss ln n: what undoes a logarithm is a power.",
)
def e_times_the_loss(mean_loss):
    return math.e * mean_loss


@wrong(
    16,
    "rounded to two places",
    "You rounded what you return. Round where you print; others may compute with the number.",
)
def rounded_to_two_places(mean_loss):
    return round(math.exp(mean_loss), 2)


HINTS = (
    "An even choice among n words gives each the probability 1/n. What is its loss? Now go backwards.",
    "$-\\ln(1/n) = \\ln n$. Which function undoes the natural logarithm?",
    "`np.exp`.",
)
