"""One sentence with its ground truth, and the way between words and text."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

__all__ = ["Sentence", "join", "words"]

# A letter keeps what is written above, below or around it (accents that are characters of their own, the vowels of Hindi
# and Thai) and the joiners between letters. `re` has no name for these; regex has.
LETTERS = r"(?:[^\W\d_\p{M}][\p{M}\u200c\u200d]*)+"
WORD = regex.compile(rf"{LETTERS}(?:['’-]{LETTERS})*|\d+|\S\p{{M}}*")


@dataclass(frozen=True)
class Sentence:
    """A sentence of the world: seven columns of equal length, and where it stands.

    Attributes:
        words: the tokens; a comma and a full stop are tokens too.
        pos: part of speech of each: ADJ ADP ADV CONJ DET NAME NOUN NUM PART PRON PUNCT VERB.
        senses: "animal", "chemistry", "skin", "spy" for "mole"; "eiffel", "miniature" for "tower"; "" elsewhere.
        referents: the earlier token of this sentence that it stands for or agrees with (a pronoun, a second mention of
            a name or noun, the verb "was" or "were" after a subject that was set apart); -1 where there is none.
        cues: the earlier token of this sentence that decided it: "garden" for the mole that digs, that mole for
            "tunnel", "fluffy" for "fur", a number for the sum; -1 where there is none.
        heads: for an adjective that stands before a noun, the token of that noun; -1 elsewhere.
        entities: who or what it is. A label with a capital means the same one throughout the story, another label
            only within the sentence; "" where none is followed.
        story: the number of the story within its part, from 0.
        nats: the information in the choices that made it, the sum of -ln p, in nats.
    """

    words: tuple[str, ...]
    pos: tuple[str, ...]
    senses: tuple[str, ...]
    referents: tuple[int, ...]
    cues: tuple[int, ...]
    heads: tuple[int, ...]
    entities: tuple[str, ...]
    story: int
    nats: float

    @property
    def text(self) -> str:
        """The sentence as it is written in the file."""
        return join(self.words)


def words(text: str) -> list[str]:
    """Cut a text into words, numbers and single punctuation marks, in any script; white space goes, and nothing else.

    >>> words("the king, who was old, slept.")
    ['the', 'king', ',', 'who', 'was', 'old', ',', 'slept', '.']
    """
    return WORD.findall(text)


def join(tokens: Sequence[str]) -> str:
    """Write words as text: one space between them, none before a comma or a full stop.

    >>> join(["now", ",", "go", "."])
    'now, go.'
    """
    return " ".join(tokens).replace(" ,", ",").replace(" .", ".")
