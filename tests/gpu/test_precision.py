"""Sixteen bits: what is lost in float16, what a scale brings back, and what autocast leaves alone."""

import math

import pytest
import torch

from course_lib.gpu.precision import autocast_types, gradient_error

CPU = torch.device("cpu")
HALF, BRAIN = torch.float16, torch.bfloat16


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_float16_loses_small_gradients_and_a_scale_brings_them_back(seed):
    assert gradient_error(CPU, HALF, 512 * 1024, seed=seed) > 0.5
    assert gradient_error(CPU, HALF, 512 * 1024, scale=2.0**16, seed=seed) < 0.001


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_bfloat16_needs_no_scale_and_is_coarser(seed):
    few, many = (gradient_error(CPU, BRAIN, tokens, seed=seed) for tokens in (512, 512 * 1024))
    assert few == pytest.approx(many, rel=0.05)
    assert 4 < few / gradient_error(CPU, HALF, 512, scale=2.0**8, seed=seed) < 16


def test_a_scale_that_is_too_large_overflows():
    assert gradient_error(CPU, HALF, 512, scale=2.0**26) == math.inf


def test_a_batch_holds_a_piece():
    with pytest.raises(ValueError, match="at least 512 tokens here, got 100"):
        gradient_error(CPU, HALF, 100)


@pytest.mark.parametrize("dtype", [HALF, BRAIN])
def test_autocast_keeps_what_is_kept_in_float32(dtype):
    types = autocast_types(CPU, dtype)
    short = str(dtype).removeprefix("torch.")
    assert {types[name] for name in ("weights", "gradients", "AdamW's moments", "residual stream", "loss")} == {
        "float32"
    }
    assert types["output of attention"] == types["output of the feed-forward network"] == short


def test_without_autocast_all_is_float32():
    assert set(autocast_types(CPU, None).values()) == {"float32"}
