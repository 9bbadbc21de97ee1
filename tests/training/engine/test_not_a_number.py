"""A state that is not worth keeping: weights that are no numbers, and those from which none come."""

import pytest
import torch

from course_lib.training.engine.not_a_number import NotANumber, require_numbers
from course_lib.transformer.models import GPT, ModelConfig

IDS = torch.arange(15).reshape(3, 5) % 7


def model():
    return GPT(ModelConfig(vocab=7, context=5, layers=1, d_model=6, n_heads=2), torch.Generator().manual_seed(0))


@pytest.mark.parametrize("training", [True, False])
def test_a_sound_model_passes_and_keeps_its_mode(training):
    one = model().train(training)
    require_numbers(one, 3)
    require_numbers(one, 3, IDS, IDS)
    assert one.training is training
    assert all(weight.grad is None for weight in one.parameters())


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_one_weight_that_is_no_number_is_enough_and_named(value):
    for name, weight in (one := model()).named_parameters():
        kept = weight.detach().clone()
        with torch.no_grad():
            weight.view(-1)[-1] = value
        with pytest.raises(NotANumber, match=f"step 3: the weights {name} are not all numbers") as found:
            require_numbers(one, 3)
        assert found.value.step == 3
        with torch.no_grad():
            weight.copy_(kept)


def test_finite_weights_from_which_no_number_comes_are_found_with_a_batch():
    one = model()
    with torch.no_grad():
        for weight in one.parameters():
            weight.fill_(1e30)
    require_numbers(one, 3)
    with pytest.raises(NotANumber, match=r"with the weights after this update the loss is (nan|inf)"):
        require_numbers(one, 3, IDS, IDS)
    assert one.training
