"""Logits and targets that several exercises of this lesson are tried on."""

import numpy as np

from course_lib.practice.exercise import Case


def logits_and_targets(rng: np.random.Generator, token: int, vocab: int, size: float = 2.0) -> tuple:
    return rng.normal(size=(token, vocab)) * size, rng.integers(vocab, size=token)


def far_apart(rng: np.random.Generator) -> tuple:
    """Every target a word that the model holds impossible: 1000 below the best, or 2000."""
    logits = np.array([[1000.0, 0.0, -1000.0, 0.0, 0.0], [0.0, 0.0, 1000.0, 0.0, 0.0], [0.0, 500.0, 0.0, 0.0, -400.0]])
    return logits + rng.normal(size=logits.shape), np.array([2, 0, 3])


def rows_apart(rng: np.random.Generator) -> tuple:
    """Rows around 1000, 0 and -1000: one largest logit for all of them does not help the others.

    Whole 64ths, which float32 holds exactly at 1000 too, so that an answer in single precision loses nothing here.
    """
    return in_64ths(rng.normal(size=(3, 5))) + np.array([[1000.0], [0.0], [-1000.0]]), np.array([1, 4, 0])


def in_64ths(numbers: np.ndarray) -> np.ndarray:
    return np.round(numbers * 64) / 64


def true_ones(rows: np.ndarray, targets: np.ndarray) -> np.ndarray:
    return rows[np.arange(len(targets)), targets]


def for_cross_entropy(rng: np.random.Generator) -> list[Case]:
    near_1000 = in_64ths(rng.normal(size=(2, 7)))
    return [
        Case(logits_and_targets(rng, 3, 5)),
        Case(logits_and_targets(rng, 5, 11)),
        Case(logits_and_targets(rng, 7, 3)),
        Case(logits_and_targets(rng, 5, 5), "as many tokens as words"),
        Case(logits_and_targets(rng, 1, 7), "a single token"),
        Case((rng.normal(size=(3, 1)), np.zeros(3, dtype=int)), "a vocabulary of one word: nothing can surprise"),
        Case(
            (np.array([[2.0, 0.5, -1.0], [0.0, 1.5, 1.0], [1.0, 1.0, 3.0], [0.5, -2.0, 0.0]]), np.array([2, 2, 0, 2]))
        ),
        Case((np.zeros((3, 7)), np.array([0, 6, 3])), "all logits equal: every word alike"),
        Case((np.array([[9.0, 40.0, 5.0], [60.0, 3.0, 1.0]]), np.array([1, 0])), "a model that is sure and right"),
        Case((near_1000 + 1000.0, rng.integers(7, size=2)), "logits near 1000, where exp overflows"),
        Case((near_1000 - 1000.0, rng.integers(7, size=2)), "logits near -1000, where exp underflows"),
        Case(far_apart(rng), "true words whose probability underflows to 0"),
        Case((np.array([[2000.0, 0.0, 1.0], [0.0, 1.0, 1500.0]]), np.array([0, 2])), "true words far above all others"),
        Case(rows_apart(rng), "one row near 1000, one near 0, one near -1000"),
    ]
