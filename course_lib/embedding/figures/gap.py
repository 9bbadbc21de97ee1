"""A sentence with a gap, and the words that the table would put there, before and after training."""

import numpy as np

from course_lib.embedding.missing_word import around, scores_for_gap
from course_lib.embedding.trained_table import load, vocabulary_of_text
from course_lib.explorer import Bars, Choice, Explorer, Note, Switch

__all__ = ["GAPS", "gap_explorer", "gap_frame"]

#: Sentences of the held-out part, with the place of the word to hide.
GAPS = (
    ("Vera counted the pears, and there were eleven of them in the red bag.", 8),
    ("when the rain stopped, the dog led its puppy slowly past the harbour to the kennel.", 9),
    ("a little later, a feathered blue creature explored the burnt valley, and ash covered its feathers.", 6),
    ("as the queen thanked Lena at last, she hung her crown over a purple chair.", 11),
    ("in the morning, Lena met a tired queen by the palace, and Paul greeted the king and the queen.", 8),
    ("in the morning, Lena met a tired queen by the palace, and Paul greeted the king and the queen.", 7),
    ("Ada, who had often been in the capital, stood before the famous tower and climbed its thousand steps.", 14),
)


def gap_frame(gap: int, trained: bool) -> dict[str, object]:
    """The six words that the table puts first for the hidden word of one sentence of GAPS.

    Args:
        gap: which of GAPS.
        trained: the table after training, or its random start.

    >>> gap_frame(1, True)["words"][0]
    'puppy'
    """
    shipped = load()
    text, place = GAPS[gap]
    ids = np.array(vocabulary_of_text().encode(text))
    seen = around(ids, place, len(shipped.places) // 2)
    if trained:
        scores = scores_for_gap(shipped.after, shipped.places, shipped.bias, seen)
    else:
        scores = scores_for_gap(shipped.before, np.ones_like(shipped.places), np.zeros(len(shipped.words)), seen)
    best = np.argsort(-scores, kind="stable")[:6]
    hidden = int((scores > scores[ids[place]]).sum()) + 1
    reach = len(shipped.places) // 2
    window = [shipped.words[i] for i in ids[place - reach : place + reach + 1]]
    window[reach] = "____"
    return {
        "scores": scores[best],
        "words": [shipped.words[i] for i in best],
        # The guess comes first: the word is named once the trained table has been asked.
        "note": f"… {' '.join(window)} …\nThe hidden word{f', “{shipped.words[ids[place]]}”,' if trained else ''} comes out as number "
        f"{hidden} of {len(shipped.words)}.",
    }


def gap_explorer() -> Explorer:
    """Hide a word of a sentence that was not trained on, and see which words the table would put there."""
    names = [
        " ".join(vocabulary_of_text().decode(vocabulary_of_text().encode(text)[:place]).split()[-3:])
        for text, place in GAPS
    ]
    return Explorer(
        gap_frame,
        controls=[
            Choice("gap", {f"… {name} ____": i for i, name in enumerate(names)}, value=1, label="sentence"),
            Switch("trained", value=False, label="after training"),
        ],
        panels=[
            [Bars("scores", labels="words", title="the six words with the highest scores", width=1.3),
             Note("note", title="four words on each side are seen")],
        ],
        title="Which word is missing?",
        alt=lambda values, arrays: (
            f"{'After' if values['trained'] else 'Before'} training: {', '.join(arrays['words'])}. {arrays['note']}"
        ),
        name="embedding.gap",
    )  # fmt: skip
