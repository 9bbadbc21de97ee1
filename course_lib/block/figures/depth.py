"""Gradient, size and difference of tokens along a stack of 1 to 64 random blocks."""

from collections.abc import Sequence

import numpy as np

from course_lib.block.depth import NORMS, Flow, flow
from course_lib.explorer import Choice, Curves, Explorer, Note, Predict, Slider, Switch

__all__ = ["DEPTHS", "LIMIT", "depth_explorer", "depth_frame"]

DEPTHS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
#: What is larger than this is drawn at the edge of the picture.
LIMIT = 1e16


def depth_frame(depth: int, norm: str, residual: bool, measured: Flow | None = None) -> dict[str, object]:
    """What was measured along a stack of this depth.

    Args:
        depth, norm, residual: as in `flow`.
        measured: what `flow` returned, for whoever draws many depths; where it is left out, it is measured here.

    >>> frame = depth_frame(2, "pre", True)
    >>> frame["blocks"].tolist(), frame["gradient"].shape
    ([0.0, 1.0, 2.0], (3,))
    """
    measured = flow(norm, residual, [depth]) if measured is None else measured
    gradient, scale = measured.gradients[depth], measured.scale[: depth + 1]
    apart = measured.apart[: depth + 1]
    same = np.flatnonzero(apart < 1e-3)
    alike = (
        f"from block {same[0]} on the tokens are alike to a thousandth"
        if len(same)
        else f"the tokens keep {apart[-1]:.0%} of their size as difference"
    )
    arrives = f"{gradient[0]:.1e}" if np.isfinite(gradient[0]) else "more than float64 can hold"
    return {
        "blocks": np.arange(depth + 1.0),
        "gradient": np.clip(np.nan_to_num(gradient, nan=np.inf, posinf=np.inf), 1 / LIMIT, LIMIT),
        "scale": np.clip(scale, 1 / LIMIT, LIMIT),
        "apart": apart,
        "arrives": gradient[0],
        "note": f"Of a gradient of length 1 that starts above block {depth}, {arrives} arrives at the tokens that entered "
        f"block 1. Their size goes from {scale[0]:.2g} to {scale[-1]:.2g}; {alike}.",
    }


def depth_explorer(depths: Sequence[int] = tuple(DEPTHS)) -> Explorer:
    """A slider for the depth, switches for the residual paths and for the norm. Each kind of stack is built once."""
    kept: dict[tuple[str, bool], Flow] = {}

    def compute(depth: int, norm: str, residual: bool) -> dict[str, object]:
        if (norm, residual) not in kept:
            kept[norm, residual] = flow(norm, residual, depths)
        return depth_frame(depth, norm, residual, kept[norm, residual])

    names = dict(zip(("none", "before each part (pre)", "after each sum (post)"), NORMS, strict=True))
    wide = (0.5 / LIMIT, 2 * LIMIT)
    across = (0, max(depths))
    return Explorer(
        compute,
        controls=[
            Slider("depth", list(depths), value=max(depths), label="depth", format="{:d}"),
            Choice("norm", names, value="none", label="norm"),
            Switch("residual", value=False, label="residual paths"),
        ],
        panels=[
            [
                Curves("blocks", {"gradient": "gradient"}, title="gradient that arrives, of 1 at the top", log_y=True, role="gradient",
                       x_label="after block", h_line=1.0, x_range=across, y_range=wide),
            ],
            [
                Curves("blocks", {"size": "scale"}, title="size of an entry", log_y=True, role="residual", x_label="after block",
                       h_line=1.0, x_range=across, y_range=wide),
                Curves("blocks", {"difference": "apart"}, title="what tells tokens apart", x_label="after block",
                       x_range=across, y_range=(0, 1.05)),
            ],
            [Note("note", title="What to see")],
        ],
        title="Through a deep stack, there and back",
        alt=lambda values, arrays: (
            f"{values['depth']} random blocks, norm {values['norm']}, {'with' if values['residual'] else 'without'} residual "
            f"paths. {arrays['note']}"
        ),
        predict=Predict(
            "64 random blocks without residual paths and without norms. A gradient of length 1 starts at the top. How much "
            "of it arrives at the bottom?",
            choices=["about all of it", "about a hundredth", "about a millionth", "less than a billionth"],
            answer=lambda arrays: int(np.digitize(-np.log10(arrays["arrives"]), [1.0, 4.0, 9.0])),
            explain="Each block multiplies it by about two thirds, and 64 such factors leave next to nothing. Now "
            "switch the residual paths on; then try the norms.",
        ),
        name="block.depth",
        frames="always",
    )  # fmt: skip
