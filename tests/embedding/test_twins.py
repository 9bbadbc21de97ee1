"""NumPy and PyTorch: one function, forward and gradients; and torch.nn.Embedding is the look-up."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.embedding import by_hand, in_torch, missing_word, training

VOCAB, D, TOKENS = 11, 5, 7


def arrays(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


@pytest.mark.parametrize("repeats", [False, True])
def test_the_look_up_is_torch_nn_embedding_forward_and_gradient(repeats):
    (table, upstream) = arrays((VOCAB, D), (TOKENS, D))
    rng = np.random.default_rng(1)
    ids = rng.integers(0, 3, size=TOKENS) if repeats else rng.permutation(VOCAB)[:TOKENS]
    layer = torch.nn.Embedding.from_pretrained(torch.tensor(table), freeze=False)
    leaves = [torch.tensor(table, requires_grad=True) for _ in range(2)]
    outputs = [
        layer(torch.tensor(ids)),
        in_torch.look_up(leaves[0], torch.tensor(ids)),
        in_torch.look_up_by_product(leaves[1], torch.tensor(ids)),
    ]
    for output, owner in zip(outputs, [layer.weight, *leaves], strict=True):
        output.backward(torch.tensor(upstream))
        assert_array_equal(output.detach().numpy(), by_hand.look_up(table, ids))
        assert_allclose(owner.grad.numpy(), by_hand.look_up_gradient(table, ids, upstream), atol=1e-14)


@pytest.mark.parametrize("shape", [(TOKENS,), (2, 3)])
def test_one_hot_rows_are_the_same(shape):
    ids = np.random.default_rng(2).integers(0, VOCAB, size=shape)
    assert_array_equal(in_torch.one_hot(torch.tensor(ids), VOCAB).numpy(), by_hand.one_hot(ids, VOCAB))
    assert_array_equal(
        in_torch.one_hot(torch.tensor(ids), VOCAB).numpy(), torch.nn.functional.one_hot(torch.tensor(ids), VOCAB)
    )


def test_the_cosine_agrees_forward_and_in_its_gradients():
    u, v = arrays((D,), (D,), seed=3)
    ours, theirs = ([torch.tensor(one, requires_grad=True) for one in (u, v)] for _ in range(2))
    value = in_torch.cosine_similarity(*ours)
    peer = torch.nn.functional.cosine_similarity(*theirs, dim=0)
    assert value.item() == pytest.approx(by_hand.cosine_similarity(u, v), abs=1e-14)
    for a, b in zip(torch.autograd.grad(1.7 * value, ours), torch.autograd.grad(1.7 * peer, theirs), strict=True):
        assert_allclose(a.numpy(), b.numpy(), atol=1e-12)


def test_a_row_of_zeros_has_cosine_zero_and_a_gradient_that_is_a_number():
    table = torch.tensor(np.vstack([np.zeros(D), *arrays((2, D))]), requires_grad=True)
    cosines = in_torch.cosines(table)
    (gradient,) = torch.autograd.grad(cosines.sum() * 1.3, table)
    assert_array_equal(cosines[0].detach().numpy(), 0.0)
    assert torch.isfinite(gradient).all()


def test_cosines_and_neighbours_are_the_same():
    table, others = arrays((VOCAB, D), (3, D), seed=4)
    assert_allclose(in_torch.cosines(torch.tensor(table)).numpy(), by_hand.cosines(table), atol=1e-14)
    assert_allclose(
        in_torch.cosines(torch.tensor(table), torch.tensor(others)).numpy(), by_hand.cosines(table, others), atol=1e-14
    )
    for i in range(VOCAB):
        assert_array_equal(in_torch.nearest(torch.tensor(table), i, 7).numpy(), by_hand.nearest(table, i, 7))


def test_the_scores_for_a_gap_are_the_same_in_both():
    table, places, bias = arrays((VOCAB, D), (4, D), (VOCAB,), seed=5)
    neighbours = np.random.default_rng(6).integers(0, VOCAB, size=(3, 4))
    batch = training.logits(*map(torch.tensor, (table, places, bias, neighbours))).numpy()
    for row, seen in zip(batch, neighbours, strict=True):
        assert_allclose(row, missing_word.scores_for_gap(table, places, bias, seen), atol=1e-13)


@pytest.mark.parametrize(("gap", "reach"), [(1, 2), (4, 1), (0, 1)])
def test_a_gap_too_near_to_an_end_is_refused(gap, reach):
    assert missing_word.around(np.arange(5), 2, 2).tolist() == [0, 1, 3, 4]
    with pytest.raises(IndexError, match="fewer than"):
        missing_word.around(np.arange(5), gap, reach)
