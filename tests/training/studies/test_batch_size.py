"""What a step costs: its bytes grow with the batch, and speed is words by time."""

import pytest
import torch

from course_lib.loss.in_torch import fused_cross_entropy
from course_lib.training.engine.saved import saved_bytes
from course_lib.training.studies.ablation import small_model
from course_lib.training.studies.batch_size import batch_costs


def test_memory_is_counted_once_for_each_storage():
    made = small_model()

    def saved(n):
        ids = torch.zeros(n, 32, dtype=torch.long)
        return saved_bytes(lambda: fused_cross_entropy(made(ids), ids), made.parameters())

    assert 3.5 < saved(4) / saved(1) <= 4
    # At least the logits' log-softmax must be kept, (token, vocab) in single precision.
    assert saved(1) > 32 * 633 * 4


def test_the_cost_of_every_size():
    costs = batch_costs((1, 3), context=8)
    assert [cost.batch_size for cost in costs] == [1, 3]
    assert all(cost.tokens_per_second == pytest.approx(cost.batch_size * 8 / cost.seconds) for cost in costs)
    assert 2.5 < costs[1].saved / costs[0].saved <= 3
