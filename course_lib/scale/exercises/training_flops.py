"""scale.training_flops: the operations of a training run."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.scale import by_hand

ASKED = Asked(
    "Given the number of parameters `n_params` and of training `tokens`, return about how many "
    "floating-point operations the training takes, forward and backward, as a float. A multiplication and an addition are "
    "two operations.",
    reference=by_hand.training_flops,
    minutes=4,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((7e6, 3e8)),
        Case((1.3e9, 2.6e10)),
        Case((float(rng.integers(11, 97)) * 1e6, float(rng.integers(101, 997)) * 1e7)),
        Case((5.0, 3.0), "a model of five parameters, three tokens"),
        Case((124_439_808, 1_000_003), "whole numbers"),
        Case((174_600_000_000, 300e9), "GPT-3"),
    ]


@right
def forward_and_backward(n_params, tokens):
    return 2.0 * n_params * tokens + 4.0 * n_params * tokens


@right
def two_times_three(n_params, tokens):
    return float(n_params) * float(tokens) * 2 * 3


@wrong(
    1,
    "the forward pass alone",
    "You counted the way forward: one multiplication and one addition for each parameter and token. Training goes "
    "back too, and you have seen above what that costs.",
)
def the_forward_pass_alone(n_params, tokens):
    return 2.0 * n_params * tokens


@wrong(
    2,
    "the backward pass alone",
    "You counted the way back. It needs the way forward first: add that.",
)
def the_backward_pass_alone(n_params, tokens):
    return 4.0 * n_params * tokens


@wrong(
    3,
    "the forward pass computed twice",
    "Yours is right for a run that computes each forward pass a second time to save memory, as Megatron does. "
    "Without that, one forward pass and one backward pass are asked for.",
)
def the_forward_pass_computed_twice(n_params, tokens):
    return 8.0 * n_params * tokens


@wrong(
    4,
    "one operation for a product",
    "A multiplication and the addition that follows are two operations; you counted one.",
)
def one_operation_for_a_product(n_params, tokens):
    return 3.0 * n_params * tokens


@wrong(
    5,
    "twice too many",
    "You counted the multiplication and the addition twice over.",
)
def twice_too_many(n_params, tokens):
    return 12.0 * n_params * tokens


@wrong(
    6,
    "parameters times tokens alone",
    "You counted one operation for each parameter and token. How many are there really: forward, and back?",
)
def parameters_times_tokens_alone(n_params, tokens):
    return 1.0 * n_params * tokens


@wrong(
    7,
    "for one token",
    "That is the work for a single token. The run reads `tokens` of them.",
)
def for_one_token(n_params, tokens):
    return 6.0 * n_params


@wrong(
    8,
    "petaflop-days",
    "You divided by 8.64e19: those are petaflop-days, the unit of GPT-3's table. Operations are asked for.",
)
def petaflop_days(n_params, tokens):
    return 6.0 * n_params * tokens / 8.64e19


HINTS = (
    "Forward, each parameter is multiplied with something and added to something, once for each token. Backward costs "
    "a multiple of that: which, was counted above.",
    "Backward, each matrix takes part in two products of the same size: one for the gradient of its inputs, one for "
    "its own.",
    "Forward 2 for each parameter and token, backward 2 + 2.",
)
