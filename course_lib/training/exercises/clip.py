"""training.clip: a gradient that is too long is shortened, its direction kept."""

import math

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.training import by_hand

ASKED = Asked(
    "`gradients` is a list with one array for each weight array of a model; together they are one long vector. If that vector is longer than "
    "`most`, shorten it to that length without changing its direction; otherwise leave it. Return the list of arrays, and how long the vector was "
    "**before**. A gradient of zeros is no error.",
    reference=by_hand.clip,
    points=2,
    minutes=8,
    difficulty=2,
    library=("torch.nn.utils.clip_grad_norm_", "torch.nn.utils.clip_grad_value_"),
)


def cases(rng: np.random.Generator) -> list[Case]:
    def case(*shapes: tuple[int, ...], most: float = 1.0, size: float = 1.0, note: str = "") -> Case:
        return Case(([size * rng.normal(size=shape) for shape in shapes], most), note)

    return [
        Case(([np.array([3.0]), np.array([[4.0, 0.0]])], 1.0), "3 and 4: a length of 5"),
        Case(([np.array([0.3, 0.0]), np.array([[-0.4]])], 1.0), "shorter than allowed"),
        Case(([np.array([3.0]), np.array([[4.0]])], 5.0), "exactly as long as allowed"),
        Case(
            ([np.array([0.6]), np.array([0.8]), np.array([2.4])], 1.3), "each array short enough, all together too long"
        ),
        Case(([np.array([10.0, 0.1]), np.array([[0.2]])], 2.0), "one entry far larger than the others"),
        Case(([np.zeros((2, 3)), np.zeros(2)], 1.0), "all zeros"),
        case((3, 5), (5,), (5, 2)),
        case((2, 3), (7,), most=0.5),
        case((7, 2), most=3.0, size=100.0, note="a single array, a limit other than 1"),
        case((3, 2), (2,), most=1000.0, note="a high limit"),
    ]


@right
def one_long_vector(gradients, most):
    length = np.linalg.norm(np.concatenate([gradient.ravel() for gradient in gradients]))
    if length <= most:
        return [gradient.copy() for gradient in gradients], length
    return [gradient / length * most for gradient in gradients], length


@right
def by_loops(gradients, most):
    total = 0.0
    for gradient in gradients:
        for entry in gradient.flat:
            total += entry**2
    length = math.sqrt(total)
    return [gradient * most / max(length, most) for gradient in gradients], length


def _length(gradients):
    return math.sqrt(sum((gradient**2).sum() for gradient in gradients))


def _shortened(gradients, most, length):
    return [gradient * min(1.0, most / length) if length else gradient for gradient in gradients]


@wrong(
    1,
    "each array by itself",
    "You measure and shorten every array on its own. That turns the whole gradient: the arrays that were too long lose, and the others do not. "
    "There is one length, that of all together.",
)
def each_by_itself(gradients, most):
    return [_shortened([one], most, _length([one]))[0] for one in gradients], _length(gradients)


@wrong(
    2,
    "entry by entry",
    "You cut every entry to the limit. Large entries then look like middling ones, and the direction changes. Multiply everything by one factor.",
)
def entry_by_entry(gradients, most):
    return [np.clip(gradient, -most, most) for gradient in gradients], _length(gradients)


@wrong(
    3,
    "what is short is made longer",
    "You give every gradient the length `most`, also one that was shorter. Near a minimum gradients are short for a reason: leave them.",
)
def scales_up(gradients, most):
    length = _length(gradients)
    return [gradient * (most / length if length else 1.0) for gradient in gradients], length


@wrong(
    4,
    "the length after instead of before",
    "The arrays are right. The number is the length after clipping, which is never above the limit and so tells nothing: return the one before.",
)
def length_after(gradients, most):
    shortened = _shortened(gradients, most, _length(gradients))
    return shortened, _length(shortened)


@wrong(
    5,
    "written into the arguments",
    "You shorten the arrays that you were given, and whoever gave them to you finds them changed. Make new ones.",
)
def changes_its_arguments(gradients, most):
    length = _length(gradients)
    if length > most:
        for gradient in gradients:
            gradient *= most / length
    return gradients, length


@wrong(
    6,
    "the root forgotten",
    "Your length is the sum of the squares. Its square root is missing.",
)
def no_root(gradients, most):
    return _shortened(gradients, most, _length(gradients) ** 2), _length(gradients) ** 2


@wrong(
    7,
    "the lengths of the arrays added up",
    "You add up the lengths of the arrays. Lengths at right angles do not add: add the squares of all entries, and take the root once.",
)
def lengths_added(gradients, most):
    length = sum(map(_length, ([gradient] for gradient in gradients)))
    return _shortened(gradients, most, length), length


@wrong(
    8,
    "absolute values added up",
    "You add up absolute values. The length of a vector is the square root of the sum of its squares.",
)
def absolute_values(gradients, most):
    length = sum(np.abs(gradient).sum() for gradient in gradients)
    return _shortened(gradients, most, length), length


@wrong(
    9,
    "the largest entry taken for the length",
    "You compare the largest entry with the limit. Many small entries make a long vector, too.",
)
def largest_entry(gradients, most):
    largest = max(np.abs(gradient).max() for gradient in gradients)
    return _shortened(gradients, most, largest), largest


@wrong(
    10,
    "the longest array taken for the whole",
    "You take the length of the longest array. All arrays together are one vector, and it is longer than any of them.",
)
def longest_array(gradients, most):
    longest = max(_length([gradient]) for gradient in gradients)
    return _shortened(gradients, most, longest), longest


@wrong(
    11,
    "divided by the length, the limit forgotten",
    "Right where the limit is 1. What is too long gets the length 1 in yours, whatever `most` says.",
)
def limit_forgotten(gradients, most):
    length = _length(gradients)
    return [gradient / length if length > most else gradient for gradient in gradients], length


@wrong(
    12,
    "zeros divided by zero",
    "Right but for a gradient of zeros, whose length is 0: you divide by it. Zeros are short enough as they are.",
)
def zero_by_zero(gradients, most):
    length = np.float64(_length(gradients))
    return [
        gradient * np.minimum(1.0, most / length) if length else gradient / length for gradient in gradients
    ], length


@wrong(
    13,
    "the mean of the squares",
    "You take the root of the mean of the squares. A larger model is then allowed a longer gradient; the limit is one for the whole vector: the sum.",
)
def mean_of_squares(gradients, most):
    length = math.sqrt(np.mean(np.concatenate([gradient.ravel() for gradient in gradients]) ** 2))
    return _shortened(gradients, most, length), length


@wrong(
    14,
    "only the list",
    "You return the arrays alone. Two things are asked for: the list, and how long the gradient was before.",
)
def only_the_list(gradients, most):
    return _shortened(gradients, most, _length(gradients))


HINTS = (
    "One number first: the length of the vector that all arrays make together. By what factor do all entries have to be multiplied?",
    "The length is the root of the sum of the squares of all entries of all arrays. The factor is most / length where that is below 1, and 1 elsewhere; mind "
    "a length of 0.",
    "`length = math.sqrt(sum((g**2).sum() for g in gradients))`, then `[g * factor for g in gradients], length`.",
)
