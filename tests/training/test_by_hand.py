"""Schedules, AdamW, batches, clipping, accumulation and the draw: cases by hand, PyTorch and Hugging Face as references."""

import copy
import math

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.numeric import largest_difference
from course_lib.training import by_hand, in_torch
from course_lib.training.engine import TrainConfig, Trainer
from course_lib.transformer.models import GPT, ModelConfig

# ---------------------------------------------------------------- the learning rate


@pytest.mark.parametrize(
    ("step", "expected"),
    [(0, 0.0), (1, 0.2), (4, 0.8), (5, 1.0), (10, 0.1 + 0.9 * (1 + math.cos(math.pi * 5 / 8)) / 2), (9, 0.55), (13, 0.1), (99, 0.1)],
)  # fmt: skip
def test_the_rate_rises_in_a_line_falls_by_cosine_and_stays(step, expected):
    assert_allclose(by_hand.learning_rate(step, 5, 13, 1.0, 0.1), expected)


def test_a_warm_up_of_zero_begins_at_the_peak():
    assert by_hand.learning_rate(0, 0, 7, 0.3, 0.1) == 0.3


@pytest.mark.parametrize(("step", "warmup", "total"), [(1, 7, 7), (1, 8, 7), (-1, 2, 7), (1, -1, 7)])
def test_a_schedule_that_makes_no_sense_is_refused(step, warmup, total):
    with pytest.raises(ValueError, match="warm-up must end"):
        by_hand.learning_rate(step, warmup, total, 1.0, 0.1)


def test_the_cosine_is_the_one_of_pytorch():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.7)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=23, eta_min=0.05)
    for step in range(24):
        assert_allclose(by_hand.learning_rate(step, 0, 23, 0.7, 0.05), theirs.get_last_lr()[0], rtol=1e-12)
        optimizer.step()
        theirs.step()


def test_the_schedule_of_2017_meets_itself_at_the_end_of_the_warm_up():
    assert_allclose(by_hand.noam_rate(4000, 4000, 512), (512 * 4000) ** -0.5)
    assert_allclose(by_hand.noam_rate(100, 4000, 512) * 7, by_hand.noam_rate(700, 4000, 512))
    assert_allclose(by_hand.noam_rate(16000, 4000, 512) * 2, by_hand.noam_rate(4000, 4000, 512))
    with pytest.raises(ValueError, match="count from 1"):
        by_hand.noam_rate(0, 4000, 512)


# ---------------------------------------------------------------- AdamW


@pytest.mark.parametrize("settings", [(1e-2, 0.9, 0.999, 1e-8, 0.1), (0.3, 0.8, 0.95, 1e-3, 0.0)])
@pytest.mark.parametrize("module", [by_hand, in_torch], ids=["by_hand", "in_torch"])
def test_a_hundred_updates_are_those_of_torch_optim_adamw(module, settings):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(3, 5)), rng.normal(size=(100, 3, 5)) * rng.lognormal(size=(100, 1, 1))
    official = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.AdamW([official], settings[0], settings[1:3], settings[3], settings[4])
    as_needed = torch.tensor if module is in_torch else np.array
    ours = [as_needed(one) for one in (start, 0 * start, 0 * start)]
    for step, gradient in enumerate(gradients, start=1):
        ours = module.adamw_step(ours[0], as_needed(gradient), *ours[1:], step, *settings)
        official.grad = torch.tensor(gradient)
        optimizer.step()
        assert largest_difference(ours[0], official) < 1e-12
    state = optimizer.state[official]
    assert largest_difference(ours[1], state["exp_avg"]) < 1e-12
    assert largest_difference(ours[2], state["exp_avg_sq"]) < 1e-12
    assert largest_difference(ours[0], start) > 0.1


def test_the_first_update_moves_every_weight_by_the_rate_whatever_its_gradient():
    w, grad = np.zeros(3), np.array([5.0, -0.001, 1e6])
    moved, _, _ = by_hand.adamw_step(w, grad, w, w, 1, 0.1, 0.9, 0.99, 0.0, 0.0)
    assert_allclose(moved, [-0.1, 0.1, -0.1])


