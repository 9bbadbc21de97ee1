"""training.accumulate: the gradient of a batch from its micro-batches."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.training import by_hand

ASKED = Asked(
    "A batch was too large for the memory and was computed in *micro-batches*. `gradients` is a list of arrays of one shape: for each micro-batch, the "
    "gradient of the mean loss over its own tokens. `sizes` says how many tokens each micro-batch has. Return the gradient of the mean "
    "loss over all tokens together, an array of that shape.",
    reference=by_hand.accumulate,
    points=1,
    minutes=5,
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(shape: tuple[int, ...], sizes: list[int], note: str = "") -> Case:
        return Case(([rng.normal(size=shape) for _ in sizes], sizes), note)

    one, two, three = np.array([[1.0, -2.0]]), np.array([[5.0, 4.0]]), np.array([[-3.0, 7.0]])
    return [
        Case(([one, two, three], [3, 1, 6])),
        Case(([two, three, one], [4, 0, 4]), "a micro-batch without a token, among two of one size"),
        Case(([one, two], [5, 5]), "two micro-batches of one size"),
        Case(([three], [9]), "a single micro-batch, with numbers that can be followed by hand"),
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
    "You add the gradients up. Each is a mean already, so three micro-batches give a gradient three times too long: the same as "
    "three times the learning rate.",
)
def sums_without_weights(gradients, sizes):
    return sum(gradients)


@wrong(
    2,
    "mean of unequal micro-batches",
    "You give every micro-batch the same weight. A token in a small micro-batch then counts for more than one in a large micro-batch; right "
    "only where all micro-batches are of one size.",
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
    "weighted and divided by the number of micro-batches",
    "You weight by tokens and divide by the number of micro-batches. The weights must sum to one: divide by the number of all "
    "tokens.",
)
def weighted_and_divided_by_the_number_of_parts(gradients, sizes):
    return sum(n * one for n, one in zip(sizes, gradients, strict=True)) / len(sizes)


@wrong(
    5,
    "weighted the wrong way",
    "You divide each gradient by its number of tokens. It is a mean already; the larger micro-batch has the larger weight.",
)
def weighted_the_wrong_way(gradients, sizes):
    with np.errstate(all="ignore"):
        return sum(one / n for n, one in zip(sizes, gradients, strict=True))


@wrong(
    6,
    "the last one overwrites",
    "You return the gradient of the last micro-batch alone: each micro-batch overwrites the one before instead of being added.",
)
def the_last_one_overwrites(gradients, sizes):
    return gradients[-1] * 1.0


@wrong(
    7,
    "mean over the numbers too",
    "You average over all numbers of a gradient as well, and one number is left. Average over the micro-batches only, axis 0.",
)
def mean_over_the_numbers_too(gradients, sizes):
    return float(np.mean(gradients))


@wrong(
    8,
    "divided by the tokens without being weighted",
    "You add the gradients up and divide by all tokens. Each is a mean over its own tokens: before they are added, each "
    "has to be multiplied by how many those are.",
)
def divided_by_the_tokens_without_being_weighted(gradients, sizes):
    return sum(gradients) / sum(sizes)


@wrong(
    9,
    "the last share alone",
    "You return the last micro-batch's share alone: in your loop each micro-batch overwrites the one before. They have to be added up.",
)
def the_last_share_alone(gradients, sizes):
    return gradients[-1] * sizes[-1] / sum(sizes)


@wrong(
    10,
    "the first share alone",
    "You return the first micro-batch's share alone. Is your `return` inside the loop?",
)
def the_first_share_alone(gradients, sizes):
    return gradients[0] * sizes[0] / sum(sizes)


@wrong(
    11,
    "divided twice",
    "You divide by all tokens and then by the number of micro-batches. The weights sum to one already after the first.",
)
def divided_twice(gradients, sizes):
    return sum(n * one for n, one in zip(sizes, gradients, strict=True)) / sum(sizes) / len(sizes)


@wrong(
    12,
    "halved at every micro-batch",
    "You take the mean of what there is and the next micro-batch, again and again: the last micro-batch then counts for half of the "
    "whole.",
)
def halved_at_every_part(gradients, sizes):
    mean = gradients[0] * 1.0
    for one in gradients[1:]:
        mean = (mean + one) / 2
    return mean


@wrong(
    13,
    "the first micro-batch left out",
    "The first micro-batch is missing from your sum. Lists are counted from 0.",
)
def the_first_part_left_out(gradients, sizes):
    parts = list(zip(gradients, sizes, strict=True))[1:]
    return sum((n * one for one, n in parts), np.zeros_like(gradients[0])) / sum(sizes)


@wrong(
    14,
    "the last micro-batch left out",
    "The last micro-batch is missing from your sum. `range(n)` ends at n - 1 already.",
)
def the_last_part_left_out(gradients, sizes):
    parts = list(zip(gradients, sizes, strict=True))[:-1]
    return sum((n * one for one, n in parts), np.zeros_like(gradients[0])) / sum(sizes)


@wrong(
    15,
    "shares that are not added up",
    "You return the share of each micro-batch, one after the other. They have to be added up.",
)
def shares_that_are_not_added_up(gradients, sizes):
    return np.array([n * one / sum(sizes) for n, one in zip(sizes, gradients, strict=True)])


@wrong(
    16,
    "weighted by the largest micro-batch",
    "You divide the tokens of each micro-batch by those of the largest. The weights must sum to one.",
)
def weighted_by_the_largest_part(gradients, sizes):
    return sum(n / max(sizes) * one for n, one in zip(sizes, gradients, strict=True))


@wrong(
    17,
    "weights cut off to zero",
    "You divide with `//`: a micro-batch's share of all tokens is a fraction, and cut off it is 0.",
)
def weights_cut_off_to_zero(gradients, sizes):
    return sum(n // sum(sizes) * one for n, one in zip(sizes, gradients, strict=True))


HINTS = (
    "What is the mean of 3 numbers whose mean is 10 and 1 number that is 2? Not 6.",
    "A micro-batch's weight is its share of all tokens, `size / sum(sizes)`.",
    "`sum(size * one for size, one in zip(sizes, gradients)) / sum(sizes)`.",
)
