"""How much one word moves another, asked three ways: attention, cutting the tie, and exchanging the word.

- **attention**: the weight that the later word puts on the earlier one, as a mean over all heads;
- **cut**: that weight is set to zero in every head and every layer, the rest of the row made to sum to one again;
- **exchange**: another word of the same part of speech stands in the earlier one's place.

What moves is read from the later word's row of logits, the mean taken off: the length of the change by the length of the row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_lib import corpus
from course_lib.corpus import Sentence
from course_lib.corpus.lexicon import PART_OF_SPEECH
from course_lib.interpretation import by_hand
from course_lib.interpretation.opened import look, run_of
from course_lib.sentence import TOKENS
from course_lib.transformer.models import GPT

__all__ = [
    "GROUPS",
    "MEASURES",
    "Moved",
    "bare_noun",
    "moved_by",
    "moves",
    "moves_by_group",
    "moves_in_world",
    "noun_pairs",
    "others_of_its_kind",
    "ranks_agree",
]

MEASURES = ("attention", "cut", "exchange")
GROUPS = ("its adjectives", "other words", "as near, before a bare noun")
EXCHANGED = 4  # words that each word is exchanged for


@dataclass(frozen=True)
class Moved:
    """Three answers to one question: how much does the word at `source` move the word at `target`?"""

    target: int
    source: int
    attention: float
    cut: float
    exchange: float


def others_of_its_kind(word: str, n: int = EXCHANGED, seed: int = 0) -> list[str]:
    """Other words of the same part of speech, drawn evenly.

    >>> [PART_OF_SPEECH[word] for word in others_of_its_kind("fluffy", 2)]
    ['ADJ', 'ADJ']
    """
    kind = sorted(other for other, pos in PART_OF_SPEECH.items() if pos == PART_OF_SPEECH[word] and other != word)
    kind = [other for other in kind if other in corpus.vocabulary()]
    return [str(other) for other in np.random.default_rng([seed, len(word)]).permutation(kind)[:n]]


def moved_by(before: Float[np.ndarray, "vocab"], after: Float[np.ndarray, "vocab"]) -> float:
    """The length of a change of logits by the length of the logits, the mean taken off both: softmax does not see it.

    >>> moved_by(np.array([1.0, -1.0]), np.array([3.0, 1.0])), moved_by(np.array([3.0, 0.0]), np.array([0.0, 3.0]))
    (0.0, 2.0)
    """
    change, start = after - before, before - before.mean()
    return float(np.linalg.norm(change - change.mean()) / np.linalg.norm(start))


def moves(
    model: GPT,
    ids: Int[np.ndarray, "token"],
    targets: Sequence[int],
    others: Callable[[int], Sequence[int]],
    patch: Callable = by_hand.patch,
) -> list[Moved]:
    """How much every earlier word moves each target, three ways.

    Args:
        model: a GPT.
        ids: the sentence.
        targets: places whose rows of logits may move.
        others: from the id of a word to those that it is exchanged for.
        patch: whose function puts the other word's vector in.
    """
    seen, run = look(model, torch.from_numpy(ids)[None]), run_of(model)
    logits, weights = seen.logits[0].double().numpy(), seen.weights[:, 0].mean(dim=(0, 1)).double().numpy()
    found = []
    for source in range(max(targets)):
        exchanged = []
        for other in others(int(ids[source])):
            changed = ids.copy()
            changed[source] = other
            exchanged.append(patch(run, changed, ids, 0, source))
        for target in (target for target in targets if target > source):
            cut = look(model, torch.from_numpy(ids)[None], weights=_cutting(target, source)).logits[0].double().numpy()
            by_exchange = np.mean([moved_by(logits[target], other[target]) for other in exchanged])
            by_cut = moved_by(logits[target], cut[target])
            found.append(Moved(target, source, float(weights[target, source]), by_cut, float(by_exchange)))
    return found


def moves_in_world(
    model: GPT, words: Sequence[str], targets: Sequence[int], patch: Callable = by_hand.patch
) -> list[Moved]:
    """`moves` for a sentence of the course's world, each word exchanged for others of its part of speech.

    >>> from course_lib.interpretation.trained import load_trained
    >>> [(each.target, each.source) for each in moves_in_world(load_trained(0), ["the", "king", "lost"], [2])]
    [(2, 0), (2, 1)]
    """
    vocabulary = corpus.vocabulary()

    def others(word: int) -> list[int]:
        return vocabulary.encode(others_of_its_kind(vocabulary.words[word]))

    return moves(model, np.array(vocabulary.encode(list(words))), targets, others, patch)


def _cutting(target: int, source: int) -> Callable[[int, Tensor], Tensor]:
    """The change that lets the target give nothing to the source; a head that looked nowhere else then gives nothing."""

    def change(layer: int, weights: Tensor) -> Tensor:
        weights = weights.clone()
        weights[..., target, source] = 0.0
        total = weights.sum(dim=-1, keepdim=True)
        return weights / torch.where(total > 1e-9, total, 1.0)

    return change


def noun_pairs(n: int = 40) -> list[tuple[Sentence, int]]:
    """Held-out sentences about creatures, and the place of the first noun that two adjectives stand before.

    >>> sentence, noun = noun_pairs(1)[0]
    >>> sentence.pos[noun - 2 : noun + 1]
    ('ADJ', 'ADJ', 'NOUN')
    """
    found = []
    for sentence in corpus.sentences("held_out"):
        counts = {noun: sentence.heads.count(noun) for noun in sentence.heads if noun >= 0}
        nouns = [noun for noun, count in sorted(counts.items()) if count == 2 and noun > 3]
        if nouns and len(sentence.words) <= 40:
            found.append((sentence, nouns[0]))
    return found[:: max(1, len(found) // n)][:n]


def bare_noun(sentence: Sentence) -> int | None:
    """The place of the last noun of a sentence with no adjective and at least three words before it; None if there is none.

    >>> found = [(sentence, bare_noun(sentence)) for sentence, _ in noun_pairs(9)]
    >>> {sentence.pos[place] for sentence, place in found if place}
    {'NOUN'}
    """
    places = [i for i, pos in enumerate(sentence.pos) if pos == "NOUN" and i not in sentence.heads and i > 2]
    return places[-1] if places else None


def moves_by_group(
    model: GPT, pairs: Sequence[tuple[Sentence, int]], patch: Callable = by_hand.patch
) -> dict[str, Float[np.ndarray, "pair measure"]]:
    """What moves a noun after two adjectives, by the names of GROUPS and, along the last axis, of MEASURES.

    The third group stands beside the first: words one or two places before a noun of the same sentence that has no adjective.

    >>> from course_lib.interpretation.trained import load_trained
    >>> found = moves_by_group(load_trained(0), noun_pairs(2))
    >>> [found[group].shape[1] for group in GROUPS]
    [3, 3, 3]
    """
    table: dict[str, list] = {group: [] for group in GROUPS}
    for sentence, noun in pairs:
        bare = bare_noun(sentence)
        for each in moves_in_world(model, sentence.words, [place for place in (noun, bare) if place], patch):
            measured = (each.attention, each.cut, each.exchange)
            if each.target == noun:
                table[GROUPS[sentence.heads[each.source] != noun]].append(measured)
            elif each.target - each.source <= 2:
                table[GROUPS[2]].append(measured)
    return {group: np.array(rows) for group, rows in table.items()}


def ranks_agree(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's correlation of ranks: 1 where two measures order things alike, 0 where they have nothing to do with each other.

    >>> ranks_agree([1, 2, 3], [10, 20, 90]), ranks_agree([1, 2, 3], [3, 2, 1])
    (1.0, -1.0)
    """
    ranks = [np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (first, second)]
    return round(float(np.corrcoef(*ranks)[0, 1]), 12)


#: The pairs of the course's sentence: (noun, its adjective), as places in TOKENS.
OF_SENTENCE: tuple[tuple[int, int], ...] = tuple(
    (TOKENS.index(noun), TOKENS.index(adjective))
    for noun, adjective in (("creature", "fluffy"), ("creature", "blue"), ("forest", "verdant"))
)
