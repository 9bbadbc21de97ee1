"""From a table of logits to one number, and which elements of it are averaged."""

import numpy as np

from course_lib.explorer import Explorer, Heatmap, Note, Slider, Steps, pick
from course_lib.loss.by_hand import cross_entropy, log_softmax, shift
from course_lib.sentence import TOKENS

__all__ = ["averaging_explorer", "averaging_frame"]

STEPS = ["logits", "−ln p", "one-hot targets", "their product"]


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
