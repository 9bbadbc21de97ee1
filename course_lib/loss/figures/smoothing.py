"""Where label smoothing puts the best lead of the true word."""

import numpy as np

from course_lib.explorer import Curves, Explorer, Note, Predict, Slider

__all__ = ["smoothing_explorer", "smoothing_frame"]

LEADS = np.linspace(0, 20, 81)


def smoothing_frame(epsilon: float, vocab: int) -> dict[str, object]:
    """The loss against the lead of the true word's logit over all the others, plain and with label smoothing.

    >>> smoothing_frame(0.1, 10)["best"].round(2).tolist()
    4.51
    """
    if not 0 < epsilon <= 1 or vocab < 2:
        raise ValueError(
            f"got epsilon={epsilon}, vocab={vocab}; expected epsilon above 0, up to 1, and two words or more"
        )
    log_sum = LEADS + np.log1p((vocab - 1) * np.exp(-LEADS))  # of one logit at the lead and vocab - 1 at 0
    on_true, on_each_other = 1 - epsilon + epsilon / vocab, epsilon / vocab
    best = np.log(on_true / on_each_other)
    floor = -on_true * np.log(on_true) - (vocab - 1) * on_each_other * np.log(on_each_other)
    return {
        "leads": LEADS,
        "plain": log_sum - LEADS,
        "smoothed": log_sum - on_true * LEADS,
        "best": best,
        "floor": floor,
        "note": f"Targets: {on_true:.4g} on the true word, {on_each_other:.2g} on each other one. The smoothed loss is "
        f"smallest, {floor:.2f}, at a lead of {best:.2f}, where the model says {on_true:.4g}; more costs again. The plain "
        "loss falls for ever.",
    }


def smoothing_explorer() -> Explorer:
    """Where the loss is smallest once a share of the target is spread over the vocabulary."""
    return Explorer(
        smoothing_frame,
        controls=[
            Slider("epsilon", [0.01, 0.02, 0.05, 0.1, 0.2, 0.4], value=0.1, label="epsilon"),
            Slider("vocab", [2, 10, 100, 1000, 50257], value=10, label="words in the vocabulary", format="{:d}"),
        ],
        panels=[
            [
                Curves("leads", {"plain": "plain", "smoothed": "smoothed"}, title="loss of one prediction",
                       x_label="lead of the true word's logit", y_label="nats", v_line="best", h_line="floor",
                       x_range=(0, 20), width=1.6),
                Note("note", title="What to see"),
            ]
        ],
        title="Label smoothing: how sure is sure enough",
        alt=lambda values, arrays: (
            f"With epsilon {values['epsilon']:g} and {values['vocab']} words, the smoothed loss is smallest, "
            f"{float(arrays['floor']):.2f} nats, where the true word's logit leads by {float(arrays['best']):.2f}."
        ),
        predict=Predict(
            "Ten words; epsilon = 0.1 of every target is spread over all of them. The true word's logit leads all others "
            "by the same distance. At which lead is the loss smallest?",
            low=0.0,
            high=20.0,
            mark=(0, "x"),
            answer=lambda arrays: float(arrays["best"]),
            explain="Not at the end of the axis: the targets say 0.91, so a model that says 0.999 is now too sure.",
        ),
        name="loss.smoothing",
    )  # fmt: skip
