"""Deep stacks: what is measured is what it is called, what fails fails, and the random state of PyTorch is left alone."""

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.block import deep_task
from course_lib.block.deep_task import CHANCE, train_stack
from course_lib.block.depth import NORMS, flow, stack

KINDS = [(norm, residual) for norm in NORMS for residual in (False, True)]


@pytest.fixture(scope="module")
def flows():
    return {kind: flow(*kind, [1, 12, 48]) for kind in KINDS}


def test_what_is_measured_at_one_depth_does_not_depend_on_the_others():
    alone, among = flow("post", True, [3], d_model=6), flow("post", True, [1, 3, 5], d_model=6)
    np.testing.assert_array_equal(alone.gradients[3], among.gradients[3])
    np.testing.assert_array_equal(alone.scale, among.scale[:4])


def test_what_is_measured_on_one_block_is_what_autograd_and_the_mean_say():
    found = flow("pre", True, [1], d_model=6, n_tokens=5, seed=3)
    torch.manual_seed(3)
    block = stack(1, 6, 2, "pre", True).double()[0]
    x, start = (torch.randn(4, 5, 6, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
                for seed in (3, 1003))  # fmt: skip
    out = block(x.requires_grad_())
    (arrived,) = torch.autograd.grad(out, x, start / start.norm())
    np.testing.assert_allclose(found.gradients[1], [float(arrived.norm()), 1.0])
    y = out.detach().numpy()
    np.testing.assert_allclose(found.scale[1], np.sqrt((y**2).mean()))
    distance = np.sqrt(((y - y.mean(axis=1, keepdims=True)) ** 2).mean())
    np.testing.assert_allclose(found.apart[1], distance / found.scale[1])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_stack_is_measured_at_every_depth(flows, kind):
    found = flows[kind]
    assert found.scale.shape == found.apart.shape == (49,)
    assert {depth: len(gradient) for depth, gradient in found.gradients.items()} == {1: 2, 12: 13, 48: 49}
    assert all(gradient[-1] == pytest.approx(1.0) for gradient in found.gradients.values())
    assert (found.apart <= 1 + 1e-12).all()


def test_gradients_vanish_without_residual_and_norm_and_explode_with_the_residual_alone(flows):
    assert flows["none", False].gradients[48][0] < 1e-6
    assert flows["none", False].gradients[12][0] > flows["none", False].gradients[48][0]
    assert flows["none", True].gradients[48][0] > 1e6
    assert 0.5 < flows["pre", True].gradients[48][0] < 100


def test_norms_keep_the_size_of_the_tokens(flows):
    assert flows["none", True].scale[48] > 1e6
    assert flows["none", False].scale[48] < 1e-6
    np.testing.assert_allclose(flows["post", True].scale[1:], 1.0, atol=1e-3)
    assert 1 < flows["pre", True].scale[48] < 30


@pytest.mark.parametrize("norm", NORMS)
def test_without_residual_paths_all_tokens_become_one(flows, norm):
    assert flows[norm, False].apart[12] < 1e-9
    assert flows[norm, True].apart[12] > 1e-3
    assert flows["pre", True].apart[48] > 0.1


def test_a_stack_is_built_as_asked():
    assert all(isinstance(block.norm_2, nn.Identity) for block in stack(2, 6, 2, "none"))
    assert [block.config.norm for block in stack(2, 6, 2, "post")] == ["post", "post"]
    assert not stack(1, 6, 2, residual=False)[0].config.residual
    with pytest.raises(ValueError, match="got norm='before'; expected one of none, pre, post"):
        stack(1, 6, 2, "before")


def test_measuring_and_training_leave_the_random_state_alone_and_repeat():
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    first, again = flow("pre", True, [2]), flow("pre", True, [2])
    runs = [train_stack("pre", True, steps=3, depth=1) for _ in range(2)]
    assert torch.equal(torch.rand(3), expected)
    np.testing.assert_array_equal(first.gradients[2], again.gradients[2])
    np.testing.assert_array_equal(runs[0].losses, runs[1].losses)


def test_two_blocks_with_residual_learn_to_say_a_word_again():
    run = train_stack("pre", True, steps=40, depth=2)
    assert run.losses[-1] < CHANCE / 10
    assert run.learned_at is not None
    assert run.losses[run.learned_at] < CHANCE / 10 <= run.losses[run.learned_at - 1]


def test_twelve_blocks_learn_it_with_the_norm_before_and_never_without_residual_paths():
    assert train_stack("pre", True, steps=30).losses[-1] < CHANCE / 10
    stuck = train_stack("pre", False, steps=30)
    assert stuck.learned_at is None
    assert abs(stuck.losses[-10:].mean() - CHANCE) < 0.15
    assert deep_task.N_WORDS == 13


def test_twelve_blocks_without_norms_start_far_above_guessing():
    assert train_stack("none", True, steps=2).losses[0] > 10 * CHANCE


def test_a_warm_up_changes_the_first_steps_and_the_learning_rate_all_of_them():
    plain = train_stack("post", True, steps=4, depth=1)
    warm = train_stack("post", True, steps=4, depth=1, warm_up=2)
    slow = train_stack("post", True, steps=4, depth=1, learning_rate=1e-3)
    assert plain.losses[0] == warm.losses[0] == slow.losses[0]
    assert warm.losses[1] == slow.losses[1] != plain.losses[1], "the first of two steps has half of the rate"
    assert len({run.losses[3] for run in (plain, warm, slow)}) == 3
    np.testing.assert_array_equal(train_stack("post", True, steps=4, depth=1, warm_up=1).losses, plain.losses)


def test_norm_after_at_twelve_blocks_learns_with_a_warm_up_and_not_without():
    assert train_stack("post", True, steps=100).losses[-10:].mean() > 0.9 * CHANCE
    assert train_stack("post", True, steps=220, warm_up=200).losses[-10:].mean() < CHANCE / 10


def test_even_attention_takes_the_gradients_explosion_away_and_leaves_that_of_the_tokens():
    usual, even = flow("none", True, [48]), flow("none", True, [48], even=True)
    assert usual.gradients[48][0] > 1e20
    assert even.gradients[48][0] < 1e12
    assert 1e6 < even.scale[48] < 1e12
