"""A feed-forward network whose weights have a meaning, cell by cell."""

import numpy as np

from course_lib.attention.figures.attention import FEATURES, WORDS, attention_frame
from course_lib.block.by_hand import ACTIVATIONS
from course_lib.explorer import Choice, DotProduct, Explorer, Heatmap, Note, Steps, pick
from course_lib.sentence import TOKENS

__all__ = ["OUTPUTS", "UNITS", "feed_forward_explorer", "feed_forward_frame", "hand_built"]

#: The features of lesson 04's words, and a sixth that nobody has yet.
OUTPUTS = [*FEATURES, "described"]
#: What each of the eight hidden units looks for.
UNITS = [
    "noun met adj.",
    "adj. met noun",
    "verb met noun",
    "article met noun",
    "first half",
    "second half",
    "bare noun",
    "two nouns",
]
STEPS = ["x W₁ + b₁", "ReLU", "times W₂ + b₂", "added to x"]
INSIDE = {"ReLU": "relu", "GELU": "gelu", "none (break it)": "none"}


def hand_built() -> dict[str, np.ndarray]:
    """Weights with a meaning: W_1 (6, 8), b_1, W_2 (8, 6), b_2. A unit fires where its sum passes a threshold, -b_1.

    >>> [hand_built()[name].shape for name in ("W_1", "b_1", "W_2", "b_2")]
    [(6, 8), (8,), (8, 6), (6,)]
    """
    W_1, W_2 = np.zeros((6, 8)), np.zeros((8, 6))
    article, adjective, noun, verb, first, described = range(6)
    W_1[[noun, adjective], 0] = 2.0, 1.0
    W_1[[adjective, noun], 1] = 2.0, 1.0
    W_1[[verb, noun], 2] = 2.0, 1.0
    W_1[[article, noun], 3] = 2.0, 1.0
    W_1[first, 4], W_1[first, 5] = 1.0, -1.0
    W_1[[noun, adjective], 6] = 1.0, -2.0
    W_1[noun, 7] = 1.0
    b_1 = np.array([-2.6, -2.6, -2.2, -2.2, 0.0, 1.0, 0.0, -1.6])
    W_2[0, described] = 3.0
    W_2[1, noun] = 0.5
    W_2[2, verb] = 0.5
    W_2[6, noun] = -0.5
    return {"W_1": W_1, "b_1": b_1, "W_2": W_2, "b_2": np.zeros(6)}


def feed_forward_frame(activation: str = "relu") -> dict[str, object]:
    """Every stage of a hand-built feed-forward network, on the sentence after the attention of lesson 04.

    Args:
        activation: "relu", "gelu", "gelu_tanh", or "none" to leave it out.
    Raises:
        ValueError: there is no such activation.

    >>> feed_forward_frame()["output"].shape
    (8, 6)
    """
    if activation not in (*ACTIVATIONS, "none"):
        raise ValueError(f"got activation={activation!r}; expected one of {', '.join([*ACTIVATIONS, 'none'])}")
    weights = hand_built()
    x = np.hstack([WORDS + attention_frame()["output"], np.zeros((len(TOKENS), 1))])
    product = x @ weights["W_1"]
    inside = product + weights["b_1"]
    active = inside if activation == "none" else ACTIVATIONS[activation](inside)
    added = active @ weights["W_2"] + weights["b_2"]
    described = x[:, 5] + added[:, 5]
    fires = [token for token, value in zip(TOKENS, described, strict=True) if value > 0.05]
    below = int((described < -0.05).sum())
    told = f"“described” is above zero for {', '.join(fires) if fires else 'nobody'}"
    told += f" and below zero for {below} words." if below else ", and about zero for the others."
    return weights | {
        "x": x, "product": product, "inside": inside, "active": active, "added": added, "output": x + added,
        "tokens": TOKENS, "units": UNITS, "features": OUTPUTS,
        "note": f"{told} {(active == 0).mean():.0%} of the inside is exactly zero.",
    }  # fmt: skip


def feed_forward_explorer() -> Explorer:
    """Point at a cell: the inputs and the dot product that made it, through both matrix products."""
    by_step = lambda *options: pick("step", options)  # noqa: E731
    first = [("+ b₁", "inside"), ("activation", "active")]
    second = [("+ b₂", "added"), ("+ x, the residual path", "output")]
    return Explorer(
        feed_forward_frame,
        controls=[
            Choice("activation", INSIDE, value="relu", label="activation"),
            Steps("step", STEPS, value=1, label="step"),
        ],
        panels=[
            [
                Heatmap(
                    by_step("inside", "active", "added", "output"),
                    rows="tokens",
                    cols=by_step("units", "units", "features", "features"),
                    row_label="token",
                    col_label=by_step("hidden unit", "hidden unit", "feature", "feature"),
                    title=by_step("1  x W₁ + b₁", "2  after the activation", "3  times W₂ + b₂", "4  added to x"),
                    palette="diverging",
                    vmin=-3,
                    vmax=3,
                    width=1.25,
                ),
                [
                    DotProduct(
                        by_step("x", "x", "active", "active"),
                        by_step("W_1", "W_1", "W_2", "W_2"),
                        result=by_step("product", "product", None, None),
                        rows="tokens",
                        cols=by_step("units", "units", "features", "features"),
                        left_label=by_step("x", "x", "inside", "inside"),
                        right_label=by_step("W₁", "W₁", "W₂", "W₂"),
                        right_axis="cols",
                        chain=by_step(first, first, second, second),
                        title="The cell in focus, number by number",
                    ),
                    Note("note", title="What to see"),
                ],
            ],
        ],
        title="A feed-forward network that can be read",
        alt=lambda values, arrays: f"Step {STEPS[values['step']]} of a feed-forward network. {arrays['note']}",
        name="block.feed_forward",
        focus=(3, 0),
    )
