"""What a forward pass keeps for its backward pass, counted tensor by tensor."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

__all__ = ["saved_bytes"]


def saved_bytes(forward: Callable[[], object], besides: Iterable[Tensor] = ()) -> int:
    """Bytes that a forward pass keeps for its backward pass: each storage once, however many tensors look at it.

    Args:
        forward: called once.
        besides: tensors whose storages are not counted, such as the parameters of the model.

    >>> x = torch.ones(10, requires_grad=True)
    >>> saved_bytes(lambda: x * x + x.exp()), saved_bytes(lambda: x * x + x.exp(), besides=[x])
    (80, 40)
    """
    known = {tensor.untyped_storage().data_ptr() for tensor in besides}
    storages: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        kept_alive = forward()  # noqa: F841  freed storages would be handed out again and counted once for two
    return sum(storages.values())
