"""Logits and targets that several exercises of this lesson are tried on."""

import numpy as np


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
