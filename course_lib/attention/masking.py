"""Four things people do with a mask, one of them right.

What this adds to ``by_hand``: the two mistakes, kept runnable so that a lesson and a figure can measure what they cost.
"""

import numpy as np
from jaxtyping import Bool, Float

from course_lib.attention.by_hand import softmax
from course_lib.numeric import checked_mask

__all__ = ["MASKINGS", "masked_scores", "masked_weights"]

#: What may be done with a mask. Only "minus infinity before" keeps both promises: no share for the future, rows of sum one.
MASKINGS = ("none", "minus infinity before", "zero before", "zero after")


def masked_scores(
    scores: Float[np.ndarray, "... query key"], mask: Bool[np.ndarray, "query key"], masking: str
) -> Float[np.ndarray, "... query key"]:
    """The scores that go into softmax when the mask is applied in one of the `MASKINGS`.

    Raises:
        ValueError: `masking` is none of these.

    >>> masked_scores(np.ones((1, 2)), np.array([[True, False]]), "zero before").tolist()
    [[1.0, 0.0]]
    """
    if masking not in MASKINGS:
        raise ValueError(f"masking must be one of {', '.join(map(repr, MASKINGS))}; got {masking!r}")
    forbidden = {"minus infinity before": -np.inf, "zero before": 0.0}
    return np.where(checked_mask(mask), scores, forbidden[masking]) if masking in forbidden else scores


def masked_weights(
    scores: Float[np.ndarray, "... query key"], mask: Bool[np.ndarray, "query key"], masking: str
) -> Float[np.ndarray, "... query key"]:
    """Softmax of the scores with the mask applied in one of the `MASKINGS`.

    - "none": the mask is not used at all;
    - "minus infinity before": a forbidden score becomes minus infinity, exp of which is exactly 0;
    - "zero before": a forbidden score becomes 0, but exp(0) = 1, so the forbidden token keeps a share;
    - "zero after": forbidden weights are erased after softmax, so what is left no longer sums to one.

    Raises:
        ValueError: `masking` is none of these.

    >>> future = np.tri(2, dtype=bool)
    >>> for masking in MASKINGS:
    ...     print(masking, masked_weights(np.zeros((2, 2)), future, masking)[0].tolist())
    none [0.5, 0.5]
    minus infinity before [1.0, 0.0]
    zero before [0.5, 0.5]
    zero after [0.5, 0.0]
    """
    weights = softmax(masked_scores(scores, mask, masking))
    return np.where(checked_mask(mask), weights, 0.0) if masking == "zero after" else weights
