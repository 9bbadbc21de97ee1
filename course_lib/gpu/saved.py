"""What a forward pass keeps for its backward pass, counted tensor by tensor."""

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["saved_bytes"]


def saved_bytes(forward: Callable[[], object], besides: set[int] = frozenset()) -> int:
    """Bytes that a forward pass keeps for its backward pass: each storage counted once, parameters included.

    Args:
        forward: called once.
        besides: addresses of storages that are not to be counted (those of the parameters, say).

    >>> x = torch.ones(10, requires_grad=True)
    >>> saved_bytes(lambda: x.exp())
    40
    """
    storages: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in besides:
            storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        kept_alive = forward()  # noqa: F841  freed storages would be handed out again and counted as one
    return sum(storages.values())
