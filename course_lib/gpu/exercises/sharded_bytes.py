"""gpu.sharded_bytes: what each device keeps where the stages of ZeRO share it out."""

import numpy as np

from course_lib.gpu import by_hand
from course_lib.practice.exercise import Asked, Case, right, wrong

ASKED = Asked(
    "`devices` train one model together, with Adam in mixed precision. At `stage` 0 each keeps all of it, the bytes you counted above. "
    "ZeRO's stages share out what every device would otherwise hold a copy of, evenly among the devices: stage 1 the optimizer's "
    "float32 numbers (master copy and both moments), stage 2 the gradients as well, stage 3 the weights as well. Return the bytes on "
    "**each** device. Shares that do not come out even stay fractions.",
    reference=by_hand.sharded_bytes,
    points=2,
    minutes=8,
    difficulty=2,
)


def cases(rng: np.random.Generator) -> list[Case]:
    some = [int(number) for number in rng.integers(1000, 9999, size=4)]
    return [
        *(Case((some[stage], devices, stage)) for stage, devices in enumerate((5, 7, 11, 3))),
        *(Case((1000, 8, stage), f"stage {stage}") for stage in range(4)),
        *(Case((7, 3, stage), "shares that do not come out even") for stage in (1, 2, 3)),
        Case((1000, 1, 2), "a single device"),
        Case((7_500_000_000, 64, 1), "7.5 billion parameters on 64 devices"),
        Case((174_604_259_328, 1024, 3), "GPT-3 on 1024 devices"),
    ]


@right
def the_formula(n_params, devices, stage):
    whole = {0: 16, 1: 4, 2: 2, 3: 0}[stage]
    return n_params * (whole + (16 - whole) / devices)


@right
def one_part_after_the_other(n_params, devices, stage):
    optimizer, gradients, weights = 12 * n_params, 2 * n_params, 2 * n_params
    if stage >= 1:
        optimizer = optimizer / devices
    if stage >= 2:
        gradients = gradients / devices
    if stage == 3:
        weights = weights / devices
    return optimizer + gradients + weights


def _kept(n_params, devices, whole, shared):
    """Bytes on a device with `whole` bytes a parameter that it keeps and `shared` that are shared out."""
    return n_params * (whole + shared / devices)


@wrong(
    1,
    "total instead of per device",
    "You return what all devices hold together. Asked for is what one of them holds.",
)
def total_instead_of_per_device(n_params, devices, stage):
    return devices * by_hand.sharded_bytes(n_params, devices, stage)


@wrong(
    2,
    "gradients shared out at stage 1",
    "At stage 1 you share out the gradients, too. They follow at stage 2.",
)
def gradients_shared_out_at_stage_1(n_params, devices, stage):
    return by_hand.sharded_bytes(n_params, devices, 2 if stage == 1 else stage)


@wrong(
    3,
    "weights never shared out",
    "Right up to stage 2. At stage 3 a device keeps its share of the weights only.",
)
def weights_never_shared_out(n_params, devices, stage):
    return by_hand.sharded_bytes(n_params, devices, min(stage, 2))


@wrong(
    4,
    "each stage by itself",
    "Your stage 2 shares out the gradients alone, and your stage 3 the weights alone. The stages add up: each also shares out what the "
    "ones before it do.",
)
def each_stage_by_itself(n_params, devices, stage):
    shared = {0: 0, 1: 12, 2: 2, 3: 2}[stage]
    return _kept(n_params, devices, 16 - shared, shared)


@wrong(
    5,
    "everything shared out at every stage",
    "You divide all 16 bytes by the number of devices at every stage. What is divided depends on the stage.",
)
def everything_shared_out_at_every_stage(n_params, devices, stage):
    return 16 * n_params / devices


@wrong(
    6,
    "stage 0 shares out the optimizer",
    "Your stages begin one too early: at stage 0 nothing is shared out.",
)
def stage_0_shares_out_the_optimizer(n_params, devices, stage):
    return by_hand.sharded_bytes(n_params, devices, min(stage + 1, 3))


@wrong(
    7,
    "master copy not shared out",
    "You share out the two moments and leave the master copy whole. It is the optimizer's as well: only the update needs it.",
)
def master_copy_not_shared_out(n_params, devices, stage):
    shared = {0: 0, 1: 8, 2: 10, 3: 12}[stage]
    return _kept(n_params, devices, 16 - shared, shared)


@wrong(
    8,
    "master copy forgotten",
    "You count 12 bytes a parameter. Mixed precision also keeps a master copy of the weights, in float32.",
)
def master_copy_forgotten(n_params, devices, stage):
    whole = {0: 12, 1: 4, 2: 2, 3: 0}[stage]
    return _kept(n_params, devices, whole, 12 - whole)


