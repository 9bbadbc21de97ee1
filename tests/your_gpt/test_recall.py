"""The task that cannot be solved without looking back."""

import numpy as np
import pytest

from course_lib.backprop import gpt
from course_lib.backprop.by_parts import block_values
from course_lib.practice.mine import Mine
from course_lib.training.by_hand import Settings
from course_lib.your_gpt import assembly, recall


def test_the_second_half_repeats_the_first():
    for inputs, targets in recall.pairs(5, 7, 4, 9, np.random.default_rng(0)):
        assert inputs.shape == targets.shape == (7, 7)
        assert (targets[:, :-1] == inputs[:, 1:]).all()
        assert (targets[:, 3:] == inputs[:, :4]).all()


def test_the_lowest_loss_is_that_of_somebody_who_looks_back():
    half, vocab = 3, 5
    inputs, targets = recall.pairs(1, 400, half, vocab, np.random.default_rng(0))[0]
    logits = np.zeros((*inputs.shape, vocab))
    for row, (ids, _) in enumerate(zip(inputs, targets, strict=True)):
        for place in range(half - 1, 2 * half - 1):
            logits[row, place, ids[place - half + 1]] = 50.0
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    loss = -np.take_along_axis(log_p, targets[..., None], axis=-1).mean()
    assert loss == pytest.approx(recall.floor(half, vocab), abs=1e-9)


def test_with_attention_cut_no_position_sees_another():
    rng = np.random.default_rng(0)
    params = gpt.random_params(7, 5, 2, 8, 2, rng)
    params = assembly.with_arrays(params, [array + rng.normal(size=array.shape) for array in assembly.arrays(params)])
    ids, other = np.array([1, 2, 3, 4, 5]), np.array([6, 5, 4, 4, 5])
    cut = recall.cut(params)
    np.testing.assert_array_equal(assembly.logits(Mine(), ids, cut)[3:], assembly.logits(Mine(), other, cut)[3:])
    assert np.abs(assembly.logits(Mine(), ids, params)[3:] - assembly.logits(Mine(), other, params)[3:]).max() > 1e-3
    assert gpt.named(params)["blocks.0.W_O"].any(), "the model that was given is left as it was"


def test_attention_is_what_solves_it():
    half, vocab = 2, 4
    config = Settings(steps=120, warmup=10, peak=2e-2, floor=2e-3)
    pairs = recall.pairs(120, 8, half, vocab, np.random.default_rng(1))
    start = gpt.random_params(vocab, 2 * half - 1, 1, 16, 1, np.random.default_rng(0))
    whole, _ = assembly.train(Mine(), start, pairs, config)
    blind, losses = assembly.train(Mine(), recall.cut(start), pairs, config, recall.CUT)
    assert recall.recalled(Mine(), whole, half, vocab, np.random.default_rng(2)) > 0.9
    assert recall.recalled(Mine(), blind, half, vocab, np.random.default_rng(2)) < 0.6
    assert np.mean(losses[-20:]) > 0.9 * np.log(vocab)
    known, unknown = recall.costs(Mine(), whole, half, vocab, np.random.default_rng(2))
    assert known < 0.5 < np.log(vocab) < unknown + 0.01
    shape = recall.pairs(1, 20, half, vocab, np.random.default_rng(3))[0][0]
    gaze = recall.gaze(Mine(), whole, shape)
    assert gaze.shape == (1, 3, 3)
    np.testing.assert_allclose(gaze.sum(axis=-1), 1, atol=1e-9)
    assert np.triu(gaze[0], 1).max() == 0
    assert np.diagonal(gaze[0], -1).mean() > 0.8, "the letter to write stood one place before the last"


def test_the_gaze_is_that_of_attention_itself():
    rng = np.random.default_rng(1)
    params = gpt.random_params(7, 5, 1, 8, 2, rng)
    params = assembly.with_arrays(params, [array + rng.normal(size=array.shape) for array in assembly.arrays(params)])
    ids = np.array([[1, 2, 3, 4, 5]])
    values = block_values(params["table"][ids[0]] + params["positions"], params["blocks"][0])
    mixed = [
        weights @ V
        for weights, V in zip(recall.gaze(Mine(), params, ids), np.split(values["V"], 2, axis=1), strict=True)
    ]
    np.testing.assert_allclose(np.hstack(mixed), values["joined"], atol=1e-12)
