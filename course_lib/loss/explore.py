"""Two figures: three logits that move probabilities, loss and gradient; and which elements of a table are averaged."""

import numpy as np

from course_lib.explorer import Bars, Choice, Curves, Explorer, Heatmap, Note, Predict, Slider, Steps, pick
from course_lib.loss.by_hand import cross_entropy, cross_entropy_gradient, log_softmax, shift
from course_lib.sentence import TOKENS

__all__ = ["averaging_explorer", "averaging_frame", "logits_explorer", "logits_frame"]

WORDS = ["creature", "forest", "roamed"]
LOGITS = list(range(-5, 6))
P = np.geomspace(1e-5, 1.0, 81)
STEPS = ["logits", "−ln p", "one-hot targets", "their product"]


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
                Bars("gradient", labels="words", title="slope of the loss", low=-1.2, high=1.2),
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
            answer=lambda arrays: float(arrays["loss"]),
            explain="About the distance by which the true word lies behind the best one. To be sure and wrong costs as "
            "much as the lead that the wrong word was given; to be sure and right costs nearly nothing.",
        ),
        name="loss.logits",
    )  # fmt: skip


def averaging_frame(sureness: float) -> dict[str, object]:
    """The tables on the way from logits to one number, for the seven predictions of the course's sentence.

    sureness: what the logits are multiplied by; 0 is a model that holds all words equally likely.

    >>> frame = averaging_frame(0)
    >>> (frame["product"] != 0).sum(axis=1).tolist(), float(frame["product"].sum() / 7).__round__(4)
    ([1, 1, 1, 1, 1, 1, 1], 2.0794)
    """
    inputs, targets = shift(np.arange(len(TOKENS)))
    rng = np.random.default_rng(8)
    table = sureness * (rng.normal(size=(len(inputs), len(TOKENS))) + 1.5 * np.eye(len(TOKENS))[targets])
    surprise = -log_softmax(table)
    one_hot = np.eye(len(TOKENS))[targets]
    product = one_hot * surprise
    right, wrong = cross_entropy(table, targets), product.mean()
    return {
        "logits": table,
        "surprise": surprise,
        "one_hot": one_hot,
        "product": product,
        "row_sums": product.sum(axis=1),
        "words": TOKENS,
        "inputs": [TOKENS[i] for i in inputs],
        "right": np.float64(right),
        "wrong": wrong,
        "about logits": f"{product.size} logits: {len(inputs)} tokens, a score for each of {len(TOKENS)} words.",
        "about surprise": f"{product.size} surprises: what each word would have cost, had it come.",
        "about one_hot": "A one for the word that came, zeros for the others.",
        "about product": f"{product.size} elements, one of each row not zero: {len(inputs)} in all, adding up to "
        f"{product.sum():.3f}.\n÷ {len(inputs)} tokens = {right:.3f}, the loss.\n÷ {product.size} elements = {wrong:.3f}, "
        f"too small by a factor of {right / wrong:.0f}: the size of the vocabulary.",
    }


def averaging_explorer() -> Explorer:
    """From a table of logits to one number, a table at a time."""
    by_step = lambda *options: pick("step", options)  # noqa: E731
    return Explorer(
        averaging_frame,
        controls=[
            Slider("sureness", [0, 0.5, 1, 2, 4], value=1, label="logits multiplied by"),
            Steps("step", STEPS, value=0, label="step"),
        ],
        panels=[
            [
                Heatmap(
                    by_step("logits", "surprise", "one_hot", "product"),
                    rows="inputs",
                    cols="words",
                    row_label="after this word",
                    col_label="this one comes",
                    title=by_step(
                        "1  Logits",
                        "2  −ln of the probabilities",
                        "3  Targets: one 1 in each row",
                        "4  2 times 3, element by element",
                    ),
                    palette=by_step("diverging", "sequential", "sequential", "sequential"),
                    beside=by_step(None, None, None, "row_sums"),
                    beside_label="sum",
                    width=1.8,
                ),
                Note(
                    by_step("about logits", "about surprise", "about one_hot", "about product"),
                    title="What is averaged",
                ),
            ]
        ],
        title="From a table to one number",
        alt=lambda values, arrays: (
            f"{STEPS[values['step']]} of seven predictions over eight words, logits times {values['sureness']:g}: "
            f"the mean over the tokens is {float(arrays['right']):.3f}, the mean over all elements {float(arrays['wrong']):.3f}."
        ),
        name="loss.averaging",
    )
