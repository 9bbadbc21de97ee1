"""Attention in tiles: the same function as attention, and never a table."""

import numpy as np
import pytest
import torch

from course_lib.attention import by_hand as whole
from course_lib.gpu.exercises.small_memory import in_small_memory
from course_lib.gpu.tiles import tiled_attention
from course_lib.practice.catalogue import find_exercise
from course_lib.practice.judging import judge
from course_lib.timing import peak_bytes


def test_two_keys_in_two_tiles_by_hand():
    # Scores 0 and ln 3: weights 1/4 and 3/4.
    out = tiled_attention(np.array([[1.0]]), np.array([[0.0], [np.log(3)]]), np.array([[4.0], [8.0]]), tile=1)
    np.testing.assert_allclose(out, [[7.0]])


@pytest.mark.parametrize("tile", [1, 2, 3, 11, 13, 100])
@pytest.mark.parametrize("size", [1.0, 30.0])
def test_every_tile_gives_what_pytorch_gives(tile, size):
    rng = np.random.default_rng(tile)
    Q, K, V = rng.normal(size=(7, 5)) * size, rng.normal(size=(11, 5)) * size, rng.normal(size=(11, 3))
    peer = torch.nn.functional.scaled_dot_product_attention(*map(torch.tensor, (Q, K, V)))
    out = tiled_attention(Q, K, V, tile)
    np.testing.assert_allclose(out, peer.numpy(), atol=1e-12)
    np.testing.assert_allclose(out, whole.attention(Q, K, V), atol=1e-12)


def test_to_keep_all_tiles_is_to_hold_the_whole_table():
    def all_kept(Q, K, V, tile):
        starts = range(0, len(K), tile)
        kept = [Q @ K[start : start + tile].T / np.sqrt(Q.shape[1]) for start in starts]
        largest = np.max([scores.max(axis=1) for scores in kept], axis=0)[:, None]
        weights = [np.exp(scores - largest) for scores in kept]
        mix = sum(one @ V[start : start + tile] for start, one in zip(starts, weights, strict=True))
        return mix / sum(one.sum(axis=1, keepdims=True) for one in weights)

    verdict = judge(find_exercise("gpu.tiled_attention"), all_kept, np.random.default_rng(0))
    assert verdict.state == "error"
    assert "nothing lets go of them" in verdict.message, verdict.message
    rng = np.random.default_rng(0)
    Q, K, V = rng.normal(size=(2, 3)), rng.normal(size=(83, 3)), rng.normal(size=(83, 5))
    np.testing.assert_allclose(all_kept(Q, K, V, 4), tiled_attention(Q, K, V, 4))


def test_memory_grows_with_the_length_and_not_with_its_square():
    rng = np.random.default_rng(0)

    def peak(n, how):
        Q, K, V = rng.normal(size=(3, n, 8))
        return peak_bytes(lambda: how(Q, K, V))

    tiled = [peak(n, lambda Q, K, V: tiled_attention(Q, K, V, 16)) for n in (512, 1024)]
    table = [peak(n, whole.attention) for n in (512, 1024)]
    assert tiled[1] / tiled[0] == pytest.approx(2, rel=0.1)
    assert table[1] / table[0] == pytest.approx(4, rel=0.1)
    assert table[1] > 20 * tiled[1]


def test_a_small_memory_holds_tiles_and_refuses_tables():
    rng = np.random.default_rng(1)
    Q, K, V = (in_small_memory(rng.normal(size=(n, d)), 23, (3, 5), 4) for n, d in ((2, 3), (23, 3), (23, 5)))
    np.testing.assert_allclose(tiled_attention(Q, K, V, 4), whole.attention(*map(np.asarray, (Q, K, V))))
    assert (K.T.shape, (K * 2).shape, V[:4].shape) == ((3, 23), (23, 3), (4, 5))
    pieces = [Q @ K[start : start + 4].T for start in range(0, 23, 4)]
    assert in_small_memory(np.zeros((2, 4)), 23, (3, 5), 4).sum() == 0
    total = pieces[0].copy()
    total += 1.0
    assert isinstance(total, type(Q))
    for table in (
        lambda: Q @ K.T,
        lambda: K @ Q.T,
        lambda: K @ Q[0],
        lambda: (Q[:, None] * K).sum(axis=-1),
        lambda: np.einsum("qd,kd->qk", Q, K),
        lambda: np.concatenate(pieces, axis=1),
        lambda: np.hstack(pieces),
        lambda: np.ones((2, 23)) @ V,
    ):
        with pytest.raises(MemoryError, match=r"all 23 keys at once\. At most 4 of them fit"):
            table()


def test_a_tile_holds_a_key():
    with pytest.raises(ValueError, match="at least one key; got 0"):
        tiled_attention(np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1)), 0)
