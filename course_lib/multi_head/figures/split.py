"""Which number goes to which head: the right cut and three others."""

from collections.abc import Sequence

import numpy as np

from course_lib.explorer import Choice, Explorer, Heatmap, Note, Slider, Thumbnails
from course_lib.multi_head.wrong_ways import WAYS, split_in_some_way

__all__ = ["ADDRESSES", "D_MODEL", "split_explorer", "split_frame"]

N_TOKENS, D_MODEL = 6, 12
#: Every number says where it comes from: token before the point, feature after it.
ADDRESSES = np.arange(1, N_TOKENS + 1)[:, None] + np.arange(1, D_MODEL + 1) / 100


def split_frame(way: str = "along the features (right)", n_heads: int = 3) -> dict[str, object]:
    """Six projected tokens of twelve features, and the heads that one way of cutting makes of them.

    way: one of WAYS; n_heads: how many heads. Returns owner (token, feature), the number of the head that each entry went
    to, counted from 1; heads (head, row, column) with the entries themselves, each 3.05 for token 3, feature 5; labels and
    the sentence ``note``. Raises ValueError where the cut does not come out even.

    >>> split_frame(n_heads=2)["owner"][0].astype(int).tolist()
    [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    """
    heads = split_in_some_way(way, ADDRESSES, n_heads)
    token, feature = np.floor(heads).astype(int) - 1, np.round(heads % 1 * 100).astype(int) - 1
    owner = np.zeros(ADDRESSES.shape)
    owner[token, feature] = np.arange(1, n_heads + 1)[:, None, None]
    seen = [len(np.unique(tokens)) for tokens in token]
    return {
        "owner": owner,
        "heads": heads,
        "tokens": [f"token {t + 1}" for t in range(N_TOKENS)],
        "features": [str(f + 1) for f in range(D_MODEL)],
        "rows": [f"row {r + 1}" for r in range(heads.shape[1])],
        "cols": [str(c + 1) for c in range(heads.shape[2])],
        "seen": np.array(seen),
        "note": _note(way, n_heads, heads, token, seen),
    }


def _note(way: str, n_heads: int, heads: np.ndarray, token: np.ndarray, seen: Sequence[int]) -> str:
    """What there is to see, in words."""
    shape = f"Shape {heads.shape}: {n_heads} head{'s' if n_heads > 1 else ''}, each {heads.shape[1]} rows of {heads.shape[2]} numbers."
    if n_heads == 1:
        return f"{shape} With one head every way of cutting is the same: nothing is cut."
    if min(seen) < N_TOKENS:
        rows = (
            "every row is a whole token" if heads.shape[1] < N_TOKENS else "its rows are pieces of the same few tokens"
        )
        return f"{shape} A head holds only {seen[0]} of {N_TOKENS} tokens ({rows}): what stands in another head is out of its reach."
    right = "neighbouring features" if way == next(iter(WAYS)) else "features that lie apart"
    return f"{shape} Every head holds all {N_TOKENS} tokens, one a row, and {heads.shape[2]} {right} of each."


def split_explorer() -> Explorer:
    """Which number goes to which head: the right cut and three others, for any number of heads."""
    return Explorer(
        split_frame,
        controls=[
            Choice("way", list(WAYS), label="cut"),
            Slider("n_heads", list(range(1, D_MODEL + 1)), value=3, label="heads", format="{:d}"),
        ],
        panels=[
            [
                Heatmap(
                    "owner", rows="tokens", cols="features", row_label="token", col_label="feature of Q",
                    title="Which head gets it",
                )
            ],
            [
                Thumbnails("heads", title="The heads", columns=12, vmin=1, vmax=N_TOKENS + 1),
                Heatmap(
                    "heads", rows="rows", cols="cols", row_label="", col_label="column", title="Inside", vmin=1,
                    vmax=N_TOKENS + 1, width=1.7,
                ),
            ],
            [Note("note", title="What to see")],
        ],
        title="Cutting Q into heads",
        alt=lambda values, arrays: (
            f"Six tokens of twelve features cut {values['way']} into {values['n_heads']} heads. {arrays['note']}"
        ),
        name="multi_head.split",
        focus=(0, 0, 0),
    )  # fmt: skip
