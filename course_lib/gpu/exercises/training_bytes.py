"""gpu.training_bytes: the memory of weights, gradients and moments."""

import numpy as np

from course_lib.gpu import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "Return how many bytes a training run with Adam keeps for `n_params` parameters, activations not counted. "
    "`mixed_precision=False`: weights, gradients, and Adam's two moments, all in float32. `mixed_precision=True`: weights and "
    "gradients in 16 bits, and in float32 the master copy of the weights and the two moments.",
    reference=by_hand.training_bytes,
    points=1,
    minutes=5,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((int(rng.integers(1000, 9999)), False), "float32 throughout"),
        Case((int(rng.integers(1000, 9999)), True), "mixed precision"),
        Case((174_604_259_328, True), "GPT-3"),
        Case((1, False), "a single parameter"),
    ]


@right
def sixteen_for_each(n, mixed):
    return 16 * n


@right
def part_by_part(n, mixed):
    return sum([2, 2, 4, 4, 4] if mixed else [4, 4, 4, 4]) * n


@wrong(
    1,
    "the weights alone",
    "You count the weights. Training keeps a gradient for each of them, and Adam two moments.",
)
def the_weights_alone(n, mixed):
    return n * (2 if mixed else 4)


@wrong(
    2,
    "4 per parameter",
    "Four bytes are one float32. Count how many numbers are kept for each parameter.",
)
def with_4_per_parameter(n, mixed):
    return 4 * n


@wrong(
    3,
    "gradients forgotten",
    "Weights and Adam's state are there; the gradients need a place as well.",
)
def gradients_forgotten(n, mixed):
    return n * (14 if mixed else 12)


@wrong(
    4,
    "master copy forgotten",
    "In mixed precision you leave out the float32 copy of the weights, to which the small steps are added.",
)
def master_copy_forgotten(n, mixed):
    return n * (12 if mixed else 16)


@wrong(
    5,
    "half of everything in mixed precision",
    "You halve everything. Only weights and gradients are in 16 bits: the moments stay in float32, and a master copy comes "
    "on top.",
)
def half_of_everything_in_mixed_precision(n, mixed):
    return n * (8 if mixed else 16)


@wrong(
    6,
    "gradients in float32",
    "In mixed precision your gradients take four bytes. Some frameworks do that (18 bytes a parameter); here they are in "
    "16 bits.",
)
def gradients_in_float32(n, mixed):
    return n * (18 if mixed else 16)


@wrong(
    7,
    "one moment",
    "Adam keeps two numbers for each parameter: the mean of its gradients and the mean of their squares.",
)
def one_moment(n, mixed):
    return 12 * n


HINTS = (
    "Write down what is kept for one parameter, with the bytes of each. Do the two sums surprise you?",
    "float32: weight 4, gradient 4, moments 4 and 4. Mixed: weight 2, gradient 2, and three float32.",
    "Both sums are the same.",
)
