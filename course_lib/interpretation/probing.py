"""What the vectors of a word know about its sense, before and after every layer, each time as four bars.

The word "mole" has four senses in the course's world, "tower" two, and an earlier word of the sentence, its cue, decides. A probe
reads the sense from the word's vector. Beside it stand three that should not be able to: the same probe on an untrained model, on
word and place alone, and on labels that are random but fixed for each cue word (Hewitt and Liang 2019, arXiv:1909.03368).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from course_lib import corpus
from course_lib.interpretation import by_hand
from course_lib.interpretation.opened import look
from course_lib.transformer.models import GPT

__all__ = [
    "BARS",
    "Occurrences",
    "four_bars",
    "least_squares_accuracy",
    "occurrences",
    "padded",
    "selectivity_of",
    "vectors",
]

BARS = ("trained", "untrained", "word and place alone", "random labels")
N_TRAIN, CONTROLS = 800, 8


@dataclass(frozen=True)
class Occurrences:
    """A word wherever it occurs, a row for each sentence.

    Attributes:
        ids: (row, token), the sentences; filled up at their ends, where nothing that comes before can see it.
        place: (row,), where the word stands.
        sense: (row,), the number of its sense; names says which.
        cue: (row,), the id of the word that decides it.
        train, test: the rows from the training part, and from the held-out part.
    """

    ids: Int[np.ndarray, "row token"]
    place: Int[np.ndarray, "row"]
    sense: Int[np.ndarray, "row"]
    cue: Int[np.ndarray, "row"]
    names: tuple[str, ...]
    train: Int[np.ndarray, "train"]
    test: Int[np.ndarray, "test"]

    def controls(self, seed: int) -> Int[np.ndarray, "row"]:
        """Random labels, as many as there are senses and as often, the same wherever a cue word is the same."""
        cues, which = np.unique(self.cue, return_inverse=True)
        return np.random.default_rng(seed).permutation(np.arange(len(cues)) % len(self.names))[which]


def padded(sentences: list[list[int]]) -> Int[np.ndarray, "row token"]:
    """Sentences of different lengths as one array; what fills them up is never looked at from before.

    >>> padded([[5], [3, 4]]).tolist()
    [[5, 0], [3, 4]]
    """
    ids = np.zeros((len(sentences), max(map(len, sentences))), dtype=int)
    for row, words in enumerate(sentences):
        ids[row, : len(words)] = words
    return ids


def occurrences(word: str, n_train: int = N_TRAIN) -> Occurrences:
    """A word of several senses: up to n_train sentences of the training part, and all of the held-out part.

    >>> found = occurrences("tower", n_train=5)
    >>> found.names, len(found.train), bool((found.ids[np.arange(5), found.place[:5]] > 1).all())
    (('eiffel', 'miniature'), 5, True)
    """
    names = corpus.senses_of(word)
    vocabulary, rows, senses, cues = corpus.vocabulary(), [], [], []
    places, sizes = [], []
    for part, most in (("train", n_train), ("held_out", None)):
        told = [sentence for sentence in corpus.sentences(part) if word in sentence.words][:most]
        sizes.append(len(told))
        for sentence in told:
            place = sentence.words.index(word)
            rows.append(vocabulary.encode(sentence.words))
            places.append(place)
            senses.append(names.index(sentence.senses[place]))
            cues.append(rows[-1][sentence.cues[place]])
    train = np.arange(sizes[0])
    test = np.arange(sizes[0], sum(sizes))
    return Occurrences(padded(rows), np.array(places), np.array(senses), np.array(cues), tuple(names), train, test)


def vectors(model: GPT, found: Occurrences) -> Float[np.ndarray, "depth row d_model"]:
    """The word's vector in each sentence, before the first layer and after each."""
    hidden = look(model, torch.from_numpy(found.ids)).hidden
    return hidden[:, torch.arange(len(found.ids)), torch.from_numpy(found.place)].double().numpy()


def least_squares_accuracy(
    train_x: Float[np.ndarray, "train d"],
    train_y: Int[np.ndarray, "train"],
    test_x: Float[np.ndarray, "test d"],
    test_y: Int[np.ndarray, "test"],
) -> float:
    """A stronger probe: a linear score for each label, fitted by least squares, so that faint directions count as much as loud ones.

    >>> x, y = np.array([[0.0, 50.0], [1.0, -70.0], [0.0, -20.0], [1.0, 90.0]]), np.array([3, 5, 3, 5])
    >>> least_squares_accuracy(x, y, np.array([[0.0, 80.0], [1.0, 80.0]]), np.array([3, 5]))
    1.0
    """
    labels = np.unique(train_y)
    ones = [np.ones((len(x), 1)) for x in (train_x, test_x)]
    wanted = (train_y[:, None] == labels).astype(float)
    fitted = np.linalg.lstsq(np.concatenate([train_x, ones[0]], axis=1), wanted, rcond=None)[0]
    scores = np.concatenate([test_x, ones[1]], axis=1) @ fitted
    return float((labels[scores.argmax(axis=1)] == test_y).mean())


def selectivity_of(accuracy: Callable) -> Callable:
    """`by_hand.selectivity` for another probe than the nearest centroid.

    >>> x, rows = np.array([[0.0], [9.0], [0.0], [9.0]]), np.array([0, 1])
    >>> selectivity_of(least_squares_accuracy)(x, np.array([0, 1, 0, 1]), np.array([0, 1, 1, 0]), rows, rows + 2)
    1.0
    """

    def selectivity(x: np.ndarray, y: np.ndarray, control_y: np.ndarray, train: np.ndarray, test: np.ndarray) -> float:
        real, control = (accuracy(x[train], labels[train], x[test], labels[test]) for labels in (y, control_y))
        return real - control

    return selectivity


def four_bars(
    trained: Float[np.ndarray, "depth row d_model"],
    untrained: Float[np.ndarray, "depth row d_model"],
    found: Occurrences,
    accuracy: Callable = by_hand.nearest_centroid_accuracy,
    selectivity: Callable = by_hand.selectivity,
) -> dict[str, Float[np.ndarray, "depth"]]:
    """The accuracy of four probes before the first layer and after each, by the names of BARS.

    accuracy, selectivity: whose functions are to be used.
    """

    def probe(x: np.ndarray) -> float:
        return accuracy(x[found.train], found.sense[found.train], x[found.test], found.sense[found.test])

    real = np.array([probe(x) for x in trained])
    beyond = [
        [selectivity(x, found.sense, found.controls(seed), found.train, found.test) for seed in range(CONTROLS)]
        for x in trained
    ]
    return {
        BARS[0]: real,
        BARS[1]: np.array([probe(x) for x in untrained]),
        BARS[2]: np.full(len(trained), probe(trained[0])),
        BARS[3]: real - np.mean(beyond, axis=1),
    }
