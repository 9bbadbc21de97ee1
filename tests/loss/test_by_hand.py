"""The loss in NumPy: cases worked out by hand, what must hold for any numbers, the ends of the number line, and errors."""

import math

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.loss import by_hand, in_torch
from course_lib.loss.exercises.cross_entropy import cross_entropy as short_form
from course_lib.numeric import largest_difference, numerical_gradient

TOKENS, VOCAB = 5, 7


def problem(seed=0, lead=(TOKENS,), vocab=VOCAB, size=2.0):
    rng = np.random.default_rng([seed, vocab])
    return rng.normal(size=(*lead, vocab)) * size, rng.integers(vocab, size=lead)


def test_cross_entropy_worked_out_by_hand():
    logits = np.log([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])  # logarithms of probabilities are logits
    assert_allclose(by_hand.cross_entropy(logits, np.array([1, 2])), (math.log(4) - math.log(0.8)) / 2)
    assert_allclose(by_hand.cross_entropy(logits, np.array([1, 2]), reduction="sum"), math.log(4) - math.log(0.8))
    each = by_hand.cross_entropy(logits, np.array([1, -100]), reduction="none")
    assert_allclose(each, [math.log(4), 0.0])
    assert_allclose(by_hand.cross_entropy(logits, np.array([1, -100])), math.log(4))


def test_label_smoothing_worked_out_by_hand():
    # Two words with 3/4 and 1/4, the first is true, a fifth is spread: targets 0.9 and 0.1.
    logits = np.log([[0.75, 0.25]])
    expected = -0.9 * math.log(0.75) - 0.1 * math.log(0.25)
    assert_allclose(by_hand.label_smoothed(logits, np.array([0]), 0.2), expected)
    assert_allclose(by_hand.cross_entropy(logits, np.array([0]), label_smoothing=0.2), expected)
    assert_allclose(by_hand.target_distribution(np.array([0]), 2, 0.2), [[0.9, 0.1]])


@pytest.mark.parametrize("lead", [(), (5,), (2, 3)], ids=["one", "tokens", "batch"])
def test_target_distributions_sum_to_one_and_need_no_square_table(lead):
    targets = np.random.default_rng(1).integers(50_257, size=lead)
    ought = by_hand.target_distribution(targets, 50_257, 0.1)
    assert ought.shape == (*lead, 50_257)
    assert_allclose(ought.sum(axis=-1), 1.0)
    assert_array_equal(ought.argmax(axis=-1), targets)
    assert_allclose(ought.max(axis=-1), 0.9 + 0.1 / 50_257)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_loops_arrays_and_the_exercise_agree(seed):
    logits, targets = problem(seed, lead=(11,))
    expected = by_hand.cross_entropy(logits, targets)
    assert expected > 0.5
    assert_allclose(by_hand.cross_entropy_by_loops(logits, targets), expected, rtol=1e-13)
    assert_allclose(short_form(logits, targets), expected, rtol=1e-13)
    assert_allclose(by_hand.label_smoothed(logits, targets, 0.0), expected, rtol=1e-13)
    smoothed = by_hand.cross_entropy(logits, targets, label_smoothing=0.3)
    assert_allclose(by_hand.label_smoothed(logits, targets, 0.3), smoothed, rtol=1e-13)
    assert smoothed > expected + 0.01


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_axes_in_front_are_so_many_positions(reduction, smoothing):
    logits, targets = problem(3, lead=(2, 5))
    targets[1, 2] = targets[0, 4] = -100
    flat = by_hand.cross_entropy(logits.reshape(10, VOCAB), targets.ravel(), -100, smoothing, reduction)
    assert_allclose(by_hand.cross_entropy(logits, targets, -100, smoothing, reduction), np.reshape(flat, (2, 5))
                    if reduction == "none" else flat)  # fmt: skip


def test_a_constant_added_to_all_logits_changes_nothing():
    logits, targets = problem(4)
    assert_allclose(by_hand.cross_entropy(logits + 1000, targets), by_hand.cross_entropy(logits, targets))
    assert_allclose(by_hand.log_softmax(logits - 1000), by_hand.log_softmax(logits), rtol=0, atol=1e-12)


def test_the_mean_is_over_positions_that_count_and_never_over_the_vocabulary():
    logits, targets = problem(5, lead=(7,), vocab=11)
    padded = targets.copy()
    padded[3:] = -100
    logits[4] = np.nan  # what stands at an ignored position does not matter, whatever it is
    assert_allclose(by_hand.cross_entropy(logits, padded), by_hand.cross_entropy(logits[:3], targets[:3]))
    one_hot = np.eye(11)[targets[:3]]
    over_elements = -(one_hot * by_hand.log_softmax(logits[:3])).mean()
    assert_allclose(by_hand.cross_entropy(logits, padded) / over_elements, 11)


def test_any_id_can_be_the_one_that_is_ignored():
    logits, targets = problem(6, lead=(7,))
    counts = targets != 3
    assert 0 < counts.sum() < 7
    expected = by_hand.cross_entropy(logits[counts], targets[counts])
    assert_allclose(by_hand.cross_entropy(logits, targets, ignore_index=3), expected)


