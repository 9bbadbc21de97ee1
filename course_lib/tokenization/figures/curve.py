"""Tokens per word as merges are added, on a text that was trained on and on one never seen."""

import functools

import numpy as np

from course_lib.explorer import Curves, Explorer, Note, Predict, Slider, TokenText
from course_lib.tokenization import fast
from course_lib.tokenization.by_hand import Pair
from course_lib.tokenization.figures.merges import MERGES, learned
from course_lib.tokenization.figures.typed import SENTENCE, typed_frame
from course_lib.tokenization.texts import STORY, documentation

__all__ = ["curve_explorer", "curve_frame", "tokens_per_word"]


def tokens_per_word(text: str, merges: tuple[Pair, ...]) -> float:
    """How many tokens a word takes on average; a word is what stands between spaces."""
    return len(fast.encode(text, merges)) / len(text.split())


@functools.cache
def _curves() -> dict[str, np.ndarray]:
    """Tokens per word at every number of merges: on a part of the training text, and on a text never seen."""
    seen, merges = documentation()[: len(STORY) * 4], learned()
    return {
        name: np.array([tokens_per_word(text, merges[:n]) for n in MERGES])
        for name, text in {"seen": seen, "unseen": STORY}.items()
    }


def curve_frame(merges: int) -> dict[str, object]:
    """The two curves, the place on them, and the sentence of the course cut at that place.

    >>> sorted(curve_frame(64))
    ['at', 'count', 'ids', 'note', 'seen', 'tokens', 'unseen', 'x']
    """
    curves, i = _curves(), MERGES.index(merges)
    frame = typed_frame(SENTENCE, merges)
    return {
        # A logarithmic axis has no place for 0: no merges at all stand at a half.
        "x": np.maximum(MERGES, 0.5),
        "at": max(merges, 0.5),
        **curves,
        "tokens": frame["tokens"],
        "ids": frame["ids"],
        "count": frame["count"],
        "note": f"{merges} merges: {curves['seen'][i]:.2f} tokens per word on the documentation it was trained on, "
        f"{curves['unseen'][i]:.2f} on the story; the sentence takes {frame['count']} tokens for its 8 words.",
    }


def curve_explorer() -> Explorer:
    """Merges against tokens per word, with the picture held back until a guess."""
    return Explorer(
        curve_frame,
        controls=[Slider("merges", MERGES, value=1024, label="merges", format="{:d}")],
        panels=[
            [
                Curves(
                    "x",
                    {"text it was trained on": "seen", "a story it has never seen": "unseen"},
                    log_x=True,
                    v_line="at",
                    x_label="merges (0 stands at the left end)",
                    y_label="tokens per word",
                )
            ],
            [TokenText("tokens", ids="ids")],
            [Note("note")],
        ],
        title="What a merge buys",
        alt=lambda values, arrays: (
            f"Tokens per word fall from {arrays['unseen'][0]:.1f} without merges to {arrays['unseen'][-1]:.1f} with "
            f"{MERGES[-1]}, on a story never seen. At {values['merges']} merges the sentence takes {arrays['count']} tokens."
        ),
        predict=Predict(
            "A tokenizer learned 1024 merges from the documentation of NumPy. Now it reads a story about a blue creature "
            "and a fox, which it has never seen. Without merges a word takes about five tokens, its bytes and a space. How many with "
            "1024 merges, on average?",
            low=1.0,
            high=5.5,
            mark=(0, "y"),
            answer=lambda arrays: float(arrays["unseen"][-1]),
            explain="Most of the gain comes early: the first hundred merges find the pairs that all English shares, the "
            "later ones find the words of one text. Move the slider and watch the sentence.",
        ),
        name="tokenization.curve",
    )
