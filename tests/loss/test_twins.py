"""NumPy, PyTorch by hand and PyTorch's own: one loss in every option, forward and gradients."""

import itertools

import numpy as np
import pytest
import torch

from course_lib.loss import by_hand, in_torch
from course_lib.numeric import largest_difference

CLOSE = 1e-12
TOKENS, VOCAB = 11, 7
PATTERNS = {"all count": [], "some ignored": [0, 3, 10], "one counts": list(range(1, TOKENS))}
EVERY_OPTION = pytest.mark.parametrize(
    ("pattern", "smoothing", "reduction"),
    list(itertools.product(PATTERNS, [0.0, 0.1, 1.0], ["mean", "sum", "none"])),
)


def problem(pattern="all count", ignored=-100, size=2.0, seed=0):
    rng = np.random.default_rng([seed, TOKENS])
    logits, targets = rng.normal(size=(TOKENS, VOCAB)) * size, rng.integers(VOCAB, size=TOKENS)
    targets[PATTERNS[pattern]] = ignored
    return logits, targets


def slopes(loss, leaf, upstream):
    return torch.autograd.grad(loss, leaf, upstream)[0]


@EVERY_OPTION
@pytest.mark.parametrize("ignored", [-100, -1, 2])
@pytest.mark.parametrize("size", [2.0, 1000.0])
def test_equal_to_pytorch_in_every_option(pattern, smoothing, reduction, ignored, size):
    logits, targets = problem(pattern, ignored, size)
    leaf, goal = torch.tensor(logits, requires_grad=True), torch.tensor(targets)
    options = {"ignore_index": ignored, "label_smoothing": smoothing, "reduction": reduction}
    theirs = torch.nn.functional.cross_entropy(leaf, goal, **options)
    ours, fused = in_torch.cross_entropy(leaf, goal, **options), in_torch.fused_cross_entropy(leaf, goal, **options)
    expected = by_hand.cross_entropy(logits, targets, **options)
    assert float(theirs.detach().abs().max()) > 1e-6
    for found in (ours, fused, expected):
        assert largest_difference(found, theirs) < CLOSE * size
    upstream = torch.tensor(np.random.default_rng(1).normal(size=theirs.shape))
    slope = slopes(theirs, leaf, upstream)
    assert largest_difference(slopes(ours, leaf, upstream), slope) < CLOSE
    assert largest_difference(slopes(fused, leaf, upstream), slope) < CLOSE


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_probabilities_less_targets_is_the_gradient_of_pytorch(pattern, smoothing):
    logits, targets = problem(pattern)
    leaf = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(leaf, torch.tensor(targets), label_smoothing=smoothing)
    expected = slopes(loss, leaf, None)
    assert expected.abs().max() > 1e-3
    assert largest_difference(by_hand.cross_entropy_gradient(logits, targets, -100, smoothing), expected) < CLOSE


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 1.0])
def test_label_smoothed_is_the_option_of_pytorch(epsilon):
    logits, targets = problem()
    leaf, goal = torch.tensor(logits, requires_grad=True), torch.tensor(targets)
    theirs = torch.nn.functional.cross_entropy(leaf, goal, label_smoothing=epsilon)
    ours = in_torch.label_smoothed(leaf, goal, epsilon)
    assert largest_difference(ours, theirs) < CLOSE
    assert largest_difference(np.float64(by_hand.label_smoothed(logits, targets, epsilon)), theirs) < CLOSE
    assert largest_difference(slopes(ours, leaf, None), slopes(theirs, leaf, None)) < CLOSE


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_where_every_position_is_ignored(reduction):
    leaf = torch.randn(3, 5, generator=torch.Generator().manual_seed(2)).requires_grad_()
    nobody = torch.full((3,), -100)
    ours = in_torch.cross_entropy(leaf, nobody, reduction=reduction)
    assert torch.equal(ours, torch.zeros(3 if reduction == "none" else ()))
    assert torch.equal(slopes(ours, leaf, torch.ones_like(ours)), torch.zeros(3, 5))
    theirs = torch.nn.functional.cross_entropy(leaf, nobody, reduction=reduction)
    assert theirs.isnan().all() == (reduction == "mean"), "the one place where we differ from PyTorch"


