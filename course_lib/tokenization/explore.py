"""The lesson's live figures: the tokens of whatever is typed, and tokens per word as merges are added."""

import functools

import numpy as np

from course_lib.explorer import Curves, Explorer, Note, Predict, Slider, TextInput, TokenText
from course_lib.tokenization import fast
from course_lib.tokenization.by_hand import Pair, vocabulary
from course_lib.tokenization.texts import STORY, documentation

__all__ = ["MERGES", "curve_explorer", "curve_frame", "learned", "piece", "typed_explorer", "typed_frame"]

MERGES = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
SENTENCE = "a fluffy blue creature roamed the verdant forest"
START = f"{SENTENCE}, naïve, 森林, 🌲"
MOST = 800  # tokens drawn; more is more than anybody reads


@functools.cache
def learned() -> tuple[Pair, ...]:
    """The merges that both figures use: the most that a slider offers, learned from NumPy's documentation in a second."""
    return tuple(fast.train(documentation(), MERGES[-1]))


def piece(token: bytes) -> str:
    """A token as it is drawn: spaces as ·, ends of lines as ↵, tabs as →, and bytes that are no characters in hexadecimal.

    >>> piece(b" blue"), piece("é".encode()), piece(b"\\xc3"), piece(b"a\\n")
    ('·blue', 'é', 'C3', 'a↵')
    """
    try:
        text = token.decode("utf-8").replace(" ", "·").replace("\n", "↵").replace("\t", "→")
    except UnicodeDecodeError:
        text = ""
    return text if text and text.isprintable() else token.hex(" ").upper()


def typed_frame(text: str, n_merges: int) -> dict[str, object]:
    """The tokens of a text after the first so many merges.

    >>> frame = typed_frame("the the", 0)
    >>> frame["tokens"], frame["ids"].astype(int).tolist()
    (['t', 'h', 'e', '·', 't', 'h', 'e'], [116, 104, 101, 32, 116, 104, 101])
    """
    # A page can hand over half a surrogate pair while an emoji is being typed.
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    merges = learned()[:n_merges]
    pieces = vocabulary(merges)
    ids = fast.encode(text, merges)
    words, size = len(text.split()), len(text.encode("utf-8"))
    said = "No text yet."
    if ids:
        per_word = f", {len(ids) / words:.2f} tokens per word ({words} words)" if words else ""
        said = f"{size} bytes, {len(ids)} tokens: {size / len(ids):.2f} bytes per token{per_word}."
    more = f" The first {MOST} are shown." if len(ids) > MOST else ""
    return {
        "tokens": [piece(pieces[token]) for token in ids[:MOST]],
        "ids": np.array(ids[:MOST], dtype=float),
        "count": len(ids),
        "note": f"{said} The vocabulary has {len(pieces)} entries: 256 bytes and {len(merges)} merges.{more}",
    }


def typed_explorer() -> Explorer:
    """Type anything, and see its tokens; take merges away, and see them fall apart."""
    return Explorer(
        lambda text, merges: typed_frame(text, merges),
        controls=[
            TextInput("text", value=START, label="your text"),
            Slider("merges", MERGES, value=512, label="merges", format="{:d}"),
        ],
        panels=[[TokenText("tokens", ids="ids")], [Note("note")]],
        title="The tokens of whatever you type",
        alt=lambda values, arrays: (
            f"With {values['merges']} merges the text of {len(values['text'])} characters becomes {arrays['count']} tokens."
        ),
        name="tokenization.typed",
    )


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
            answer=lambda arrays: float(arrays["unseen"][-1]),
            explain="Most of the gain comes early: the first hundred merges find the pairs that all English shares, the "
            "later ones find the words of one text. Move the slider and watch the sentence.",
        ),
        name="tokenization.curve",
    )
