"""A GPT of exercise functions: the same numbers as the library's, whoever wrote the parts."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.backprop import gpt
from course_lib.practice.catalogue import find_exercise
from course_lib.practice.mine import Mine
from course_lib.practice.progress import KeptAnswer
from course_lib.publish import read_lesson
from course_lib.training import by_hand as training
from course_lib.transformer.by_hand import gpt_logits
from course_lib.your_gpt import assembly, put_back

LESSONS = Path(__file__).resolve().parents[2] / "lessons"


def answer_of(exercise_id, setup=""):
    """The answer that the solved lesson gives, as it would be kept."""
    (source,) = (
        cell.source
        for path in LESSONS.glob(f"*_{exercise_id.partition('.')[0]}.py")
        for cell in read_lesson(path)
        if cell.source.startswith(f"# exercise: {exercise_id}\n")
    )
    return KeptAnswer(source, setup)


class References:
    """The course's function for every exercise."""

    def __getitem__(self, exercise_id):
        return find_exercise(exercise_id).reference


class OtherRightAnswers:
    """Right answers that were written differently, wherever there are some."""

    def __getitem__(self, exercise_id):
        return find_exercise(exercise_id).also_right[-1]


@pytest.fixture
def small():
    rng = np.random.default_rng(0)
    params = gpt.random_params(11, 6, layers=2, d_model=8, n_heads=2, rng=rng)
    params = assembly.with_arrays(
        params, [array + 0.3 * rng.normal(size=array.shape) for array in assembly.arrays(params)]
    )
    ids, targets = rng.integers(0, 11, size=(2, 3, 6))
    return params, ids, targets


@pytest.mark.parametrize(
    "functions", [References(), OtherRightAnswers(), Mine()], ids=["references", "other right ones", "mine"]
)
def test_logits_and_gradients_are_the_librarys(small, functions):
    params, ids, targets = small
    assert_allclose(assembly.logits(functions, ids[0], params), gpt_logits(ids[0], params), atol=1e-12)
    loss, found = assembly.gradients(functions, ids, targets, params)
    library_loss, library = gpt.loss_and_gradients(ids, targets, params)
    assert loss == pytest.approx(library_loss, abs=1e-12)
    for name, gradient in gpt.named(library).items():
        # one of the other right answers moves every entry up and down, and comes to eight digits
        assert_allclose(
            found[name], gradient, atol=1e-7 if isinstance(functions, OtherRightAnswers) else 1e-10, err_msg=name
        )


def test_training_follows_the_librarys_loss(small):
    params, _, _ = small
    pairs = assembly.batches(References(), np.arange(200) % 11, 8, 3, 6, np.random.default_rng(1))
    config = training.Settings(steps=8, warmup=2, peak=1e-2, floor=1e-3)
    trained, losses = assembly.train(References(), params, pairs, config)

    def library(weights, inputs, targets):
        loss, found = gpt.loss_and_gradients(inputs, targets, assembly.with_arrays(params, weights))
        flat = gpt.named(found)
        return loss, [flat[name] for name in gpt.named(params)]

    weights, theirs = training.train(library, assembly.arrays(params), pairs, config)
    assert_allclose(losses, theirs, atol=1e-9)
    for one, other in zip(assembly.arrays(trained), weights, strict=True):
        assert_allclose(one, other, atol=1e-8)
    assert assembly.arrays(params)[0] is not assembly.arrays(trained)[0], "the start is left as it was"


def test_what_is_constant_stays(small):
    params, ids, targets = small
    config = training.Settings(steps=3, peak=1e-2, floor=1e-2)
    trained, _ = assembly.train(References(), params, [(ids, targets)] * 3, config, constant=["positions"])
    found, before = gpt.named(trained), gpt.named(params)
    assert (found["positions"] != before["positions"]).any(), "weight decay still shrinks it"
    assert_allclose(found["positions"], before["positions"] * (1 - 1e-2 * 0.1) ** 3, atol=1e-12)
    assert np.abs(found["table"] - before["table"]).max() > 1e-3


