"""What a training step holds, by category, counted tensor by tensor."""

import torch

from course_lib.device import memory_in_use, synchronize
from course_lib.gpu.steps import SMALL, loss_of, make_step
from course_lib.training.engine.saved import saved_bytes
from course_lib.transformer.models import ModelConfig

__all__ = ["COUNTED", "memory_by_category"]

#: The category that the device itself counts, where it does.
COUNTED = "counted by the device"


def memory_by_category(device: torch.device, batch: int = 8, config: ModelConfig = SMALL) -> dict[str, int]:
    """What a training step holds, in bytes: parameters, gradients, AdamW's moments, activations.

    Activations are what the forward pass keeps for the backward one, without the parameters among it. On a GPU the bytes
    that PyTorch's tensors hold right after the forward pass are added, as the device counts them: there the gradients are
    those of the step before, and the loss's own temporary tensors are gone.

    Raises:
        ValueError: as for `make_step`.

    >>> held = memory_by_category(torch.device("cpu"), batch=2)
    >>> held["gradients"] == held["parameters"]
    True
    """
    step = make_step(device, batch, config)
    step()
    parameters = [parameter.untyped_storage() for parameter in step.model.parameters()]
    moments = [value for state in step.optimizer.state.values() for value in state.values() if value.dim()]
    counted = []

    def forward():
        loss = loss_of(step.model, step.inputs, step.targets)
        synchronize(device)
        counted.append(memory_in_use(device))
        return loss

    held = {
        "parameters": sum(storage.nbytes() for storage in parameters),
        "gradients": sum(parameter.grad.nbytes for parameter in step.model.parameters()),
        "AdamW's moments": sum(value.nbytes for value in moments),
        "activations": saved_bytes(forward, step.model.parameters()),
    }
    return held if counted[0] is None else held | {COUNTED: counted[0]}
