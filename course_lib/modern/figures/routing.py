"""A router while it learns: which share of the tokens each expert gets, with the loss for balance and without."""

import numpy as np

from course_lib.explorer import Bars, Choice, Curves, Explorer, Note, Slider
from course_lib.modern.routing import Watched

__all__ = ["routing_explorer", "routing_frame"]

WITHOUT, WITH = "without the loss for balance", "with it"


def routing_frame(runs: dict[str, Watched], way: str, at: int) -> dict[str, object]:
    """One moment of a run: each expert's share in both layers, and how the busiest one's share went in both runs."""
    run = runs[way]
    first, second = run.shares[at]
    n = len(first)
    return {
        "first": first,
        "second": second,
        "experts": [str(e) for e in range(n)],
        "steps": np.array(run.steps, dtype=float),
        "without": runs[WITHOUT].busiest,
        "with": runs[WITH].busiest,
        "even": 1.0 / n,
        "now": float(run.steps[at]),
        "note": f"After {run.steps[at]} steps, {way}: the busiest expert of layer 1 gets {first.max():.0%} of the choices, of "
        f"layer 2 {second.max():.0%}; shared alike it would be {1 / n:.1%}.",
    }


def routing_explorer(without: Watched, balanced: Watched) -> Explorer:
    """Scrub through the training of two routers."""
    runs = {WITHOUT: without, WITH: balanced}
    places = {step: i for i, step in enumerate(without.steps)}
    return Explorer(
        lambda way, step: routing_frame(runs, way, places[step]),
        controls=[
            Choice("way", [WITHOUT, WITH], value=WITHOUT, label="the router learns"),
            Slider("step", list(places), value=without.steps[-1], label="after step", format="{:d}"),
        ],
        panels=[
            [
                Bars("first", labels="experts", low=0, high=0.5, title="layer 1: share of each expert"),
                Bars("second", labels="experts", low=0, high=0.5, title="layer 2"),
            ],
            [
                Curves(
                    "steps", {"without": "without", "with": "with"}, v_line="now", h_line="even", x_label="step",
                    y_label="share of the busiest expert",
                )
            ],
            [Note("note")],
        ],
        title="Where a router sends its tokens",
        alt=lambda values, arrays: f"Shares of the experts in two layers. {arrays['note']}",
        name="modern.routing",
    )  # fmt: skip