@pytest.mark.parametrize("reduction", ["mean", "none"])
@pytest.mark.parametrize("function", [in_torch.cross_entropy, in_torch.fused_cross_entropy])
def test_axes_in_front_of_the_vocabulary(function, reduction):
    rng = np.random.default_rng(3)
    logits, targets = rng.normal(size=(2, 3, 5, 7)), rng.integers(7, size=(2, 3, 5))
    found = function(torch.tensor(logits), torch.tensor(targets), reduction=reduction)
    assert largest_difference(found, by_hand.cross_entropy(logits, targets, reduction=reduction)) < CLOSE
    # PyTorch wants the vocabulary as the second axis there.
    theirs = torch.nn.functional.cross_entropy(
        torch.tensor(np.moveaxis(logits, -1, 1)), torch.tensor(targets), reduction=reduction
    )
    assert largest_difference(found, theirs) < CLOSE


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(dtype):
    logits, targets = problem(size=30.0)
    half, goal = torch.tensor(logits).to(dtype), torch.tensor(targets)
    found = in_torch.cross_entropy(half, goal)
    assert found.dtype == torch.float32
    assert largest_difference(found, torch.nn.functional.cross_entropy(half.float(), goal)) < 1e-5
    smoothed = in_torch.label_smoothed(half, goal, 0.1)
    assert smoothed.dtype == torch.float32
    theirs = torch.nn.functional.cross_entropy(half.float(), goal, label_smoothing=0.1)
    assert largest_difference(smoothed, theirs) < 1e-5


def test_float32_stays_float32_and_nan_at_an_ignored_position_stays_there():
    leaf = torch.full((2, 3), torch.nan)
    leaf[0] = 0.0
    leaf.requires_grad_()
    loss = in_torch.cross_entropy(leaf, torch.tensor([1, -100]))
    assert loss.dtype == torch.float32
    assert torch.isfinite(slopes(loss, leaf, None)).all()


def test_log_sum_exp_and_log_softmax_are_those_of_torch():
    for size in (1.0, 1000.0):
        logits, _ = problem(size=size)
        leaf = torch.tensor(logits, requires_grad=True)
        upstream = torch.tensor(np.random.default_rng(4).normal(size=logits.shape))
        for ours, theirs, arrays in (
            (in_torch.log_softmax(leaf), torch.log_softmax(leaf, -1), by_hand.log_softmax(logits)),
            (in_torch.log_sum_exp(leaf), torch.logsumexp(leaf, -1), by_hand.log_sum_exp(logits)),
        ):
            assert largest_difference(ours, theirs) < CLOSE * size
            assert largest_difference(arrays, theirs) < CLOSE * size
            arrived = upstream if ours.ndim == 2 else upstream[:, 0]
            assert largest_difference(slopes(ours, leaf, arrived), slopes(theirs, leaf, arrived)) < CLOSE


def test_the_small_functions_agree():
    rng = np.random.default_rng(5)
    x, table, bias = rng.normal(size=(2, 3, 5)), rng.normal(size=(7, 5)), rng.normal(size=7)
    for extra in (None, bias):
        found = in_torch.logits(torch.tensor(x), torch.tensor(table), None if extra is None else torch.tensor(extra))
        assert largest_difference(found, by_hand.logits(x, table, extra)) < CLOSE
    ids = rng.integers(31, size=(3, 11))
    for ours, theirs in zip(by_hand.shift(ids), in_torch.shift(torch.tensor(ids)), strict=True):
        np.testing.assert_array_equal(theirs.numpy(), ours)
    loss = torch.tensor(2.7, dtype=torch.float64)
    assert abs(in_torch.perplexity(loss).item() - by_hand.perplexity(2.7)) < CLOSE * 10
    assert abs(in_torch.bits_per_byte(loss, 7, 31).item() - by_hand.bits_per_byte(2.7, 7, 31)) < CLOSE


def test_a_shared_table_gets_the_gradients_of_both_its_uses():
    rng = np.random.default_rng(6)
    table, ids = rng.normal(size=(13, 5)), torch.tensor(rng.integers(13, size=17))
    shared, reads, speaks = (torch.tensor(table, requires_grad=True) for _ in range(3))

    def loss(embedding, output):
        inputs, targets = in_torch.shift(ids)
        return in_torch.cross_entropy(in_torch.logits(torch.tanh(embedding[inputs]), output), targets)

    (tied,) = torch.autograd.grad(loss(shared, shared), shared)
    both = torch.autograd.grad(loss(reads, speaks), (reads, speaks))
    assert all(part.abs().max() > 1e-3 for part in both)
    assert largest_difference(tied, sum(both)) < CLOSE


def test_gpt2_shares_its_table_has_no_bias_and_as_many_parameters_as_the_lesson_says():
    from transformers import GPT2Config, GPT2LMHeadModel

    with torch.device("meta"):
        model = GPT2LMHeadModel(GPT2Config())
    assert model.lm_head.weight is model.transformer.wte.weight
    assert model.lm_head.bias is None
    assert tuple(model.lm_head.weight.shape) == (50_257, 768)
    assert model.num_parameters() == 124_439_808
