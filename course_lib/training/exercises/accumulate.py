"""training.accumulate: the gradient of a batch from its micro-batches."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.training import by_hand

ASKED = Asked(
    "A batch was too large for the memory and came in parts. `gradients` is a list of arrays of one shape: for each part, the "
    "gradient of the mean loss over its own tokens. `sizes` says how many tokens each part has. Return the gradient of the mean "
    "loss over all tokens together, an array of that shape.",
    reference=by_hand.accumulate,
    points=1,
    minutes=5,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(shape: tuple[int, ...], sizes: list[int], note: str = "") -> Case:
        return Case(([rng.normal(size=shape) for _ in sizes], sizes), note)

    return [
        case((3, 5), [2, 7, 3]),
        case((5, 2), [11, 5]),
        case((7,), [3, 3, 3, 1], "three full micro-batches and what was left over"),
        case((2, 3), [5, 5, 5], "micro-batches of one size"),
        case((5,), [13], "a single micro-batch"),
        case((3,), [7, 0, 2], "a micro-batch without a token"),
    ]


@right
def loop_over_parts(gradients, sizes):
    total = np.zeros_like(gradients[0])
    for one, size in zip(gradients, sizes, strict=True):
        total += one * (size / sum(sizes))
    return total


@right
def by_average(gradients, sizes):
    return np.average(gradients, axis=0, weights=sizes)


@wrong(
    1,
    "sums without weights",
    "You add the gradients up. Each is a mean already, so three parts give a gradient three times too long: the same as "
    "three times the learning rate.",
)
def sums_without_weights(gradients, sizes):
    return sum(gradients)


@wrong(
    2,
    "mean of unequal parts",
    "You give every part the same weight. A token in a small part then counts for more than one in a large part; right "
    "only where all parts are of one size.",
)
def mean_of_unequal_parts(gradients, sizes):
    return sum(gradients) / len(gradients)


@wrong(
    3,
    "weighted and not divided",
    "You weight each gradient by its tokens and do not divide by all tokens: that is the gradient of the sum of the "
    "losses, not of their mean.",
)
def weighted_and_not_divided(gradients, sizes):
    return sum(n * one for n, one in zip(sizes, gradients, strict=True))


@wrong(
    4,
    "weighted and divided by the number of parts",
    "You weight by tokens and divide by the number of parts. The weights must sum to one: divide by the number of all "
    "tokens.",
)
def weighted_and_divided_by_the_number_of_parts(gradients, sizes):
    return sum(n * one for n, one in zip(sizes, gradients, strict=True)) / len(sizes)


@wrong(
    5,
    "weighted the wrong way",
    "You divide each gradient by its number of tokens. It is a mean already; the larger part has the larger weight.",
)
def weighted_the_wrong_way(gradients, sizes):
    return sum(one / max(n, 1) for n, one in zip(sizes, gradients, strict=True))


@wrong(
    6,
    "the last one overwrites",
    "You return the gradient of the last part alone: each part overwrites the one before instead of being added.",
)
def the_last_one_overwrites(gradients, sizes):
    return gradients[-1] * 1.0


@wrong(
    7,
    "mean over the numbers too",
    "You average over all numbers of a gradient as well, and one number is left. Average over the parts only, axis 0.",
)
def mean_over_the_numbers_too(gradients, sizes):
    return float(np.mean(gradients))


HINTS = (
    "What is the mean of 3 numbers whose mean is 10 and 1 number that is 2? Not 6.",
    "A part's weight is its share of all tokens, `size / sum(sizes)`.",
    "`sum(size * one for size, one in zip(sizes, gradients)) / sum(sizes)`.",
)
