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
        Case((1000, False), "a thousand parameters in float32"),
        Case((1000, True), "a thousand parameters in mixed precision"),
        Case((1, False), "a single parameter"),
        Case((1, True), "a single parameter in mixed precision"),
        Case((124_439_808, False), "GPT-2 in float32"),
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
    "Right in float32. In mixed precision you are four bytes short: the float32 copy of the weights, to which the small steps are "
    "added, is missing, or your moments are in 16 bits.",
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


@wrong(
    8,
    "moments forgotten",
    "Adam's two moments are missing: two numbers for each parameter, in float32.",
)
def moments_forgotten(n, mixed):
    return n * 8


@wrong(
    9,
    "weights and gradients alone",
    "You count weights and gradients. Adam keeps two moments for each parameter, and mixed precision a master copy of the "
    "weights.",
)
def weights_and_gradients_alone(n, mixed):
    return n * (4 if mixed else 8)


@wrong(
    10,
    "a master copy without mixed precision",
    "You count a master copy in float32 training too. There the weights are in float32 themselves, and no copy is kept.",
)
def a_master_copy_without_mixed_precision(n, mixed):
    return n * (16 if mixed else 20)


@wrong(
    11,
    "two bytes short in mixed precision",
    "Right in float32. In mixed precision you have 14 bytes; there are five numbers for each parameter. Count them: are "
    "the gradients there, or, if they are and have four bytes, the master copy?",
)
def two_bytes_short_in_mixed_precision(n, mixed):
    return n * (14 if mixed else 16)


@wrong(
    12,
    "numbers instead of bytes",
    "You counted the numbers that are kept. Each takes two or four bytes.",
)
def numbers_instead_of_bytes(n, mixed):
    return n * (5 if mixed else 4)


@wrong(
    13,
    "bits instead of bytes",
    "You counted bits: 16 or 32 for each number. A byte has eight.",
)
def bits_instead_of_bytes(n, mixed):
    return n * 128


@wrong(
    14,
    "gigabytes",
    "You divided by a billion. Bytes are asked for.",
)
def gigabytes(n, mixed):
    return 16 * n / 1e9


@wrong(
    15,
    "only the last number multiplied",
    "`4 + 4 + 4 * n` multiplies the last 4 alone. The bytes of one parameter are a sum: bracket it.",
)
def only_the_last_number_multiplied(n, mixed):
    return 12 + 4 * n


@wrong(
    16,
    "one moment, and no master copy",
    "You count one moment, where Adam keeps two: the mean of the gradients and the mean of their squares. And in mixed precision "
    "the master copy of the weights is missing.",
)
def one_moment_and_no_master_copy(n, mixed):
    return n * (8 if mixed else 12)


@wrong(
    17,
    "four bytes too many in mixed precision",
    "Right in float32. In mixed precision you have 20 bytes: are weights and gradients there in 32 bits and in 16? The master copy is "
    "the only thing that comes on top.",
)
def four_bytes_too_many_in_mixed_precision(n, mixed):
    return n * (20 if mixed else 16)


@wrong(
    18,
    "16 bits taken for 16 bytes",
    "Right in float32. In mixed precision you count 16 for a number of 16 bits. A byte has eight bits.",
)
def sixteen_bits_taken_for_16_bytes(n, mixed):
    return n * (44 if mixed else 16)


@wrong(
    19,
    "only the first number multiplied",
    "`4 * n + 4 + 4` multiplies the first 4 alone. The bytes of one parameter are a sum: bracket it.",
)
def only_the_first_number_multiplied(n, mixed):
    return 2 * n + 14 if mixed else 4 * n + 12


@wrong(
    20,
    "megabytes",
    "You divided by a million. Bytes are asked for.",
)
def megabytes(n, mixed):
    return 16 * n / 1e6


@wrong(
    21,
    "binary gigabytes",
    "You divided by 2^30. Bytes are asked for.",
)
def binary_gigabytes(n, mixed):
    return 16 * n / 2**30


HINTS = (
    "Write down what is kept for one parameter, with the bytes of each. Do the two sums surprise you?",
    "float32: weight 4, gradient 4, moments 4 and 4. Mixed: weight 2, gradient 2, and three float32.",
    "Both sums are the same.",
)
