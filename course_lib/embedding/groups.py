"""Which words of the corpus belong together: for the map, and for scoring what a table knows."""

from collections.abc import Mapping

import numpy as np

from course_lib.corpus import analogies, opposites
from course_lib.corpus.lexicon import PART_OF_SPEECH

__all__ = ["GROUPS", "RELATIONS", "kinds", "map_words", "relations"]

_GROUPS = {
    "colour": "blue red green yellow white grey purple",
    "number": "three four five six seven eight nine",
    "man": "king prince actor waiter uncle father",
    "woman": "queen princess actress waitress aunt mother",
    "animal": "cow dog cat horse sheep bear",
    "young": "calf puppy kitten foal lamb cub",
    "place": "garden meadow orchard field lawn",
}
#: Groups of the map. The model that learns the table never sees this list.
GROUPS = {name: tuple(words.split()) for name, words in _GROUPS.items()}

RELATIONS = ("gender", "young", "plural", "opposite")


def map_words() -> tuple[str, ...]:
    """All words of the map, group by group.

    >>> len(map_words()), map_words()[0]
    (43, 'blue')
    """
    return tuple(word for group in GROUPS.values() for word in group)


def kinds(words: tuple[str, ...]) -> np.ndarray:
    """The part of speech of every word, "" where the lexicon has none.

    >>> kinds(("<start>", "queen", "blue")).tolist()
    ['', 'NOUN', 'ADJ']
    """
    return np.array([PART_OF_SPEECH.get(word, "") for word in words])


def relations(ids: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Pairs of words in one relation, as ids (pair, 2): king and queen, cow and calf, clock and clocks, hot and cold.

    >>> from course_lib.corpus import Vocabulary
    >>> pairs = (*analogies(), *opposites())
    >>> vocabulary = Vocabulary(word for pair in pairs for word in (pair.first, pair.second))
    >>> {name: found.shape[0] for name, found in relations(vocabulary.ids).items()}
    {'gender': 12, 'young': 10, 'plural': 20, 'opposite': 15}
    """
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in RELATIONS}
    for pair in (*analogies(), *opposites()):
        found[pair.relation].append((ids[pair.first], ids[pair.second]))
    return {name: np.array(pairs) for name, pairs in found.items()}
