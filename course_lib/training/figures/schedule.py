"""Three learning-rate schedules, with sliders for warm-up and floor."""

import numpy as np

from course_lib.explorer import Choice, Curves, Explorer, Note, Slider, pick
from course_lib.training.by_hand import learning_rate, noam_rate

__all__ = ["SCHEDULES", "gpt3_rate", "schedule_explorer", "schedule_frame"]

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
        rate = np.array([gpt3_rate(tokens) for tokens in x])
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
