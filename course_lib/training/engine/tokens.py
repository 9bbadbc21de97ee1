"""Any text as ids and back: characters, words, or byte pairs learned from the text itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from course_lib.corpus import UNKNOWN, join, words
from course_lib.tokenization import fast
from course_lib.tokenization.by_hand import vocabulary

__all__ = ["KINDS", "TextTokens", "learn"]

KINDS = ("characters", "words", "bpe")


@dataclass(frozen=True)
class TextTokens:
    """A way to cut a text, and the way back.

    Attributes:
        kind: "characters", "words" or "bpe".
        table: the characters or words in the order of their ids; for bpe the merges, pairs of ids.
    """

    kind: Literal["characters", "words", "bpe"]
    table: tuple

    def __len__(self) -> int:
        return 256 + len(self.table) if self.kind == "bpe" else len(self.table)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {piece: number for number, piece in enumerate(self.table)}

    def encode(self, text: str) -> list[int]:
        """The ids of a text.

        Raises:
            KeyError: it has characters that the learned text has not (words that it has not become one unknown word).

        >>> learn("abba", "characters").encode("ba")
        [1, 0]
        """
        if self.kind == "bpe":
            return fast.encode(text, self.table)
        if self.kind == "words":
            unknown = self._ids[UNKNOWN]
            return [self._ids.get(word, unknown) for word in words(text)]
        if missing := sorted(set(text) - set(self._ids)):
            shown = ", ".join(map(repr, missing[:5]))
            raise KeyError(
                f"the text that was learned from has no {shown}: leave them out, or train with --tokenizer bpe"
            )
        return [self._ids[character] for character in text]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of a list of ids.

        >>> learn("abab", "bpe", 1).decode([256, 97])
        'aba'
        """
        if self.kind == "bpe":
            pieces = vocabulary(self.table)
            return b"".join(pieces[number] for number in ids).decode("utf-8", errors="replace")
        pieces = [self.table[number] for number in ids]
        return join(pieces) if self.kind == "words" else "".join(pieces)

    def as_json(self) -> dict[str, Any]:
        """What a checkpoint keeps of it."""
        return {
            "kind": self.kind,
            "table": [list(entry) if isinstance(entry, tuple) else entry for entry in self.table],
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "TextTokens":
        """Back from `as_json`.

        >>> tokens = learn("abab", "bpe", 1)
        >>> TextTokens.from_json(tokens.as_json()) == tokens
        True
        """
        return cls(said["kind"], tuple(tuple(entry) if isinstance(entry, list) else entry for entry in said["table"]))


def learn(text: str, kind: str = "characters", size: int = 512) -> TextTokens:
    """The tokens of a text.

    Args:
        text: what to learn them from.
        kind: one of KINDS.
        size: for words how many different ones are kept (the commonest; the rest are one unknown word), for bpe how many
            merges are made.
    Raises:
        ValueError: there is no such kind, or size is below 1.

    >>> len(learn("a b a", "words")), learn("abba", "characters").table
    (3, ('a', 'b'))
    """
    if kind not in KINDS or size < 1:
        raise ValueError(f"a text can be cut into {', '.join(KINDS)}, with a size of at least 1; got {kind!r}, {size}")
    if kind == "characters":
        return TextTokens(kind, tuple(sorted(set(text))))
    if kind == "words":
        common = [word for word, _ in Counter(words(text)).most_common(size)]
        return TextTokens(kind, (UNKNOWN, *sorted(set(common) - {UNKNOWN})))
    return TextTokens(kind, tuple(tuple(pair) for pair in fast.train(text, size)))
