"""The colours of the course: what a colour means, in live figures, in still pictures, in the text and on cards.

One table for all of them. A role (query, key, value, ...) has one colour for light grounds and one for dark ones, and keeps
them in every lesson; so have the categories (curves of several kinds, heads). The style sheets carry the same table as
variables (`css`), and tests compute that text in these colours can be read and that they are told apart by every kind of
colour vision. The anchors of "sequential" follow viridis, those of "diverging" run from blue over a light middle to orange;
the categories are near those of Okabe and Ito (2008), made a little darker or lighter where 3 : 1 against the ground asks for it.
"""

from __future__ import annotations

import numpy as np

ANCHORS = {
    "sequential": "440154 482475 414487 355f8d 2a788e 21918c 22a884 44bf70 7ad151 bddf26 fde725",
    "diverging": "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fee0b6 fdb863 e08214 b35806 7f3b08",
}
#: role -> (on a light ground, on a dark one). "right" and "wrong" never stand without their signs ✓ and ✗.
ROLES = {
    "query": ("#1B4496", "#619EF3"),
    "key": ("#7A3302", "#D58F30"),
    "value": ("#1E7654", "#3FEF8C"),
    "weight": ("#8E39D2", "#F8B6F4"),
    "residual": ("#566676", "#96A1B2"),
    "feed-forward": ("#736100", "#D3C050"),
    "gradient": ("#CF1744", "#FE6C88"),
    "right": ("#2F7A3A", "#81EBBA"),
    "wrong": ("#8F2A0A", "#F79063"),
}
#: What a label says -> the role it speaks of. Labels of axes and vectors take the colour of their role from this.
WORDS = {
    "query": "query", "queries": "query", "q": "query", "Q": "query",
    "key": "key", "keys": "key", "k": "key", "K": "key",
    "value": "value", "v": "value", "V": "value",
    "weight": "weight", "weights": "weight", "gradient": "gradient",
}  # fmt: skip
#: Eight categories: curves, groups of points, heads.
SERIES = ("#0072B2", "#D55E00", "#009E73", "#B0508A", "#1F2328", "#4094DA", "#767676", "#7D6B00")
SERIES_DARK = ("#3D9BDB", "#EC7B33", "#1FB98B", "#E3A3CB", "#E6E8EA", "#2F6FC0", "#8F8F8F", "#F0E442")
#: What is neither: (on a light ground, on a dark one).
PLAIN = {
    "ink": ("#1F2328", "#E6E8EA"),
    "soft": ("#5B6168", "#A9B0B8"),
    "faint": ("#D5D9DE", "#3A3F46"),
    "raised": ("#EEF0F2", "#2A2E33"),
    "ground": ("#FFFFFF", "#111111"),
}


def role(name: str) -> str:
    """The colour of a role on a light ground, for a picture that :func:`~course_lib.explorer.picture` shows in both themes.

    >>> role("query")
    '#1B4496'
    """
    if name not in ROLES:
        raise ValueError(
            f"There is no role {name!r}, only {', '.join(ROLES)}: take one of these, or a colour of SERIES."
        )
    return ROLES[name][0]


def role_of(text: str | None) -> str | None:
    """The role that a label speaks of, by its first word, or None.

    >>> role_of("key"), role_of("q: creature"), role_of("position")
    ('key', 'query', None)
    """
    return WORDS.get(text.split(":")[0].strip()) if text else None


def color(text: str) -> str:
    """A role's colour on a light ground, or the text itself where it is a colour already."""
    return ROLES[text][0] if text in ROLES else text


def pairs() -> dict[str, str]:
    """The colour on a dark ground of each colour on a light one, in lower case."""
    found = {light.lower(): dark.lower() for light, dark in [*ROLES.values(), *PLAIN.values()]}
    return found | {light.lower(): dark.lower() for light, dark in zip(SERIES, SERIES_DARK, strict=True)}


def css(dark: bool) -> str:
    """The table as the variables of a style sheet: ``--course-query`` and its like, ``--course-series-0`` and its like.

    >>> css(dark=False).split(";")[0]
    '--course-query: #1b4496'
    """
    named = {name: colors[dark] for name, colors in ROLES.items()}
    named |= {f"series-{i}": color for i, color in enumerate(SERIES_DARK if dark else SERIES)}
    return " ".join(f"--course-{name}: {color.lower()};" for name, color in named.items())


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
