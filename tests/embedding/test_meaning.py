"""The scores: right on tables whose answer is known, at chance on random ones, and on the shipped table as the lesson says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.embedding import groups, meaning, trained_table
from course_lib.embedding.by_hand import cosine_similarity, nearest, unit_rows


def planted(d=17, n=7, noise=0.0, seed=0):
    """Words n pairs long: first words anywhere, second words one common step away, and as many words again in between."""
    rng = np.random.default_rng(seed)
    first, step = unit_rows(rng.normal(size=(n, d))), unit_rows(rng.normal(size=d)) * 1.5
    others = unit_rows(rng.normal(size=(2 * n, d)))
    table = np.vstack([first, first + step + noise * rng.normal(size=(n, d)), others])
    return table, np.stack([np.arange(n), np.arange(n, 2 * n)], axis=1)


def test_a_planted_direction_is_found_and_a_random_one_leads_nowhere():
    table, pairs = planted()
    steps = meaning.learned_steps(table, pairs)
    assert (meaning.step_ranks(table, pairs, steps) == 1).mean() > 0.8
    wrong = meaning.random_steps(steps, np.random.default_rng(1))
    assert (meaning.step_ranks(table, pairs, wrong) == 1).mean() < 0.5
    assert meaning.parallelism(table, pairs) > 0.3


def test_the_pair_that_is_tested_has_no_part_in_its_own_step():
    table, pairs = planted()
    steps = meaning.learned_steps(table, pairs)
    changed = table.copy()
    changed[pairs[3, 1]] = 9.0
    moved = np.abs(meaning.learned_steps(changed, pairs) - steps).max(axis=1) > 1e-9
    assert_array_equal(moved, np.arange(len(pairs)) != 3)


def test_a_rank_is_the_place_among_the_neighbours():
    table = np.random.default_rng(2).normal(size=(13, 5))
    pairs = np.array([[0, 5], [7, 2], [12, 0]])
    ranks = meaning.partner_ranks(table, pairs)
    for (first, second), rank in zip(pairs, ranks, strict=True):
        assert nearest(table, first, 12)[rank - 1] == second
    assert_array_equal(ranks, meaning.step_ranks(7.0 * table, pairs, meaning.no_steps(table, pairs)))


def test_the_share_of_one_kind_counted_by_hand():
    table = np.array([[1.0, 0.0], [1.0, 0.2], [0.0, 1.0], [0.3, 1.0], [1.0, 0.1]])
    kinds = np.array(["a", "a", "b", "b", ""])
    assert meaning.same_kind_share(table, kinds, k=1) == 1.0
    assert meaning.same_kind_share(table, kinds, k=3) == pytest.approx(1 / 3)
    assert meaning.same_kind_share(table, np.array(["a", "b", "a", "b", "x"]), k=1) == 0.0


def test_differences_are_compared_pair_with_pair():
    table, pairs = planted(noise=0.3)
    unit = unit_rows(table)
    steps = unit[pairs[:, 1]] - unit[pairs[:, 0]]
    expected = np.mean([cosine_similarity(a, b) for i, a in enumerate(steps) for j, b in enumerate(steps) if i != j])
    assert meaning.parallelism(table, pairs) == pytest.approx(expected)
    assert_allclose(
        np.linalg.norm(meaning.random_steps(steps, np.random.default_rng(3)), axis=1), np.linalg.norm(steps, axis=1)
    )


def test_one_pair_alone_cannot_be_held_out():
    with pytest.raises(ValueError, match="two are needed; got 1"):
        meaning.learned_steps(np.eye(3), np.array([[0, 1]]))


def test_the_groups_of_the_map_share_no_word_and_are_in_the_vocabulary():
    words = groups.map_words()
    assert len(set(words)) == len(words)
    assert set(words) <= set(trained_table.load().words)


@pytest.fixture(scope="module")
def tables():
    found = trained_table.load()
    chance = [meaning.random_table(found.after, np.random.default_rng(seed)) for seed in range(5)]
    return found, chance


def test_training_brings_words_of_one_kind_together(tables):
    found, chance = tables
    kinds = groups.kinds(found.words)
    by_chance = [meaning.same_kind_share(one, kinds) for one in chance]
    assert max(by_chance) < 0.35
    assert meaning.same_kind_share(found.before, kinds) < 0.35
    assert meaning.same_kind_share(found.after, kinds) > 0.7


def test_directions_as_the_lesson_reports_them(tables):
    found, chance = tables
    hits, still, parallel = {}, {}, {}
    for name, pairs in groups.relations(found.ids).items():
        steps = meaning.learned_steps(found.after, pairs)
        hits[name] = (meaning.step_ranks(found.after, pairs, steps) == 1).mean()
        still[name] = (meaning.partner_ranks(found.after, pairs) == 1).mean()
        parallel[name] = meaning.parallelism(found.after, pairs)
        by_chance = [(meaning.step_ranks(one, pairs, meaning.learned_steps(one, pairs)) == 1).mean() for one in chance]
        assert max(by_chance) < 0.15
        assert max(abs(meaning.parallelism(one, pairs)) for one in chance) < 0.1
    assert (hits["young"] > 0.9, still["young"] < 0.2) == (True, True)
    assert (hits["gender"] > 0.9, still["gender"] > 0.8) == (True, True)  # near from the start: proves no direction
    assert (hits["plural"] < 0.1, parallel["plural"] > 0.4) == (
        True,
        True,
    )  # a direction to plurals, not to the own one
    assert abs(parallel["opposite"]) < 0.1
