"""Arguments that several exercises of this lesson are tried on, and the step that many of their mistakes share."""

import numpy as np


def queries_and_keys(rng: np.random.Generator, queries: int, keys: int, d_k: int) -> tuple:
    return rng.normal(size=(queries, d_k)), rng.normal(size=(keys, d_k))


def mask_with_gaps(rng: np.random.Generator, n: int) -> np.ndarray:
    """A mask in which every token may attend to something and not to everything, so that its opposite can too."""
    mask = rng.random((n, n)) < 0.5
    open_to = rng.permutation(n)
    mask[np.arange(n), open_to], mask[np.arange(n), np.roll(open_to, 1)] = True, False
    return mask


def hidden(scores: np.ndarray, mask: np.ndarray | None, stand_in: float = -np.inf) -> np.ndarray:
    """The scores with `stand_in` where the mask forbids."""
    return scores if mask is None else np.where(mask, scores, stand_in)


def softened(scores: np.ndarray) -> np.ndarray:
    """Softmax as it is mostly written: where a row is minus infinity throughout, 0 / 0."""
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
