"""Ways from logits to log-probabilities that are right for small logits, and break down where float64 ends."""

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
