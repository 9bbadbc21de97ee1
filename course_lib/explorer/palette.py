"""The colours of both renderers: one table each for plain and for signed values, and eight colours for series.

The anchors of "sequential" follow viridis, those of "diverging" run from blue over a light middle to orange: both keep
their order for every kind of colour vision and in grey. The series are those of Okabe and Ito (2008).
"""

from __future__ import annotations

import numpy as np

ANCHORS = {
    "sequential": "440154 482475 414487 355f8d 2a788e 21918c 22a884 44bf70 7ad151 bddf26 fde725",
    "diverging": "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fee0b6 fdb863 e08214 b35806 7f3b08",
}
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999", "#F0E442")


def table(palette: str, size: int = 256) -> np.ndarray:
    """``size`` colours (size, 3) from the lowest value to the highest, each 0 to 255.

    >>> table("sequential")[0].tolist()
    [68, 1, 84]
    """
    anchors = np.array([[int(text[i : i + 2], 16) for i in (0, 2, 4)] for text in ANCHORS[palette].split()])
    at, ends = np.linspace(0, 1, size), np.linspace(0, 1, len(anchors))
    return np.stack([np.interp(at, ends, anchors[:, c]) for c in range(3)], axis=1).round().astype(np.uint8)


def limits(palette: str, values: np.ndarray, vmin: float | None, vmax: float | None) -> tuple[float, float]:
    """What the two ends of the colours mean: as given, else the finite extremes, centred on 0 for signed values.

    >>> limits("diverging", np.array([-1.0, 3.0, -np.inf]), None, None)
    (-3.0, 3.0)
    """
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if palette == "diverging":
        low, high = -max(abs(low), abs(high)), max(abs(low), abs(high))
    low, high = (low if vmin is None else float(vmin)), (high if vmax is None else float(vmax))
    if high > low:
        return low, high
    return (low - 1.0, low + 1.0) if palette == "diverging" else (low, low + 1.0)
