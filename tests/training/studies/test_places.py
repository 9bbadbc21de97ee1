"""The loss by place: a reader that knows more where it has read more."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from course_lib.training.engine import mean_loss
from course_lib.training.studies.places import loss_by_place
from course_lib.transformer.models import GPT, ModelConfig


def test_the_mean_over_the_places_is_the_mean_loss_of_whole_windows():
    model = GPT(ModelConfig(vocab=11, context=5, layers=1, d_model=8, n_heads=2))
    ids = torch.arange(31) * 7 % 11
    assert_allclose(loss_by_place(model, ids).mean(), mean_loss(model, ids), rtol=1e-6)
    assert loss_by_place(model, ids, 3).shape == (3,)
    assert model.training


def test_a_place_that_is_known_costs_less():
    def sure_at_the_third(ids):
        logits = torch.zeros(*ids.shape, 2)
        logits[:, 2, 1] = 50.0
        return logits

    found = loss_by_place(sure_at_the_third, torch.ones(13, dtype=torch.long), 4)
    assert_allclose(found, [np.log(2), np.log(2), 0.0, np.log(2)], atol=1e-6)


def test_a_text_shorter_than_a_window_is_refused():
    with pytest.raises(ValueError, match="the text has 5"):
        loss_by_place(None, torch.zeros(5, dtype=torch.long), 5)
