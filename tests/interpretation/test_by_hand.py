"""The tools in NumPy: by hand, against an independent peer, and by what must hold."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.interpretation import by_hand

RNG = np.random.default_rng(14)


def test_a_probe_by_hand():
    x, y = np.array([[0.0, 0.0], [0.0, 2.0], [6.0, 1.0]]), np.array([4, 4, 9])
    seen = np.array([[2.9, 1.0], [3.1, 1.0], [3.0, 1.0]])  # the middle lies at 3; a tie goes to the smaller label
    assert by_hand.nearest_centroid_accuracy(x, y, seen, np.array([4, 9, 4])) == 1.0
    assert by_hand.nearest_centroid_accuracy(x, y, seen, np.array([9, 9, 9])) == pytest.approx(1 / 3)


@pytest.mark.parametrize(("n", "d", "labels"), [(61, 5, 3), (101, 3, 7), (53, 2, 2)])
def test_a_probe_as_linear_scores(n, d, labels):
    """The nearest centroid is the largest of the linear scores x c - c c / 2."""
    x, y = RNG.normal(size=(2 * n, d)), RNG.permutation(np.arange(2 * n) % labels)
    centroids = np.array([x[:n][y[:n] == label].mean(axis=0) for label in range(labels)])
    scores = x[n:] @ centroids.T - (centroids**2).sum(axis=1) / 2
    expected = (scores.argmax(axis=1) == y[n:]).mean()
    assert by_hand.nearest_centroid_accuracy(x[:n], y[:n], x[n:], y[n:]) == pytest.approx(expected)


def test_a_probe_does_not_care_where_the_origin_is_nor_about_a_rotation():
    x, y = RNG.normal(size=(90, 4)), RNG.integers(0, 3, size=90)
    turn = np.linalg.qr(RNG.normal(size=(4, 4)))[0]
    moved = 3.0 * x @ turn + 7.0
    args = [slice(0, 60), slice(60, 90)]
    before, after = (
        by_hand.nearest_centroid_accuracy(v[args[0]], y[args[0]], v[args[1]], y[args[1]]) for v in (x, moved)
    )
    assert before == after


def test_selectivity_is_nothing_where_the_task_is_the_control():
    x, y = RNG.normal(size=(40, 3)), RNG.integers(0, 3, size=40)
    assert by_hand.selectivity(x, y, y, np.arange(20), np.arange(20, 40)) == 0.0


def test_a_probe_that_reads_the_label_is_selective_and_one_that_reads_the_word_is_not():
    words = np.arange(600) % 24
    y, control = words % 3, RNG.permutation(np.arange(24) % 3)[words]
    order = RNG.permutation(600)
    of_label = np.eye(3)[y] + 0.1 * RNG.normal(size=(600, 3))
    of_word = np.eye(24)[words] + 0.01 * RNG.normal(size=(600, 24))
    for x, least, most in ((of_label, 0.4, 1.0), (of_word, -0.05, 0.05)):
        assert least <= by_hand.selectivity(x, y, control, order[:300], order[300:]) <= most


def test_ablations_touch_one_head_and_change_no_argument():
    heads = RNG.normal(size=(3, 5, 7, 2))
    kept = heads.copy()
    zero, mean = by_hand.ablate_head(heads, 1), by_hand.mean_ablate(heads, 1)
    other = by_hand.resample_ablate(heads, 1, np.array([1, 2, 0]))
    assert_array_equal(heads, kept)
    for changed in (zero, mean, other):
        assert_array_equal(np.delete(changed, 1, axis=1), np.delete(heads, 1, axis=1))
    assert not zero[:, 1].any()
    assert_allclose(mean[:, 1], np.broadcast_to(heads[:, 1].mean(axis=(0, 1)), mean[:, 1].shape))
    assert_array_equal(other[:, 1], heads[[1, 2, 0], 1])


def test_the_mean_of_a_mean_ablated_head_is_the_mean_it_had():
    heads = RNG.normal(size=(5, 2, 3, 7))
    assert_allclose(by_hand.mean_ablate(heads, 0).mean(axis=(0, 2)), heads.mean(axis=(0, 2)))


def test_attention_by_distance_of_shifted_copies():
    n = 6
    for back in range(n):
        weights = np.eye(n, k=-back)
        assert_allclose(by_hand.attention_by_distance(weights), np.arange(n) == back)


def test_attention_by_distance_counts_every_weight_once():
    weights = np.tril(RNG.exponential(size=(7, 7)))
    weights /= weights.sum(axis=1, keepdims=True)
    assert_allclose(by_hand.attention_by_distance(weights) @ np.arange(7, 0, -1), 7)


def test_the_lens_reads_the_last_layer_as_the_model_does():
    hidden, table = RNG.normal(size=(3, 5, 7)), RNG.normal(size=(11, 7))
    read = by_hand.logit_lens(hidden, np.tanh, table)
    assert_allclose(read[-1], np.tanh(hidden[-1]) @ table.T)
    assert_allclose(read[1, 2, 3], np.tanh(hidden[1, 2]) @ table[3])
