"""Activations and their slopes, against autograd and at the extremes."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from course_lib.block import by_hand, in_torch
from course_lib.block.figures.activation import activation_frame, slopes


@pytest.mark.parametrize("name", in_torch.ACTIVATIONS)
def test_the_slopes_are_those_of_autograd(name):
    x = torch.linspace(-5, 5, 101, dtype=torch.float64)
    x = x[x != 0].requires_grad_()
    (expected,) = torch.autograd.grad(in_torch.ACTIVATIONS[name](x).sum(), x)
    assert_allclose(slopes(x.detach().numpy())[name], expected, atol=1e-12)


@pytest.mark.parametrize("x", [-4.0, 4.0, 0.0, 0.3, -1000.0, 1000.0])
def test_activations_at_an_input(x):
    frame = activation_frame(x)
    at = np.array(x)
    assert_allclose(frame["values"], [float(f(at)) for f in by_hand.ACTIVATIONS.values()])
    assert_allclose(frame["slopes"], [float(slope) for slope in slopes(at).values()])
    assert (frame["slopes"][0] == 1) == (x > 0)
    assert ("lets no gradient through" in frame["note"]) == (x <= 0)
    assert abs(frame["gap"]).max() < 4.74e-4
