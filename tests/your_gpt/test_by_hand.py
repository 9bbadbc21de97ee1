"""The whole model, forward and back, beside autograd; and the picture of its way."""

import numpy as np
import pytest

from course_lib.backprop import gpt, in_torch
from course_lib.practice.catalogue import find_exercise
from course_lib.practice.mine import all_ids
from course_lib.your_gpt import there_and_back
from course_lib.your_gpt.by_hand import loss_and_gradients


@pytest.mark.parametrize(("layers", "tokens"), [(0, 5), (1, 1), (2, 5), (3, 7)])
def test_every_gradient_is_that_of_autograd(layers, tokens):
    rng = np.random.default_rng(layers)
    params = gpt.random_params(11, 7, layers, 6, 2, rng)
    ids, targets = rng.integers(0, 11, size=(2, tokens))
    loss, found = loss_and_gradients(ids, targets, params)
    torch_loss, autograd = in_torch.loss_and_gradients(ids[None], targets[None], params)
    assert loss == pytest.approx(torch_loss, abs=1e-12)
    assert gpt.named(found).keys() == autograd.keys()
    for name, gradient in gpt.named(found).items():
        np.testing.assert_allclose(gradient, autograd[name].numpy(), atol=1e-12, err_msg=name)


def test_the_picture_names_the_learners_functions_and_every_parameter():
    names = {known.partition(".")[2] for known in all_ids()}
    specification = find_exercise("your_gpt.loss_and_gradients").asked.specification
    for _, _, function, _ in there_and_back.STATIONS:
        assert function in names
        assert function in specification
    given = {name.partition("[")[0] for *_, gives in there_and_back.STATIONS for name in gives}
    assert given == gpt.random_params(3, 2, 2, 4, 1, np.random.default_rng(0)).keys()
    assert sum("table" in gives for *_, gives in there_and_back.STATIONS) == 2