@wrong(
    9,
    "fractions cut off",
    "You divide with `//`, which cuts the fraction off. Use `/`.",
)
def fractions_cut_off(n_params, devices, stage):
    whole = {0: 16, 1: 4, 2: 2, 3: 0}[stage] * n_params
    return whole + (16 * n_params - whole) // devices


@wrong(
    10,
    "nothing shared out",
    "Your result does not depend on the number of devices. That is stage 0; at the others some of it is divided among them.",
)
def nothing_shared_out(n_params, devices, stage):
    return 16 * n_params


@wrong(
    11,
    "float32 throughout",
    "You count weights and gradients with four bytes and no master copy. The total is the same, but what is shared out is not: in mixed precision the "
    "optimizer holds 12 of the 16 bytes.",
)
def float32_throughout(n_params, devices, stage):
    whole = {0: 16, 1: 8, 2: 4, 3: 0}[stage]
    return _kept(n_params, devices, whole, 16 - whole)


@wrong(
    12,
    "what is left out counts as nothing",
    "You count only what every device keeps whole, and leave out its share of the rest.",
)
def what_is_left_out_counts_as_nothing(n_params, devices, stage):
    return {0: 16, 1: 4, 2: 2, 3: 0}[stage] * n_params


@wrong(
    13,
    "only the shares",
    "You count a device's share of what is divided, and leave out what it keeps whole.",
)
def only_the_shares(n_params, devices, stage):
    return {0: 16 * devices, 1: 12, 2: 14, 3: 16}[stage] * n_params / devices


@wrong(
    14,
    "gigabytes",
    "You divided by a billion. Bytes are asked for.",
)
def gigabytes(n_params, devices, stage):
    return by_hand.sharded_bytes(n_params, devices, stage) / 1e9


@wrong(
    15,
    "gradients in float32",
    "Your gradients take four bytes. Some frameworks do that; here weights and gradients have 16 bits.",
)
def gradients_in_float32(n_params, devices, stage):
    whole = {0: 18, 1: 6, 2: 2, 3: 0}[stage]
    return _kept(n_params, devices, whole, 18 - whole)


@wrong(
    16,
    "only the last stage shares anything out",
    "You divide everything at stage 3 and nothing before. Stages 1 and 2 share out a part.",
)
def only_the_last_stage_shares_anything_out(n_params, devices, stage):
    return 16 * n_params / (devices if stage == 3 else 1)


@wrong(
    17,
    "the other part shared out",
    "You divide what stays whole, and keep whole what is shared out. Stage 1 shares out the optimizer's numbers.",
)
def the_other_part_shared_out(n_params, devices, stage):
    whole = {0: 16, 1: 12, 2: 14, 3: 0}[stage]
    return _kept(n_params, devices, whole, 16 - whole)


@wrong(
    18,
    "everything shared out from stage 1 on",
    "From stage 1 on you divide all 16 bytes. That is stage 3; stage 1 divides the optimizer's numbers, stage 2 the gradients as well.",
)
def everything_shared_out_from_stage_1_on(n_params, devices, stage):
    return 16 * n_params / (devices if stage else 1)


@wrong(
    19,
    "every stage one too late",
    "Your stages begin one too late: at stage 1 nothing is shared out yet, and the weights never are.",
)
def every_stage_one_too_late(n_params, devices, stage):
    return by_hand.sharded_bytes(n_params, devices, max(stage - 1, 0))


@wrong(
    20,
    "gradients shared out at stage 3",
    "Your gradients stay whole until stage 3. They are shared out from stage 2 on.",
)
def gradients_shared_out_at_stage_3(n_params, devices, stage):
    return by_hand.sharded_bytes(n_params, devices, 1 if stage == 2 else stage)


@wrong(
    21,
    "nothing more from stage 2 on",
    "Right up to stage 1, and at stages 2 and 3 nothing more is shared out. Does an `elif` stand behind `if stage >= 1`? It is never reached: the stages add up.",
)
def nothing_more_from_stage_2_on(n_params, devices, stage):
    return by_hand.sharded_bytes(n_params, devices, min(stage, 1))


HINTS = (
    "Five numbers are kept for each parameter, of 2, 2, 4, 4 and 4 bytes. Which of them are the optimizer's?",
    "Write the bytes of weights, gradients and optimizer as three lines. Each of them is divided by `devices` from some stage on.",
    "Stage 1 leaves 2 + 2 bytes whole and divides 12, stage 2 leaves 2 and divides 14, stage 3 divides all 16.",
)
