"""Ways from logits to log-probabilities that people try: some break down where float64 ends, some are never right."""

import numpy as np

from course_lib.attention.by_hand import softmax


def of_a_softmax(logits: np.ndarray) -> np.ndarray:
    return np.log(softmax(logits))


def unshifted(logits: np.ndarray) -> np.ndarray:
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def of_an_unshifted_softmax(logits: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits)
    return np.log(exponentials / exponentials.sum(axis=-1, keepdims=True))


def one_shift(logits: np.ndarray) -> np.ndarray:
    """The largest logit of the whole table is subtracted, where each row needs its own."""
    return unshifted(logits - logits.max())


def of_a_softmax_with_one_shift(logits: np.ndarray) -> np.ndarray:
    return of_an_unshifted_softmax(logits - logits.max())


def of_clipped_logits(logits: np.ndarray) -> np.ndarray:
    return unshifted(np.clip(logits, -700.0, 700.0))


def shifted_by_the_mean(logits: np.ndarray) -> np.ndarray:
    return unshifted(logits - logits.mean(axis=-1, keepdims=True))


def shifted_on_one_side(logits: np.ndarray) -> np.ndarray:
    """The sum is that of the shifted logits, and the logits that it is taken from are not shifted."""
    return logits - np.log(np.exp(logits - logits.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True))


def over_the_whole_table(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max()
    return shifted - np.log(np.exp(shifted).sum())


def sum_without_logarithm(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.exp(shifted).sum(axis=-1, keepdims=True)
