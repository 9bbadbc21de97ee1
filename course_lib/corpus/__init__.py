"""The texts the course trains on: a small world whose sentences carry ground truth, two small languages, any file of yours.

- ``sentence``: a sentence and its annotations; words and text
- ``grammar``: templates become sentences, and every choice is counted; ``lexicon`` has the parts of speech
- ``world``, ``episodes``, ``stories``: what there is, what happens, and how a day of it is told
- ``word_pairs``: opposites and analogies; words of several senses
- ``vocabulary``, ``parts``: words as ids; the two parts of the corpus, their text and their entropy
- ``annotations``: the ground truth of a part as arrays
- ``parallel``: sentences in two invented languages, aligned word by word
- ``loading``: a text file, or an error that helps
"""

from course_lib.corpus.annotations import annotations
from course_lib.corpus.loading import load
from course_lib.corpus.parallel import Translation, parallel_corpus, translate
from course_lib.corpus.parts import entropy, sentences, stream, text, vocabulary
from course_lib.corpus.sentence import Sentence, join, words
from course_lib.corpus.vocabulary import START, UNKNOWN, Vocabulary
from course_lib.corpus.word_pairs import Pair, analogies, opposites, senses_of

__all__ = [
    "START",
    "UNKNOWN",
    "Pair",
    "Sentence",
    "Translation",
    "Vocabulary",
    "analogies",
    "annotations",
    "entropy",
    "join",
    "load",
    "opposites",
    "parallel_corpus",
    "senses_of",
    "sentences",
    "stream",
    "text",
    "translate",
    "vocabulary",
    "words",
]