def test_adamw_changes_none_of_its_arguments_and_refuses_a_step_of_zero():
    arrays = np.random.default_rng(1).normal(size=(4, 7)) ** 2
    before = arrays.copy()
    by_hand.adamw_step(*arrays, 3, 0.1, 0.9, 0.99, 1e-8, 0.1)
    assert_array_equal(arrays, before)
    with pytest.raises(ValueError, match="counted from 1"):
        by_hand.adamw_step(*arrays, 0, 0.1, 0.9, 0.99, 1e-8, 0.1)


# ---------------------------------------------------------------- batches, parts, length


def test_every_window_is_a_piece_of_the_text_and_its_targets_the_next_tokens():
    ids = np.random.default_rng(2).permutation(101)
    inputs, targets = by_hand.batch(ids, 997, 7, np.random.default_rng(3))
    place = np.argsort(ids)
    assert inputs.shape == targets.shape == (997, 7)
    assert_array_equal(place[inputs][:, 1:], place[inputs][:, :-1] + 1)
    assert_array_equal(place[targets], place[inputs] + 1)
    assert place[inputs].min() == 0
    assert place[targets].max() == 100, "the last token is a target too"


def test_a_text_without_a_single_window_is_refused():
    for module, ids in ((by_hand, np.arange(5)), (in_torch, torch.arange(5))):
        with pytest.raises(ValueError, match="need at least 6 tokens; the text has 5"):
            module.batch(ids, 2, 5, np.random.default_rng(0))


def test_the_twin_draws_the_same_windows():
    ids = np.random.default_rng(4).integers(0, 50, 211)
    ours = by_hand.batch(ids, 5, 11, np.random.default_rng(5))
    twin = in_torch.batch(torch.from_numpy(ids), 5, 11, np.random.default_rng(5))
    for one, other in zip(ours, twin, strict=True):
        assert_array_equal(one, other.numpy())


@pytest.mark.parametrize("most", [0.5, 2.0, 1000.0])
def test_clipping_is_that_of_pytorch(most):
    rng = np.random.default_rng(6)
    gradients = [rng.normal(size=shape) for shape in ((3, 5), (7,), (2, 1, 11))]
    leaves = [torch.zeros(one.shape, dtype=torch.float64, requires_grad=True) for one in gradients]
    for leaf, one in zip(leaves, gradients, strict=True):
        leaf.grad = torch.tensor(one)
    length = torch.nn.utils.clip_grad_norm_(leaves, most)
    ours, ours_length = by_hand.clip(gradients, most)
    twins, twin_length = in_torch.clip([torch.tensor(one) for one in gradients], most)
    assert_allclose([ours_length, twin_length], float(length))
    for leaf, one, twin in zip(leaves, ours, twins, strict=True):
        # PyTorch divides by length + 1e-6, so that it need not ask whether the length is zero.
        assert_allclose(one, leaf.grad.numpy(), rtol=1e-5)
        assert_allclose(twin.numpy(), one)


def test_a_gradient_of_zeros_can_be_clipped():
    (one,), length = by_hand.clip([np.zeros(3)], 1.0)
    assert (one.tolist(), length) == ([0.0, 0.0, 0.0], 0.0)


def test_a_gradient_from_parts_is_that_of_the_whole():
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(13, 3)), rng.normal(size=13)
    w = rng.normal(size=3)
    whole = 2 * x.T @ (x @ w - y) / 13
    parts = [2 * x[a:b].T @ (x[a:b] @ w - y[a:b]) / (b - a) for a, b in ((0, 2), (2, 9), (9, 13))]
    assert_allclose(by_hand.accumulate(parts, [2, 7, 4]), whole)
    assert_allclose(in_torch.accumulate([torch.tensor(one) for one in parts], [2, 7, 4]).numpy(), whole)
    for module in (by_hand, in_torch):
        with pytest.raises(ValueError, match="one size for each"):
            module.accumulate(parts, [2, 7])


# ---------------------------------------------------------------- what is drawn


