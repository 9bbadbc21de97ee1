"""A model over devices: what is kept and sent on paper, and a network in pieces that is the network."""

import numpy as np
import pytest

from course_lib.gpu.by_hand import ring_bytes, sharded_bytes
from course_lib.scale.families import Shape, parameters
from course_lib.scale.splitting import splits, tensor_parallel

SHAPE = Shape("gpt", layers=3, d_model=10, heads=5, vocab=17, context=7)


@pytest.mark.parametrize("devices", [1, 2, 5, 64])
def test_what_is_kept_and_sent(devices):
    n, found = parameters(SHAPE), splits(SHAPE, devices, tokens=11)
    ring = ring_bytes(2 * n, devices)
    assert found["data"].kept == sharded_bytes(n, devices, 0)
    assert found["ZeRO, stage 3"].kept == pytest.approx(sharded_bytes(n, devices, 3))
    assert found["data"].sent == pytest.approx(ring)
    assert found["ZeRO, stage 3"].sent == pytest.approx(1.5 * ring)
    assert found["tensor"].sent == pytest.approx(4 * 3 * ring_bytes(2 * 11 * 10, devices))
    assert found["pipeline"].sent == (2 * 2 * 11 * 10 if devices > 1 else 0)


@pytest.mark.parametrize("devices", [1, 2, 3, 7])
def test_a_network_in_pieces_is_the_network(devices):
    rng = np.random.default_rng(devices)
    x, W_1, W_2 = rng.normal(size=(5, 6)), rng.normal(size=(6, 13)), rng.normal(size=(13, 6))
    pieces = tensor_parallel(x, W_1, W_2, devices)
    assert len(pieces) == devices
    np.testing.assert_allclose(sum(pieces), np.maximum(x @ W_1, 0) @ W_2, atol=1e-12)