def test_writing_goes_on_with_what_was_given(small):
    params, _, _ = small
    told = assembly.write(References(), params, [1, 2, 3], 9, np.random.default_rng(0))
    assert told[:3] == [1, 2, 3]
    assert len(told) == 12
    assert all(0 <= one < 11 for one in told)
    again = assembly.write(References(), params, [1, 2, 3], 9, np.random.default_rng(0))
    assert told == again


def test_greedy_writing_takes_the_largest_logit(small):
    params, _, _ = small
    told = assembly.write(References(), params, [4], 1, np.random.default_rng(0), temperature=0)
    assert told[-1] == gpt_logits(np.array([4]), params)[-1].argmax()


def test_a_text_that_is_too_short_says_so():
    with pytest.raises(ValueError, match="cut into 5 tokens, and a window needs 6"):
        assembly.batches(References(), [1, 2, 3, 4, 5], 1, 2, 6, np.random.default_rng(0))


def test_what_is_called_is_seen_directly_and_through_answers_that_call_others():
    ids = ("attention.softmax", "attention.attention", "training.train")
    kept = {exercise_id: answer_of(exercise_id) for exercise_id in ids}
    kept["transformer.gpt_logits"] = answer_of(
        "transformer.gpt_logits", "from course_lib.block.by_hand import gelu_tanh"
    )
    learner = Mine(kept)
    assert learner.set_aside() == {}
    found = assembly.at_work(learner)
    assert list(found) == ["a step of training", "the loss on new text", "writing"]
    assert {"training.train", "training.adamw_step", "training.clip", "training.learning_rate"} < set(
        found["a step of training"]
    )
    assert "transformer.gpt_logits" not in found["a step of training"]
    assert "attention.softmax" not in found["a step of training"]
    assert found["the loss on new text"] == [
        *("attention.causal_mask", "attention.attention"),  # lesson 04's attention computes its softmax on the spot
        *("multi_head.split_heads", "multi_head.merge_heads", "block.layer_norm"),
        *("transformer.gpt_logits", "loss.cross_entropy"),
    ]
    assert found["writing"][-1] == "training.sample"
    by_course = assembly.at_work(Mine({}))
    assert "training.clip" not in by_course["a step of training"], "the course's loop does not take it from there"
    assert by_course["writing"] == ["transformer.gpt_logits", "training.sample"]


def test_the_loss_on_new_text_is_the_mean_over_windows_all_over_it(small):
    params, _, _ = small
    stream = np.random.default_rng(3).integers(0, 11, size=7)  # one window, and no other
    logits = gpt_logits(stream[:6], params)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    wanted = -log_p[np.arange(6), stream[1:]].mean()
    assert assembly.mean_loss(References(), stream, params, windows=3) == pytest.approx(wanted)
    with pytest.raises(ValueError, match="cut into 6 tokens"):
        assembly.mean_loss(References(), stream[:6], params)


def test_ones_own_whole_model_is_used_and_taken_apart_where_a_part_is_exchanged(small):
    params, ids, targets = small
    functions = Mine(
        {assembly.WHOLE: answer_of(assembly.WHOLE, "from course_lib.backprop.by_parts import block_values")}
    )
    assert functions.is_own(assembly.WHOLE)
    with functions.watching() as called:
        loss, found = assembly.gradients(functions, ids, targets, params)
    assert assembly.WHOLE in called
    assert "backprop.backward" not in called
    library_loss, library = gpt.loss_and_gradients(ids, targets, params)
    assert loss == pytest.approx(library_loss, abs=1e-12)
    for name, gradient in gpt.named(library).items():
        assert_allclose(found[name], gradient, atol=1e-10, err_msg=name)

    def broken(*args):
        raise ArithmeticError

    exchanged = put_back.PutBack(functions, {"backprop.backward": broken})
    with pytest.raises(ArithmeticError):
        assembly.gradients(exchanged, ids, targets, params)
