"""The arithmetic of a device: worked by hand, held against counts, and refused where it makes no sense."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from course_lib.gpu import by_hand, steps
from course_lib.gpu.step_memory import memory_by_category
from course_lib.transformer.models import ModelConfig

SHAPE = ModelConfig(vocab=101, context=7, layers=3, d_model=12, n_heads=3)
CPU = torch.device("cpu")


def test_a_product_counted_by_hand():
    # 2 x 3 times 3 x 5: ten results of three products each; 6 + 15 + 10 numbers.
    assert by_hand.matmul_flops(2, 3, 5) == 60
    assert by_hand.matmul_bytes(2, 3, 5, 2) == 62
    assert by_hand.matmul_intensity(2, 3, 5, 2) == pytest.approx(60 / 62)


@pytest.mark.parametrize("shape", [(2, 3, 5), (13, 7, 11), (1, 17, 19)])
def test_flops_are_those_that_pytorch_counts(shape):
    m, k, n = shape
    with FlopCounterMode(display=False) as counter:
        torch.ones(m, k) @ torch.ones(k, n)
    assert by_hand.matmul_flops(m, k, n) == counter.get_total_flops()


def test_intensity_of_one_row_is_half_and_that_of_squares_grows_with_the_size():
    assert by_hand.matmul_intensity(1, 10**6, 10**6, 4) == pytest.approx(0.5, rel=1e-5)
    assert by_hand.matmul_intensity(1, 10**6, 10**6, 2) == pytest.approx(1.0, rel=1e-5)
    for n in (16, 128):
        assert by_hand.matmul_intensity(n, n, n, 4) == pytest.approx(n / 6)


def test_the_roof_is_the_smaller_limit_and_turns_at_the_ridge():
    peak, bandwidth = 7e12, 2e11
    edge = by_hand.ridge(peak, bandwidth)
    assert edge == pytest.approx(35)
    for intensity in np.geomspace(1e-3, 1e6, 31):
        reached = by_hand.roofline(intensity, peak, bandwidth)
        assert reached == pytest.approx(peak if intensity >= edge else intensity * bandwidth)


def test_mfu_of_palm_as_published():
    # Chowdhery et al. 2022, section 4.1 and table 3: 238.3 thousand tokens a second on 6144 TPU v4 of 275 TFLOP/s, 46.2 %.
    share = by_hand.mfu(238_300, 540_350_000_000, 118, 48, 256, 2048, 6144 * 275e12)
    assert share == pytest.approx(0.462, abs=0.003)


def test_the_operations_of_a_step_are_those_that_pytorch_counts():
    step = steps.make_step(CPU, 5, replace(SHAPE, fused=False))
    with FlopCounterMode(display=False) as counter:
        steps.loss_of(step.model, step.inputs, step.targets).backward()
    matrices = SHAPE.layers * 12 * SHAPE.d_model**2 + SHAPE.vocab * SHAPE.d_model
    per_token = by_hand.mfu(1.0, matrices, SHAPE.layers, SHAPE.n_heads, 4, SHAPE.context, 1.0)
    assert counter.get_total_flops() == pytest.approx(per_token * step.tokens)


@pytest.mark.parametrize("mixed", [False, True])
def test_sixteen_bytes_a_parameter_either_way(mixed):
    assert by_hand.training_bytes(1009, mixed) == 16 * 1009
    assert sum(by_hand.training_bytes_by_part(1, mixed).values()) == 16
    assert by_hand.training_bytes(0, mixed) == 0


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("batch", [1, 5])
def test_activations_are_those_that_pytorch_keeps(fused, batch):
    shape = replace(SHAPE, fused=fused)
    held = memory_by_category(CPU, batch, shape)
    formula = by_hand.activation_bytes(batch, 7, 3, 12, 3, 101, fused=fused)
    # Besides: the token numbers (8 bytes twice), and for readable attention its mask and a few marks a row.
    besides = held["activations"] - formula
    assert 0 <= besides <= batch * 7 * (16 + (0 if fused else 3 * 3 * 5)) + 3 * 49 + 64 + 8 * batch


def test_parameters_gradients_and_moments_are_counted_to_the_byte():
    held = memory_by_category(CPU, 2, SHAPE)
    step = steps.make_step(CPU, 2, SHAPE)
    n_params = sum(one.numel() for one in step.model.parameters())
    assert held["parameters"] == held["gradients"] == 4 * n_params
    assert held["parameters"] + held["gradients"] + held["AdamW's moments"] == by_hand.training_bytes(n_params, False)


def test_the_stages_of_zero_as_published():
    # Rajbhandari et al. 2019, figure 1: 7.5 billion parameters on 64 devices: 120 GB, then 31.4, 16.6 and 1.9.
    gigabytes = [by_hand.sharded_bytes(7_500_000_000, 64, stage) / 1e9 for stage in range(4)]
    assert [round(size, 1) for size in gigabytes] == [120.0, 31.4, 16.6, 1.9]


@pytest.mark.parametrize("devices", [1, 2, 7, 1024])
def test_a_shard_is_never_less_than_an_even_share_and_each_stage_saves(devices):
    sizes = [by_hand.sharded_bytes(1009, devices, stage) for stage in range(4)]
    assert sizes[0] == by_hand.training_bytes(1009, True)
    assert sizes[3] == pytest.approx(16 * 1009 / devices)
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == (1 if devices == 1 else 4)


@pytest.mark.parametrize("bad", [0, -3, math.nan, -math.inf])
@pytest.mark.parametrize(
    ("function", "good"),
    [
        (by_hand.matmul_intensity, (2, 3, 5, 4)),
        (by_hand.matmul_flops, (2, 3, 5)),
        (by_hand.roofline, (1.0, 2.0, 3.0)),
        (by_hand.ridge, (1.0, 2.0)),
        (by_hand.mfu, (1.0, 2, 3, 5, 7, 11, 13.0)),
        (by_hand.activation_bytes, (1, 2, 3, 4, 2, 5, 4)),
    ],
)
def test_nothing_that_is_not_above_zero_is_taken(function, good, bad):
    for place in range(len(good)):
        with pytest.raises(ValueError, match="above zero"):
            function(*good[:place], bad, *good[place + 1 :])


def test_other_values_without_sense_are_refused_in_words():
    with pytest.raises(ValueError, match="5 heads cannot share a width of 12"):
        by_hand.activation_bytes(1, 2, 3, 12, 5, 7)
    with pytest.raises(ValueError, match="fewer than 0 parameters"):
        by_hand.training_bytes(-1, True)
    with pytest.raises(ValueError, match="stages 0"):
        by_hand.sharded_bytes(10, 2, 4)
    with pytest.raises(ValueError, match="devices must be above zero"):
        by_hand.sharded_bytes(10, 0, 1)
