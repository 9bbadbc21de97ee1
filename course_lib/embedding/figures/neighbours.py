"""The neighbours of a word that one types, by three measures, before and after training."""

from difflib import get_close_matches

import numpy as np

from course_lib.embedding.by_hand import cosines
from course_lib.embedding.trained_table import load
from course_lib.explorer import Bars, Choice, Explorer, Note, Switch, TextInput

__all__ = ["WORDS", "neighbours_explorer", "neighbours_frame"]

MEASURES = {"cosine": "cosine", "dot product": "dot", "distance (Euclid)": "distance"}
#: What can be chosen where nothing can be typed.
WORDS = (
    "blue", "seven", "queen", "uncle", "dog", "kitten", "garden", "clock", "clocks", "Lena", "creature", "forest",
    "roamed", "fluffy", "verdant", "hot", "soft", "milk", "slowly", "the", "and", ".", "mole",
)  # fmt: skip


def neighbours_frame(word: str, measure: str, trained: bool) -> dict[str, object]:
    """The eight words that are closest to a word; eight empty bars where the stories do not have it.

    Args:
        word: as it was typed; white space around it does not count, and capitals only where the stories have them.
        measure: "cosine", "dot", or "distance" (the smallest first).
        trained: the table after training, or its random start.
    Raises:
        ValueError: there is no such measure.

    >>> neighbours_frame("queen", "cosine", True)["words"][0]
    'king'
    """
    shipped = load()
    if measure not in MEASURES.values():
        raise ValueError(f"got the measure {measure!r}; expected one of {[*MEASURES.values()]}")
    word = word.strip()
    word = word if word in shipped.ids else word.lower()
    if word not in shipped.ids:
        close = get_close_matches(word, shipped.words, n=3)
        advice = f" They have: {', '.join(close)}." if close else ""
        return {"closeness": np.zeros(8), "words": [""] * 8, "note": f"The stories do not know “{word}”.{advice}"}
    table = shipped.after if trained else shipped.before
    own = shipped.ids[word]
    if measure == "cosine":
        closeness = cosines(table, table[own][None])[:, 0]
    elif measure == "dot":
        closeness = table @ table[own]
    else:
        closeness = -np.sqrt(((table - table[own]) ** 2).sum(axis=1))
    order = np.argsort(-closeness, kind="stable")
    best = order[order != own][:8]
    first = "" if order[0] == own else f" By this measure “{word}” is not even closest to itself."
    return {
        "closeness": np.abs(closeness[best]) if measure == "distance" else closeness[best],
        "words": [shipped.words[i] for i in best],
        "note": f"Closest to “{word}” {'after' if trained else 'before'} training, by {measure}: "
        f"{', '.join(shipped.words[i] for i in best[:5])}.{first}",
    }


def neighbours_explorer() -> Explorer:
    """Type a word and choose a measure: who is near, before and after training."""
    return Explorer(
        neighbours_frame,
        controls=[
            TextInput("word", value="blue", label="a word of yours", examples=WORDS),
            Choice("measure", MEASURES, value="cosine", label="measure"),
            Switch("trained", value=True, label="after training"),
        ],
        panels=[[Bars("closeness", labels="words", title="the eight nearest words", width=1.4), Note("note")]],
        title="Neighbours",
        alt=lambda values, arrays: arrays["note"],
        name="embedding.neighbours",
    )