@pytest.mark.parametrize("k", [1, 2, 5, 23])
@pytest.mark.parametrize("p", [None, 0.1, 0.6, 0.95])
@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_the_distribution_is_that_of_hugging_face(k, p, temperature):
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    logits = np.random.default_rng(8).normal(size=(3, 17)) * 2
    theirs = TemperatureLogitsWarper(temperature)(None, torch.tensor(logits))
    theirs = TopKLogitsWarper(k)(None, theirs)
    if p is not None:
        theirs = TopPLogitsWarper(p)(None, theirs)
    ours = by_hand.probabilities(logits, temperature, k, p)
    assert_allclose(ours, theirs.softmax(-1).numpy(), atol=1e-12)
    assert_allclose(in_torch.probabilities(torch.tensor(logits), temperature, k, p).numpy(), ours, atol=1e-12)


def test_of_equals_at_the_cut_off_the_smaller_ids_stay():
    logits = np.array([1.0, 2.0, 1.0, 1.0, 0.0])
    for k, kept in ((1, [1]), (2, [0, 1]), (3, [0, 1, 2]), (4, [0, 1, 2, 3]), (None, [0, 1, 2, 3, 4])):
        assert np.flatnonzero(np.isfinite(by_hand.keep_top_k(logits, k))).tolist() == kept
        assert torch.isfinite(in_torch.keep_top_k(torch.tensor(logits), k)).nonzero()[:, 0].tolist() == kept


@pytest.mark.parametrize("module", [by_hand, in_torch], ids=["by_hand", "in_torch"])
def test_settings_that_make_no_sense_are_refused(module):
    logits = np.zeros(5) if module is by_hand else torch.zeros(5)
    for call, words in (
        (lambda: module.keep_top_k(logits, 0), "at least one token must stay"),
        (lambda: module.keep_top_p(logits, 0.0), "a probability above 0"),
        (lambda: module.probabilities(logits, -1.0), "a temperature is a number of 0 or more"),
    ):
        with pytest.raises(ValueError, match=words):
            call()


def test_a_thousand_draws_follow_the_probabilities():
    logits = np.array([0.0, 2.0, -np.inf, 1.0])
    rng, n = np.random.default_rng(9), 20_000
    drawn = np.bincount([by_hand.sample(logits, 0.7, None, rng) for _ in range(n)], minlength=4) / n
    expected = by_hand.softmax(logits / 0.7)
    assert drawn[2] == 0
    assert np.abs(drawn - expected).max() < 4 * np.sqrt(0.25 / n)


def test_the_twin_draws_the_same_tokens_and_generators_keep_step():
    logits = np.random.default_rng(10).normal(size=(200, 13))
    ours, twins = np.random.default_rng(11), np.random.default_rng(11)
    expected = [by_hand.sample(one, 1.3, 5, ours) for one in logits]
    assert in_torch.sample(torch.tensor(logits), 1.3, 5, twins).tolist() == expected
    assert ours.random() == twins.random()


def test_greedy_draws_nothing():
    rng = np.random.default_rng(12)
    assert by_hand.sample(np.array([0.0, 3.0, 3.0]), 0.0, None, rng) == 1
    assert rng.random() == np.random.default_rng(12).random()


def test_the_last_token_can_be_drawn_and_rounding_never_leads_beyond_it():
    weights = np.full(10, 0.1)
    weights[-1] -= 1e-17
    assert by_hand.draw(weights, np.nextafter(1.0, 0.0)) == 9
    assert by_hand.draw(weights, 0.0) == 0
    assert in_torch.draw(torch.tensor(weights), 1 - 2**-53).item() == 9


@pytest.mark.parametrize("temperature", [1e-300, 1e-40, 1e-5, 1.0, 1e30])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_no_temperature_makes_probabilities_that_are_not_numbers(temperature, dtype):
    logits = torch.tensor([-3.0, 2.0, 1.0, -torch.inf, 2.0], dtype=dtype)
    weights = in_torch.probabilities(logits, temperature)
    assert weights.isfinite().all()
    assert weights.sum().item() == pytest.approx(1.0, abs=1e-2)
    here = by_hand.probabilities(logits.double().numpy(), temperature)
    assert np.isfinite(here).all()
    assert here.sum() == pytest.approx(1.0)
    if temperature < 1e-4:
        assert here.tolist() == weights.tolist() == [0.0, 0.5, 0.0, 0.0, 0.5]


