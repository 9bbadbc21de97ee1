"""What the keys and values of a text take, by model and length, and what shared heads and a window save of it."""

from dataclasses import replace

import numpy as np

from course_lib.explorer import Bars, Choice, Explorer, Note, Predict, Slider
from course_lib.modern.counting import cache_bytes, published

__all__ = ["cache_explorer", "cache_frame"]

WAYS = ("all heads", "grouped queries", "with its window")


def cache_frame(model: str, tokens: int) -> dict[str, object]:
    """The cache of one text in GiB, two bytes a number: with all heads, with the published groups, and with the window too.

    >>> cache_frame("LLaMA-3 8B", 8192)["gib"].tolist()
    [4.0, 1.0, 1.0]
    """
    shape = published()[model].shape
    ways = (replace(shape, n_kv_heads=None, window=None), replace(shape, window=None), shape)
    gib = np.array([cache_bytes(way, tokens) for way in ways]) / 2**30
    weights = 2 * published()[model].count.total / 2**30
    window = "" if shape.window is None else f" and sees {shape.window} tokens back"
    return {
        "gib": gib,
        "ways": list(WAYS),
        "note": f"{model}: {shape.n_heads} heads of queries share {shape.key_heads} of keys{window}. A text of {tokens:,} tokens "
        f"takes {gib[-1]:.2f} GiB in the cache; the weights take {weights:.1f} GiB once, for all texts together.",
    }


def cache_explorer() -> Explorer:
    """The cache of published models by the length of the text."""
    return Explorer(
        cache_frame,
        controls=[
            Choice("model", list(published()), value="LLaMA-3 8B"),
            Slider("tokens", [2**k for k in range(10, 18)], value=8192, label="tokens of the text", format="{:,d}"),
        ],
        panels=[[Bars("gib", labels="ways", low=0, title="cache of one text, GiB")], [Note("note")]],
        title="What a text takes in memory while it is written",
        alt=lambda values, arrays: f"Three bars for {values['model']} at {values['tokens']} tokens. {arrays['note']}",
        predict=Predict(
            "LLaMA-3 8B has 32 heads of queries and 8 of keys and values. How much smaller is its cache than with 32?",
            answer=lambda arrays: 1,
            choices=["by a quarter", "4 times", "16 times", "no smaller: there are still 32 heads"],
            explain="The cache holds keys and values alone, and there is a quarter as many of them.",
        ),
        name="modern.cache",
    )
