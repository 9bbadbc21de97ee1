"""Bytes that are kept for the backward pass, counted by hand."""

import torch

from course_lib.training.engine.saved import saved_bytes


def test_each_storage_is_counted_once():
    x, weight = torch.ones(11, requires_grad=True), torch.ones(11, requires_grad=True)
    assert saved_bytes(lambda: x * weight + x * weight) == 2 * 44
    assert saved_bytes(lambda: x * weight, [weight]) == 44
    assert saved_bytes(lambda: x * weight, [weight.view(11, 1)]) == 44, "another look at the same storage"
    assert saved_bytes(lambda: x.detach() + 1) == 0
