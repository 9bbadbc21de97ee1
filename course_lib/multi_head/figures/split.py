"""Which number goes to which head: the right cut and three others, and which tokens still meet in one head."""

from collections.abc import Sequence

import numpy as np

from course_lib.explorer import Choice, Explorer, Heatmap, Note, Points, Slider
from course_lib.multi_head.wrong_ways import WAYS, split_in_some_way

__all__ = ["ADDRESSES", "D_MODEL", "MOST_HEADS", "split_explorer", "split_frame"]

# Five does not divide twelve: the number that shows what a refused cut looks like, in the colour of no head.
N_TOKENS, D_MODEL, MOST_HEADS = 6, 12, 5
#: Every number says where it comes from: token before the point, feature after it.
ADDRESSES = np.arange(1, N_TOKENS + 1)[:, None] + np.arange(1, D_MODEL + 1) / 100
RIGHT, BY_TOKENS = list(WAYS)[:2]


def _cut(way: str, n_heads: int) -> np.ndarray | None:
    """The heads that a cut makes; None where it does not come out even, and NumPy refuses."""
    try:
        return split_in_some_way(way, ADDRESSES, n_heads)
    except ValueError:
        return None


def split_frame(way: str = RIGHT, n_heads: int = 3) -> dict[str, object]:
    """Six projected tokens of twelve features, and the heads that one way of cutting makes of them.

    way: one of WAYS; n_heads: how many heads. Returns owner (token, feature), the number of the head that each entry went
    to, counted from 1, 0 where the cut is refused; heads (head, row, column) with the entries themselves, each 3.05 for
    token 3, feature 5, and nothing in them where it is refused; meet (token, token), in how many heads two tokens stand
    together; and the sentence ``note``.

    >>> split_frame(n_heads=2)["owner"][0].astype(int).tolist()
    [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    """
    heads = _cut(way, n_heads)
    owner, holds = np.zeros(ADDRESSES.shape), np.zeros((n_heads, N_TOKENS), dtype=int)
    if heads is not None:
        token, feature = np.floor(heads).astype(int) - 1, np.round(heads % 1 * 100).astype(int) - 1
        owner[token, feature] = np.arange(1, n_heads + 1)[:, None, None]
        holds = np.array([[t in tokens for t in range(N_TOKENS)] for tokens in token], dtype=int)
    places = np.stack(np.meshgrid(np.arange(1, D_MODEL + 1), np.arange(1, N_TOKENS + 1)), axis=-1)
    return {
        "owner": owner,
        "heads": np.zeros((0, 0, 0)) if heads is None else heads,
        "places": places.reshape(-1, 2).astype(float),
        "groups": np.where(owner == 0, MOST_HEADS - 1, owner - 1).ravel(),
        "meet": holds.T @ holds,
        "tokens": [f"token {t + 1}" for t in range(N_TOKENS)],
        "note": _note(way, n_heads, heads, holds.sum(axis=1)),
    }


def _note(way: str, n_heads: int, heads: np.ndarray | None, seen: Sequence[int]) -> str:
    """What there is to see, in words; about as long for every cut, so that the page below stays where it is."""
    if heads is None:
        what, of = ("tokens", N_TOKENS) if way == BY_TOKENS else ("features", D_MODEL)
        return (
            f"{n_heads} heads cannot share {of} {what} evenly: {of % n_heads} would be left over.\nNumPy refuses such a cut with an "
            "error, and by_hand.split_heads says which numbers would do.\nNo head gets anything, and no tokens meet."
        )
    shape = f"Shape {heads.shape}: {n_heads} head{'s' if n_heads > 1 else ''}, each {heads.shape[1]} rows of {heads.shape[2]} numbers."
    row = " ".join(f"{number:.2f}" for number in heads[0, min(1, heads.shape[1] - 1)])
    shape += f" Row {min(2, heads.shape[1])} of head 1: {row} (3.05 is token 3, feature 5)."
    if n_heads == 1:
        return f"{shape}\nWith one head every way of cutting is the same: nothing is cut."
    if min(seen) < N_TOKENS:
        rows = (
            "every row is a whole token" if heads.shape[1] < N_TOKENS else "its rows are pieces of the same few tokens"
        )
        return f"{shape}\nA head holds only {seen[0]} of {N_TOKENS} tokens ({rows}): what stands in another head is out of its reach."
    right = "neighbouring features" if way == RIGHT else "features that lie apart"
    return f"{shape}\nEvery head holds all {N_TOKENS} tokens, one a row, and {heads.shape[2]} {right} of each."


def split_explorer() -> Explorer:
    """Which number goes to which head: the right cut and three others, for one to five heads."""
    return Explorer(
        split_frame,
        controls=[
            Choice("way", list(WAYS), label="cut"),
            Slider("n_heads", list(range(1, MOST_HEADS + 1)), value=3, label="heads", format="{:d}"),
        ],
        panels=[
            [
                Points(
                    "places", groups="groups", group_names=[*(f"head {h + 1}" for h in range(MOST_HEADS - 1)), "refused"],
                    x_label="feature of Q", y_label="token", x_range=(0.4, D_MODEL + 0.6), y_range=(0.4, N_TOKENS + 0.6),
                    title="Which head each number goes to", width=1.25,
                ),
                Heatmap(
                    "meet", rows="tokens", cols="tokens", row_label="", col_label="", vmin=0, vmax=MOST_HEADS,
                    title="In how many heads two tokens meet",
                ),
            ],
            [Note("note", title="What to see")],
        ],
        title="Cutting Q into heads",
        alt=lambda values, arrays: (
            f"Six tokens of twelve features cut {values['way']} into {values['n_heads']} heads. {arrays['note']}"
        ),
        name="multi_head.split",
    )  # fmt: skip
