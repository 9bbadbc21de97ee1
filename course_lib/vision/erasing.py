"""Does an explanation point at what the model uses? Blank the patches that it ranks highest, and see what the model still knows.

Adds to ``by_hand.roll_out`` rankings to compare it with: by the ink in a patch, and at random.
"""

import numpy as np
import torch
from jaxtyping import Float, Int

from course_lib.transformer.weights.conversion import as_arrays
from course_lib.vision import by_hand
from course_lib.vision.in_torch import ViT

__all__ = ["RANKINGS", "blanked", "rankings", "still_right"]

RANKINGS = ("most rolled out", "most ink", "at random", "least rolled out")


def blanked(
    images: Float[np.ndarray, "image height width channel"], patch: int, which: Int[np.ndarray, "image chosen"]
) -> Float[np.ndarray, "image height width channel"]:
    """Images in which the chosen patches are zero: empty paper.

    >>> blanked(np.ones((1, 2, 2, 1)), 1, np.array([[0, 3]])).flatten().tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    cut = by_hand.patchify(images, patch).copy()
    cut[np.arange(len(images))[:, None], which] = 0.0
    return by_hand.unpatchify(cut, *images.shape[1:])


def rankings(
    images: Float[np.ndarray, "image height width channel"],
    rolled: Float[np.ndarray, "image token"],
    patch: int,
    rng: np.random.Generator,
) -> dict[str, Int[np.ndarray, "image patch"]]:
    """The patches of every image from first to last, in four orders: `RANKINGS`."""
    ink = by_hand.patchify(images, patch).sum(axis=-1)
    orders = (-rolled[:, 1:], -ink, rng.random(ink.shape), rolled[:, 1:])
    return {name: np.argsort(order, axis=1, kind="stable") for name, order in zip(RANKINGS, orders, strict=True)}


@torch.no_grad()
def still_right(
    model: ViT,
    images: Float[np.ndarray, "image height width channel"],
    labels: Int[np.ndarray, "image"],
    n_blank: int = 4,
    seed: int = 0,
    roll_out=by_hand.roll_out,
) -> dict[str, float]:
    """The share of images that a model still names rightly when n_blank patches are blank, for each way to choose them.

    Args:
        model: a trained ViT.
        images, labels: what it has not been trained on.
        n_blank: how many patches are blanked.
        seed: of the random choice.
        roll_out: from weights (layer, head, token, token) to (token,).
    """
    maps = by_hand.attention_maps(images, as_arrays(model.params()))
    rolled = np.array([roll_out(weights) for weights in maps])
    patch, found = model.config.patch, {}
    for name, order in rankings(images, rolled, patch, np.random.default_rng([17, seed])).items():
        changed = torch.tensor(blanked(images, patch, order[:, :n_blank]), dtype=torch.float32)
        found[name] = float((model(changed).argmax(dim=1).numpy() == labels).mean())
    return found