@pytest.mark.parametrize(
    ("logits", "says"),
    [
        ([np.nan, 1.0, 2.0], "NaN"),
        ([np.inf, 1.0, 2.0], "plus infinity"),
        ([-np.inf, -np.inf, -np.inf], "no token at all"),
    ],
)
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_logits_that_no_token_can_be_drawn_from_are_refused(logits, says, temperature):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=says):
        by_hand.sample(np.array(logits), temperature, None, rng)
    with pytest.raises(ValueError, match=says):
        in_torch.sample(torch.tensor([logits, [0.0, 1.0, 2.0]]), temperature, None, rng)


@pytest.mark.parametrize("temperature", [-1.0, np.nan, np.inf])
def test_a_temperature_that_is_none_is_refused(temperature):
    with pytest.raises(ValueError, match="a number of 0 or more"):
        by_hand.probabilities(np.zeros(3), temperature)
    with pytest.raises(ValueError, match="a number of 0 or more"):
        in_torch.probabilities(torch.zeros(3), temperature)


def test_the_largest_number_that_can_be_drawn_still_finds_a_token_that_may_come():
    last = np.nextafter(1.0, 0.0)
    rng = np.random.default_rng(3)
    for _ in range(200):
        weights = np.append(rng.random(11).astype(np.float32), np.float32(0.0))
        weights /= weights.sum()
        assert by_hand.draw(weights, last) == 10
        assert in_torch.draw(torch.from_numpy(weights)[None], torch.tensor([last])).tolist() == [10]


# ---------------------------------------------------------------- the loop


def squares(weights, inputs, targets):
    """Each array's distance from the targets, squared: two arrays, two gradients."""
    return float(sum(((w - targets) ** 2).sum() for w in weights)), [2 * (w - targets) for w in weights]


def test_two_steps_of_the_loop_on_paper():
    settings = by_hand.Settings(
        steps=2, peak=0.5, floor=0.5, clip=100.0, beta_1=0.0, beta_2=0.0, eps=0.0, weight_decay=0.1
    )
    start = [np.array([4.0]), np.array([[2.0]])]
    weights, losses = by_hand.train(squares, start, [(None, 0.0), (None, 0.0)], settings)
    # Every update is the sign of the gradient times 0.5; the matrix shrinks by 5 % besides.
    assert_allclose(weights[0], [3.0])
    assert_allclose(weights[1], [[(2.0 * 0.95 - 0.5) * 0.95 - 0.5]])
    assert_allclose(losses, [16.0 + 4.0, 3.5**2 + 1.4**2])
    assert [w.tolist() for w in start] == [[4.0], [[2.0]]]


def test_the_loop_of_the_engine_makes_the_same_losses():
    ids = torch.arange(200) * 7 % 11
    config = TrainConfig(steps=7, warmup=2, batch_size=3, peak=0.05, clip=0.5)
    model = GPT(
        ModelConfig(vocab=11, context=5, layers=1, d_model=8, n_heads=2), torch.Generator().manual_seed(3)
    ).double()
    weights = [w.detach().numpy().copy() for w in model.parameters()]
    trainer = Trainer(copy.deepcopy(model), ids, config=config)
    trainer.run()
    rng = np.random.default_rng(config.seed)
    batches = [by_hand.batch(ids.numpy(), 3, 5, rng) for _ in range(7)]

    def loss_and_gradients(weights, inputs, targets):
        for leaf, w in zip(model.parameters(), weights, strict=True):
            leaf.data.copy_(torch.as_tensor(w))
        logits = model(torch.as_tensor(inputs))
        loss = torch.nn.functional.cross_entropy(logits.flatten(end_dim=1), torch.as_tensor(targets).flatten())
        return loss.item(), [g.numpy() for g in torch.autograd.grad(loss, list(model.parameters()))]

    _, losses = by_hand.train(loss_and_gradients, weights, batches, config)
    assert_allclose(losses, trainer.losses, rtol=1e-6)  # PyTorch divides by the length plus 1e-6


def test_without_a_batch_nothing_moves():
    weights, losses = by_hand.train(squares, [np.ones(3)], [], by_hand.Settings(steps=1))
    assert (weights[0].tolist(), losses) == ([1.0, 1.0, 1.0], [])
