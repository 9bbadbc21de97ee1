"""Real images to learn from: scikit-learn's 1797 handwritten digits, two ways to hold some of them out, two baselines.

The digits are the test part of a set that Alpaydin and Kaynak gave to the UCI repository in 1998: 8 x 8 pixels of 17 greys,
by thirteen writers, and in the file they follow one another roughly writer by writer.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float, Int

__all__ = ["N_HELD_OUT", "SPLITS", "Digits", "Split", "baselines", "load", "nearest_places", "split"]

#: A fifth of the images.
N_HELD_OUT = 360
SPLITS = ("random", "last fifth")


@dataclass(frozen=True)
class Digits:
    """All images in the order of the file: images (1797, 8, 8, 1) from 0 to 1, labels (1797,) from 0 to 9."""

    images: Float[np.ndarray, "image height width channel"]
    labels: Int[np.ndarray, "image"]


@dataclass(frozen=True)
class Split:
    """Which images are trained on, and which are held out, by their place in the file."""

    train: Int[np.ndarray, "image"]
    held_out: Int[np.ndarray, "image"]


@cache  # the same images at every call
def load() -> Digits:
    """The digits.

    >>> load().images.shape
    (1797, 8, 8, 1)
    """
    from sklearn.datasets import load_digits

    found = load_digits()
    return Digits(found.images[..., None] / 16, found.target)


def split(kind: str, seed: int = 0, n_train: int | None = None) -> Split:
    """Hold out a fifth of the images.

    Args:
        kind: "random", another fifth for each seed; or "last fifth", what stands last in the file.
        seed: of the draw; for "last fifth" it only chooses among the others where n_train asks for fewer of them.
        n_train: how many to train on; all the others where it is left out.
    Raises:
        ValueError: there is no such kind, or there are not so many images.

    >>> [len(part) for part in (split("random").train, split("last fifth").held_out)]
    [1437, 360]
    """
    if kind not in SPLITS:
        raise ValueError(f"a split is one of {', '.join(SPLITS)}; got {kind!r}")
    rng, n = np.random.default_rng([15, seed]), len(load().labels)
    order = rng.permutation(n)
    if kind == "last fifth":
        order = np.concatenate([np.arange(n - N_HELD_OUT, n), rng.permutation(n - N_HELD_OUT)])
    train = order[N_HELD_OUT:]
    if n_train is not None and not 1 <= n_train <= len(train):
        raise ValueError(f"there are 1 to {len(train)} images to train on; got {n_train}")
    return Split(train[:n_train], order[:N_HELD_OUT])


def baselines(chosen: Split) -> dict[str, float]:
    """The share of held-out images that two methods name rightly which know nothing of images, let alone attention.

    "nearest neighbour" gives an image the label of the most similar training image, pixel by pixel, and learns nothing;
    "logistic regression" learns one weight for each pixel and class.
    """
    from sklearn.linear_model import LogisticRegression

    digits = load()
    x, y = digits.images.reshape(len(digits.labels), -1), digits.labels
    nearest = chosen.train[_distances(chosen).argmin(axis=1)]
    regression = LogisticRegression(max_iter=2000).fit(x[chosen.train], y[chosen.train])
    return {
        "nearest neighbour": float((y[nearest] == y[chosen.held_out]).mean()),
        "logistic regression": float(regression.score(x[chosen.held_out], y[chosen.held_out])),
    }


def nearest_places(chosen: Split) -> Int[np.ndarray, "image"]:
    """How far in the file each held-out image stands from its nearest neighbour among the training images."""
    return np.abs(chosen.train[_distances(chosen).argmin(axis=1)] - chosen.held_out)


def _distances(chosen: Split) -> Float[np.ndarray, "held_out train"]:
    x = load().images.reshape(len(load().labels), -1)
    held_out, train = x[chosen.held_out], x[chosen.train]
    return (held_out**2).sum(axis=1)[:, None] - 2 * held_out @ train.T + (train**2).sum(axis=1)
