"""A model for exercises that write: from ids to logits, at no cost, and the same whenever it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib.transformer import by_hand


@dataclass(frozen=True)
class NextLogits:
    """Stands in for a model: from all ids so far to logits that look random and are always the same.

    Attributes:
        seed: another seed is another model.
        vocab: how many logits.
        ties: True makes the second largest as large as the largest.
        raised: added to every logit, which changes no choice.

    >>> model = NextLogits(3, 5)
    >>> model([1, 2]).shape, bool((model([1, 2]) == model([1, 2])).all()), bool((model([1, 2]) == model([2, 1])).all())
    ((5,), True, False)
    """

    seed: int
    vocab: int
    ties: bool = False
    raised: float = 0.0

    def __call__(self, ids: Sequence[int]) -> np.ndarray:
        logits = np.random.default_rng([self.seed, *(int(number) for number in ids)]).normal(size=self.vocab)
        if self.ties:
            logits[np.argsort(logits)[-2]] = logits.max()
        return logits + self.raised


def stopping(model: NextLogits, start: list[int], least: int, above: int = 0) -> int:
    """An id that is written, but not among the first `least`, nor in the start; an id over the vocabulary if there is none."""
    written = by_hand.greedy_decode(model, start, -1, 40)[len(start) :]
    late = [token for token in written[least:] if token not in (*written[:least], *start) and token >= above]
    return late[0] if late else model.vocab
