"""Two photographs that come with scikit-learn, to be cut into patches.

"temple" is china.jpg and "flower" is flower.jpg, both published on Flickr under a Creative Commons licence (CC BY 2.0), by
danielbuechele and vultilion; scikit-learn's folder of data sets holds the addresses.
"""

from functools import cache

import numpy as np
from jaxtyping import Float

from course_lib.vision.by_hand import patchify

__all__ = ["PHOTOGRAPHS", "photograph", "shrunk"]

PHOTOGRAPHS = {"temple": "china.jpg", "flower": "flower.jpg"}


@cache  # a JPEG is decoded once
def photograph(name: str, size: int = 224) -> Float[np.ndarray, "size size 3"]:
    """The middle of a photograph as a square of colours from 0 to 1.

    Args:
        name: one of `PHOTOGRAPHS`.
        size: pixels along a side, at most 427; the middle square of the photograph is shrunk to it.
    Raises:
        ValueError: there is no such photograph.

    >>> photograph("flower").shape
    (224, 224, 3)
    """
    if name not in PHOTOGRAPHS:
        raise ValueError(f"a photograph is one of {', '.join(PHOTOGRAPHS)}; got {name!r}")
    from PIL import Image
    from sklearn.datasets import load_sample_image

    pixels = load_sample_image(PHOTOGRAPHS[name])
    height, width, _ = pixels.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    middle = Image.fromarray(pixels[top : top + side, left : left + side])
    return np.asarray(middle.resize((size, size), Image.Resampling.BOX), dtype=np.float64) / 255


def shrunk(image: Float[np.ndarray, "height width channel"], by: int) -> Float[np.ndarray, "down across channel"]:
    """Every square of `by` x `by` pixels replaced by its mean.

    >>> shrunk(np.arange(4.0).reshape(2, 2, 1), 2).tolist()
    [[[1.5]]]
    """
    height, width, channels = image.shape
    means = patchify(image, by).reshape(-1, by * by, channels).mean(axis=1)
    return means.reshape(height // by, width // by, channels)
