"""Muon with its rounds on small square matrices does what lesson 10's does."""

import copy

import pytest
import torch

from course_lib.modern import gram
from course_lib.modern.model import Decoder
from course_lib.modern.shape import Shape
from course_lib.numeric import largest_difference
from course_lib.training.engine.config import TrainConfig
from course_lib.training.engine.muon import muon, orthogonalised


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (2, 3, 7)])
@pytest.mark.parametrize("rounds", [0, 1, 5])
def test_the_rounds_are_the_same(shape, rounds):
    M = torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert largest_difference(gram.orthogonalised(M, rounds), orthogonalised(M, rounds)) < 1e-9


def test_a_step_moves_every_weight_as_muon_does():
    first = Decoder(
        Shape(vocab=7, context=5, layers=2, d_model=8, n_heads=2), torch.Generator().manual_seed(0)
    ).double()
    second = copy.deepcopy(first)
    ids = torch.arange(5)[None]
    for model, optimizer in ((first, muon), (second, gram.gram_muon)):
        made = optimizer(model, TrainConfig())
        for _ in range(3):
            model(ids).square().sum().backward()
            made.step()
            made.zero_grad()
    gaps = [largest_difference(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True)]
    assert max(gaps) < 1e-7
