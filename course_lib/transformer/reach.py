"""Which inputs reach which outputs: a look at a whole model from outside."""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Int
from torch import Tensor

__all__ = ["reach"]


@torch.no_grad()
def reach(
    run: Callable[[Int[Tensor, "1 token"]], Tensor], ids: Int[Tensor, "1 token"], vocab: int
) -> Bool[Tensor, "output token"]:
    """Which tokens reach which outputs: token j is exchanged for another, and every output that changes has seen it.

    Args:
        run: from ids to one row of numbers for every output, (1, output, ...).
        ids: one sequence.
        vocab: the exchanged token is (id + 1) mod vocab.

    >>> reach(lambda ids: ids[..., None].float().cumsum(dim=1), torch.tensor([[1, 2]]), vocab=5).tolist()
    [[True, False], [True, True]]
    """
    before, columns = run(ids), []
    for j in range(ids.shape[1]):
        changed = ids.clone()
        changed[0, j] = (changed[0, j] + 1) % vocab
        columns.append((run(changed) != before)[0].flatten(1).any(dim=1))
    return torch.stack(columns, dim=1)
