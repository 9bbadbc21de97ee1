"""The tokens of whatever is typed."""

import numpy as np

from course_lib.explorer import Explorer, Note, Slider, TextInput, TokenText
from course_lib.tokenization import fast
from course_lib.tokenization.by_hand import vocabulary
from course_lib.tokenization.figures.merges import MERGES, learned

__all__ = ["SENTENCE", "piece", "typed_explorer", "typed_frame"]

SENTENCE = "a fluffy blue creature roamed the verdant forest"
START = f"{SENTENCE}, naïve, 森林, 🌲"
MOST = 800  # tokens drawn; more is more than anybody reads


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
        per_word = f", {len(ids) / words:.2f} tokens per word ({words} word{'s' if words > 1 else ''})" if words else ""
        said = f"{size} bytes, {len(ids)} tokens: {size / len(ids):.2f} bytes per token{per_word}."
    more = f" The first {MOST} are shown." if len(ids) > MOST else ""
    return {
        "tokens": [piece(pieces[token]) for token in ids[:MOST]],
        "ids": np.array(ids[:MOST], dtype=float),
        "count": len(ids),
        "note": f"{said} The vocabulary has {len(pieces)} entries: 256 bytes and {len(merges)} merges.{more}",
    }


#: What can be chosen where nothing can be typed.
EXAMPLES = (
    "a fluffy blue creature roamed the verdant forest",
    "The array is sorted along the last axis.",
    "naïve café, Straße, 森林, 🌲🌲",
    "for i in range(1024): print(i * 3.14159)",
)


def typed_explorer() -> Explorer:
    """Type anything, and see its tokens; take merges away, and see them fall apart."""
    return Explorer(
        lambda text, merges: typed_frame(text, merges),
        controls=[
            TextInput("text", value=START, label="your text", examples=EXAMPLES),
            Slider("merges", MERGES, value=512, label="merges", format="{:d}"),
        ],
        panels=[[TokenText("tokens", ids="ids")], [Note("note")]],
        title="The tokens of whatever you type",
        alt=lambda values, arrays: (
            f"With {values['merges']} merges the text of {len(values['text'])} characters becomes {arrays['count']} tokens."
        ),
        name="tokenization.typed",
    )
