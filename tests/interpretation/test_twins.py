"""NumPy and PyTorch: one function twice, forward and gradients."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from course_lib.interpretation import by_hand, in_torch

RNG = np.random.default_rng(41)
HEADS, ORDER = RNG.normal(size=(3, 5, 7, 2)), np.array([2, 0, 1])
TABLE = RNG.normal(size=(11, 2))
CALLS = {
    "ablate_head": lambda place, x, of: place.ablate_head(x, 3),
    "mean_ablate": lambda place, x, of: place.mean_ablate(x, 4),
    "resample_ablate": lambda place, x, of: place.resample_ablate(x, 0, of(ORDER)),
    "logit_lens": lambda place, x, of: place.logit_lens(x[0], lambda y: y * y, of(TABLE)),
    "attention_by_distance": lambda place, x, of: place.attention_by_distance(x[0, :5, :5, 0]),
}


@pytest.mark.parametrize("name", CALLS)
def test_forward_and_gradients(name):
    leaf = torch.tensor(HEADS, requires_grad=True)
    by_torch = CALLS[name](in_torch, leaf, torch.tensor)
    by_numpy = CALLS[name](by_hand, HEADS, np.asarray)
    assert_allclose(by_torch.detach().numpy(), by_numpy, atol=1e-12)
    upstream, nudge = RNG.normal(size=by_numpy.shape), RNG.normal(size=HEADS.shape)
    (slope,) = torch.autograd.grad(by_torch, leaf, torch.tensor(upstream))
    above, below = (CALLS[name](by_hand, HEADS + sign * 1e-5 * nudge, np.asarray) for sign in (1, -1))
    assert ((above - below) * upstream).sum() / 2e-5 == pytest.approx((slope.numpy() * nudge).sum(), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_probes(seed):
    rng = np.random.default_rng(seed)
    y, control = rng.integers(2, 6, size=(2, 83))
    x = rng.normal(size=(83, 3)) + y[:, None]
    train, test = np.arange(41), np.arange(41, 83)
    arrays = (x, y, control, train, test)
    assert in_torch.selectivity(*map(torch.tensor, arrays)) == pytest.approx(by_hand.selectivity(*arrays))
    parts = (x[train], y[train], x[test], y[test])
    assert in_torch.nearest_centroid_accuracy(*map(torch.tensor, parts)) == by_hand.nearest_centroid_accuracy(*parts)
