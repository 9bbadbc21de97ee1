"""The lesson's live figures: which number goes to which head, and all heads of a small model as thumbnails."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from course_lib.explorer import Choice, Explorer, Heatmap, Note, Slider, Thumbnails, TokenRow
from course_lib.multi_head.wrong_ways import WAYS, split_in_some_way

__all__ = ["D_MODEL", "habits", "heads_explorer", "heads_frame", "split_explorer", "split_frame"]

N_TOKENS, D_MODEL = 6, 12
#: Every number says where it comes from: token before the point, feature after it.
ADDRESSES = np.arange(1, N_TOKENS + 1)[:, None] + np.arange(1, D_MODEL + 1) / 100
ADDRESSES.setflags(write=False)


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
    seen = [len(np.unique(one)) for one in token]
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
            Slider("n_heads", list(range(1, D_MODEL + 1)), value=3, label="n_heads", format="{:d}"),
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


HABITS = ("the word before", "the word itself", "the start")


def habits(weights: Float[np.ndarray, "layer head token token"]) -> Float[np.ndarray, "layer head habit"]:
    """How much weight a head puts on the token before, on the token itself and on the first one, on average.

    The first two tokens are left out, as for them two of the three are the same.

    >>> habits(np.eye(5)[None, None]).tolist()
    [[[0.0, 1.0, 0.0]]]
    """
    rows = np.arange(2, weights.shape[-1])
    return np.stack([weights[..., rows, rows - 1], weights[..., rows, rows], weights[..., rows, 0]], axis=-1).mean(-2)


def heads_frame(tokens: Sequence[str], weights: Float[np.ndarray, "layer head token token"]) -> dict[str, object]:
    """What the figure of all heads shows for one sentence: the weights, the words, and which head has which habit."""
    shares = habits(weights)
    said = []
    for number, habit in enumerate(HABITS):
        layer, head = np.unravel_index(shares[..., number].argmax(), shares.shape[:2])
        said.append(f"{habit}: layer {layer + 1}, head {head + 1} ({shares[layer, head, number]:.2f})")
    return {"weights": weights, "tokens": list(tokens), "note": f"Most weight on {'; '.join(said)}."}


def heads_explorer(
    sentences: Mapping[str, tuple[Sequence[str], Float[np.ndarray, "layer head token token"]]],
) -> Explorer:
    """All heads of all layers as thumbnails; one of them large, with its arcs.

    sentences: the name of each sentence -> its tokens, and the weights of every head on it.
    """
    return Explorer(
        lambda sentence: heads_frame(*sentences[sentence]),
        controls=[Choice("sentence", list(sentences), label="sentence")],
        panels=[
            [Thumbnails("weights", title="All heads: a row looks at columns", vmin=0, vmax=1)],
            [TokenRow("tokens", weights="weights", title="Where a word looks")],
            [
                Heatmap("weights", rows="tokens", cols="tokens", row_label="query", col_label="key", title="Weights",
                        vmin=0, vmax=1, width=1.4),
                Note("note", title="What to see"),
            ],
        ],
        title="Every head at once",
        alt=lambda values, arrays: (
            f"The attention of {arrays['weights'].shape[0]} layers of {arrays['weights'].shape[1]} heads on "
            f"'{values['sentence']}'. {arrays['note']}"
        ),
        name="multi_head.heads",
        focus=(4, 3, 9),
    )  # fmt: skip
