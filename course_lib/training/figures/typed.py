"""Your own text: its tokens in the words of the small world, and what the model expects next."""

import numpy as np

from course_lib import corpus
from course_lib.corpus import UNKNOWN
from course_lib.explorer import Bars, Explorer, Note, TextInput, TokenText
from course_lib.training.studies.story_model import next_probabilities
from course_lib.transformer.models import GPT

__all__ = ["typed_explorer", "typed_frame"]

SHOWN = 8


def typed_frame(model: GPT, text: str) -> dict[str, object]:
    """The tokens of a text in the words of the course's world, and what the model expects next.

    >>> from course_lib.training.studies.ablation import small_model
    >>> typed_frame(small_model(), "a blue dragon")["tokens"]
    ['a', 'blue', '<unknown>']
    """
    vocabulary = corpus.vocabulary()
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    pieces = corpus.words(text)[-model.config.context :]
    ids = vocabulary.encode(pieces, unknown=True) or [0]
    known = [vocabulary.words[i] for i in ids]
    weights = next_probabilities(model, known)
    order = np.argsort(-weights, kind="stable")[:SHOWN]
    strange = [word for word in dict.fromkeys(pieces) if word not in vocabulary]
    missing = f" Not in its world: {', '.join(strange[:6])}; words are lower case except names." if strange else ""
    return {
        "tokens": known,
        "ids": np.array(ids, dtype=float),
        "weights": weights[order],
        "words": [vocabulary.words[i] for i in order],
        "note": f"Next: “{vocabulary.words[order[0]]}” with {weights[order[0]]:.0%}."
        f"{' No text yet: this is how a story begins.' if not pieces else ''}{missing}",
    }


#: What can be chosen where nothing can be typed.
EXAMPLES = ("the mole", "the gardener said that the mole", "Vera and Tom found out why the keys", "one day the blue")


def typed_explorer(model: GPT, text: str = "Paul and Lena were neighbours who") -> Explorer:
    """Type anything in the words of the small world; see tokens, ids and predictions."""
    assert UNKNOWN in corpus.vocabulary()
    return Explorer(
        lambda text: typed_frame(model, text),
        controls=[TextInput("text", value=text, label="your text", examples=EXAMPLES)],
        panels=[
            [TokenText("tokens", ids="ids")],
            [Bars("weights", labels="words", low=0, high=1, title="the likeliest next words")],
            [Note("note")],
        ],
        title="What comes next, in your own words",
        alt=lambda values, arrays: f"After '{values['text']}': {arrays['note']}",
        name="training.typed",
    )
