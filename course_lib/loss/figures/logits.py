"""Three logits that move probabilities, loss and slopes."""

import numpy as np

from course_lib.explorer import Bars, Choice, Curves, Explorer, Note, Predict, Slider
from course_lib.loss.by_hand import cross_entropy, cross_entropy_gradient, log_softmax

__all__ = ["WORDS", "logits_explorer", "logits_frame"]

WORDS = ["creature", "forest", "roamed"]
LOGITS = list(range(-5, 6))
P = np.geomspace(1e-5, 1.0, 81)


def logits_frame(creature: float, forest: float, roamed: float, target: str) -> dict[str, object]:
    """Three logits, the probabilities, the loss if `target` is the true word, and the slope of the loss.

    >>> frame = logits_frame(0, 0, 0, "creature")
    >>> frame["gradient"].round(3).tolist(), frame["loss"].round(3).tolist()
    ([-0.667, 0.333, 0.333], 1.099)
    """
    if target not in WORDS:
        raise ValueError(f"target is one of {WORDS}; got {target!r}")
    logits, place = np.array([creature, forest, roamed], dtype=float), WORDS.index(target)
    true = np.array([place])
    loss = np.float64(cross_entropy(logits[None], true))
    gradient = cross_entropy_gradient(logits[None], true)[0]
    p = np.exp(log_softmax(logits))
    return {
        "words": WORDS,
        "logits": logits,
        "probabilities": p,
        "one_hot": np.eye(3)[place],
        "gradient": gradient,
        "p": P,
        "curve": -np.log(P),
        "p_true": p[place],
        "loss": loss,
        "note": f"Probability of {target}: {p[place]:.3g}. Loss = −ln {p[place]:.3g} = {loss:.2f} nats.\n"
        f"Slopes: {', '.join(f'{word} {slope:+.3f}' for word, slope in zip(WORDS, gradient, strict=True))}. "
        "They add up to 0.",
    }


def logits_explorer() -> Explorer:
    """Move one logit: all probabilities move, and the loss and its slopes with them."""
    slider = lambda name, value: Slider(name, LOGITS, value=value, label=f"logit of {name}", format="{:d}")  # noqa: E731
    return Explorer(
        logits_frame,
        controls=[
            slider("creature", 0),
            slider("forest", 5),
            slider("roamed", 0),
            Choice("target", WORDS, value="creature", label="what really came"),
        ],
        panels=[
            [
                Bars("logits", labels="words", title="logits", low=-5, high=5),
                Bars({"model": "probabilities", "truth": "one_hot"}, labels="words", title="probabilities",
                     low=0, high=1.2),
                Bars("gradient", labels="words", title="slope of the loss", low=-1.2, high=1.2, role="gradient"),
            ],
            [
                Curves("p", {"−ln p": "curve"}, title="loss", x_label="probability of the true word", y_label="nats",
                       v_line="p_true", h_line="loss", x_range=(0, 1), y_range=(0, 11)),
                Note("note", title="What to see", width=1.2),
            ],
        ],
        title="a fluffy blue …",
        alt=lambda values, arrays: (
            f"Logits {', '.join(f'{word} {values[word]}' for word in WORDS)}: the probability of the true word, "
            f"{values['target']}, is {float(arrays['p_true']):.3g} and the loss {float(arrays['loss']):.2f} nats."
        ),
        predict=Predict(
            "After “a fluffy blue”, a model gives creature the logit 0, forest 5, roamed 0. The true word is creature. "
            "How large is the loss, in nats? (If it had no idea, all three alike, it would be ln 3 = 1.10.)",
            low=0.0,
            high=10.0,
            mark=(3, "y"),
            answer=lambda arrays: float(arrays["loss"]),
            explain="About the distance by which the true word lies behind the best one. To be sure and wrong costs as "
            "much as the lead that the wrong word was given; to be sure and right costs nearly nothing.",
        ),
        name="loss.logits",
    )  # fmt: skip
