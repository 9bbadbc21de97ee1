"""What is measured on a device: the right amounts are divided by the seconds, and absurd sizes are refused in words."""

import itertools

import pytest
import torch
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from course_lib.attention.in_torch import attention
from course_lib.gpu import rates, steps, work
from course_lib.numeric import largest_difference
from course_lib.transformer.models import ModelConfig

CPU = torch.device("cpu")
SHAPE = ModelConfig(vocab=101, context=7, layers=2, d_model=12, n_heads=3)
#: A clock of one second a look, so that every round of one call takes exactly one second.
TICKS = {"rounds": 2, "at_least": 0.0}


@pytest.fixture
def ticking():
    return TICKS | {"clock": itertools.count().__next__}


def test_rates_are_amounts_over_seconds(ticking):
    assert rates.matmul_rate(CPU, 7, rows=3, **ticking)[0] == 2 * 3 * 7 * 7
    assert rates.matmul_rate(CPU, 5, torch.bfloat16, **ticking)[0] == 2 * 5**3
    assert rates.copy_rate(CPU, 40, **ticking)[0] == 80, "read once, written once"
    assert rates.launch_overhead(CPU, **ticking).median == 1.0
    assert rates.transfer_rate(CPU, 40) is None


@pytest.mark.parametrize("size", [0, -5, 10**9])
def test_sizes_without_sense_are_refused(size):
    with pytest.raises(ValueError, match=r"above zero|take less"):
        rates.matmul_rate(CPU, size)
    with pytest.raises(ValueError, match=r"at least 4 bytes|take less"):
        rates.copy_rate(CPU, size * 10**6)
    with pytest.raises(ValueError, match=r"at least one sequence|take less"):
        steps.make_step(CPU, size)
    with pytest.raises(ValueError, match=r"at least 1; got|take less"):
        list(steps.attention_costs(CPU, (size,)))


def test_heads_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="heads"):
        steps.make_step(CPU, 2, ModelConfig(vocab=11, context=5, layers=1, d_model=12, n_heads=5))


def test_a_step_is_a_training_step():
    step = steps.make_step(CPU, 3, SHAPE)
    before = [parameter.detach().clone() for parameter in step.model.parameters()]
    first = step().item()
    assert all((now != then).any() for now, then in zip(step.model.parameters(), before, strict=True))
    for _ in range(30):
        last = step().item()
    assert last < 0.9 * first
    assert step.tokens == 21


def test_autocast_computes_in_bfloat16_and_keeps_float32_weights():
    exact, half = steps.make_step(CPU, 3, SHAPE), steps.make_step(CPU, 3, SHAPE, torch.bfloat16)
    gap = abs(exact().item() - half().item())
    assert 0 < gap < 0.05
    assert {parameter.dtype for parameter in half.model.parameters()} == {torch.float32}


def test_batches_and_precisions_are_measured_one_by_one(ticking):
    rows = list(steps.batch_costs(CPU, (1, 3), SHAPE, **ticking))
    assert [(batch, speed) for batch, _, speed in rows] == [(1, 7.0), (3, 21.0)]
    assert list(steps.precision_costs(CPU, 2, SHAPE, **ticking)) == ["float32", "bfloat16"]


def test_both_attentions_agree_and_keep_squares_and_lines():
    short, long = steps.attention_costs(CPU, (64, 256), heads=2, d_head=8, **TICKS)
    assert max(short.difference, long.difference) < 1e-5
    assert long.readable_bytes / short.readable_bytes > 12, "four times the tokens, nearly sixteen times the bytes"
    assert long.fused_bytes / short.fused_bytes == pytest.approx(4)


def test_operations_of_attention_are_those_that_pytorch_counts():
    Q, K, V = torch.randn(3, 2, 11, 5)
    with FlopCounterMode(display=False) as counter:
        attention(Q, K, V)
    assert work.attention_flops(11, 2, 5) == counter.get_total_flops()


def test_bytes_of_attention_by_hand():
    # 2 heads of 11 tokens, width 5: four arrays of 110 numbers; scores and weights, 242 each, written and read.
    assert work.attention_bytes(11, 2, 5, fused=True) == 4 * 440
    assert work.attention_bytes(11, 2, 5, fused=False) == 4 * (440 + 968)


def test_pieces_of_work_in_their_order(monkeypatch):
    monkeypatch.setattr(work, "time_on", lambda device, run, **how: rates.time_on(device, run, rounds=1, at_least=0.0))
    pieces = list(work._pieces(CPU, (1, 5), 13, 7, heads=2, d_head=3))
    assert [name for name, *_ in pieces] == ["1 row", "5 rows", "layer norm", "readable attention", "fused attention"]
    for _, intensity, flops, run in pieces:
        assert intensity > 0
        assert flops > 0
        assert torch.isfinite(run()).all()
    readable, fused = (run() for *_, run in pieces[-2:])
    assert largest_difference(readable, fused) < 1e-5
    x, shape, gain, bias = pieces[2][3].args
    assert functional.layer_norm(x, shape, gain, bias).shape == (13, 13)
