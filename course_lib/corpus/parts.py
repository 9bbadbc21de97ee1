"""The corpus as lessons use it: the two parts, their text, their words, and how much information is in them."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from course_lib.corpus.sentence import Sentence
from course_lib.corpus.stories import PARTS, SEED, stories
from course_lib.corpus.vocabulary import START, Vocabulary
from course_lib.worked.folder import replace

__all__ = ["entropy", "file_name", "sentences", "stream", "text", "vocabulary", "write_files"]


def file_name(part: str) -> str:
    """The file in data/ that holds a part's text."""
    return f"world_{part}.txt"


@cache  # a second or so of work, always with the same result, and nothing in it can be changed
def _sentences(part: str, seed: int) -> tuple[Sentence, ...]:
    return tuple(sentence for story in stories(part, seed=seed) for sentence in story)


def sentences(part: str, seed: int = SEED) -> tuple[Sentence, ...]:
    """The sentences of a part with their ground truth, written anew from the seed.

    Args:
        part: "train" or "held_out".
        seed: the shipped text has SEED; another gives other stories.

    >>> creature = sentences("held_out")[0]
    >>> len(creature.words) == len(creature.pos) == len(creature.senses) == len(creature.referents)
    True
    """
    return _sentences(part, seed)


def text(part: str, seed: int = SEED) -> str:
    """A part as the file in data/ has it: one sentence a line, an empty line between stories."""
    lines, story = [], 0
    for sentence in sentences(part, seed):
        if sentence.story != story:
            lines.append("")
            story = sentence.story
        lines.append(sentence.text)
    return "\n".join(lines) + "\n"


@cache
def vocabulary() -> Vocabulary:
    """All words of both parts. (The training part alone has them all; a test says so.)"""
    return Vocabulary(word for part in PARTS for sentence in sentences(part) for word in sentence.words)


def stream(part: str) -> list[str]:
    """All words of a part in a row, with START before each story: what a language model trains on."""
    tokens, story = [], -1
    for sentence in sentences(part):
        if sentence.story != story:
            tokens.append(START)
            story = sentence.story
        tokens.extend(sentence.words)
    return tokens


def entropy(part: str = "held_out", chosen: Sequence[Sentence] | None = None) -> float:
    """The information per token in the choices that made the text, in nats: what a reader who knows the grammar pays.

    Every choice of the grammar counts -ln p; the sum is divided by the number of tokens in `stream(part)`. To set beside
    a model's mean loss on the same stream.

    It is the entropy of derivations, so an upper bound on that of the text: where two derivations give one text, a
    perfect model pays a little less. It takes for granted that the reader remembers the story from its start; a model
    with a short context cannot, and pays more. That a sentence was drawn again until it fell into its part is left out:
    the parts are told apart by a checksum, which no model of the language can foresee.

    Args:
        part: "train" or "held_out".
        chosen: some of its sentences instead of all of them (whole stories, or START is counted too often).

    >>> 0.4 < entropy() < 0.6
    True
    """
    chosen = sentences(part) if chosen is None else chosen
    if not chosen:
        raise ValueError("there is no entropy per token without a sentence")
    tokens = sum(len(sentence.words) for sentence in chosen) + len({sentence.story for sentence in chosen})
    return sum(sentence.nats for sentence in chosen) / tokens


def write_files(folder: Path, seed: int = SEED) -> list[Path]:
    """Write both parts into a folder: each file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for part in PARTS:
        path = folder / file_name(part)
        replace(path, text(part, seed).encode())
        paths.append(path)
    return paths
