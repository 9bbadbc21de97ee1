"""The table in PyTorch: the names and the argument order of ``by_hand``, with gradients for free.

Tests hold `look_up` and torch.nn.Embedding together, forward and gradients.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["cosine_similarity", "cosines", "look_up", "look_up_by_product", "nearest", "one_hot", "unit_rows"]


def look_up(table: Float[Tensor, "vocab d_model"], ids: Int[Tensor, "*token"]) -> Float[Tensor, "*token d_model"]:
    """Row ids[t] of the table for token t; its gradient adds each token's share to the row that the token came from.

    >>> look_up(torch.tensor([[0.0, 1.0], [2.0, 3.0]]), torch.tensor([1, 1])).tolist()
    [[2.0, 3.0], [2.0, 3.0]]
    """
    return table[ids]


def one_hot(
    ids: Int[Tensor, "*token"], vocab: int, dtype: torch.dtype = torch.float32
) -> Float[Tensor, "*token vocab"]:
    """1 in the column of each id, 0 elsewhere.

    >>> one_hot(torch.tensor([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    return (ids[..., None] == torch.arange(vocab, device=ids.device)).to(dtype)


def look_up_by_product(
    table: Float[Tensor, "vocab d_model"], ids: Int[Tensor, "*token"]
) -> Float[Tensor, "*token d_model"]:
    """The same as `look_up`, as one-hot rows times the table.

    >>> look_up_by_product(torch.tensor([[0.0, 1.0], [2.0, 3.0]]), torch.tensor([1])).tolist()
    [[2.0, 3.0]]
    """
    return one_hot(ids, len(table), table.dtype) @ table


def unit_rows(table: Float[Tensor, "... d"]) -> Float[Tensor, "... d"]:
    """Every row brought to length 1; a row of zeros stays, and passes no gradient on.

    >>> unit_rows(torch.tensor([[3.0, 4.0], [0.0, 0.0]])).square().sum(dim=-1).round(decimals=5).tolist()
    [1.0, 0.0]
    """
    squares = (table * table).sum(dim=-1, keepdim=True)
    empty = squares == 0.0
    # The root of zero has an infinite slope: take the root of something else where the row is empty.
    return table / torch.where(empty, torch.ones_like(squares), squares).sqrt()


def cosine_similarity(u: Float[Tensor, "d"], v: Float[Tensor, "d"]) -> Float[Tensor, ""]:
    """``u · v / (|u| |v|)``, and 0 where one of them is all zeros.

    >>> cosine_similarity(torch.tensor([3.0, 4.0]), torch.tensor([4.0, -3.0])).item()
    0.0
    """
    return unit_rows(u) @ unit_rows(v)


def cosines(
    table: Float[Tensor, "row d"], others: Float[Tensor, "other d"] | None = None
) -> Float[Tensor, "row other"]:
    """The cosine of every row with every other row.

    >>> cosines(torch.tensor([[2.0, 0.0], [0.0, 5.0]])).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return unit_rows(table) @ unit_rows(table if others is None else others).T


def nearest(table: Float[Tensor, "vocab d"], i: int, k: int) -> Int[Tensor, "k"]:
    """The ids of the k rows whose cosine with row i is largest, closest first, row i itself left out.

    >>> nearest(torch.tensor([[1.0, 0.0], [0.0, 1.0], [5.0, 1.0], [-1.0, 0.0]]), 0, 2).tolist()
    [2, 1]
    """
    closeness = cosines(table, table[i][None])[:, 0]
    closeness[i] = -torch.inf
    return torch.argsort(closeness, descending=True, stable=True)[:k]
