"""Muon: orthogonal steps for matrices, AdamW for the rest."""

import pytest
import torch

from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.muon import muon, orthogonalised
from course_lib.transformer.models import GPT, ModelConfig

SHAPE = ModelConfig(vocab=13, context=7, layers=2, d_model=12, n_heads=3)
IDS = torch.tensor([[1, 2, 3, 5, 7, 11]])


@pytest.mark.parametrize("shape", [(5, 5), (3, 11), (11, 3), (2, 7, 13)])
def test_orthogonalised_is_near_the_product_of_the_singular_vectors(shape):
    M = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    U, _, Vt = torch.linalg.svd(M, full_matrices=False)
    ours = orthogonalised(M)
    assert ours.shape == M.shape
    singular = torch.linalg.svdvals(ours)
    assert singular.min() > 0.3
    assert singular.max() < 1.3
    # the directions are those of M: U' ours V is diagonal
    turned = U.mT @ ours @ Vt.mT
    assert (turned - torch.diag_embed(turned.diagonal(dim1=-2, dim2=-1))).abs().max() < 0.02


def test_muon_moves_matrices_and_leaves_the_rest_to_adamw():
    made = GPT(SHAPE, torch.Generator().manual_seed(0))
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(1)) * 0.3)
    optimizer = muon(made, TrainConfig(weight_decay=0.0))
    matrices = {id(matrix) for some in optimizer.of_one_shape.values() for matrix in some}
    names = {name for name, weight in made.named_parameters() if id(weight) in matrices}
    assert names == {n for n, weight in made.named_parameters() if n.startswith("stack") and weight.dim() == 2}
    before = {name: weight.detach().clone() for name, weight in made.named_parameters()}
    made(IDS).square().mean().backward()
    optimizer.step()
    moved = {name: weight.detach() - before[name] for name, weight in made.named_parameters()}
    # every singular value of a step is about the rate, times the root of d_out / d_in where that is above 1
    singular = torch.linalg.svdvals(moved["stack.blocks.0.attention.W_O"])
    assert singular.max() < 0.03 * 1.3
    assert moved["table"].abs().max() == pytest.approx(0.01, rel=1e-3)
    optimizer.zero_grad()
    assert all(weight.grad is None for weight in made.parameters())