@pytest.mark.parametrize("targets", [np.full(5, -100), np.zeros(0, dtype=int)], ids=["all ignored", "no tokens"])
def test_where_nothing_counts_the_loss_is_zero_and_so_is_its_slope(targets):
    logits = np.ones((len(targets), 3))
    assert by_hand.cross_entropy(logits, targets) == 0.0
    assert by_hand.cross_entropy(logits, targets, reduction="sum") == 0.0
    assert_array_equal(by_hand.cross_entropy(logits, targets, reduction="none"), np.zeros(len(targets)))
    assert_array_equal(by_hand.cross_entropy_gradient(logits, targets), np.zeros(logits.shape))


def test_a_vocabulary_of_one_word_cannot_surprise():
    logits, targets = np.random.default_rng(7).normal(size=(3, 1)), np.zeros(3, dtype=int)
    assert by_hand.cross_entropy(logits, targets) == 0.0
    assert_allclose(by_hand.cross_entropy(logits, targets, label_smoothing=0.1), 0.0, atol=1e-15)
    assert_allclose(by_hand.label_smoothed(logits, targets, 0.1), 0.0, atol=1e-15)


def test_logits_far_apart_cost_what_they_cost_on_paper():
    logits = np.array([[0.0, 1000.0], [1000.0, -1000.0], [-1000.0, -1000.0]])
    losses = by_hand.cross_entropy(logits, np.array([0, 1, 0]), reduction="none")
    assert_allclose(losses, [1000.0, 2000.0, math.log(2)])
    smoothed = by_hand.cross_entropy(logits[:1], np.array([1]), label_smoothing=0.2)
    assert_allclose(smoothed, 0.1 * 1000)
    assert_allclose(by_hand.log_sum_exp(np.array([-1000.0, -1000.0])), -1000 + math.log(2))


def test_half_precision_is_computed_in_double():
    logits = np.array([[60000.0, 59990.0, -60000.0]], dtype=np.float16)
    expected = by_hand.cross_entropy(logits.astype(np.float64), np.array([1]))
    assert by_hand.cross_entropy(logits, np.array([1])) == expected
    assert by_hand.log_softmax(logits).dtype == np.float64


def test_a_forbidden_word_has_no_probability_and_costs_infinitely_much():
    logits = np.array([[0.0, -np.inf, 0.0]])
    assert_allclose(by_hand.cross_entropy(logits, np.array([0])), math.log(2))
    assert by_hand.cross_entropy(logits, np.array([1])) == np.inf


def test_log_sum_exp_is_a_soft_maximum():
    logits = np.random.default_rng(9).normal(size=(3, 5, 11)) * 4
    largest, found = logits.max(axis=-1), by_hand.log_sum_exp(logits)
    assert found.shape == (3, 5)
    assert (found > largest).all()
    assert (found < largest + math.log(11)).all()
    assert_allclose(found, np.logaddexp.reduce(logits, axis=-1))


def test_log_sum_exp_of_nothing_is_minus_infinity():
    assert by_hand.log_sum_exp(np.full((2, 3), -np.inf)).tolist() == [-np.inf, -np.inf]
    assert by_hand.log_sum_exp(np.zeros((2, 0))).tolist() == [-np.inf, -np.inf]


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_the_gradient_is_what_one_measures_and_its_rows_sum_to_zero(smoothing):
    logits, targets = problem(10)
    targets[2] = -100
    found = by_hand.cross_entropy_gradient(logits, targets, label_smoothing=smoothing)

    def loss(moved):
        return by_hand.cross_entropy(moved, targets, label_smoothing=smoothing)

    assert np.abs(found[0]).max() > 0.01
    assert largest_difference(found, numerical_gradient(loss, logits)) < 1e-9
    assert_allclose(found.sum(axis=-1), 0.0, atol=1e-15)
    assert_array_equal(found[2], np.zeros(VOCAB))
    if smoothing == 0.0:
        each = np.arange(TOKENS) != 2
        assert (found[each, targets[each]] < 0).all()
        assert (found > 0).sum() == 4 * (VOCAB - 1)


def test_arguments_stay_what_they_were():
    logits, targets = problem(11)
    before = logits.copy(), targets.copy()
    by_hand.cross_entropy(logits, targets, label_smoothing=0.1)
    by_hand.cross_entropy_gradient(logits, targets)
    by_hand.label_smoothed(logits, targets, 0.1)
    assert_array_equal(logits, before[0])
    assert_array_equal(targets, before[1])


