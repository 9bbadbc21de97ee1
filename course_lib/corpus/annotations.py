"""The ground truth of a whole part as arrays, token for token beside `stream(part)`."""

import numpy as np

from course_lib.corpus.parts import sentences
from course_lib.corpus.vocabulary import START

__all__ = ["annotations"]


def annotations(part: str) -> dict[str, np.ndarray]:
    """One array per column, all as long as `stream(part)`.

    Positions are those in the stream. A referent is followed across sentences: the latest earlier token of the same
    story that is the same person or thing. START has the part of speech "START", and belongs to the first sentence.

    Args:
        part: "train" or "held_out".
    Returns:
        word, pos, sense, entity (text); referent, cue, head (positions, -1 for none); sentence, story (numbers from 0).

    >>> columns = annotations("held_out")
    >>> columns["word"][0].item(), columns["story"][[0, -1]].tolist()
    ('<start>', [0, 159])
    """
    rows: list[tuple] = []
    latest: dict[str, int] = {}
    story = -1
    for number, sentence in enumerate(sentences(part)):
        if sentence.story != story:
            story, latest = sentence.story, {}
            rows.append((START, "START", "", "", -1, -1, -1, number, story))
        start = len(rows)
        for i, (word, pos, sense, entity) in enumerate(
            zip(sentence.words, sentence.pos, sentence.senses, sentence.entities, strict=True)
        ):
            referent = start + sentence.referents[i] if sentence.referents[i] >= 0 else latest.get(entity, -1)
            cue, head = (start + j if j >= 0 else -1 for j in (sentence.cues[i], sentence.heads[i]))
            if entity[:1].isupper():
                latest[entity] = start + i
            rows.append((word, pos, sense, entity, referent, cue, head, number, story))
    names = ("word", "pos", "sense", "entity", "referent", "cue", "head", "sentence", "story")
    return {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
