"""What each head looks at, measured against what is known about the text, and against chance.

A relation is a list of places: in this sentence, this word should look at that one. A head's score is the weight it puts there, on
average. Two controls: the score counts only as far as it exceeds what the same head gives to words at *other words' distances* (else every
head that looks at the word before would be an expert on whatever stands near), and chance is the largest such excess among **all** heads
when the distances are exchanged at random, again and again: whoever looks at twelve heads has twelve chances to be impressed.

A third guards against small truths: idle heads of models built by hand do prefer some places, by up to a tenth of their weight (LEAST).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from course_lib import corpus
from course_lib.corpus import Sentence
from course_lib.interpretation.opened import look
from course_lib.interpretation.probing import padded
from course_lib.transformer.models import GPT

__all__ = [
    "LEAST",
    "RELATIONS",
    "Found",
    "encoded",
    "links",
    "of_repeated",
    "score_heads",
    "sentences_for_relations",
    "weights_at",
]

#: No idle head of twenty models built by hand reaches this excess (a test says so); what is below it may be real and means nothing.
LEAST = 0.11
#: Triples (sentence, from, to): in this sentence, this place looks at that one.
Links = Int[np.ndarray, "link 3"]
RELATIONS = ("word before", "same word", "after the same word", "noun to its adjective", "referent")


def sentences_for_relations(n: int = 250) -> list[Sentence]:
    """Held-out sentences of at most 32 words, every few of them, so that all kinds of episode are among them.

    >>> len(sentences_for_relations(10))
    10
    """
    short = [sentence for sentence in corpus.sentences("held_out") if len(sentence.words) <= 32]
    return short[:: len(short) // n][:n]


def links(sentences: Sequence[Sentence]) -> dict[str, Links]:
    """The relations that the corpus knows, for some of its sentences.

    - word before: every word but the first, to the one before it;
    - same word: a word to where it was said last (commas and full stops left out);
    - after the same word: a word to the word after that place;
    - noun to its adjective: a noun to each adjective that stands before it;
    - referent: a pronoun, or another mention, to what it stands for.

    >>> {name: found.shape[1] for name, found in links(sentences_for_relations(20)).items()}["word before"]
    3
    """
    found: dict[str, list] = {name: [] for name in RELATIONS}
    for s, sentence in enumerate(sentences):
        last: dict[str, int] = {}
        for i, word in enumerate(sentence.words):
            if i > 0:
                found["word before"].append((s, i, i - 1))
            if word in last:
                found["same word"].append((s, i, last[word]))
                found["after the same word"].append((s, i, last[word] + 1))
            if sentence.pos[i] != "PUNCT":
                last[word] = i
            if sentence.heads[i] >= 0:
                found["noun to its adjective"].append((s, sentence.heads[i], i))
            if sentence.referents[i] >= 0:
                found["referent"].append((s, i, sentence.referents[i]))
    return {name: np.array(triples) for name, triples in found.items()}


def of_repeated(n: int, length: int = 7) -> dict[str, Links]:
    """The same for sentences said twice (``induction.repeated``): the word before, the same word, and the one after it."""
    again = [(s, length + 1 + i, 1 + i) for s in range(n) for i in range(length)]
    return {
        "word before": np.array([(s, i, i - 1) for s in range(n) for i in range(1, 2 * length + 1)]),
        "same word": np.array(again),
        "after the same word": np.array([(s, i, j + 1) for s, i, j in again]),
    }


def weights_at(model: GPT, ids: Int[np.ndarray, "sentence token"]) -> Float[np.ndarray, "head sentence query key"]:
    """The weights of all heads of a model, layer after layer, on some sentences."""
    weights = look(model, torch.from_numpy(ids)).weights
    return weights.transpose(1, 2).flatten(0, 1).double().numpy()


def encoded(sentences: Iterable[Sentence]) -> Int[np.ndarray, "sentence token"]:
    """The ids of some sentences as one array."""
    return padded([corpus.vocabulary().encode(sentence.words) for sentence in sentences])


@dataclass(frozen=True)
class Found:
    """How well each head fits a relation.

    Attributes:
        score: (head,), its weight on the right word, on average.
        excess: (head,), how much more that is than it gives at distances that belong to other words.
        chance: the largest excess of any head that chance gave in all draws.
    """

    score: Float[np.ndarray, "head"]
    excess: Float[np.ndarray, "head"]
    chance: float

    @property
    def heads(self) -> list[int]:
        """The numbers of the heads beyond chance and beyond LEAST, the best first."""
        return [int(head) for head in np.argsort(-self.excess) if self.excess[head] > max(self.chance, LEAST)]

    @property
    def beyond_chance(self) -> int:
        """How many heads are beyond chance, by however little."""
        return int((self.excess > self.chance).sum())


def _exchanged(triples: Links, rng: np.random.Generator) -> Links:
    """The same words looking at other distances: those of the relation, dealt out anew, as far as a word can look so far.

    Where all distances are the same there is nothing to deal out: any earlier place then.
    """
    s, i, j = triples.T
    back = i - j
    if len(np.unique(back)) == 1:
        return np.stack([s, i, rng.integers(0, i + 1)], axis=1)
    dealt = rng.permutation(back)
    for _ in range(20):
        too_far = dealt > i
        dealt = np.where(too_far, rng.permutation(back), dealt)
    return np.stack([s, i, i - np.minimum(dealt, i)], axis=1)


def score_heads(
    weights: Float[np.ndarray, "head sentence query key"], triples: Links, draws: int = 200, seed: int = 0
) -> Found:
    """How well each head fits a relation, against chance as the largest of all heads in `draws` draws.

    >>> itself, before = np.eye(4)[None].repeat(30, axis=0), np.eye(4, k=-1)[None].repeat(30, axis=0)
    >>> triples = np.array([(s, i, i - 1) for s in range(30) for i in (1, 2, 3)])
    >>> score_heads(np.stack([itself, before]), triples).heads
    [1]
    """
    rng = np.random.default_rng(seed)

    def mean_at(chosen: Links) -> np.ndarray:
        s, i, j = chosen.T
        return weights[:, s, i, j].mean(axis=-1)

    score = mean_at(triples)
    drawn = np.array([mean_at(_exchanged(triples, rng)) for _ in range(draws)])
    usual = drawn.mean(axis=0)
    return Found(score, score - usual, float((drawn - usual).max()))