@pytest.mark.parametrize(
    ("logits", "targets", "options", "message"),
    [
        ((3, 5), [0, 1], {}, r"logits \(3, 5\) and targets \(2,\)"),
        ((), 0, {}, r"logits \(\)"),
        ((2, 5), [0, 5], {}, "no word has the id 5: ids go from 0 to 4"),
        ((2, 5), [0, -1], {}, "no word has the id -1"),
        ((2, 5), [0.0, 1.0], {}, "whole numbers; got an array of float64"),
        ((2, 5), [0, 1], {"label_smoothing": 1.1}, "from 0 to 1; got 1.1"),
        ((2, 5), [0, 1], {"label_smoothing": -0.1}, "from 0 to 1; got -0.1"),
        ((2, 5), [0, 1], {"reduction": "average"}, "'mean', 'sum' or 'none'; got 'average'"),
    ],
)
def test_what_does_not_fit_is_said(logits, targets, options, message):
    with pytest.raises(ValueError, match=message):
        by_hand.cross_entropy(np.zeros(logits), np.array(targets), **options)


def test_logits_by_hand_with_and_without_a_bias():
    rng = np.random.default_rng(12)
    x, table, bias = rng.normal(size=(2, 3, 5)), rng.normal(size=(7, 5)), rng.normal(size=7)
    found = by_hand.logits(x, table, bias)
    assert found.shape == (2, 3, 7)
    assert_allclose(found[1, 2, 4], sum(x[1, 2, d] * table[4, d] for d in range(5)) + bias[4])
    assert_allclose(by_hand.logits(x, table) + bias, found)
    with pytest.raises(ValueError, match="vectors of width 7 cannot meet rows of width 5"):
        by_hand.logits(np.ones((3, 7)), table)


@pytest.mark.parametrize("ids", [[5, 3, 8, 2], [[5, 3, 8, 2], [1, 1, 0, 6]]], ids=["one text", "a batch"])
def test_the_target_of_a_position_is_the_next_token(ids):
    inputs, targets = by_hand.shift(ids)
    whole = np.array(ids)
    assert inputs.shape == targets.shape == (*whole.shape[:-1], 3)
    for position in range(3):
        assert_array_equal(inputs[..., position], whole[..., position])
        assert_array_equal(targets[..., position], whole[..., position + 1])


@pytest.mark.parametrize("n", [0, 1])
def test_without_a_successor_there_is_nothing_to_predict(n):
    inputs, targets = by_hand.shift(np.arange(n))
    assert inputs.shape == targets.shape == (0,)


@pytest.mark.parametrize("vocab", [1, 65, 633, 50_257, 50_304])
def test_no_knowledge_costs_the_logarithm_of_the_vocabulary(vocab):
    loss = by_hand.cross_entropy(np.zeros((3, vocab)), np.array([0, vocab // 2, vocab - 1]))
    published = {65: 4.1743872699, 50_257: 10.8249051197, 50_304: 10.8258398758}
    assert_allclose(loss, published.get(vocab, math.log(vocab)), rtol=1e-10, atol=1e-15)
    assert_allclose(by_hand.perplexity(loss), vocab)


def test_bits_per_byte_worked_out_by_hand():
    # 3 tokens of 2 bits each, in a text of 4 bytes.
    assert_allclose(by_hand.bits_per_byte(2 * math.log(2), 3, 4), 1.5)
    with pytest.raises(ValueError, match="at least one byte; got n_bytes=0"):
        by_hand.bits_per_byte(1.0, 3, 0)


def test_one_text_has_the_same_bits_per_byte_however_it_is_cut():
    nats = 1234.5
    assert_allclose(by_hand.bits_per_byte(nats / 300, 300, 1000), by_hand.bits_per_byte(nats / 700, 700, 1000))


def test_a_word_held_impossible_costs_nothing_where_nothing_of_it_is_wanted():
    impossible = np.array([[0.0, -np.inf, 0.0]])
    right = by_hand.cross_entropy(impossible, np.array([0]))
    assert by_hand.label_smoothed(impossible, np.array([0]), 0.0) == pytest.approx(right, abs=1e-15)
    tensor = torch.tensor(impossible, requires_grad=True)
    loss = in_torch.label_smoothed(tensor, torch.tensor([0]), 0.0)
    loss.backward()
    assert loss.item() == pytest.approx(right, abs=1e-15)
    assert tensor.grad.isfinite().all()


@pytest.mark.parametrize("target", [-1, 4])
@pytest.mark.parametrize(
    "loss",
    [
        by_hand.cross_entropy,
        by_hand.cross_entropy_by_loops,
        lambda logits, targets: by_hand.label_smoothed(logits, targets, 0.1),
        lambda logits, targets: by_hand.target_distribution(targets, logits.shape[-1]),
    ],
)
def test_an_id_that_no_word_has_is_refused(loss, target):
    with pytest.raises(ValueError, match=f"no word has the id {target}: ids go from 0 to 3"):
        loss(np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([target]))


@pytest.mark.parametrize("options", [{"reduction": "avg"}, {"label_smoothing": 1.1}, {"label_smoothing": -0.1}])
def test_options_that_make_no_sense_are_refused_by_both(options):
    logits, targets = np.zeros((2, 4)), np.array([3, 1])
    for refused in (
        lambda: by_hand.cross_entropy(logits, targets, **options),
        lambda: in_torch.cross_entropy(torch.tensor(logits), torch.tensor(targets), **options),
    ):
        with pytest.raises(ValueError, match=r"reduction is|label_smoothing is"):
            refused()
