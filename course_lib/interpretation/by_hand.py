"""The tools that open a trained model, in NumPy: probes, ablations, patching, the logit lens, attention by distance.

Adds to ``transformer``: nothing that computes a prediction, but what is done to a model's vectors on their way through it.
Sources: Hewitt and Liang 2019, arXiv:1909.03368 (selectivity); Michel et al. 2019, arXiv:1905.10650 (ablation of heads);
nostalgebraist 2020 (logit lens); Meng et al. 2022, arXiv:2202.05262, and Wang et al. 2022, arXiv:2211.00593 (patching).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float, Int

__all__ = [
    "ablate_head",
    "attention_by_distance",
    "logit_lens",
    "mean_ablate",
    "nearest_centroid_accuracy",
    "patch",
    "resample_ablate",
    "selectivity",
]


def nearest_centroid_accuracy(
    train_x: Float[np.ndarray, "train d"],
    train_y: Int[np.ndarray, "train"],
    test_x: Float[np.ndarray, "test d"],
    test_y: Int[np.ndarray, "test"],
) -> float:
    """How often the nearest centroid names the label: a probe with nothing to tune.

    The centroid of a label is the mean of its training vectors. A test vector gets the label of the centroid that is
    nearest to it (Euclidean distance; among equal distances, the smallest label). Labels need not run from 0.

    >>> nearest_centroid_accuracy(np.array([[0.0], [2.0], [9.0]]), np.array([3, 3, 7]), np.array([[1.0], [5.5]]), np.array([3, 3]))
    0.5
    """
    labels = np.unique(train_y)
    centroids = np.array([train_x[train_y == label].mean(axis=0) for label in labels])
    distances = ((test_x[:, None, :] - centroids) ** 2).sum(axis=-1)
    return float((labels[distances.argmin(axis=1)] == test_y).mean())


def selectivity(
    x: Float[np.ndarray, "row d"],
    y: Int[np.ndarray, "row"],
    control_y: Int[np.ndarray, "row"],
    train: Int[np.ndarray, "train"],
    test: Int[np.ndarray, "test"],
) -> float:
    """The accuracy of a probe less that of the same probe on a control task (Hewitt and Liang 2019).

    Both probes see the same vectors; only the labels differ. The control's labels are random, but fixed for each word, so
    a probe can learn them only by remembering words.

    Args:
        x: vectors.
        y: what is to be read from them.
        control_y: the labels of the control task.
        train, test: which rows each probe learns from, and which it is measured on.

    >>> x, rows = np.array([[0.0], [9.0], [0.0], [9.0]]), np.array([0, 1])
    >>> selectivity(x, np.array([0, 1, 0, 1]), np.array([0, 1, 1, 0]), rows, rows + 2)
    1.0
    """
    real = nearest_centroid_accuracy(x[train], y[train], x[test], y[test])
    control = nearest_centroid_accuracy(x[train], control_y[train], x[test], control_y[test])
    return real - control


def ablate_head(
    heads: Float[np.ndarray, "... head token d_head"], head: int
) -> Float[np.ndarray, "... head token d_head"]:
    """What the heads of a layer give with one of them silent: its numbers are 0, everything else is as it was.

    >>> ablate_head(np.ones((2, 1, 3)), 1).tolist()
    [[[1.0, 1.0, 1.0]], [[0.0, 0.0, 0.0]]]
    """
    silenced = heads.copy()
    silenced[..., head, :, :] = 0.0
    return silenced


def mean_ablate(
    heads: Float[np.ndarray, "sentence head token d_head"], head: int
) -> Float[np.ndarray, "sentence head token d_head"]:
    """One head gives the same at every token of every sentence: what it gives on average over all of them.

    >>> heads = np.array([[[[0.0], [2.0]]], [[[4.0], [6.0]]]])
    >>> mean_ablate(heads, 0).ravel().tolist()
    [3.0, 3.0, 3.0, 3.0]
    """
    dulled = heads.copy()
    dulled[:, head] = heads[:, head].mean(axis=(0, 1))
    return dulled


def resample_ablate(
    heads: Float[np.ndarray, "sentence head token d_head"], head: int, order: Int[np.ndarray, "sentence"]
) -> Float[np.ndarray, "sentence head token d_head"]:
    """One head gives in each sentence what it gives in another, token for token: `order` says in which.

    >>> heads = np.array([[[[0.0]]], [[[4.0]]]])
    >>> resample_ablate(heads, 0, np.array([1, 0])).ravel().tolist()
    [4.0, 0.0]
    """
    exchanged = heads.copy()
    exchanged[:, head] = heads[order, head]
    return exchanged


#: ids, and what to put in place of single vectors: {(layer, position): vector} -> hidden (layer, token, d), logits (token, vocab).
Run = Callable[..., tuple[Any, Any]]


def patch(
    run: Run, clean: Int[np.ndarray, "token"], corrupted: Int[np.ndarray, "token"], layer: int, position: int
) -> Float[np.ndarray, "token vocab"]:
    """The logits of a run on `corrupted` in which one vector was put in from a run on `clean`.

    Args:
        run: `run(ids)` returns (hidden, logits): hidden (layer, token, d) are the vectors before the first layer (0) and after
            each. `run(ids, replaced)` puts vectors in place of its own on the way: {(layer, position): vector}.
        clean, corrupted: ids, as many of the one as of the other.
        layer, position: which vector.

    >>> def run(ids, replaced={}):
    ...     hidden = np.array(ids, dtype=float)[None, :, None]
    ...     for (layer, position), vector in replaced.items():
    ...         hidden[layer, position] = vector
    ...     return hidden, hidden[-1].cumsum(axis=0)
    >>> patch(run, np.array([5, 5]), np.array([1, 1]), 0, 0).ravel().tolist()
    [5.0, 6.0]
    """
    hidden, _ = run(clean)
    _, logits = run(corrupted, {(layer, position): hidden[layer, position]})
    return logits


def logit_lens(
    hidden: Float[np.ndarray, "layer token d_model"],
    norm: Callable[[np.ndarray], np.ndarray],
    table: Float[np.ndarray, "vocab d_model"],
) -> Float[np.ndarray, "layer token vocab"]:
    """What the model would predict if it stopped after each layer: the last norm, and the comparison with the table.

    Args:
        hidden: the vectors before the first layer and after each.
        norm: the norm that stands after the last layer.
        table: of the words.

    >>> logit_lens(np.array([[[3.0, 0.0]]]), lambda x: x / 3, np.eye(2)).tolist()
    [[[1.0, 0.0]]]
    """
    return norm(hidden) @ table.T


def attention_by_distance(weights: Float[np.ndarray, "query key"]) -> Float[np.ndarray, "distance"]:
    """How much weight a head puts on what stands so far back, on average over the words that can look that far.

    Entry k is the mean over all queries i >= k of the weight on key i - k: 0 is the word itself, 1 the word before.

    >>> attention_by_distance(np.array([[1.0, 0.0], [0.75, 0.25]])).tolist()
    [0.625, 0.75]
    """
    return np.array([weights.diagonal(-distance).mean() for distance in range(len(weights))])
