"""Where a trained model gains by looking back: what each word costs it, beside what it costs a model whose attention is cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from course_lib.loss.by_hand import log_softmax
from course_lib.your_gpt.assembly import Functions, logits, windows_of

__all__ = ["Costs", "costs"]


@dataclass(frozen=True)
class Costs:
    """What words of new text cost, in nats, and where they stand.

    Attributes:
        ids: the windows, each with one word more than the context.
        nats: the cost of the word that follows each position.
        before: whether that word stood in its window before.
    """

    ids: np.ndarray
    nats: Float[np.ndarray, "window token"]
    before: Bool[np.ndarray, "window token"]


def costs(functions: Functions, stream: Sequence[int], params: Mapping[str, Any], windows: int = 40) -> Costs:
    """The cost of each word of a few windows, evenly spread over a text, by ``transformer.gpt_logits``.

    >>> from course_lib.backprop.gpt import random_params
    >>> from course_lib.practice.mine import Mine
    >>> params = random_params(5, 3, 1, 4, 2, np.random.default_rng(0))
    >>> found = costs(Mine({}), [0, 1, 0, 2, 0, 1], params, windows=2)
    >>> found.nats.shape, found.before.tolist()
    ((2, 3), [[False, True, False], [False, True, False]])
    """
    context = len(params["positions"])
    ids = windows_of(stream, context, windows)
    scores = np.array([logits(functions, row[:-1], params) for row in ids])
    nats = -np.take_along_axis(log_softmax(scores), ids[:, 1:, None], axis=2)[..., 0]
    before = np.array([[row[t + 1] in row[: t + 1] for t in range(context)] for row in ids])
    return Costs(ids, nats, before)


@dataclass(frozen=True)
class Helped:
    """A word that became likelier: the ids that stood before it, its own, and its probability in the two models."""

    context: list[int]
    word: int
    here: float
    there: float


def most_helped(here: Costs, there: Costs, count: int = 4) -> list[Helped]:
    """The words whose probability is the most higher in the first model than in the second, each word once.

    >>> here = Costs(np.array([[7, 8, 9]]), -np.log([[0.5, 0.9]]), np.zeros((1, 2), bool))
    >>> there = Costs(here.ids, -np.log([[0.4, 0.1]]), here.before)
    >>> most_helped(here, there, 1)[0].context, most_helped(here, there, 1)[0].word
    ([7, 8], 9)
    """
    gain = np.exp(-here.nats) - np.exp(-there.nats)
    found: dict[int, Helped] = {}
    for place in np.argsort(-gain, axis=None):
        window, t = divmod(int(place), gain.shape[1])
        row, shares = here.ids[window].tolist(), (np.exp(-one.nats[window, t]).item() for one in (here, there))
        found.setdefault(row[t + 1], Helped(row[: t + 1], row[t + 1], *shares))
        if len(found) == count:
            break
    return list(found.values())
