"""All heads of a small model as thumbnails, and the habits that some of them have."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from course_lib.explorer import Choice, Explorer, Heatmap, Note, Thumbnails, TokenRow

__all__ = ["habits", "heads_explorer", "heads_frame"]

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
