"""A real photograph cut into patches: how many tokens, how many numbers in each, and what the pairs cost."""

import numpy as np

from course_lib.explorer import Choice, Explorer, Heatmap, Note, Slider, Thumbnails
from course_lib.vision.by_hand import patchify
from course_lib.vision.photographs import PHOTOGRAPHS, photograph, shrunk

__all__ = ["SIZES", "patches_explorer", "patches_frame"]

#: Pixels along a side of a patch; each divides the 224 of the photograph into a number of patches that divides SHOWN.
SIZES = [8, 16, 28, 32, 56, 112]
SHOWN = 56  # pixels along a side of what is drawn


def patches_frame(photo: str = "flower", patch: int = 16) -> dict[str, object]:
    """A photograph in grey, the same with each patch as its mean, and the patches of its middle row.

    photo: one of PHOTOGRAPHS; patch: pixels along a side of a patch.

    >>> frame = patches_frame("temple", 32)
    >>> frame["means"].shape, frame["row"].shape
    ((56, 56), (7, 16, 16))
    """
    image = photograph(photo)
    side = len(image) // patch
    grey = image.mean(axis=-1, keepdims=True)
    middle = patchify(grey, patch).reshape(side, side, patch, patch, 1)[side // 2]
    drawn = max(1, patch // 16)  # a patch of 112 pixels would be a large picture of its own
    n, values = side * side, patch * patch * 3
    return {
        "photo": shrunk(grey, len(image) // SHOWN)[..., 0],
        "means": np.kron(shrunk(grey, patch)[..., 0], np.ones((SHOWN // side, SHOWN // side))),
        "row": np.stack([shrunk(one, drawn)[..., 0] if patch % drawn == 0 else one[..., 0] for one in middle]),
        "names": [f"patch {side // 2 * side + k + 1}" for k in range(side)],
        "tokens": n,
        "values": values,
        "note": f"Patches of {patch} × {patch} pixels: {n:,} tokens of {values:,} numbers each, {n * values:,} in all, "
        f"whatever the size of a patch. Every token looks at every token: {(n + 1) ** 2:,} weights in each head, the class "
        "token included.",
    }


def patches_explorer() -> Explorer:
    """A photograph, its patches as the model counts them, and one row of them at full sharpness."""
    return Explorer(
        patches_frame,
        controls=[
            Choice("photo", list(PHOTOGRAPHS), value="flower", label="photograph"),
            Slider("patch", SIZES, value=16, label="pixels along a patch", format="{:d}"),
        ],
        panels=[
            [
                Heatmap("photo", row_label="", col_label="", title="its brightness", vmin=0, vmax=1, numbers=False),
                Heatmap("means", row_label="", col_label="", title="one square a token", vmin=0, vmax=1, numbers=False),
            ],
            [
                Thumbnails(
                    "row", labels="names", title="tokens of the middle row", columns=7, vmin=0, vmax=1, width=1.6
                ),
                Heatmap("row", row_label="", col_label="", title="one token", vmin=0, vmax=1, numbers=False),
            ],
            [Note("note")],
        ],
        title="An image as a row of tokens",
        alt=lambda values, arrays: f"The {values['photo']} cut into patches. {arrays['note']}",
        name="vision.patches",
    )
