"""Live figures that need no trained model, or only its logits: schedules, and how the next word is drawn."""

import numpy as np
from jaxtyping import Float

from course_lib.attention.by_hand import entropy, softmax
from course_lib.explorer import Bars, Choice, Curves, Explorer, Note, Slider, pick
from course_lib.training.by_hand import draw, learning_rate, noam_rate, probabilities

__all__ = ["SCHEDULES", "gpt3_rate", "sampling_explorer", "sampling_frame", "schedule_explorer", "schedule_frame"]

STEPS = 1000
SCHEDULES = {
    "line up, cosine down": "cosine",
    "the Transformer of 2017": "noam",
    "GPT-3, by tokens": "gpt3",
}


def gpt3_rate(tokens: float) -> float:
    """The learning rate of GPT-3 175B after so many tokens (Brown et al. 2020, arXiv:2005.14165, table 2.1, appendix B).

    Up from zero over 375 million tokens, by cosine to a tenth over 260 billion, then constant.

    >>> [f"{gpt3_rate(tokens):.1e}" for tokens in (0, 375e6, 300e9)]
    ['0.0e+00', '6.0e-05', '6.0e-06']
    """
    return learning_rate(tokens, 375e6, 260e9, 6e-5, 6e-6)


def schedule_frame(schedule: str, warmup: int, floor: float) -> dict[str, object]:
    """One schedule as a curve.

    Args:
        schedule: one of the values of SCHEDULES.
        warmup: steps, for the first two; GPT-3's is what it was.
        floor: for the first: the share of the peak at which it ends.
    Raises:
        ValueError: there is no such schedule.

    >>> round(float(schedule_frame("cosine", 100, 0.1)["rate"].max()), 6)
    0.001
    """
    if schedule not in SCHEDULES.values():
        raise ValueError(f"there are {', '.join(SCHEDULES.values())}; got {schedule!r}")
    if schedule == "gpt3":
        x = np.geomspace(1e7, 3e11, 121)
        rate = np.array([gpt3_rate(one) for one in x])
        top = 375e6
    else:
        x = np.arange(1, STEPS + 201, 4).astype(float)
        rate = np.array(
            [learning_rate(s, warmup, STEPS, 1e-3, floor * 1e-3) if schedule == "cosine" else noam_rate(s, max(warmup, 1), 512)
             for s in x.astype(int)]
        )  # fmt: skip
        top = float(warmup)
    unit = "tokens" if schedule == "gpt3" else "steps"
    shown = f"{top:,.0f} {unit}" if schedule != "gpt3" else "375 million tokens"
    return {
        "x": x,
        "rate": rate,
        "top": max(top, x[0]),
        "note": f"The rate is highest after {shown}: {rate.max():.2g}. At the right end it is {rate[-1]:.2g}, "
        f"{rate[-1] / rate.max():.0%} of that. At the left end it is {rate[0]:.2g}.",
    }


def schedule_explorer() -> Explorer:
    """Three schedules, with sliders for warm-up and floor."""
    return Explorer(
        schedule_frame,
        controls=[
            Choice("schedule", SCHEDULES, value="cosine"),
            Slider("warmup", [0, 10, 20, 50, 100, 200, 400], value=100, label="warm-up, steps"),
            Slider("floor", [0.0, 0.1, 0.3, 1.0], value=0.1, label="floor, share of the peak"),
        ],
        panels=[
            [
                Curves(
                    "x",
                    {"learning rate": "rate"},
                    v_line="top",
                    log_x=pick("schedule", [False, False, True]),
                    x_label=pick(
                        "schedule", ["step", "step (width 512)", "tokens read, each line ten times the one before"]
                    ),
                    y_label="learning rate",
                )
            ],
            [Note("note", title="What to see")],
        ],
        title="How fast, when",
        alt=lambda values, arrays: f"Learning rate of the schedule {values['schedule']}. {arrays['note']}",
        name="training.schedule",
    )


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
    chosen = np.array([draw(after, one) for one in uniform])
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
