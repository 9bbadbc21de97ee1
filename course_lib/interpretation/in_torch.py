"""The functions of ``by_hand`` in PyTorch, under the same names."""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_lib.interpretation.by_hand import patch

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
    train_x: Float[Tensor, "train d"],
    train_y: Int[Tensor, "train"],
    test_x: Float[Tensor, "test d"],
    test_y: Int[Tensor, "test"],
) -> float:
    """How often the nearest centroid names the label.

    >>> x, y = torch.tensor([[0.0], [9.0]]), torch.tensor([3, 7])
    >>> nearest_centroid_accuracy(x, y, x + 1, y)
    1.0
    """
    labels = train_y.unique()
    centroids = torch.stack([train_x[train_y == label].mean(dim=0) for label in labels])
    distances = ((test_x[:, None, :] - centroids) ** 2).sum(dim=-1)
    return float((labels[distances.argmin(dim=1)] == test_y).double().mean())


def selectivity(
    x: Float[Tensor, "row d"],
    y: Int[Tensor, "row"],
    control_y: Int[Tensor, "row"],
    train: Int[Tensor, "train"],
    test: Int[Tensor, "test"],
) -> float:
    """The accuracy of a probe less that of the same probe on random labels.

    >>> x, rows = torch.tensor([[0.0], [9.0], [0.0], [9.0]]), torch.tensor([0, 1])
    >>> selectivity(x, torch.tensor([0, 1, 0, 1]), torch.tensor([0, 1, 1, 0]), rows, rows + 2)
    1.0
    """
    real = nearest_centroid_accuracy(x[train], y[train], x[test], y[test])
    return real - nearest_centroid_accuracy(x[train], control_y[train], x[test], control_y[test])


def ablate_head(heads: Float[Tensor, "... head token d_head"], head: int) -> Float[Tensor, "... head token d_head"]:
    """What the heads of a layer give with one of them silent.

    >>> ablate_head(torch.ones(2, 1, 2), 1).tolist()
    [[[1.0, 1.0]], [[0.0, 0.0]]]
    """
    silenced = heads.clone()
    silenced[..., head, :, :] = 0.0
    return silenced


def mean_ablate(
    heads: Float[Tensor, "sentence head token d_head"], head: int
) -> Float[Tensor, "sentence head token d_head"]:
    """One head gives at every token of every sentence what it gives on average.

    >>> mean_ablate(torch.tensor([[[[0.0], [2.0]]], [[[4.0], [6.0]]]]), 0).flatten().tolist()
    [3.0, 3.0, 3.0, 3.0]
    """
    dulled = heads.clone()
    dulled[:, head] = heads[:, head].mean(dim=(0, 1))
    return dulled


def resample_ablate(
    heads: Float[Tensor, "sentence head token d_head"], head: int, order: Int[Tensor, "sentence"]
) -> Float[Tensor, "sentence head token d_head"]:
    """One head gives in each sentence what it gives in another.

    >>> resample_ablate(torch.tensor([[[[0.0]]], [[[4.0]]]]), 0, torch.tensor([1, 0])).flatten().tolist()
    [4.0, 0.0]
    """
    exchanged = heads.clone()
    exchanged[:, head] = heads[order, head]
    return exchanged


def logit_lens(
    hidden: Float[Tensor, "layer token d_model"],
    norm: Callable[[Tensor], Tensor],
    table: Float[Tensor, "vocab d_model"],
) -> Float[Tensor, "layer token vocab"]:
    """What the model would predict if it stopped after each layer.

    >>> logit_lens(torch.tensor([[[3.0, 0.0]]]), lambda x: x / 3, torch.eye(2)).tolist()
    [[[1.0, 0.0]]]
    """
    return norm(hidden) @ table.T


def attention_by_distance(weights: Float[Tensor, "query key"]) -> Float[Tensor, "distance"]:
    """How much weight a head puts on what stands so far back, on average.

    >>> attention_by_distance(torch.tensor([[1.0, 0.0], [0.75, 0.25]])).tolist()
    [0.625, 0.75]
    """
    return torch.stack([weights.diagonal(-distance).mean() for distance in range(len(weights))])
