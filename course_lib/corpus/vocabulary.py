"""Words and their ids."""

from collections.abc import Iterable, Sequence

from course_lib.corpus.sentence import join, words

__all__ = ["START", "UNKNOWN", "Vocabulary"]

START, UNKNOWN = "<start>", "<unknown>"


class Vocabulary:
    """A table of words: id 0 starts a story, id 1 stands for a word that is not in it, the rest are in order of the alphabet.

    >>> vocabulary = Vocabulary(["b", "a", "b"])
    >>> len(vocabulary), vocabulary.encode("b a"), vocabulary.decode([3, 2])
    (4, [3, 2], 'b a')
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        self.words = (START, UNKNOWN, *sorted(set(tokens) - {START, UNKNOWN}))
        self.ids = {word: number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.ids

    def encode(self, text: str | Sequence[str], unknown: bool = False) -> list[int]:
        """The ids of a text, or of a list of words.

        Args:
            text: cut into words first if it is one string.
            unknown: True gives every word that is not in the table the id of UNKNOWN instead of an error.
        Raises:
            KeyError: a word is not in the table.
        """
        tokens = words(text) if isinstance(text, str) else text
        missing = [word for word in dict.fromkeys(tokens) if word not in self.ids]
        if missing and not unknown:
            raise KeyError(
                f"not in the vocabulary of {len(self)} words: {', '.join(missing[:5])}{' ...' if missing[5:] else ''}. "
                "Words are lower case except names; unknown=True lets them pass as one unknown word"
            )
        return [self.ids.get(word, self.ids[UNKNOWN]) for word in tokens]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of a list of ids.

        Raises:
            IndexError: an id is negative, or not below the size of the table.
        """
        ids = [int(number) for number in ids]
        if outside := [number for number in ids if not 0 <= number < len(self)]:
            raise IndexError(f"no word has the id {outside[0]}: ids go from 0 to {len(self) - 1}")
        return join([self.words[number] for number in ids])
