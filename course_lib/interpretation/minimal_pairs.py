"""Two sentences that differ in one word, and an answer that depends on it: where does the difference live on its way to the answer?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from course_lib import corpus
from course_lib.corpus.world import TABLES
from course_lib.interpretation import by_hand
from course_lib.interpretation.opened import run_of
from course_lib.transformer.models import GPT

__all__ = ["DIRECTIONS", "PAIRS", "MinimalPair", "both_directions", "cover_accuracy", "variants"]

DIRECTIONS = ("put in", "taken away")


@dataclass(frozen=True)
class MinimalPair:
    """Two beginnings of a sentence that differ in one word, and the word that each of them leads to.

    Attributes:
        name: what the difference is about.
        clean, corrupted: the two beginnings.
        answer, other: what follows the one, and what follows the other.
    """

    name: str
    clean: str
    corrupted: str
    answer: str
    other: str

    def ids(self) -> tuple[Int[np.ndarray, "token"], Int[np.ndarray, "token"]]:
        """Both beginnings as ids."""
        encode = corpus.vocabulary().encode
        return np.array(encode(self.clean)), np.array(encode(self.corrupted))

    def lead(self, logits: Float[np.ndarray, "token vocab"]) -> float:
        """By how much the clean sentence's answer leads at the last word, in nats."""
        ids = corpus.vocabulary().ids
        return float(logits[-1, ids[self.answer]] - logits[-1, ids[self.other]])

    @property
    def words(self) -> list[str]:
        """The words of the clean sentence; the one that differs with its partner."""
        pairs = zip(corpus.words(self.clean), corpus.words(self.corrupted), strict=True)
        return [a if a == b else f"{a}/{b}" for a, b in pairs]


PAIRS = (
    MinimalPair(
        "fur or scales",
        "a fluffy blue creature roamed the verdant forest, and leaves clung to its",
        "a scaly blue creature roamed the verdant forest, and leaves clung to its",
        "fur",
        "scales",
    ),
    MinimalPair(
        "digs or lies",
        "before long, the gardener said quietly that the mole",
        "before long, the minister said quietly that the mole",
        "digs",
        "lies",
    ),
    MinimalPair("his or her", "the king lost", "the queen lost", "his", "her"),
)


def variants(pair: MinimalPair) -> list[MinimalPair]:
    """A pair and others like it: the creature's with other colours and other grounds.

    >>> len(variants(PAIRS[0])), variants(PAIRS[2]) == [PAIRS[2]]
    (4, True)
    """
    if "blue" not in pair.clean:
        return [pair]
    made = []
    for colour in ("blue", "red"):
        for ground in ("forest", "valley"):
            told = [text.replace("blue", colour).replace("forest", ground) for text in (pair.clean, pair.corrupted)]
            made.append(MinimalPair(pair.name, *told, pair.answer, pair.other))
    return made


@torch.no_grad()
def cover_accuracy(model: GPT) -> float:
    """How often a model names the right cover of a creature (fur, scales, feathers ...) in held-out sentences, each read alone.

    >>> from course_lib.interpretation.trained import load_trained
    >>> 0.2 < cover_accuracy(load_trained(0)) < 1
    True
    """
    vocabulary, covers = corpus.vocabulary(), {row[1] for row in TABLES["cover"]}
    right = []
    for sentence in corpus.sentences("held_out"):
        places = [i for i, word in enumerate(sentence.words) if word in covers and sentence.cues[i] >= 0]
        if places:
            ids = torch.tensor([vocabulary.encode(sentence.words[: places[0]])])
            said = vocabulary.words[int(model(ids)[0, -1].argmax())]
            right.append(said == sentence.words[places[0]])
    return float(np.mean(right))


def both_directions(
    model: GPT, pair: MinimalPair, patch: Callable = by_hand.patch
) -> dict[str, Float[np.ndarray, "layer token"]]:
    """What one vector does to the answer, at every layer and place, by the names of DIRECTIONS.

    - put in: the clean sentence's vector in a run on the corrupted one. 1: the clean answer leads as it does in the clean run;
      0: nothing has changed. Where it is 1, this vector was **enough**.
    - taken away: the corrupted sentence's vector in a run on the clean one. 1: the lead is gone altogether, to that of the
      corrupted run; 0: nothing has changed. Where it is 0, this vector was **not needed**.

    patch: whose function is to be used.
    """
    run, (clean, corrupted) = run_of(model), pair.ids()
    hidden, logits = run(clean)
    high, low = pair.lead(logits), pair.lead(run(corrupted)[1])
    depth, n = hidden.shape[:2]
    grids = {}
    for name, (source, into) in zip(DIRECTIONS, ((clean, corrupted), (corrupted, clean)), strict=True):
        leads = [pair.lead(patch(run, source, into, layer, place)) for layer in range(depth) for place in range(n)]
        share = (np.reshape(leads, (depth, n)) - low) / (high - low)
        grids[name] = share if name == DIRECTIONS[0] else 1 - share
    return grids
