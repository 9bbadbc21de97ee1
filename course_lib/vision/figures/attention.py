"""Attention over an image: what each head of each block lets the class token see, and all of it rolled out."""

from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Float

from course_lib.explorer import Choice, Explorer, Heatmap, Note, Thumbnails

__all__ = ["attention_explorer", "attention_frame"]


def attention_frame(
    image: Float[np.ndarray, "height width 1"],
    weights: Float[np.ndarray, "layer head token token"],
    rolled: Float[np.ndarray, "token"],
    said: str = "",
) -> dict[str, object]:
    """An image, the class token's row of every head as a map over the image, and the roll-out.

    >>> frame = attention_frame(np.zeros((4, 4, 1)), np.full((2, 3, 5, 5), 0.2), np.full(5, 0.2))
    >>> frame["heads"].shape, frame["rolled"].shape
    ((2, 3, 4, 4), (4, 4))
    """
    side = round((len(rolled) - 1) ** 0.5)
    layers, heads = weights.shape[:2]
    patches = rolled[1:].reshape(side, side)
    ink = np.asarray(image)[..., 0].reshape(side, len(image) // side, side, -1).mean(axis=(1, 3))
    square = np.ones((len(image) // side,) * 2)  # the maps lie over the image, pixel by pixel
    most = np.unravel_index(patches.argmax(), patches.shape)
    return {
        "image": np.asarray(image)[..., 0],
        "heads": np.kron(weights[:, :, 0, 1:].reshape(layers, heads, side, side), square),
        "rolled": np.kron(patches, square),
        "note": f"{said} Rolled out, {rolled[0]:.0%} of the class token is itself; among the patches, row {most[0] + 1}, column "
        f"{most[1] + 1} counts most ({patches.max():.1%}; an even share of the rest would be {(1 - rolled[0]) / side**2:.1%}). "
        f"Correlation with the ink in a patch: {_correlation(patches, ink):+.2f}.",
    }


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def attention_explorer(
    images: Mapping[str, tuple[np.ndarray, np.ndarray, str]], roll_out: Callable[[np.ndarray], np.ndarray]
) -> Explorer:
    """Point at a head to see where the class token looks; the roll-out beside the image.

    images: the name of each -> the image, its weights, and what the model says of it; roll_out: the function that follows them.
    """
    return Explorer(
        lambda image: attention_frame(images[image][0], images[image][1], roll_out(images[image][1]), images[image][2]),
        controls=[Choice("image", list(images), label="image")],
        panels=[
            [
                Heatmap("image", row_label="", col_label="", title="the image", vmin=0, vmax=1, numbers=False),
                Heatmap(
                    "rolled", row_label="", col_label="", title="rolled out over all blocks", vmin=0, numbers=False
                ),
            ],
            [
                Thumbnails("heads", title="the class token's attention, head by head", vmin=0, vmax=1, width=1.6),
                Heatmap("heads", row_label="row", col_label="column", title="one head", vmin=0, vmax=1, numbers=False),
            ],
            [Note("note")],
        ],
        title="Where does the class token look?",
        alt=lambda values, arrays: f"Attention over {values['image']}. {arrays['note']}",
        name="vision.attention",
    )
