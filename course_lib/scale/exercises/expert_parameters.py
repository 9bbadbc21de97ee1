"""scale.expert_parameters: a mixture of experts, all of it and what works for one token."""

import numpy as np

from course_lib.practice.exercise import Asked, Case, right, wrong
from course_lib.scale import by_hand

ASKED = Asked(
    "In each of `layers` blocks stand `experts` feed-forward networks instead of one, each of three matrices (SwiGLU) between widths "
    "`d_model` and `d_ff`, without biases. A router, one matrix, turns a token into a score for each expert, and the token goes to the "
    "`chosen` best. Return two whole numbers: the parameters of all experts and routers, and of those that work for one token. The router works for every token. "
    "Attention, norms and tables are left out.",
    reference=by_hand.expert_parameters,
    points=2,
    minutes=10,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case((3, 5, 7, 11, 2)),
        Case((2, 7, 13, 5, 3)),
        Case((int(rng.choice([3, 5])), int(rng.choice([11, 13])), int(rng.choice([17, 19])), 7, 2)),
        Case((2, 3, 5, 7, 1), "one expert for each token"),
        Case((2, 3, 5, 4, 4), "every expert for every token"),
        Case((1, 3, 5, 6, 2), "a single block"),
        Case((32, 4096, 14336, 8, 2), "Mixtral 8x7B"),
    ]


@right
def block_by_block(layers, d_model, d_ff, experts, chosen):
    total = active = 0
    for _ in range(layers):
        gate = up = d_model * d_ff
        down = d_ff * d_model
        total += experts * (gate + up + down) + d_model * experts
        active += chosen * (gate + up + down) + d_model * experts
    return total, active


@right
def without_those_that_rest(layers, d_model, d_ff, experts, chosen):
    total = layers * d_model * experts * (3 * d_ff + 1)
    return [total, total - 3 * layers * (experts - chosen) * d_model * d_ff]


def _pair(layers, d_model, experts, chosen, expert, router=None, active_router=None):
    router = d_model * experts if router is None else router
    active_router = router if active_router is None else active_router
    return layers * (experts * expert + router), layers * (chosen * expert + active_router)


@wrong(
    1,
    "label times experts",
    "You multiply a whole model by the number of experts, as the name 8x7B does. Only the feed-forward networks are there several times; "
    "attention is there once, and not asked for.",
)
def label_times_experts(layers, d_model, d_ff, experts, chosen):
    expert = 3 * d_model * d_ff + 4 * d_model**2
    return layers * experts * expert, layers * chosen * expert


@wrong(
    2,
    "router forgotten",
    "The router is missing: in each block a matrix from the token's width to one score for each expert.",
)
def router_forgotten(layers, d_model, d_ff, experts, chosen):
    return _pair(layers, d_model, experts, chosen, 3 * d_model * d_ff, 0)


@wrong(
    3,
    "active equals total",
    "You count every expert as active. A token goes to `chosen` of them; the others rest.",
)
def active_equals_total(layers, d_model, d_ff, experts, chosen):
    total, _ = by_hand.expert_parameters(layers, d_model, d_ff, experts, chosen)
    return total, total


@wrong(
    4,
    "two matrices for each expert",
    "You count two matrices for each expert. SwiGLU has three: one into the gate, one up, one down.",
)
def two_matrices_for_each_expert(layers, d_model, d_ff, experts, chosen):
    return _pair(layers, d_model, experts, chosen, 2 * d_model * d_ff)


@wrong(
    5,
    "router counted for the chosen only",
    "Among the active ones you count the router's columns of the chosen experts (the share chosen / experts of everything comes to the same). It has "
    "to score all of them before it can choose.",
)
def router_counted_for_the_chosen_only(layers, d_model, d_ff, experts, chosen):
    return _pair(layers, d_model, experts, chosen, 3 * d_model * d_ff, active_router=d_model * chosen)


@wrong(
    6,
    "router only in the total",
    "Your active ones lack the router. It works for every token: who else would choose?",
)
def router_only_in_the_total(layers, d_model, d_ff, experts, chosen):
    return _pair(layers, d_model, experts, chosen, 3 * d_model * d_ff, active_router=0)


@wrong(
    7,
    "for one block",
    "You counted one block. Each of the `layers` blocks has experts and a router of its own.",
)
def for_one_block(layers, d_model, d_ff, experts, chosen):
    return by_hand.expert_parameters(1, d_model, d_ff, experts, chosen)


@wrong(
    8,
    "one expert active",
    "You count one expert as active. Each token goes to `chosen` of them.",
)
def one_expert_active(layers, d_model, d_ff, experts, chosen):
    return by_hand.expert_parameters(layers, d_model, d_ff, experts, chosen)[0], by_hand.expert_parameters(
        layers, d_model, d_ff, experts, 1
    )[1]


@wrong(
    9,
    "active and total exchanged",
    "Your two numbers have changed places: first all, then those that work for one token.",
)
def active_and_total_exchanged(layers, d_model, d_ff, experts, chosen):
    return by_hand.expert_parameters(layers, d_model, d_ff, experts, chosen)[::-1]


@wrong(
    10,
    "only the total",
    "You return one number. Two are asked for: all parameters, and those that work for one token.",
)
def only_the_total(layers, d_model, d_ff, experts, chosen):
    return by_hand.expert_parameters(layers, d_model, d_ff, experts, chosen)[0]


@wrong(
    11,
    "one router for all blocks",
    "You count one router. Each block has its own: what a token needs differs from block to block.",
)
def one_router_for_all_blocks(layers, d_model, d_ff, experts, chosen):
    expert, router = 3 * d_model * d_ff, d_model * experts
    return layers * experts * expert + router, layers * chosen * expert + router


@wrong(
    12,
    "the width divided among the experts",
    "You cut `d_ff` into `experts` parts. Each expert has the whole of it.",
)
def the_width_divided_among_the_experts(layers, d_model, d_ff, experts, chosen):
    expert, router = 3 * d_model * d_ff, d_model * experts
    return layers * (expert + router), layers * (chosen * expert // experts + router)


@wrong(
    13,
    "a router of one number for each expert",
    "Your router has `experts` numbers. It turns a token of width `d_model` into `experts` scores: a matrix.",
)
def a_router_of_one_number_for_each_expert(layers, d_model, d_ff, experts, chosen):
    return _pair(layers, d_model, experts, chosen, 3 * d_model * d_ff, experts)


@wrong(
    14,
    "biases counted",
    "You gave the experts' matrices biases. Here they have none, as in nearly all models since LLaMA.",
)
def biases_counted(layers, d_model, d_ff, experts, chosen):
    return _pair(layers, d_model, experts, chosen, 3 * d_model * d_ff + 2 * d_ff + d_model)


HINTS = (
    "Count one expert, then one router, then a block.",
    "An expert has three matrices of d_model × d_ff, the router one of d_model × experts. In a block there are `experts` experts; how many of "
    "them work for a token?",
    "`layers * (experts * 3 * d_model * d_ff + d_model * experts)`, and the same with `chosen` in the place of the first `experts`.",
)
