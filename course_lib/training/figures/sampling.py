"""Logits on their way to a word: temperature, top-k, top-p, and what is drawn."""

import numpy as np
from jaxtyping import Float

from course_lib.attention.by_hand import entropy, softmax
from course_lib.explorer import Bars, Explorer, Note, Slider
from course_lib.training.by_hand import draw, probabilities

__all__ = ["sampling_explorer", "sampling_frame"]

SHOWN = 10


def sampling_frame(
    logits: Float[np.ndarray, "vocab"],
    words: list[str],
    temperature: float,
    top_k: int,
    top_p: float,
    draws: int,
    seed: int = 0,
) -> dict[str, object]:
    """Logits on their way to a word: divided, softmax, cut off, drawn.

    Args:
        logits, words: of the whole vocabulary; the likeliest SHOWN are drawn, the rest added up.
        temperature, top_k, top_p: as in ``by_hand.probabilities``.
        draws: how many words are drawn, always the same ones for a seed.

    >>> frame = sampling_frame(np.zeros(12), list("abcdefghijkl"), 1.0, 12, 1.0, 6)
    >>> frame["words"][-1], round(float(frame["drawn"].sum()), 6)
    ('others', 1.0)
    """
    logits = logits - logits.mean()  # a constant added to all changes nothing; around zero they are easier to read
    order = np.argsort(-logits, kind="stable")[:SHOWN]
    before, after = softmax(logits / temperature), probabilities(logits, temperature, top_k, top_p)
    uniform = np.random.default_rng(seed).random(500)[:draws]
    chosen = np.array([draw(after, number) for number in uniform])
    share = np.bincount(chosen, minlength=len(logits)) / draws

    def with_rest(weights: np.ndarray) -> np.ndarray:
        return np.append(weights[order], weights.sum() - weights[order].sum())

    shown = [words[i] for i in order]
    left, bits = int((after > 0).sum()), float(entropy(after))
    first = words[chosen[0]]
    return {
        "logits": logits[order],
        "scaled": logits[order] / temperature,
        "before": before[order],
        "after": with_rest(after),
        "drawn": with_rest(share),
        "shown": shown,
        "words": [*shown, "others"],
        "entropy": np.array([bits]),
        "note": f"{left} of {len(logits)} words can be drawn; entropy {bits:.2f} bits, as undecided as a choice among {2**bits:.1f} "
        f"equal words. The cut-off took away {1 - before[after > 0].sum():.0%} of the probability.\n"
        f"{draws} drawn: the first is “{first}”"
        + (f", {len(set(chosen.tolist()))} different ones." if draws > 1 else "."),
    }


def sampling_explorer(logits: Float[np.ndarray, "vocab"], words: list[str], prompt: str) -> Explorer:
    """A real distribution under temperature, top-k and top-p, and what is drawn from it."""

    def compute(temperature: float, top_k: int, top_p: float, draws: int) -> dict[str, object]:
        return sampling_frame(logits, words, temperature, top_k, top_p, draws)

    return Explorer(
        compute,
        controls=[
            Slider("temperature", [0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 5.0], value=1.0, label="temperature"),
            Slider("top_k", [1, 2, 3, 5, 10, 50, len(words)], value=len(words), label="top-k", format="{:d}"),
            Slider("top_p", [0.1, 0.3, 0.5, 0.8, 0.95, 1.0], value=1.0, label="top-p"),
            Slider("draws", [1, 5, 20, 100, 500], value=1, label="words drawn", format="{:d}"),
        ],
        panels=[
            [
                Bars("logits", labels="shown", title="logits"),
                Bars("scaled", labels="shown", title="÷ temperature"),
                Bars("before", labels="shown", title="softmax", low=0),
            ],
            [Bars({"probability": "after", "share of the draws": "drawn"}, labels="words", title="after the cut-off", low=0,)],
            [Note("note", title="What to see")],
        ],
        title=f"What comes after “{prompt}”",
        alt=lambda values, arrays: (
            f"At temperature {values['temperature']:g}, top-k {values['top_k']}, top-p {values['top_p']:g} the likeliest word after "
            f"'{prompt}' is '{arrays['shown'][0]}' with probability {arrays['after'][0]:.2f}; entropy {arrays['entropy'][0]:.2f} bits."
        ),
        name="training.sampling",
    )  # fmt: skip
